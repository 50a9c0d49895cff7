"""Score and ceiling under the same draws of the stimuli, reduced batch by batch to what formulas need."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly
from brainscore_core.statistics.bootstrap import DRAWS, WITHIN_FOLDS, counts, deflated, widened
from brainscore_core.statistics.correlation import mean_of_defined, median_of_defined
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.statistics.pairing import shared_draws

if TYPE_CHECKING:
    import xarray as xr

BATCH = 2**23
"""Values (repeats x bins x units x draws) that are held at a time."""


@dataclass(frozen=True)
class Resampled:
    """Correlations r and reliabilities c under many draws.

    Parameters
    ----------
    r, c : array, shape (draw, bin)
        Median over units in each repeat (fold, split), then mean over repeats.
    unit_r, unit_c : array, shape (draw, bin, unit)
        Mean over repeats of each unit.
    """

    r: np.ndarray
    c: np.ndarray
    unit_r: np.ndarray
    unit_c: np.ndarray

    def widened(self, factor: float) -> "Resampled":
        """The correlations spread by `factor` about their mean over draws; the reliabilities as they are."""
        return replace(self, r=widened(self.r, factor), unit_r=widened(self.unit_r, factor))


def drawn_scores(evaluation: Evaluation, draws: int = DRAWS, seed: int = 0) -> "xr.DataArray":
    """The value before normalisation under each draw: median over units, mean over repeats and time bins."""
    weights = counts(len(evaluation.stimuli), draws, seed, evaluation.groups)
    values = widened(reduced(evaluation, weights)[0].mean(1), evaluation.widening)
    return shared_draws(values, evaluation.stimuli, seed=seed, groups=evaluation.groups)


def resample(raw: Evaluation, ceiling: Evaluation, weights: np.ndarray, where: np.ndarray) -> Resampled:
    """Both under each draw.

    Parameters
    ----------
    raw, ceiling : Evaluation
    weights : array, shape (draw, stimulus)
        How often each stimulus of `raw` counts.
    where : array of int, shape (stimulus of the ceiling,)
        Their positions among those of `raw`.

    Raises
    ------
    InvalidAssembly
        If the two differ in units or time bins.
    """
    r, unit_r = reduced(raw, weights)
    c, unit_c = reduced(ceiling, weights[:, where])
    if unit_r.shape != unit_c.shape:
        raise InvalidAssembly(
            f"the score has {unit_r.shape[1:]} (time bins, units) and its ceiling {unit_c.shape[1:]}",
            expected="a ceiling of what was scored",
        )
    return Resampled(r, c, unit_r, unit_c)


def reduced(evaluation: Evaluation, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Medians over units, shape (draw, bin), and means over repeats, shape (draw, bin, unit), a batch at a time."""
    measured = evaluation.resampled(np.ones((1, weights.shape[1])))[:, 0]
    repeats, units = measured.shape
    folded = measured.reshape(repeats // evaluation.bins, evaluation.bins, units)
    share = 1.0 if len(folded) == 1 else WITHIN_FOLDS
    step = max(1, BATCH // (repeats * units))
    aggregated, by_unit = [], []
    for start in range(0, len(weights), step):
        values = evaluation.resampled(weights[start : start + step])
        values = values.reshape(repeats // evaluation.bins, evaluation.bins, -1, units)
        aggregated.append(mean_of_defined(median_of_defined(deflated(values, folded, share))).T)
        by_unit.append(mean_of_defined(values).swapaxes(0, 1))
    return np.concatenate(aggregated), np.concatenate(by_unit)
