"""One fit on given training stimuli, one test on given others."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import xarray as xr

from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS
from brainscore_core.statistics.crossvalidation import coordinate
from brainscore_core.statistics.evaluation import Evaluation

from .cross_validated import UNDEFINED, Regression, bound, check_uncertainty, on_dimension
from .held_out import HeldOut, Uncertainty, aggregate
from .inputs import aligned, disjoint, enough_to_correlate, same_neuroids


@dataclass(frozen=True)
class TrainTestSplitCorrelation:
    """Predictivity on a fixed split: Pearson r per neuroid on the test stimuli, median over neuroids.

    Parameters
    ----------
    regression : Regression
    uncertainty : {None, 'bootstrap'}
        As for the cross-validated form; without it there is no error: Brain-Score 2 states none.
    random_units : str, optional
        As for the cross-validated form.
    group_coord : str, optional
        Test stimuli of one group are drawn together.
    reverse : bool
        Predict the source from the target.
    draws, seed : int
        Of the bootstrap.
    """

    regression: Regression
    uncertainty: Literal["bootstrap"] | None = None
    random_units: str | None = None
    group_coord: str | None = None
    reverse: bool = False
    draws: int = DRAWS
    seed: int = 0
    inputs: Literal["split"] = field(default="split", init=False)

    def __post_init__(self) -> None:
        check_uncertainty(self.uncertainty, self.random_units)

    def __call__(
        self,
        source_train: xr.DataArray,
        source_test: xr.DataArray,
        target_train: xr.DataArray,
        target_test: xr.DataArray,
    ) -> Score:
        """Score; each argument ``presentation x neuroid``, one row a stimulus, neuroids matched by ``neuroid_id``.

        Raises
        ------
        StimulusMismatch
            If a stimulus stands on both sides, or source and target differ.
        InvalidAssembly, TooFewStimuli, InvalidParameter
        """
        return self.evaluate(source_train, source_test, target_train, target_test).score

    def evaluate(
        self,
        source_train: xr.DataArray,
        source_test: xr.DataArray,
        target_train: xr.DataArray,
        target_test: xr.DataArray,
    ) -> Evaluation:
        """The score, to be drawn again over the stimuli of `target_test`; one repeat."""
        if self.reverse:
            source_train, source_test, target_train, target_test = target_train, target_test, source_train, source_test
        x_train, y_train = aligned(source_train, target_train, names=("source_train", "target_train"))
        x_test, y_test = aligned(source_test, target_test, names=("source_test", "target_test"))
        x_test, y_test = same_neuroids("source", x_train, x_test), same_neuroids("target", y_train, y_test)
        disjoint(y_train, y_test)
        split = np.arange(len(y_train)), np.arange(len(y_train), len(y_train) + len(y_test))
        enough_to_correlate([split[1]])
        x, y = (np.concatenate([one.values, two.values]) for one, two in ((x_train, x_test), (y_train, y_test)))
        predictions, notes = bound(self.regression, x_train).predict(x, y, [split])
        held = HeldOut(predictions, y_test.values, [np.arange(len(y_test))])
        groups = coordinate(y_test, self.group_coord) if self.group_coord else None
        score = self._score(held, notes, y_test, groups)
        return Evaluation(score, y_test["stimulus_id"].values.astype(str), held.resampled, groups)

    def _score(self, held: HeldOut, notes: dict, target: xr.DataArray, groups: np.ndarray | None) -> Score:
        r = held.correlations()
        value = float(aggregate(r))
        details = {
            "generalises_over": self.group_coord or "stimulus_id",
            "undefined": int(np.isnan(r).sum()),
            **notes,
        }
        values = xr.DataArray(r[0], dims=["neuroid"], coords=on_dimension(target, "neuroid"))
        if np.isnan(value):
            return Score(None, flags=(UNDEFINED,), values=values, details=details)
        if self.uncertainty is None:
            return Score(value, values=values, details=details)
        levels = coordinate(target, self.random_units, "neuroid") if self.random_units else None
        error, interval = Uncertainty(self.draws, self.seed, groups, levels, self.random_units or "").of(held, value)
        return Score(value, error, values=values, details=details | interval)
