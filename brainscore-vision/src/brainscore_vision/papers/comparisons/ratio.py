"""``published_ratio``: the smaller of two magnitudes over the larger."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .comparison import Comparison


class PublishedRatio(Comparison):
    """``min(measured, published) / max(measured, published)``, averaged over the conditions.

    For magnitudes without an upper limit, such as ratios: half and twice the published number both get .5. A measured
    one that is not above 0 gets 0.
    """

    def __init__(self, **shared: Any):
        super().__init__(**shared)

    def similarity(self, measured: np.ndarray, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """See the class."""
        value = np.broadcast_to(published["value"], measured.shape)
        smaller, larger = np.minimum(measured, value), np.maximum(measured, value)
        return np.where(measured > 0, smaller / larger, 0).mean(axis=-1)
