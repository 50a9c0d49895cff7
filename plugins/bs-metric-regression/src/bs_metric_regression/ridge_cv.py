"""Ridge whose penalty is chosen by leave-one-out on the training stimuli, out of many, from one eigendecomposition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .features import Features
from .ridge_regression import check_penalties

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

TOLERANCE = 1e-11
"""How well the shrinkage of every penalty is a combination of the shrinkages that are computed."""

COARSE, COARSE_TOLERANCE = 1e-5, 1e-6
"""What single precision and an interpolation of that tolerance may cost a prediction, as a share of the responses."""

ROWS, TARGETS = 128, 64
"""Stimuli and neuroids of one block of losses: what is combined stays in cache."""


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
    rotation_invariant: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_penalties(self.alphas)

    def penalty(self, notes: Mapping[str, float]) -> float:
        """What the surrogate of :mod:`.training` is fitted with: the mean of what was chosen."""
        return notes["alpha"]

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold; notes: ``alpha``, the mean over folds and neuroids."""
        target = np.asarray(target, np.float64)
        predictions, chosen = [], []
        for train, test in folds:
            prediction, alpha = self._fold(source[train], target[train], source[test])
            predictions.append(prediction)
            chosen.append(alpha)
        at_edge = float(np.mean(np.isin(chosen, (min(self.alphas), max(self.alphas)))))
        return predictions, {"alpha": float(np.mean(chosen)), "alpha_at_edge": at_edge}

    def _fold(self, x: np.ndarray, y: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean = y.mean(0)
        spectrum = Spectrum(x, y - mean)
        best = spectrum.best(self.alphas, self.per_target)
        return spectrum.predict(new, best) + mean, best


def choose(losses: np.ndarray, alphas: Sequence[float], per_target: bool) -> np.ndarray:
    """The penalty of each neuroid, shape (neuroid,), from losses of shape (penalty, neuroid)."""
    alphas = np.asarray(alphas, np.float64)
    if per_target:
        return alphas[losses.argmin(0)]
    return np.full(losses.shape[1], alphas[losses.mean(1).argmin()])


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
        self.n, p = x.shape
        self.primal = self.n > p + 1  # at p + 1 the fit may keep all, and 1 - h has digits in the dual form only
        kernel = self.features.covariance() if self.primal else self.features.gram()
        if not self.primal:
            # Centred rows have the null vector (1, ..., 1); lifted above all others it is known, and left out.
            kernel += 2 * np.trace(kernel) / self.n + (not kernel.any())
        values, self.vectors = eigh(kernel, check_finite=False, overwrite_a=True, driver="evd")
        if not self.primal:
            values, self.vectors = values[:-1], self.vectors[:, :-1]
        self.values = np.maximum(values, 0)
        self.z = self.features.times(self.vectors) if self.primal else self.vectors
        self.zy = self.z.T @ y

    def best(self, alphas: Sequence[float], per_target: bool) -> np.ndarray:
        """The penalty of the smallest loss for each neuroid, shape (neuroid,).

        Losses in single precision rule out most penalties; those that may be the best are computed in double.
        """
        alphas = np.asarray(alphas, np.float64)
        left = self._left_over(alphas)
        with np.errstate(all="ignore"):  # what single precision does not hold makes every penalty a contender
            near = self._contenders(alphas, left, per_target)
        losses = np.full((len(alphas), self.y.shape[1]), np.inf)
        losses[near] = self._losses(alphas[near], left[:, near], TOLERANCE, np.float64)
        return choose(losses, alphas, per_target)

    def losses(self, alphas: np.ndarray) -> np.ndarray:
        """Mean squared leave-one-out error, (e_i / (1 - h_ii))^2, shape (penalty, neuroid).

        Residuals are linear in the shrinkage of the eigenvectors, and the shrinkages of many penalties are combinations
        of those of a few (to 1e-11 of the largest): only these few cost a product with the features.
        """
        return self._losses(alphas, self._left_over(alphas), TOLERANCE, np.float64)

    def _losses(self, alphas: np.ndarray, left: np.ndarray, tolerance: float, dtype: type) -> np.ndarray:
        picked, combination = interpolation(self._shrinkage(alphas), tolerance)
        used = 1 / (self.values[:, None] + alphas[picked])
        if not self.primal:
            used *= alphas[picked]
        z, y, left, combination = (part.astype(dtype, copy=False) for part in (self.z, self.y, left, combination.T))
        sums = np.zeros((len(alphas), y.shape[1]))
        for first in range(0, y.shape[1], TARGETS):
            columns = slice(first, first + TARGETS)
            shrunk = (used[:, :, None] * self.zy[:, None, columns]).reshape(len(used), -1).astype(dtype, copy=False)
            for start in range(0, self.n, ROWS):
                rows = slice(start, start + ROWS)
                few = (z[rows] @ shrunk).reshape(-1, len(picked), self.zy[:, columns].shape[1])
                error = np.matmul(combination, few)
                if self.primal:
                    np.subtract(y[rows, None, columns], error, out=error)
                with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                    error /= left[rows, :, None]
                    sums[:, columns] += np.einsum("raq,raq->aq", error, error)
        sums[np.isnan(sums)] = np.inf  # a leverage of 1: nothing is left to leave out
        return sums / self.n

    def _contenders(self, alphas: np.ndarray, left: np.ndarray, per_target: bool) -> np.ndarray:
        """Which penalties may have the smallest loss, by the triangle inequality on root mean squares; bool."""
        square = self._losses(alphas, left, COARSE_TOLERANCE, np.float32)
        doubt = np.square(COARSE / left).mean(0)[:, None] * np.square(self.y).mean(0)
        if not per_target:
            square, doubt = square.mean(1, keepdims=True), doubt.mean(1, keepdims=True)
        root = np.sqrt(square)
        doubt = np.sqrt(doubt) + COARSE * root
        possible = ~(root - doubt > (root + doubt).min(0))
        return possible.any(1) if np.isfinite(square).any(0).all() else np.ones(len(alphas), bool)

    def predict(self, new: np.ndarray, alphas: np.ndarray) -> np.ndarray:
        """Predictions with the penalty of each neuroid, target means not added; shape (row, neuroid)."""
        coefficients = self.vectors @ (self.zy / (self.values[:, None] + alphas))
        centred = new.astype(np.float64) - self.features.mean
        if self.primal:
            return centred @ coefficients
        return self.features.times(centred.T).T @ coefficients

    def _left_over(self, alphas: np.ndarray) -> np.ndarray:
        """1 - h_ii, shape (stimulus, penalty)."""
        squares = self.z**2
        if self.primal:
            return 1 - 1 / self.n - squares @ (1 / (self.values[:, None] + alphas))
        return squares @ (alphas / (self.values[:, None] + alphas))

    def _shrinkage(self, alphas: np.ndarray) -> np.ndarray:
        """What a penalty keeps of each eigenvector (primal), or takes of it (dual: digits stay where all is kept)."""
        values = self.values[:, None]
        return (values if self.primal else alphas) / (values + alphas)


def interpolation(columns: np.ndarray, tolerance: float = TOLERANCE) -> tuple[np.ndarray, np.ndarray]:
    """A few columns of a matrix of which all others are combinations, by pivoted QR.

    Parameters
    ----------
    columns : array, shape (row, column)
    tolerance : float
        Of what is left of a column, as a share of its largest entry.

    Returns
    -------
    picked : array of int, shape (k,)
    combination : array, shape (k, column)
        ``columns[:, picked] @ combination`` is `columns`.
    """
    from scipy.linalg import qr, solve_triangular

    scale = np.abs(columns).max(0)
    scale[scale == 0] = 1.0
    r, order = qr(columns / scale, mode="r", pivoting=True, check_finite=False)
    diagonal = np.abs(np.diag(r))
    k = max(1, int((diagonal > tolerance * max(diagonal[0], tolerance)).sum()))
    combination = np.empty((k, columns.shape[1]))
    combination[:, order[:k]] = np.eye(k)
    if k < columns.shape[1]:
        combination[:, order[k:]] = solve_triangular(r[:k, :k], r[:k, k:], check_finite=False)
    return order[:k], combination * scale / scale[order[:k], None]
