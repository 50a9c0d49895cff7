"""Response windows: from recorded time bins to those an experiment compares, the same for all sites or each its own."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidAssembly, InvalidParameter


def in_windows(
    assembly: xr.DataArray, windows: Sequence[tuple[float, float]] | None, *, latency_coord: str | None = None
) -> xr.DataArray:
    """Mean response in each window, recorded bins weighted by their overlap with it.

    Parameters
    ----------
    assembly : xarray.DataArray
        ``presentation x neuroid [x time_bin]``, bins in ms.
    windows : sequence of (start, end), optional
        In ms after stimulus onset, or after each site's latency. None: data that have one bin, or none.
    latency_coord : str, optional
        Coordinate on ``neuroid`` with the latency of each site in ms, added to the windows.

    Returns
    -------
    xarray.DataArray
        Without ``time_bin`` for one window; with one bin a window otherwise (edges as asked for).

    Raises
    ------
    InvalidParameter
        If a window is not covered by the recorded bins.
    """
    if "time_bin" not in assembly.dims:
        if latency_coord is not None:
            raise InvalidParameter(
                "a window per site on data without time", expected="data with a dimension 'time_bin'"
            )
        return assembly
    starts, ends = assembly["time_bin_start"].values.astype(float), assembly["time_bin_end"].values.astype(float)
    if windows is None:
        if len(starts) != 1:
            raise InvalidParameter(f"data have {len(starts)} time bins", expected="time_bins= saying which to compare")
        return assembly.isel(time_bin=0, drop=True)
    latencies = _latencies(assembly, latency_coord)
    parts = [_mean(assembly, _overlap(starts, ends, window, latencies), window) for window in windows]
    if len(parts) == 1:
        return parts[0]
    joined = xr.concat(parts, dim="time_bin", coords="minimal", compat="override", join="override")
    edges = {"time_bin_start": [w[0] for w in windows], "time_bin_end": [w[1] for w in windows]}
    return joined.transpose("presentation", "neuroid", "time_bin").assign_coords(
        {name: ("time_bin", np.asarray(values, float)) for name, values in edges.items()}
    )


def side_by_side(assembly: xr.DataArray, width: float) -> tuple[tuple[float, float], ...]:
    """Windows of `width` ms from stimulus onset on, as Brain-Score 2 makes them: the last one is left out.

    Raises
    ------
    InvalidParameter
        If data have no time bins, or not one window fits.
    """
    if "time_bin" not in assembly.dims:
        raise InvalidParameter("windows over time on data without time", expected="data with a dimension 'time_bin'")
    last = float(assembly["time_bin_end"].values.max())
    starts = np.arange(0.0, last - width, width)
    if not len(starts):
        raise InvalidParameter(
            f"windows of {width:g} ms in a recording that ends at {last:g} ms", expected="shorter ones"
        )
    return tuple((float(start), float(start + width)) for start in starts)


def median_latency(assembly: xr.DataArray, latency_coord: str | None) -> float:
    """Median over sites in ms; 0 where windows are those of the onset."""
    return float(np.median(_latencies(assembly, latency_coord)))


def _latencies(assembly: xr.DataArray, coord: str | None) -> np.ndarray:
    if coord is None:
        return np.zeros(1)
    if coord not in assembly.coords or assembly[coord].dims != ("neuroid",):
        raise InvalidAssembly(f"no coordinate {coord!r} on 'neuroid'", expected="the latency of each site in ms")
    return assembly[coord].values.astype(float)


def _overlap(starts: np.ndarray, ends: np.ndarray, window: tuple[float, float], latencies: np.ndarray) -> np.ndarray:
    """Ms of each recorded bin inside the window of each site, shape (bin, site or 1)."""
    covered = _shared(*_merged(starts, ends), window, latencies).sum(0)
    if (covered < (window[1] - window[0]) * (1 - 1e-9)).any():
        raise InvalidParameter(
            f"the window {window[0]:g} to {window[1]:g} ms is not covered by the recorded bins",
            expected=f"a window within {starts.min():g} to {ends.max():g} ms, without gaps between bins",
        )
    return _shared(starts, ends, window, latencies)


def _shared(starts: np.ndarray, ends: np.ndarray, window: tuple[float, float], latencies: np.ndarray) -> np.ndarray:
    first, last = window[0] + latencies, window[1] + latencies
    return np.clip(np.minimum(ends[:, None], last) - np.maximum(starts[:, None], first), 0, None)


def _merged(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Stretches of time that are recorded: bins may overlap, as those of a sliding window do."""
    order = np.argsort(starts)
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    new = np.concatenate(([True], starts[1:] > reach[:-1]))
    return starts[new], reach[np.append(new[1:], True)]


def _mean(assembly: xr.DataArray, overlap: np.ndarray, window: tuple[float, float]) -> xr.DataArray:
    values = assembly.transpose("presentation", "neuroid", "time_bin")
    used = np.flatnonzero(overlap.any(1))
    part = values.isel(time_bin=used)
    weights = (overlap[used] / overlap.sum(0)).T
    if len(used) == 1:
        data = part.values[..., 0]
    else:
        data = np.einsum("pnb,nb->pn", part.values, np.broadcast_to(weights, (part.shape[1], len(used))), optimize=True)
    return part.isel(time_bin=0, drop=True).copy(data=data)
