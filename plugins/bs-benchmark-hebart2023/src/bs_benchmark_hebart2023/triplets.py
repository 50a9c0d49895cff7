"""Experiment type: triplets that people have answered are put to the model, each image looked at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.scores import Score
from brainscore_vision.benchmarks.behavior import BehavioralComparison

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

ROLES = ("stimulus_1", "stimulus_2", "stimulus_3")


@dataclass(frozen=True, kw_only=True)
class TripletComparison(BehavioralComparison):
    """Is the image that a model leaves out of three the one that people leave out.

    Parameters are those of :class:`~brainscore_vision.benchmarks.behavior.BehavioralComparison`; recorded answers have
    the coordinates ``stimulus_1`` to ``stimulus_3``.
    """

    def trial_table(self) -> "pd.DataFrame":
        """Every triplet once, however many people answered it and in whatever order of its images."""
        return distinct_triplets(self.target())

    def __call__(self, model: Any) -> Score:
        """Ask, compare, relate to the ceiling; ``details["bounded"]`` is the value cut off at 0 and 1."""
        score = super().__call__(model)
        if score.value is None:
            return score
        return score.with_(details={**score.details, "bounded": min(max(score.value, 0.0), 1.0)})


def distinct_triplets(answers: "xr.DataArray") -> "pd.DataFrame":
    """Which images form a triplet, as people saw it first.

    Parameters
    ----------
    answers : xarray.DataArray
        ``presentation``, with the coordinates ``stimulus_1`` to ``stimulus_3``.

    Returns
    -------
    pandas.DataFrame
        Columns ``stimulus_1`` to ``stimulus_3``: text, in the order in which the triplets stand first.
    """
    import pandas as pd

    shown = np.stack([answers[role].values.astype(str) for role in ROLES], axis=1)
    numbers, names = pd.factorize(shown.ravel())
    rows = np.sort(numbers.reshape(shown.shape).astype(np.int64), axis=1)
    codes = (rows[:, 0] * len(names) + rows[:, 1]) * len(names) + rows[:, 2]
    return pd.DataFrame(shown[~pd.Series(codes).duplicated().to_numpy()], columns=list(ROLES))
