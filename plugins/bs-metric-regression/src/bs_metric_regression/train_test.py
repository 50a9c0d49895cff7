"""One fit on given training stimuli, one test on given others."""

from collections.abc import Sequence
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
from .inputs import Fold, aligned, disjoint, enough_to_correlate, same_neuroids
from .learning_curve import sizes_of, subsets, with_curve


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
    learning_curve : sequence of int
        As for the cross-validated form: the same test stimuli, fewer training stimuli.
    reverse : bool
        Predict the source from the target.
    draws, seed : int
        Of the bootstrap.
    """

    regression: Regression
    uncertainty: Literal["bootstrap"] | None = None
    random_units: str | None = None
    group_coord: str | None = None
    learning_curve: Sequence[int] = ()
    reverse: bool = False
    draws: int = DRAWS
    seed: int = 0
    inputs: Literal["split"] = field(default="split", init=False)

    def __post_init__(self) -> None:
        check_uncertainty(self.uncertainty, self.random_units)
        object.__setattr__(self, "learning_curve", sizes_of(self.learning_curve))

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
        regression = bound(self.regression, x_train)

        def held_out(fold: Fold) -> tuple[HeldOut, dict]:
            predictions, notes = regression.predict(x, y, [fold])
            return HeldOut(predictions, y_test.values, [np.arange(len(y_test))]), notes

        held, notes = held_out(split)
        groups = coordinate(y_test, self.group_coord) if self.group_coord else None
        uncertainty = self._uncertainty(y_test, groups)
        score = self._score(held, notes, y_test, uncertainty)
        if self.learning_curve:
            parts = {size: held_out(subsets([split], size, self.seed)[0])[0] for size in self.learning_curve}
            score = with_curve(score, {**parts, len(y_train): held}, uncertainty)
        return Evaluation(score, y_test["stimulus_id"].values.astype(str), held.resampled, groups)

    def _uncertainty(self, target: xr.DataArray, groups: np.ndarray | None) -> Uncertainty | None:
        if self.uncertainty is None:
            return None
        levels = coordinate(target, self.random_units, "neuroid") if self.random_units else None
        return Uncertainty(self.draws, self.seed, groups, levels, self.random_units or "")

    def _score(self, held: HeldOut, notes: dict, target: xr.DataArray, uncertainty: Uncertainty | None) -> Score:
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
        if uncertainty is None:
            return Score(value, values=values, details=details)
        error, interval = uncertainty.of(held, value)
        return Score(value, error, values=values, details=details | interval)
