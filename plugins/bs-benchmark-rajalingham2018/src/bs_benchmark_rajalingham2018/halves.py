"""Experiment type: r with each half of people's trials is related to the r between the halves."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from brainscore_core.scores import Score
from brainscore_vision.benchmarks.behavior import ROOT, BehavioralComparison

BY_HALVES = f"mean over halves of {ROOT}"


@dataclass(frozen=True, kw_only=True)
class ConsistencyByHalves(BehavioralComparison):
    """Does a model confuse, image by image, what people confuse.

    Parameters are those of :class:`~brainscore_vision.benchmarks.behavior.BehavioralComparison`; metric and ceiling
    give one value a random half of the trials, over the same halves.
    """

    def __call__(self, model: Any) -> Score:
        """Have the task done, compare, relate to the ceiling of each half."""
        return by_halves(super().__call__(model))


def by_halves(score: Score) -> Score:
    """The mean over halves of r / sqrt(ceiling), as Brain-Score 2; the error stays that of the ratio of the means.

    Parameters
    ----------
    score : Score
        Its raw value and its ceiling have `values` along ``split``, of the same halves.

    Returns
    -------
    Score
        Null and flagged ``no-valid-ceiling`` where two halves are not positively correlated.
    """
    if score.value is None or score.raw is None or score.ceiling is None:
        return score
    raw, ceiling = score.raw.values, score.ceiling.values
    if raw is None or ceiling is None or raw.sizes != ceiling.sizes:
        return score
    if not (ceiling.values > 0).all():
        return score.with_(value=None, error=None, draws=None, flags=(*score.flags, "no-valid-ceiling"))
    value = float(np.mean(raw.values / np.sqrt(ceiling.values)))
    details = {**score.details, "ratio_of_means": score.value}
    return score.with_(value=value, normalisation=BY_HALVES, details=details)
