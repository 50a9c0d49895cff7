"""What regression metrics take: checked, aligned, without NaN."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from brainscore_core.alignment import require_labelled
from brainscore_core.assemblies import align
from brainscore_core.errors import InvalidAssembly, StimulusMismatch, TooFewStimuli

Fold = tuple[np.ndarray, np.ndarray]

MATRIX = ("presentation", "neuroid")
CUBE = ("presentation", "neuroid", "time_bin")


def checked(name: str, assembly: xr.DataArray, dims: tuple[str, ...] = MATRIX) -> xr.DataArray:
    """The assembly in this order of dimensions.

    Raises
    ------
    InvalidAssembly
        For a plain array, other dimensions, values that are no real numbers, or NaN: a regression has no use for "not
        measured".
    """
    require_labelled(name, assembly)
    if set(assembly.dims) != set(dims):
        raise InvalidAssembly(
            f"{name} has dimensions {tuple(assembly.dims)}",
            expected=f"({', '.join(dims)})",
            remedy="select a time bin, or use a spantime metric"
            if dims == MATRIX
            else "use the metric without spantime",
        )
    if assembly.dtype.kind not in "iufb":
        raise InvalidAssembly(f"{name} has values of dtype {assembly.dtype}", expected="real numbers")
    assembly = assembly.transpose(*dims)
    values = assembly.values
    # A sum is not finite where any value is not: one pass without a temporary array.
    if values.dtype.kind == "f" and not np.isfinite(values.sum(dtype=np.float64)) and not np.isfinite(values).all():
        missing = int((~np.isfinite(values)).any(axis=(0, *range(2, values.ndim))).sum())
        raise InvalidAssembly(
            f"{name} has NaN or infinite values in {missing} of {assembly.sizes['neuroid']} neuroids"
            + _never_measured(assembly),
            expected="finite numbers",
            remedy="average repetitions with NaN left out, or select neuroids and stimuli that were all measured",
        )
    return assembly


def _never_measured(assembly: xr.DataArray) -> str:
    """Which neuroids have no number at all, for the message."""
    nowhere = np.isnan(assembly.values).all(axis=(0, *range(2, assembly.ndim)))
    if not nowhere.any():
        return ""
    names = assembly["neuroid_id"].values if "neuroid_id" in assembly.coords else np.arange(len(nowhere))
    return f", throughout in {int(nowhere.sum())} of them, as {str(names[nowhere][0])!r}"


def aligned(
    source: xr.DataArray,
    target: xr.DataArray,
    dims: tuple[str, ...] = MATRIX,
    names: Sequence[str] = ("source", "target"),
) -> tuple[xr.DataArray, xr.DataArray]:
    """Both sides checked, `source` in the stimulus order of `target`."""
    source, target = (checked(name, part, dims) for name, part in zip(names, (source, target), strict=True))
    return align(source, target)


def same_bins(source: xr.DataArray, target: xr.DataArray) -> None:
    """Refuse a model that was recorded in other time bins than the data."""
    for edge in ("time_bin_start", "time_bin_end"):
        if edge not in source.coords or edge not in target.coords:
            raise InvalidAssembly(f"no coordinate {edge!r}", expected="the edges of each time bin in ms, on both sides")
        if not np.array_equal(source[edge].values, target[edge].values):
            raise InvalidAssembly(
                f"source has {edge} {source[edge].values.tolist()}",
                expected=f"{target[edge].values.tolist()}",
                remedy="record the model in the time bins of the data",
            )


def same_neuroids(side: str, train: xr.DataArray, test: xr.DataArray) -> xr.DataArray:
    """`test` with its neuroids in the order of `train`.

    Raises
    ------
    InvalidAssembly
        If the two do not hold the same neuroids, each once.
    """
    for name, part in (("train", train), ("test", test)):
        if "neuroid_id" not in part.coords or part["neuroid_id"].dims != ("neuroid",):
            raise InvalidAssembly(f"{side}_{name} has no coordinate 'neuroid_id' on 'neuroid'", expected="one")
    mine, theirs = (part["neuroid_id"].values.astype(str) for part in (train, test))
    if np.array_equal(mine, theirs):
        return test
    place = {name: index for index, name in enumerate(theirs.tolist())}
    if len(place) < len(theirs) or sorted(place) != sorted(mine.tolist()):
        odd = sorted(set(mine.tolist()) ^ set(place)) or ["one of them twice"]
        raise InvalidAssembly(
            f"{side}_train has {len(mine)} and {side}_test {len(theirs)} neuroids, not the same: {odd[0]!r}",
            expected="the same neuroid_id on both sides of the split",
        )
    return test.isel(neuroid=[place[name] for name in mine.tolist()])


def disjoint(train: xr.DataArray, test: xr.DataArray) -> None:
    """Refuse a stimulus on both sides."""
    both = set(train["stimulus_id"].values.astype(str)) & set(test["stimulus_id"].values.astype(str))
    if both:
        raise StimulusMismatch(
            f"{len(both)} stimuli stand in training and in test, as {str(min(both))!r}", expected="disjoint stimuli"
        )


def enough_to_correlate(tests: Sequence[np.ndarray]) -> None:
    """Refuse a fold with fewer than two test stimuli: one has no correlation."""
    smallest = min(len(test) for test in tests)
    if smallest < 2:
        raise TooFewStimuli(
            f"a fold tests {smallest} stimulus",
            expected="at least 2, to correlate over them",
            remedy="use fewer splits",
        )
