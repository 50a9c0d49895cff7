"""Ridge whose penalty is chosen by leave-one-out on the training stimuli, out of many, from one eigendecomposition."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .features import Features

Fold = tuple[np.ndarray, np.ndarray]

ALPHAS = (
    0.01, 0.1, 0.5, 1.0,
    *np.linspace(1e1, 1e2, 4, endpoint=False).tolist(),
    *np.linspace(1e2, 1e3, 18, endpoint=False).tolist(),
    *np.linspace(1e3, 1e4, 18, endpoint=False).tolist(),
    *np.linspace(1e4, 1e5, 18, endpoint=False).tolist(),
    *np.linspace(1e5, 1e6, 18, endpoint=False).tolist(),
    *np.linspace(1e6, 1e7, 19).tolist(),
)  # fmt: skip
"""The 99 penalties of Brain-Score 2."""

SLACK = 3e-3
"""Penalties whose interpolated loss is within this share of the smallest are computed exactly."""

NODES = 24
"""Chebyshev nodes in log penalty, at which the scan evaluates the loss in single precision."""

SCAN_FROM = 5e7
"""Below stimuli x features x neuroids of this, every penalty is computed exactly at once."""


@dataclass(frozen=True)
class RidgeCV:
    """Ridge with the penalty of the smallest leave-one-out error, as scikit-learn's ``RidgeCV(alphas)``.

    Parameters
    ----------
    alphas : tuple of float
    per_target : bool
        False: one penalty for all neuroids, as Brain-Score 2. True: each its own.
    """

    alphas: tuple[float, ...] = ALPHAS
    per_target: bool = False

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold, and ``alpha``: the mean of what was chosen over folds and neuroids."""
        target = np.asarray(target, np.float64)
        predictions, chosen = [], []
        for train, test in folds:
            prediction, alpha = self._fold(source[train], target[train], source[test])
            predictions.append(prediction)
            chosen.append(alpha)
        return predictions, {"alpha": float(np.mean(chosen))}

    def _fold(self, x: np.ndarray, y: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        spectrum = Spectrum(x, y - y.mean(0))
        best = spectrum.choose(np.asarray(self.alphas, np.float64), self.per_target)
        return spectrum.predict(new, best) + y.mean(0), best


class Spectrum:
    """The eigendecomposition of X'X or XX', whichever is smaller, and what follows from it for every penalty.

    Parameters
    ----------
    x : array, shape (stimulus, feature)
    y : array, shape (stimulus, neuroid)
        Centred.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray):
        from scipy.linalg import eigh

        self.features, self.y = Features(x), y
        self.n, self.p = x.shape
        self.primal = self.n > self.p
        kernel = self.features.covariance() if self.primal else self.features.gram()
        values, self.vectors = eigh(kernel, check_finite=False, overwrite_a=True, driver="evd")
        self.values = np.maximum(values, 0)
        self.z = self.features.times(self.vectors) if self.primal else self.vectors
        self.zy = self.z.T @ y

    def shrinkage(self, alpha: float | np.ndarray) -> np.ndarray:
        """Diagonal of the hat matrix in the eigenbasis; (eigenvalue,) or (eigenvalue, alpha)."""
        values = self.values if np.ndim(alpha) == 0 else self.values[:, None]
        return 1 / (values + alpha) if self.primal else values / (values + alpha)

    def choose(self, alphas: np.ndarray, per_target: bool) -> np.ndarray:
        """The penalty of each neuroid, shape (neuroid,)."""
        leverage = (self.z**2) @ self.shrinkage(alphas) + 1 / self.n
        candidates = self._candidates(alphas, per_target)
        losses = np.full((len(alphas), self.y.shape[1]), np.inf)
        for index in np.flatnonzero(candidates.any(1)):
            columns = np.flatnonzero(candidates[index])
            losses[index, columns] = self._loss(alphas[index], leverage[:, index], self.z, self.zy[:, columns], self.y[:, columns])
        if per_target:
            return alphas[losses.argmin(0)]
        return np.full(self.y.shape[1], alphas[losses.mean(1).argmin()])

    def predict(self, new: np.ndarray, alphas: np.ndarray) -> np.ndarray:
        """Predictions, target means not added; shape (row, neuroid)."""
        weights = self.zy / (self.values[:, None] + alphas)
        coefficients = self.vectors @ weights
        centred = new.astype(np.float64) - self.features.mean
        if self.primal:
            return centred @ coefficients
        return self.features.times(centred.T).T @ coefficients

    def _loss(self, alpha: float, leverage: np.ndarray, z: np.ndarray, zy: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Mean squared leave-one-out error of each neuroid: (e_i / (1 - h_ii))^2."""
        residual = y - z @ (self.shrinkage(alpha).astype(z.dtype)[:, None] * zy)
        residual /= (1 - leverage).astype(z.dtype)[:, None]
        residual *= residual
        return residual.mean(0)

    def _candidates(self, alphas: np.ndarray, per_target: bool) -> np.ndarray:
        """Which (penalty, neuroid) are near the minimum: by a scan in single precision, interpolated in log penalty."""
        everything = np.ones((len(alphas), self.y.shape[1]), bool)
        if len(alphas) <= NODES + 4 or self.n * self.p * self.y.shape[1] < SCAN_FROM or alphas.min() <= 0:
            return everything
        logs = np.log(alphas)
        middle, half = (logs.min() + logs.max()) / 2, (logs.max() - logs.min()) / 2
        nodes = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
        at = np.exp(middle + half * nodes)
        leverage = (self.z**2) @ self.shrinkage(at) + 1 / self.n
        z, zy, y = (part.astype(np.float32) for part in (self.z, self.zy, self.y))
        losses = np.stack([self._loss(alpha, leverage[:, i], z, zy, y) for i, alpha in enumerate(at)]).astype(np.float64)
        if not (np.isfinite(losses).all() and (losses > 0).all()):
            return everything
        chebyshev = np.polynomial.chebyshev.chebvander
        fit = np.linalg.solve(chebyshev(nodes, NODES - 1), np.log(losses))
        curves = np.exp(chebyshev((logs - middle) / half, NODES - 1) @ fit)
        if per_target:
            return curves <= curves.min(0) * (1 + SLACK)
        mean = curves.mean(1)
        return np.broadcast_to((mean <= mean.min() * (1 + SLACK))[:, None], curves.shape)
