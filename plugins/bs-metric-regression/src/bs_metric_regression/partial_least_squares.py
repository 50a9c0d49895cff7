"""Partial least squares over all folds at once, with the iterates of scikit-learn.

Improved kernel algorithm 1 of Dayal & MacGregor (1997, J Chemometrics 11:73): the cross-products X'Y are formed once,
each fold subtracts its test block, and only they are deflated. scikit-learn's power iteration on (X, Y) runs here on
S'S (targets x targets, in cache) from the same start and to the same stopping rule, so the iterates agree to rounding.
Scores of all folds come from one product, and the test rows of it are the test scores: no coefficients are formed.

With fewer training stimuli than features the same runs on the Gram matrix XX'.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from brainscore_core.errors import TooFewStimuli

from .features import Features

_logger = logging.getLogger(__name__)

Fold = tuple[np.ndarray, np.ndarray]

EXHAUSTED = 1e-12
"""A component whose covariance with the targets is below this share of the first's is made of rounding errors."""

REFRESH = 1e-4
"""S'S is formed anew once it has shrunk to this share: what is left of it by subtraction alone loses digits."""


@dataclass(frozen=True)
class PLS:
    """PLS regression of several targets (PLS2), as scikit-learn's ``PLSRegression(n_components, scale=False)``.

    Parameters
    ----------
    n_components : int
        Default 25 (Yamins et al. 2014).
    converged : bool
        False: stop each component where scikit-learn does (change of the weights below 1e-6, which is early:
        correlations can be off by up to .011 at 135 stimuli). True: the dominant singular vector itself.
    max_iter : int
    tol : float
    """

    n_components: int = 25
    converged: bool = False
    max_iter: int = 500
    tol: float = 1e-6
    rotation_invariant: ClassVar[bool] = True

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold.

        Parameters
        ----------
        source : array, shape (stimulus, feature)
        target : array, shape (stimulus, neuroid)
        folds : sequence of (training rows, test rows)

        Returns
        -------
        predictions : list of arrays, shape (test stimulus, neuroid)
        notes : dict
            ``iterations``: how many power iterations all components took; a count that differs between machines says
            that another BLAS flipped a stopping decision. ``components_used``: the fewest of any fold; below
            `n_components` where the features, or what they explain, are of lower rank. There scikit-learn goes on, on
            rounding errors, and predicts values of 1e16.

        Raises
        ------
        TooFewStimuli
            With fewer features than components, or not more training stimuli than components.
        """
        smallest = min(len(train) for train, _ in folds)
        self._check(smallest, source.shape[1])
        target = np.asarray(target, np.float64)
        solve = _dual if smallest < source.shape[1] else _primal
        mean = target.mean(0)
        predictions, iterations, used = solve(Features(source), target - mean, folds, self)
        _logger.debug("PLS: %d power iterations over %d folds", iterations, len(folds))
        return [part + mean for part in predictions], {"iterations": int(iterations), "components_used": used}

    def _check(self, stimuli: int, features: int) -> None:
        if features < self.n_components or stimuli <= self.n_components:
            more = "fit on more stimuli"
            raise TooFewStimuli(
                f"PLS with {self.n_components} components on {stimuli} training stimuli and {features} features",
                expected=f"more than {self.n_components} training stimuli and at least {self.n_components} features",
                remedy=f"lower n_components, or {'record more units' if features < self.n_components else more}",
            )


def _primal(features: Features, y: np.ndarray, folds: Sequence[Fold], pls: PLS) -> tuple[list[np.ndarray], int, int]:
    (n, p), q, count = features.shape, y.shape[1], len(folds)
    train = np.zeros((n, count))
    for f, (rows, _) in enumerate(folds):
        train[rows, f] = 1.0
    sizes = train.sum(0)
    x_means = features.transposed_times(train) / sizes
    y_means = (y.T @ train) / sizes
    cross = _cross_products(features, y, folds, sizes, x_means, y_means)
    inner = np.einsum("fpq,fpr->fqr", cross, cross, optimize=True) if q < 8 else np.stack([s.T @ s for s in cross])
    start = [_start(y[rows]) for rows, _ in folds]
    smallest = EXHAUSTED * np.array([np.linalg.norm(s) for s in cross])
    refreshed = np.einsum("fqq->f", inner)
    rotations, loadings = np.zeros((2, count, p, pls.n_components))
    weights_y = np.zeros((count, pls.n_components, q))
    scores = np.empty((pls.n_components, n, count))
    direction, iterations, used = np.zeros((p, count)), 0, np.full(count, pls.n_components)
    for a in range(pls.n_components):
        for f in range(count):
            if used[f] < a:
                continue
            u, steps = _dominant(inner[f], start[f], pls)
            iterations += steps
            w = cross[f] @ u
            norm = np.linalg.norm(w)
            if not norm > smallest[f]:
                used[f], direction[:, f] = a, 0.0
                continue
            w = w / norm
            direction[:, f] = w - rotations[f, :, :a] @ (loadings[f, :, :a].T @ w)
        t = features.times(direction) - np.einsum("pf,pf->f", x_means, direction)
        scores[a] = t
        t = t * train
        squares = np.einsum("nf,nf->f", t, t)
        inverse = np.divide(1.0, squares, out=np.zeros(count), where=squares > 0)
        new_loadings = (features.transposed_times(t) - x_means * t.sum(0)) * inverse
        for f in range(count):
            loading = new_loadings[:, f]
            weight = (direction[:, f] @ cross[f]) * inverse[f]
            rotations[f, :, a], loadings[f, :, a], weights_y[f, a] = direction[:, f], loading, weight
            _deflate(cross, inner, f, loading, weight * squares[f])
            if a % 8 == 7 or np.trace(inner[f]) < REFRESH * refreshed[f]:
                inner[f] = cross[f].T @ cross[f]
                refreshed[f] = np.trace(inner[f])
    predictions = [scores[:, test, f].T @ weights_y[f] + y_means[:, f] for f, (_, test) in enumerate(folds)]
    return predictions, iterations, int(used.min())


def _cross_products(
    features: Features,
    y: np.ndarray,
    folds: Sequence[Fold],
    sizes: np.ndarray,
    x_means: np.ndarray,
    y_means: np.ndarray,
) -> np.ndarray:
    """X'Y over the training rows of each fold, centred there; shape (fold, feature, target)."""
    everything = features.transposed_times(y)
    out = np.empty((len(folds), *everything.shape))
    for f, (train, _) in enumerate(folds):
        others = np.setdiff1d(np.arange(len(y)), train, assume_unique=True)
        if 2 * len(others) < len(y):
            out[f] = everything - features.transposed_times(y[others], others)
        else:
            out[f] = features.transposed_times(y[train], train)
        out[f] -= sizes[f] * np.outer(x_means[:, f], y_means[:, f])
    return out


