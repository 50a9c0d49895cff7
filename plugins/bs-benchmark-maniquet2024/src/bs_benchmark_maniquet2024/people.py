"""Experiment type: r with all people, whose ceiling is the r between halves of them."""

from dataclasses import dataclass
from typing import Any

from brainscore_core.scores import Score
from brainscore_vision.benchmarks.behavior.held_out import HeldOutComparison


@dataclass(frozen=True, kw_only=True)
class AgreementWithPeople(HeldOutComparison):
    """Are a model's errors, or its difficulties, those of people.

    Parameters are those of :class:`~brainscore_vision.benchmarks.behavior.held_out.HeldOutComparison`; the details of
    the ceiling name the ``attainable`` r.
    """

    def __call__(self, model: Any) -> Score:
        """Have the task done, compare, say what could be reached."""
        return with_attainable(super().__call__(model))


def with_attainable(score: Score) -> Score:
    """The score, with what a model without noise can reach against all people.

    r between halves is the reliability of half of the people. That of all is its Spearman-Brown correction, and a model
    that knows their expectation correlates with their mean by the square root of it: a score of raw / ceiling can
    exceed 1 without being better than possible.

    Parameters
    ----------
    score : Score
        With its raw value, and a ceiling whose details have ``attainable``.

    Returns
    -------
    Score
        `details` with ``attainable_r`` and, where there is a raw value, ``raw_over_attainable_r``.
    """
    if score.ceiling is None or "attainable" not in score.ceiling.details:
        return score
    attainable = float(score.ceiling.details["attainable"])
    told: dict[str, float] = {"attainable_r": attainable}
    if score.raw is not None and score.raw.value is not None and attainable > 0:
        told["raw_over_attainable_r"] = score.raw.value / attainable
    return score.with_(details={**score.details, **told})
