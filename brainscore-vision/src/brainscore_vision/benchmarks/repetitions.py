"""From several presentations of each stimulus to one."""

import numpy as np
import xarray as xr


def average_repetitions(assembly: xr.DataArray) -> xr.DataArray:
    """The mean response to each stimulus, stimuli in order of first presentation.

    Parameters
    ----------
    assembly : xarray.DataArray
        With dimension ``presentation`` and coordinate ``stimulus_id`` on it. A NaN (not measured) in one repetition
        makes the mean NaN: which repetitions count is for the caller to select.

    Returns
    -------
    xarray.DataArray
        One row a stimulus, in the dtype of `assembly` where that is floating; sums are taken in float64. Coordinates on
        ``presentation`` that differ between presentations of a stimulus, and ``repetition``, are gone.
    """
    assembly = assembly.drop_vars("repetition", errors="ignore")
    ids = assembly["stimulus_id"].values.astype(str)
    _, first, group = np.unique(ids, return_index=True, return_inverse=True)
    if len(first) == len(ids):
        return assembly
    rank = np.empty(len(first), dtype=int)
    rank[np.argsort(first)] = np.arange(len(first))
    group, first = rank[group], np.sort(first)
    differing = [
        name
        for name, coord in assembly.coords.items()
        if coord.dims == ("presentation",) and not np.array_equal(coord.values[first][group], coord.values)
    ]
    averaged = assembly.drop_vars(differing).isel(presentation=first)
    return averaged.copy(data=_group_means(assembly, group))


def _group_means(assembly: xr.DataArray, group: np.ndarray) -> np.ndarray:
    axis = assembly.get_axis_num("presentation")
    values = np.moveaxis(assembly.values, axis, 0)
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    sums = np.add.reduceat(values[order], starts, axis=0, dtype=np.float64)
    means = sums / counts.reshape(-1, *[1] * (values.ndim - 1))
    dtype = values.dtype if values.dtype.kind == "f" else np.float64
    return np.moveaxis(means.astype(dtype, copy=False), 0, axis)