def _deflate(cross: np.ndarray, inner: np.ndarray, f: int, loading: np.ndarray, b: np.ndarray) -> None:
    """Subtract one component from S = X'Y and from S'S."""
    projected = cross[f].T @ loading
    cross[f] -= np.outer(loading, b)
    inner[f] -= np.outer(projected, b)
    inner[f] -= np.outer(b, projected - (loading @ loading) * b)


def _dual(features: Features, y: np.ndarray, folds: Sequence[Fold], pls: PLS) -> tuple[list[np.ndarray], int, int]:
    gram, predictions, iterations, fewest = features.gram(), [], 0, pls.n_components
    for train, test in folds:
        prediction, steps, used = _dual_fold(gram[np.ix_(train, train)], gram[np.ix_(test, train)], y[train], pls)
        predictions.append(prediction)
        iterations += steps
        fewest = min(fewest, used)
    return predictions, iterations, fewest


def _dual_fold(k_train: np.ndarray, k_test: np.ndarray, y: np.ndarray, pls: PLS) -> tuple[np.ndarray, int, int]:
    """One fold in sample space: scores are kept orthogonal instead of deflating the Gram matrix."""
    means = k_train.mean(0)
    kernel = (
        np.concatenate([k_train - means - means[:, None], k_test - k_test.mean(1, keepdims=True) - means])
        + means.mean()
    )
    n, y_mean = len(y), y.mean(0)
    residual = y - y_mean
    first, iterations, used = _start(y), 0, pls.n_components
    smallest = EXHAUSTED * np.trace(kernel[:n])
    scores = np.zeros((pls.n_components, len(kernel)))
    squares, weights_y = np.ones(pls.n_components), np.zeros((pls.n_components, y.shape[1]))
    for a in range(pls.n_components):
        inner = residual.T @ (kernel[:n] @ residual)
        u, steps = _dominant(inner, first, pls)
        iterations += steps
        combination = residual @ u
        t = kernel @ combination
        if not np.linalg.norm(t[:n]) > smallest * np.linalg.norm(combination):
            used = a
            break
        t = t / sqrt(combination @ t[:n])
        for _ in range(2):  # twice is enough: orthogonal to rounding
            t = t - ((scores[:a, :n] @ t[:n]) / squares[:a]) @ scores[:a]
        scores[a], squares[a] = t, t[:n] @ t[:n]
        weights_y[a] = (t[:n] @ residual) / squares[a]
        residual = residual - np.outer(t[:n], weights_y[a])
    return scores[:, n:].T @ weights_y + y_mean, iterations, used


def _start(y: np.ndarray) -> int:
    """The column scikit-learn starts from: the first that is not constant."""
    varying = np.flatnonzero((np.abs(y - y.mean(0)) > np.finfo(np.float64).eps).any(0))
    return int(varying[0]) if len(varying) else 0


def _dominant(inner: np.ndarray, start: int, pls: PLS) -> tuple[np.ndarray, int]:
    if pls.converged:
        return _dominant_exact(inner), 0
    return _dominant_as_sklearn(inner, start, pls)


def _dominant_as_sklearn(inner: np.ndarray, start: int, pls: PLS) -> tuple[np.ndarray, int]:
    """scikit-learn's iterate on S'S. Its rule |w - w_old|^2 < tol reads 2 - 2 |S'S u_old| / (|S u_old| |S u|)."""
    u = np.zeros(len(inner))
    u[start] = 1.0
    z = np.empty_like(u)
    length_old = product_old = 1.0
    for iteration in range(pls.max_iter):
        inner.dot(u, out=z)
        length = float(u.dot(z))
        if not length > 0:
            return u, iteration + 1
        if iteration and 2.0 - 2.0 * product_old / sqrt(length * length_old) < pls.tol or len(u) == 1:
            break
        if iteration + 1 == pls.max_iter:
            break
        product_old, length_old = sqrt(z.dot(z)), length
        np.multiply(z, 1.0 / product_old, out=u)
    return u, iteration + 1


def _dominant_exact(inner: np.ndarray) -> np.ndarray:
    from scipy.linalg import eigh

    return eigh(inner, subset_by_index=[len(inner) - 1] * 2, check_finite=False)[1][:, 0]
