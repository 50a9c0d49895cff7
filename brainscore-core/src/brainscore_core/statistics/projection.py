"""Sparse random projection: distances between stimuli kept up to a stated distortion, features unseen."""

from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import Any

import numpy as np

from ..errors import InvalidParameter

BLOCK = 2**25
"""Bytes of one block of features as float64."""


def dimensions_for(stimuli: int, distortion: float) -> int:
    """Dimensions that keep all squared distances between stimuli within a factor 1 +- distortion.

    Johnson & Lindenstrauss with the constant of Dasgupta & Gupta 2003 (Random Struct Algor 22:60): 4 ln n /
    (e^2 / 2 - e^3 / 3). It holds with positive probability for Gaussian projections; sparse ones come close where no
    stimulus has a few features far above all others.

    Parameters
    ----------
    stimuli : int
    distortion : float
        Between 0 and 1.
    """
    if not 0 < distortion < 1:
        raise InvalidParameter(f"distortion={distortion}", expected="between 0 and 1")
    if stimuli < 2:
        raise InvalidParameter(f"{stimuli} stimuli", expected="at least 2")
    return ceil(4 * log(stimuli) / (distortion**2 / 2 - distortion**3 / 3))


def distortion_of(stimuli: int, dimensions: int) -> float:
    """The distortion that so many dimensions promise, by the same bound; 1 where they promise nothing."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if 0 < middle < 1 and dimensions_for(stimuli, middle) <= dimensions:
            high = middle
        else:
            low = middle
    return high


@dataclass(frozen=True)
class SparseRandomProjection:
    """Very sparse random signs (Li, Hastie & Church 2006, KDD): of p features each dimension reads about sqrt(p).

    Parameters
    ----------
    n_components : int
        Dimensions. :func:`dimensions_for` says how many a distortion needs, :func:`distortion_of` the reverse.
    seed : int

    Notes
    -----
    Nothing is fitted: the same seed and number of features give the same projection, so that stimuli may come in parts.
    """

    n_components: int
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_components < 1:
            raise InvalidParameter(f"n_components={self.n_components}", expected="at least 1")

    def matrix(self, features: int) -> Any:
        """The projection, a scipy sparse array of shape (feature, component); entries have mean 0, variance 1 / k."""
        from scipy.sparse import csc_array

        generator = np.random.default_rng((self.seed, features))
        density = 1 / sqrt(features)
        counts = generator.binomial(features, density, self.n_components)
        rows = np.concatenate([np.sort(generator.choice(features, count, replace=False)) for count in counts])
        signs = generator.choice((-1.0, 1.0), len(rows))
        starts = np.concatenate(([0], np.cumsum(counts)))
        values = signs / sqrt(density * self.n_components)
        return csc_array((values, rows, starts), shape=(features, self.n_components))

    def transform(self, features: np.ndarray) -> np.ndarray:
        """Projected features, shape (stimulus, component), in the precision of the input (float32 or float64).

        Parameters
        ----------
        features : array, shape (stimulus, feature)
            May be memory-mapped; read in blocks of stimuli.
        """
        if getattr(features, "ndim", 0) != 2 or features.dtype.kind not in "iufb":
            raise InvalidParameter("features are no matrix of real numbers", expected="shape (stimulus, feature)")
        n, p = features.shape
        dtype = np.float32 if features.dtype == np.float32 else np.float64
        projection = self.matrix(p).astype(dtype).T.tocsr()
        out = np.empty((n, self.n_components), dtype)
        step = max(1, BLOCK // (8 * p))
        for start in range(0, n, step):
            block = np.asarray(features[start : start + step], dtype)
            out[start : start + step] = (projection @ block.T).T
        return out
