"""``published_bound``: the share of samples within published limits."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .comparison import Comparison


class PublishedBound(Comparison):
    """The share of samples that lie within the published limits, averaged over the conditions.

    A range tells where neurons were found, not how they are distributed: a model whose units all sit at one value
    within it gets 1.
    """

    quantities = ("low", "high")

    def __init__(self, **shared: Any):
        super().__init__(**shared)

    def transform(self, samples: np.ndarray, condition: int, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """1 within the limits, both included, else 0."""
        low, high = published["low"][condition], published["high"][condition]
        return ((samples >= low) & (samples <= high)).astype(np.float64)

    def similarity(self, measured: np.ndarray, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """See the class."""
        return measured.mean(axis=-1)
