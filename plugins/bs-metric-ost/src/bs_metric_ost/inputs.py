"""What the metric accepts: a population over time, and times of the same images with what had to be reached."""

import numpy as np
import xarray as xr

from brainscore_core.alignment import align
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly

CUBE = ("presentation", "neuroid", "time_bin")


def aligned(
    source: xr.DataArray, target: xr.DataArray, label_coord: str, threshold_coord: str
) -> tuple[xr.DataArray, xr.DataArray]:
    """Both in the order of the target, bins in the order of time.

    Raises
    ------
    InvalidAssembly
        If a dimension or coordinate is missing, a value of the source is, or its time bins overlap or leave gaps.
    StimulusMismatch
        If a stimulus stands twice, or on one side only.
    """
    NeuroidAssembly.validate(source)
    if "time_bin" not in source.dims:
        raise InvalidAssembly(
            "the source has no dimension 'time_bin'",
            expected="responses over time",
            remedy="record with time_bins=, or compare what a model without time does in another metric",
        )
    if target.dims != ("presentation",):
        raise InvalidAssembly(f"dimensions of the times are {tuple(target.dims)}", expected="('presentation',)")
    for name, what in ((label_coord, "the object of each image"), (threshold_coord, "the i1 that had to be reached")):
        if name not in target.coords or target[name].dims != ("presentation",):
            raise InvalidAssembly(f"the times have no coordinate {name!r} on 'presentation'", expected=what)
    source, target = align(source, target)
    source = in_order(source.transpose(*CUBE))
    if not np.isfinite(source.values).all():
        raise InvalidAssembly(
            "the source has values that are NaN or infinite", expected="a response of every unit in every bin"
        )
    return source, target


def in_order(source: xr.DataArray) -> xr.DataArray:
    """Bins one after the other.

    Raises
    ------
    InvalidAssembly
        Naming two bins that overlap or leave a gap.
    """
    source = source.isel(time_bin=np.argsort(source["time_bin_start"].values, kind="stable"))
    edges = list(zip(source["time_bin_start"].values.tolist(), source["time_bin_end"].values.tolist(), strict=True))
    for (start, end), (following, last) in zip(edges, edges[1:], strict=False):
        if end != following:
            what = "overlap" if end > following else "leave a gap"
            raise InvalidAssembly(
                f"the time bins {start:g} to {end:g} ms and {following:g} to {last:g} ms {what}",
                expected="bins side by side: a crossing is interpolated between neighbours",
            )
    return source
