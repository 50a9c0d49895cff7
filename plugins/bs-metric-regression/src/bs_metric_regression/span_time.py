"""One mapping for all time bins: bins are stacked as further samples, and each bin is tested by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from brainscore_core.statistics.correlation import mean_of_defined, median_of_defined

from .cross_validated import CrossRegressedCorrelation, bound, on_dimension
from .held_out import HeldOut
from .inputs import CUBE, Fold, aligned, same_bins


@dataclass(frozen=True)
class SpanTimeCorrelation(CrossRegressedCorrelation):
    """Cross-validated predictivity over time: weights shared by all bins, correlation per bin.

    Brain-Score 2's ``spantime``. Both sides are ``presentation x neuroid x time_bin`` with the same bins. The value is
    the mean over bins; `values` has dims (split, neuroid, time_bin), and `details` the mean of each bin. Options as for
    the metric without time; sizes of a learning curve count stimuli.
    """

    def _aligned(self, source: xr.DataArray, target: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
        source, target = aligned(source, target, CUBE)
        same_bins(source, target)
        return source, target

    def _held_out(
        self, source: xr.DataArray, target: xr.DataArray, folds: Sequence[Fold]
    ) -> tuple[HeldOut, dict[str, Any]]:
        n, units, bins = target.shape
        x, y = self._samples(source, target)
        stacked = [(_over_time(train, n, bins), _over_time(test, n, bins)) for train, test in folds]
        regression = bound(self.regression, source)
        predictions, notes = regression.predict(x, y, stacked)
        side_by_side = [
            part.reshape(bins, -1, units).transpose(1, 0, 2).reshape(-1, bins * units) for part in predictions
        ]
        responses = np.moveaxis(target.values, 2, 1).reshape(n, bins * units)
        return HeldOut(side_by_side, responses, [test for _, test in folds], bins), notes

    def _samples(self, source: xr.DataArray, target: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
        return _stack(source.values), _stack(target.values)

    def _per_bin(self, r: np.ndarray, target: xr.DataArray) -> dict[str, Any]:
        means = mean_of_defined(median_of_defined(r).reshape(-1, target.sizes["time_bin"]))
        edges = zip(target["time_bin_start"].values, target["time_bin_end"].values, strict=True)
        return {f"value_{start:g}_{end:g}_ms": float(v) for (start, end), v in zip(edges, means, strict=True)}

    def _values(self, r: np.ndarray, target: xr.DataArray) -> xr.DataArray:
        cube = np.moveaxis(r.reshape(-1, target.sizes["time_bin"], target.sizes["neuroid"]), 1, 2)
        coords = {
            "split": np.arange(len(cube)),
            **on_dimension(target, "neuroid"),
            **on_dimension(target, "time_bin"),
        }
        return xr.DataArray(cube, dims=["split", "neuroid", "time_bin"], coords=coords)


def _stack(values: np.ndarray) -> np.ndarray:
    """(time_bin * presentation, neuroid): all stimuli of the first bin, then of the second, ..."""
    return np.moveaxis(values, 2, 0).reshape(-1, values.shape[1])


def _over_time(rows: np.ndarray, n: int, bins: int) -> np.ndarray:
    return (rows[None, :] + n * np.arange(bins)[:, None]).ravel()
