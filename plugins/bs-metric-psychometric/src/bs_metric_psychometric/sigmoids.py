"""Sigmoids that go from 0 to 1, by midpoint and width: cumulative Gaussian, logistic, Weibull.

The midpoint is where a sigmoid is .5, the width the distance from .05 to .95 (Schuett, Harmeling, Macke & Wichmann
2016, Vision Research 122, section 2.1), so that the parameters mean the same in every family. All functions take arrays
that broadcast.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from brainscore_core.errors import InvalidParameter

TAIL = 0.05


@dataclass(frozen=True)
class Sigmoid:
    """One family in its standard form; location and scale make the rest of it.

    Parameters
    ----------
    name : str
    standard : callable
        From a number to its share in 0 to 1.
    quantile : callable
        The inverse of `standard`.
    logarithmic : bool
        Whether its axis is the natural logarithm of the levels.
    """

    name: str
    standard: Callable[[np.ndarray], np.ndarray]
    quantile: Callable[[np.ndarray], np.ndarray]
    logarithmic: bool = False

    @property
    def spread(self) -> float:
        """Width of the standard form."""
        low, high = self.quantile(np.array([TAIL, 1 - TAIL]))
        return float(high - low)

    def share(self, x: np.ndarray, midpoint: np.ndarray | float, width: np.ndarray | float) -> np.ndarray:
        """Value at `x`."""
        return self.standard((x - midpoint) * (self.spread / width) + float(self.quantile(np.array(0.5))))

    def offset(self, share: np.ndarray | float, width: np.ndarray | float) -> np.ndarray:
        """How far right of the midpoint it reaches `share`; NaN where it never does."""
        share = np.asarray(share, dtype=np.float64)
        inside = np.where((share > 0) & (share < 1), share, np.nan)
        return (self.quantile(inside) - float(self.quantile(np.array(0.5)))) * width / self.spread

    def steepness(self, width: float) -> float:
        """Derivative at the midpoint."""
        step = 1e-5 * width
        high, low = self.share(np.array([step, -step]), 0.0, width)
        return float((high - low) / (2 * step))


def _weibull(x: np.ndarray) -> np.ndarray:
    return -np.expm1(-np.exp(np.minimum(x, 50.0)))


def _weibull_quantile(share: np.ndarray) -> np.ndarray:
    return np.log(-np.log1p(-share))


SIGMOIDS = {
    entry.name: entry
    for entry in (
        Sigmoid("gaussian", ndtr, ndtri),
        Sigmoid("logistic", expit, logit),
        Sigmoid("weibull", _weibull, _weibull_quantile, logarithmic=True),
    )
}


def sigmoid_of(name: str) -> Sigmoid:
    """The family of this name.

    Raises
    ------
    InvalidParameter
    """
    if name not in SIGMOIDS:
        raise InvalidParameter(f"sigmoid {name!r}", expected=f"one of {sorted(SIGMOIDS)}")
    return SIGMOIDS[name]
