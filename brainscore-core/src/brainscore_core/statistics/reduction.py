"""Fewer features: principal components fitted once on given stimuli, exact where they fit, else streamed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ..errors import InvalidParameter, TooFewStimuli

BLOCK = 2**25
"""Bytes of one block of features."""

EXACT = 10_000
"""Up to so many stimuli or features, whichever are fewer, components are exact: an eigendecomposition of that size."""

OVERSAMPLING, PASSES = 16, 3
"""Of the randomised form: more directions than asked for, and passes over the data that sharpen them."""


@dataclass
class PCA:
    """Principal components of features that may not fit into memory.

    With fewer stimuli than features they are the eigenvectors of the Gram matrix, otherwise of the covariance; either
    is summed over blocks. Where both numbers exceed 10,000 they come from a randomised subspace iteration over blocks
    of stimuli (Halko, Martinsson & Tropp 2011, SIAM Review 53:217, alg. 4.4), and ``exact_`` is False.

    Fit it once, on stimuli that no benchmark tests or on training stimuli only: components of tested stimuli are fitted
    to them.

    Parameters
    ----------
    n_components : int
        Directions without variance beyond rounding are not kept; centred stimuli have at most their number - 1.
    seed : int
        Of the randomised form.

    Attributes
    ----------
    mean_ : array, shape (feature,)
    explained_variance_ : array, shape (component,)
        Of the fitted stimuli, descending.
    n_components_ : int
        How many there are.
    exact_ : bool

    Notes
    -----
    The sign of a component is such that the largest score of a fitted stimulus is positive.
    """

    n_components: int
    seed: int = 0
    mean_: np.ndarray = field(init=False, repr=False)
    explained_variance_: np.ndarray = field(init=False, repr=False)
    n_components_: int = field(init=False, repr=False)
    exact_: bool = field(init=False, repr=False)
    _scores: np.ndarray = field(init=False, repr=False)
    _left: np.ndarray = field(init=False, repr=False)
    _mixing: np.ndarray | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_components < 1:
            raise InvalidParameter(f"n_components={self.n_components}", expected="at least 1")

    def fit(self, features: np.ndarray) -> "PCA":
        """Fit.

        Parameters
        ----------
        features : array, shape (stimulus, feature)
            May be memory-mapped. With fewer stimuli than twice the components it is kept, uncopied: a projection then
            is a product with these rows, and components are never formed.

        Raises
        ------
        TooFewStimuli
            With fewer stimuli than two or than components.
        InvalidParameter
            With fewer features than components, or values that are not finite.
        """
        n, p = _shape(features)
        if n < max(2, self.n_components):
            needed = max(2, self.n_components)
            raise TooFewStimuli(f"{self.n_components} components of {n} stimuli", expected=f"at least {needed} stimuli")
        if p < self.n_components:
            raise InvalidParameter(f"{self.n_components} components of {p} features", expected=f"at most {p}")
        self.mean_ = _means(features)
        if not np.isfinite(self.mean_).all():
            raise InvalidParameter("features hold NaN or infinite values", expected="finite numbers")
        self.exact_ = min(n, p) <= EXACT
        if not self.exact_:
            self._fit_streaming(features)
        elif n < p:
            self._fit_gram(features)
        else:
            self._fit_covariance(features)
        return self

    def transform(self, features: np.ndarray) -> np.ndarray:
        """Scores, shape (stimulus, component), in the precision of the input (float32 or float64)."""
        n, p = _shape(features)
        if p != len(self.mean_):
            raise InvalidParameter(f"{p} features", expected=f"{len(self.mean_)}, as were fitted")
        dtype = _precision(features)
        out = np.empty((n, self.n_components_), dtype)
        for rows in _blocks(n, p * 8):
            out[rows] = self._project(features[rows], dtype)
        return out

    def fit_transform(self, features: np.ndarray) -> np.ndarray:
        """Scores of the fitted stimuli."""
        return self.fit(features)._scores.astype(_precision(features), copy=False)

    def _project(self, rows: np.ndarray, dtype: np.dtype) -> np.ndarray:
        """Feature block by feature block: (X - mean) L', then what is left to mix."""
        products = np.zeros((len(rows), len(self._left)), dtype)
        for columns in _blocks(rows.shape[1], 8 * (len(rows) + len(self._left))):
            left = self._left[:, columns].astype(dtype, copy=False)
            if self._mixing is not None:  # rows that were fitted, not yet centred
                left = left - self.mean_[columns].astype(dtype)
            products += _centred(rows[:, columns], self.mean_[columns], dtype) @ left.T
        return products if self._mixing is None else products @ self._mixing.astype(dtype)

    def _fit_gram(self, features: np.ndarray) -> None:
        n, p = features.shape
        dtype = _precision(features)
        gram = np.zeros((n, n))
        for columns in _blocks(p, 8 * n):
            block = _centred(features[:, columns], self.mean_[columns], dtype)
            gram += block @ block.T
        values, vectors = self._largest(gram, dtype)
        vectors = vectors * _signs(vectors)
        self._set(values, vectors * np.sqrt(values), n)
        self._left, self._mixing = features, vectors / np.sqrt(values)
        if 2 * self.n_components_ <= n:
            self._left, self._mixing = self._components(features, dtype), None

    def _components(self, features: np.ndarray, dtype: np.dtype) -> np.ndarray:
        out = np.empty((self.n_components_, features.shape[1]), dtype)
        mixing = np.asarray(self._mixing, dtype)
        for columns in _blocks(features.shape[1], 8 * len(features)):
            out[:, columns] = mixing.T @ _centred(features[:, columns], self.mean_[columns], dtype)
        return out

    def _fit_covariance(self, features: np.ndarray) -> None:
        n, p = features.shape
        covariance = np.zeros((p, p))
        for rows in _blocks(n, 8 * p):
            block = _centred(features[rows], self.mean_, np.dtype(np.float64))
            covariance += block.T @ block
        values, vectors = self._largest(covariance, _precision(features))
        self._from_components(features, values, vectors.T)

    def _fit_streaming(self, features: np.ndarray) -> None:
        n, p = features.shape
        k = min(self.n_components + OVERSAMPLING, n, p)
        basis = np.random.default_rng(self.seed).normal(size=(p, k))
        for _ in range(PASSES):
            basis = np.linalg.qr(self._covariance_times(features, basis))[0]
        small = np.zeros((k, k))
        for rows in _blocks(n, 8 * p):
            part = _centred(features[rows], self.mean_, np.dtype(np.float64)) @ basis
            small += part.T @ part
        values, vectors = self._largest(small, _precision(features))
        self._from_components(features, values, (basis @ vectors).T)

    def _covariance_times(self, features: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        out = np.zeros_like(matrix)
        for rows in _blocks(features.shape[0], 8 * features.shape[1]):
            block = _centred(features[rows], self.mean_, np.dtype(np.float64))
            out += block.T @ (block @ matrix)
        return out

    def _largest(self, matrix: np.ndarray, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues, descending, and vectors of those above rounding."""
        from scipy.linalg import eigh

        values, vectors = eigh(matrix, driver="evd", overwrite_a=True, check_finite=False)
        values, vectors = values[::-1][: self.n_components], vectors[:, ::-1][:, : self.n_components]
        kept = int((values > max(values[0], 0.0) * len(matrix) * np.finfo(dtype).eps).sum())
        if not kept:
            raise InvalidParameter("no feature varies over the stimuli", expected="features of different stimuli")
        return values[:kept], vectors[:, :kept]

    def _from_components(self, features: np.ndarray, values: np.ndarray, components: np.ndarray) -> None:
        self.n_components_ = len(values)
        self._left, self._mixing = components, None
        scores = self.transform(features)
        signs = _signs(scores)
        self._left = components * signs[:, None]
        self._set(values, scores * signs, len(features))

    def _set(self, values: np.ndarray, scores: np.ndarray, n: int) -> None:
        self.n_components_ = len(values)
        self.explained_variance_ = values / (n - 1)
        self._scores = scores


def _signs(scores: np.ndarray) -> np.ndarray:
    """Of the largest score of each component."""
    return np.sign(np.take_along_axis(scores, np.abs(scores).argmax(0)[None], 0)[0])


def _shape(features: np.ndarray) -> tuple[int, int]:
    if getattr(features, "ndim", 0) != 2 or features.dtype.kind not in "iufb":
        raise InvalidParameter("features are no matrix of real numbers", expected="shape (stimulus, feature)")
    return features.shape[0], features.shape[1]


def _precision(features: np.ndarray) -> np.dtype:
    return np.dtype(np.float32) if features.dtype == np.float32 else np.dtype(np.float64)


def _blocks(count: int, bytes_each: int) -> Iterator[slice]:
    step = max(1, BLOCK // max(1, bytes_each))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def _means(features: np.ndarray) -> np.ndarray:
    total = np.zeros(features.shape[1])
    for rows in _blocks(features.shape[0], features.itemsize * features.shape[1]):
        total += features[rows].sum(0, dtype=np.float64)
    return total / features.shape[0]


def _centred(block: np.ndarray, mean: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return block.astype(dtype, copy=False) - mean.astype(dtype)
