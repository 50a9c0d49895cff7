"""One fit on given training stimuli, one test on given others."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import xarray as xr
from brainscore_core.assemblies import align
from brainscore_core.errors import StimulusMismatch
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts
from brainscore_core.statistics.correlation import correlate_columns, weighted_correlations

from .cross_validated import Regression, _matrix, _median


@dataclass(frozen=True)
class TrainTestSplitCorrelation:
    """Predictivity on a fixed split: Pearson r per neuroid on the test stimuli, median over neuroids.

    Parameters
    ----------
    regression : Regression
    uncertainty : {None, 'bootstrap'}
        As for the cross-validated form; without it there is no error: Brain-Score 2 states none.
    reverse : bool
        Predict the source from the target.
    draws, seed : int
    """

    regression: Regression
    uncertainty: Literal["bootstrap"] | None = None
    reverse: bool = False
    draws: int = DRAWS
    seed: int = 0
    inputs: Literal["split"] = field(default="split", init=False)

    def __call__(
        self,
        source_train: xr.DataArray,
        source_test: xr.DataArray,
        target_train: xr.DataArray,
        target_test: xr.DataArray,
    ) -> Score:
        """Score; each argument ``presentation x neuroid``, one row a stimulus.

        Raises
        ------
        StimulusMismatch
            If a stimulus stands on both sides, or source and target differ.
        """
        if self.reverse:
            source_train, source_test, target_train, target_test = target_train, target_test, source_train, source_test
        x_train, y_train = align(_matrix("source_train", source_train), _matrix("target_train", target_train))
        x_test, y_test = align(_matrix("source_test", source_test), _matrix("target_test", target_test))
        _refuse_overlap(y_train, y_test)
        x = np.concatenate([x_train.values, x_test.values])
        y = np.concatenate([y_train.values, y_test.values])
        train = np.arange(len(y_train))
        test = np.arange(len(y_train), len(y))
        (prediction,), notes = self.regression.predict(x, y, [(train, test)])
        r = correlate_columns(prediction, y[test])
        error, details = None, {"undefined": int(np.isnan(r).sum()), **notes}
        if self.uncertainty == "bootstrap":
            drawn = weighted_correlations(prediction, y[test], counts(len(test), self.draws, self.seed))
            interval = Interval.of(_median(drawn))
            error = interval.error
            details |= {"error_estimator": "bootstrap over stimuli", "interval_low": interval.low,
                        "interval_high": interval.high, "bootstrap_draws": self.draws, "bootstrap_seed": self.seed}  # fmt: skip
        coords = {str(n): ("neuroid", c.values) for n, c in y_test.coords.items() if c.dims == ("neuroid",)}
        return Score(float(_median(r)), error, values=xr.DataArray(r, dims=["neuroid"], coords=coords), details=details)


def _refuse_overlap(train: xr.DataArray, test: xr.DataArray) -> None:
    both = set(train["stimulus_id"].values.astype(str)) & set(test["stimulus_id"].values.astype(str))
    if both:
        raise StimulusMismatch(
            f"{len(both)} stimuli stand in training and in test, as {sorted(both)[0]!r}", expected="disjoint stimuli"
        )
