"""Drawing from published histograms, evenly instead of at random: n units fill each bin in proportion."""

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


def quantiles(assembly: "xr.DataArray", name: str, ranks: np.ndarray, group: str = "") -> np.ndarray:
    """Values of a property at these ranks (0 to 1) of its histogram, spread evenly within each bin.

    Parameters
    ----------
    assembly : xarray.DataArray
        PropertyAssembly with the attribute ``<name>_bins``.
    name : str
        Property. Bins that start above 0 are spread logarithmically.
    ranks : numpy.ndarray
        Shape (units,).
    group : str
        Only units whose ``cell_group`` starts with this.
    """
    values = assembly.sel(neuronal_property=name).values
    if group:
        values = values[np.char.startswith(assembly["cell_group"].values.astype(str), group)]
    edges = np.asarray(assembly.attrs[f"{name}_bins"])
    counts = np.histogram(values[~np.isnan(values)], bins=edges)[0]
    return between(edges, counts, ranks)


def between(edges: np.ndarray, counts: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Inverse cumulative distribution of a histogram."""
    cumulative = np.concatenate([[0], np.cumsum(counts)]) / np.sum(counts)
    logarithmic = edges[0] > 0
    # empty bins make steps of no height, which interpolation needs strictly rising
    rising = np.concatenate([[True], np.diff(cumulative) > 0]) | (np.concatenate([np.diff(cumulative) > 0, [False]]))
    spread = np.interp(ranks, cumulative[rising], np.log(edges[rising]) if logarithmic else edges[rising])
    return np.exp(spread) if logarithmic else spread


def even_ranks(n: int, rng: np.random.Generator) -> np.ndarray:
    """The ranks (1/2, 3/2 ...) / n in random order."""
    return (rng.permutation(n) + 0.5) / n


def ranks_like(values: np.ndarray, correlation: float, rng: np.random.Generator) -> np.ndarray:
    """Even ranks with this (Gaussian copula) correlation to the ranks of ``values``."""
    n = len(values)
    normal = np.array([NormalDist().inv_cdf(rank) for rank in (_order(values) + 0.5) / n])
    mixed = correlation * normal + np.sqrt(1 - correlation**2) * rng.normal(size=n)
    return (_order(mixed) + 0.5) / n


def _order(values: np.ndarray) -> np.ndarray:
    order = np.empty(len(values), dtype=int)
    order[np.argsort(values, kind="stable")] = np.arange(len(values))
    return order
