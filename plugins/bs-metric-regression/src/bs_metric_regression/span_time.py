"""One mapping for all time bins: bins are stacked as further samples, and each bin is tested by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr
from brainscore_core.assemblies import align
from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns
from brainscore_core.statistics.crossvalidation import CrossValidation

from .cross_validated import Regression, _enough_to_correlate, _median


@dataclass(frozen=True)
class SpanTimeCorrelation:
    """Cross-validated predictivity over time: weights shared by all bins, correlation per bin (Brain-Score 2 ``spantime``).

    The value is the mean over bins; `values` has dims (split, neuroid, time_bin), and `details` the mean of each bin.

    Parameters
    ----------
    regression : Regression
    crossvalidation_kwargs : mapping
    """

    regression: Regression
    crossvalidation_kwargs: Mapping[str, Any] = field(default_factory=dict)
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __call__(self, source: xr.DataArray, target: xr.DataArray) -> Score:
        """Score; both ``presentation x neuroid x time_bin`` with the same bins."""
        source, target = (_cube(name, part) for name, part in (("source", source), ("target", target)))
        source, target = align(source, target)
        for edge in ("time_bin_start", "time_bin_end"):
            if not np.array_equal(source[edge].values, target[edge].values):
                raise InvalidAssembly(
                    f"source has {edge} {source[edge].values.tolist()}", expected=f"{target[edge].values.tolist()}",
                    remedy="record the model in the time bins of the data",
                )  # fmt: skip
        folds = CrossValidation(**dict(self.crossvalidation_kwargs)).folds(target)
        _enough_to_correlate(folds)
        n, _, bins = target.shape
        stacked = [(_over_time(train, n, bins), _over_time(test, n, bins)) for train, test in folds]
        predictions, notes = self.regression.predict(_stack(source.values), _stack(target.values), stacked)
        r = np.stack([
            np.stack([correlate_columns(part[b * len(test) : (b + 1) * len(test)], target.values[test, :, b])
                      for b in range(bins)], axis=-1)
            for part, (_, test) in zip(predictions, folds, strict=True)
        ])  # fmt: skip
        medians = _median(np.moveaxis(r, 2, 1))
        per_bin = medians.mean(0)
        edges = zip(target["time_bin_start"].values, target["time_bin_end"].values, strict=True)
        named = {f"value_{start:g}_{end:g}_ms": float(v) for (start, end), v in zip(edges, per_bin, strict=True)}
        coords = {str(name): (coord.dims, coord.values) for name, coord in target.coords.items()
                  if coord.dims in (("neuroid",), ("time_bin",))}  # fmt: skip
        values = xr.DataArray(r, dims=["split", "neuroid", "time_bin"], coords=coords)
        error = float(medians.mean(1).std() / np.sqrt(len(medians)))
        return Score(float(per_bin.mean()), error, values=values, details={**named, **notes, "splits": len(r)})


def _cube(name: str, assembly: xr.DataArray) -> xr.DataArray:
    if set(assembly.dims) != {"presentation", "neuroid", "time_bin"}:
        raise InvalidAssembly(f"{name} has dimensions {assembly.dims}", expected="(presentation, neuroid, time_bin)")
    return assembly.transpose("presentation", "neuroid", "time_bin")


def _stack(values: np.ndarray) -> np.ndarray:
    """(time_bin * presentation, neuroid): all stimuli of the first bin, then of the second, ..."""
    return np.moveaxis(values, 2, 0).reshape(-1, values.shape[1])


def _over_time(rows: np.ndarray, n: int, bins: int) -> np.ndarray:
    return (rows[None, :] + n * np.arange(bins)[:, None]).ravel()
