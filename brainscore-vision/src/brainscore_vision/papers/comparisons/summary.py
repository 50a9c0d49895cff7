"""From samples (units or trials) to one number a condition, and how much that varies over drawn samples."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter

if TYPE_CHECKING:
    import xarray as xr

Statistic = Callable[[np.ndarray], np.ndarray]


def _geometric_mean(values: np.ndarray) -> np.ndarray:
    return np.exp(np.log(values).mean(axis=-1))


def _mean(values: np.ndarray) -> np.ndarray:
    return values.mean(axis=-1)


def _median(values: np.ndarray) -> np.ndarray:
    return np.median(values, axis=-1)


STATISTICS: Mapping[str, Statistic] = MappingProxyType(
    {"mean": _mean, "median": _median, "geometric mean": _geometric_mean}
)
"""Over the last axis. Of 0 and 1 the mean is the share; the geometric mean is of positive values."""

CONTRASTS: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = MappingProxyType(
    {
        "ratio": lambda one, other: one / other,
        "octaves": lambda one, other: np.log2(one / other),
        "difference": lambda one, other: one - other,
    }
)
"""Of the first condition and the second."""


def groups(source: "xr.DataArray", conditions: Sequence[str]) -> list[np.ndarray]:
    """The defined samples of each condition, float64.

    Raises
    ------
    InvalidAssembly
        If a condition has none.
    """
    if "condition" not in source.coords or source.dims != ("sample",):
        raise InvalidAssembly(
            f"the measurement has dimensions {source.dims}", expected="('sample',) with the coordinate 'condition'"
        )
    values, labels = source.values.astype(np.float64), source["condition"].values.astype(str)
    found = [values[(labels == condition) & ~np.isnan(values)] for condition in conditions]
    for condition, group in zip(conditions, found, strict=True):
        if not len(group):
            raise InvalidAssembly(
                f"nothing was measured in condition {condition!r}", expected=f"one of {sorted(set(labels))[:8]}"
            )
    return found


def summarise(
    found: Sequence[np.ndarray], statistic: str, contrast: str, n_bootstrap: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """One number a condition (or one contrast of two), and the same of samples drawn with replacement.

    Parameters
    ----------
    found : sequence of numpy.ndarray
        Samples of each condition, shape (samples,).
    statistic, contrast : str
        See ``STATISTICS`` and ``CONTRASTS``; no contrast: empty.
    n_bootstrap, seed : int

    Returns
    -------
    value : numpy.ndarray
        Shape (conditions,), or (1,) of a contrast.
    draws : numpy.ndarray
        Shape (n_bootstrap, conditions or 1); a condition with one sample does not vary.

    Raises
    ------
    InvalidParameter
        If there is no such statistic or contrast, or a contrast of other than two conditions.
    """
    for name, known in ((statistic, STATISTICS), (contrast or "ratio", CONTRASTS)):
        if name not in known:
            raise InvalidParameter(f"{name!r} is no way to summarise", expected=f"one of {sorted(known)}")
    reduce, rng = STATISTICS[statistic], np.random.default_rng(seed)
    value = np.array([reduce(group) for group in found])
    drawn = [reduce(group[rng.integers(0, len(group), (n_bootstrap, len(group)))]) for group in found]
    draws = np.stack(drawn, axis=1) if n_bootstrap else np.empty((0, len(found)))
    if not contrast:
        return value, draws
    if len(found) != 2:
        raise InvalidParameter(f"a {contrast} of {len(found)} conditions", expected="two conditions")
    between = CONTRASTS[contrast]
    return between(value[:1], value[1:]), between(draws[:, :1], draws[:, 1:])
