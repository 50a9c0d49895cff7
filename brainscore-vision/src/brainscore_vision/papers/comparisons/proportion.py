"""``published_proportion``: the share of units that have something, against so many of so many cells."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.scores import Score
from brainscore_core.statistics.proportion import wilson

from .comparison import Comparison

if TYPE_CHECKING:
    import xarray as xr


class PublishedProportion(Comparison):
    """``1 - |p - q| / max(q, 1 - q)``, averaged over the conditions: p of the model, q published.

    It is the Kolmogorov-Smirnov similarity of two distributions over yes and no.
    """

    quantities = ("count", "of")

    def __init__(self, **shared: Any):
        super().__init__(**shared)

    def similarity(self, measured: np.ndarray, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """See the class."""
        q = published["count"] / published["of"]
        return (1 - np.abs(measured - q) / np.maximum(q, 1 - q)).mean(axis=-1)

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare; the details say whether the model lies within each 95% interval (Wilson) of the published counts."""
        found, published = super().__call__(source, target), self.published(target)
        details = dict(found.details)
        names = target["condition"].values.astype(str).tolist()
        for name, count, of in zip(names, published["count"], published["of"], strict=True):
            low, high = wilson(count, of)
            details |= {f"interval low {name}": low, f"interval high {name}": high}
            details[f"within interval {name}"] = int(low <= float(details[f"measured {name}"]) <= high)
        return found.with_(details=details)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """What a repetition of the recording would get on average, its counts binomial with the published share."""
        published = self.published(target)
        means, variances = [], []
        for count, of in zip(published["count"], published["of"], strict=True):
            q, n = count / of, int(of)
            k = np.arange(n + 1)
            similar = 1 - np.abs(k / n - q) / max(q, 1 - q)
            weight = _binomial(n, q)
            means.append(float(weight @ similar))
            variances.append(float(weight @ similar**2) - means[-1] ** 2)
        error = math.sqrt(max(sum(variances), 0.0)) / len(means)
        return Score(float(np.mean(means)), error)


def _binomial(n: int, q: float) -> np.ndarray:
    """Probabilities of 0 to n, by logarithms of factorials."""
    if q in (0.0, 1.0):
        weight = np.zeros(n + 1)
        weight[int(n * q)] = 1
        return weight
    steps = np.array([math.lgamma(i + 1) for i in range(n + 1)])
    k = np.arange(n + 1)
    return np.exp(steps[n] - steps - steps[::-1] + k * math.log(q) + (n - k) * math.log(1 - q))
