"""``published_point``: how far a summary lies from a published number."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from .comparison import Comparison

if TYPE_CHECKING:
    import xarray as xr


class PublishedPoint(Comparison):
    """``1 - |measured - published| / scale``, not below 0, averaged over the conditions.

    Parameters
    ----------
    scale : float
        The difference at which nothing is left, in the unit of the numbers.
    **shared
        See :class:`~brainscore_vision.papers.comparisons.comparison.Comparison`.
    """

    def __init__(self, *, scale: float, **shared: Any):
        super().__init__(**shared)
        if not scale > 0:
            raise InvalidParameter(f"scale is {scale}", expected="above 0")
        self.scale = scale

    def similarity(self, measured: np.ndarray, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """See the class."""
        return np.maximum(1 - np.abs(measured - published["value"]) / self.scale, 0).mean(axis=-1)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """What the true value would get on average against a published one that errs normally, by its own error.

        ``E max(0, 1 - |e| / S)`` with e normal of standard deviation s: ``2 Phi(S/s) - 1 - (s/S) sqrt(2/pi)
        (1 - exp(-S^2 / 2 s^2))``. Null where no error is published.
        """
        error = self.published(target).get("error", np.array([math.nan]))
        if not (np.isfinite(error) & (error > 0)).all():
            return Score(None)
        return Score(float(np.mean([_expected(float(one) / self.scale) for one in error])))


def _expected(spread: float) -> float:
    within = math.erf(1 / spread / math.sqrt(2))
    return within - spread * math.sqrt(2 / math.pi) * (1 - math.exp(-1 / (2 * spread**2)))
