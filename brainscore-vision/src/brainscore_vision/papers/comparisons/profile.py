"""``published_profile``: many numbers at once, as a tuning curve, a matrix, or accuracy over conditions."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from .comparison import Comparison

HOW = ("pearson", "spearman", "distance")


class PublishedProfile(Comparison):
    """How alike two profiles over conditions are.

    Parameters
    ----------
    how : str
        ``pearson`` or ``spearman``: their correlation, sign kept. ``distance``, for shares of 0 to 1: one minus the
        mean absolute difference, as a share of the largest that there can be.
    **shared
        See :class:`~brainscore_vision.papers.comparisons.comparison.Comparison`.
    """

    def __init__(self, *, how: str = "pearson", **shared: Any):
        super().__init__(**shared)
        if how not in HOW:
            raise InvalidParameter(f"how is {how!r}", expected=f"one of {HOW}")
        self.how = how

    def similarity(self, measured: np.ndarray, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """See the class; NaN where a profile is flat."""
        value = published["value"]
        if self.how == "distance":
            farthest = np.maximum(value, 1 - value).sum()
            return 1 - np.abs(measured - value).sum(axis=-1) / farthest
        if self.how == "spearman":
            measured, value = _ranks(measured), _ranks(value)
        return _pearson(measured, value)


def _pearson(measured: np.ndarray, value: np.ndarray) -> np.ndarray:
    one = measured - measured.mean(axis=-1, keepdims=True)
    other = value - value.mean()
    scale = np.sqrt((one**2).sum(axis=-1) * (other**2).sum())
    return np.divide(one @ other, scale, out=np.full(np.shape(scale), np.nan), where=scale > 0)


def _ranks(values: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    return rankdata(values, axis=-1)
