"""How much wider an interval is because stimuli are fitted as well as tested.

Resampling held-out predictions leaves the fits as they are, and such intervals cover the pipeline's own expectation in
88 to 93 of 100 experiments instead of 95 (simulated, bench/RESULTS-statistics.md). What is missing is that one stimulus
acts twice: one that is hard to predict when it is tested is misleading when it is fitted. The first-order influence of
each stimulus on the score in either role is known in closed form for ridge; the covariance of the two roles widens the
interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .ridge_cv import Spectrum

Fold = tuple[np.ndarray, np.ndarray]

LARGEST = 4096
"""An eigendecomposition of up to so many stimuli or features, whichever are fewer; above, nothing is estimated."""

PENALTIES = tuple(np.logspace(-8, 1, 19).tolist())
"""Of the surrogate, as shares of the largest eigenvalue; the one of the smallest leave-one-out error is taken."""

WIDEST = 2.0


@dataclass(frozen=True)
class Surrogate:
    """A ridge that stands for the regression: how a stimulus that is fitted moves predictions of others.

    Parameters
    ----------
    basis : array, shape (row, direction)
        Orthonormal, of the centred features.
    kept : array, shape (direction,)
        Share of each direction that the fit keeps.
    residual : array, shape (row, neuroid)
        Of the fit to all rows, each divided by what fitting took from its size.
    dual : bool
        Whether the basis spans all rows: the complement of `kept` then has all digits.
    """

    basis: np.ndarray
    kept: np.ndarray
    lost: np.ndarray
    residual: np.ndarray
    dual: bool

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray, alpha: float | None) -> "Surrogate":
        """Of features (row, feature) and responses (row, neuroid), with this penalty or the best of a grid."""
        y = y - y.mean(0)
        spectrum = Spectrum(x, y)
        top = float(spectrum.values.max(initial=0.0)) or 1.0
        if alpha is None:
            grid = top * np.array(PENALTIES)
            alpha = float(grid[spectrum.losses(grid).mean(1).argmin()])
        values = spectrum.values
        kept, lost = values / (values + alpha), alpha / (values + alpha)
        basis = spectrum.z
        if spectrum.primal:
            inside = values > 1e-14 * top
            basis, kept, lost = basis[:, inside] / np.sqrt(values[inside]), kept[inside], lost[inside]
        squares = basis**2
        if spectrum.primal:
            residual = y - basis @ (kept[:, None] * (basis.T @ y))
            size = 1 - 1 / len(y) - squares @ (kept * (2 - kept))
        else:
            residual = basis @ (lost[:, None] * (basis.T @ y))
            size = squares @ lost**2
        scale = np.sqrt(np.maximum(size, np.finfo(np.float64).tiny))
        return cls(basis, kept, lost, residual / scale[:, None], not spectrum.primal)

    def gradient(self, test: np.ndarray, by_prediction: np.ndarray) -> np.ndarray:
        """Derivative of scores by the weight of each row, mean over scores; shape (row,).

        Parameters
        ----------
        test : array of int, shape (test row,)
            Rows that were left out of the fit.
        by_prediction : array, shape (test row, score)
            Derivative of each score by the predictions; a score belongs to a neuroid, bins one after the other.
        """
        rows = self.basis[test]
        if self.dual:
            left_out = (rows * self.lost) @ rows.T
        else:
            left_out = np.eye(len(test)) - (rows * self.kept) @ rows.T - 1 / len(self.basis)
        spread = np.linalg.lstsq(left_out, by_prediction, rcond=1e-10)[0]
        moved = self.basis @ (self.kept[:, None] * (rows.T @ spread)) + spread.sum(0) / len(self.basis)
        bins = moved.shape[1] // self.residual.shape[1]
        return sum(
            np.einsum("ru,ru->r", part, self.residual) for part in np.split(moved, bins, axis=1)
        ) / moved.shape[1]  # fmt: skip


def covariance_of_roles(
    x: np.ndarray,
    y: np.ndarray,
    predictions: Sequence[np.ndarray],
    target: np.ndarray,
    folds: Sequence[Fold],
    alpha: float | None,
    bins: int = 1,
    groups: np.ndarray | None = None,
) -> float:
    """Twice the covariance of what stimuli do to the mean score when tested and when fitted, summed over stimuli.

    What it adds to the variance of the score; NaN where it is not estimated.

    Parameters
    ----------
    x : array, shape (bin x stimulus, feature)
    y : array, shape (bin x stimulus, neuroid)
    predictions : sequence of arrays, shape (test stimulus, bin x neuroid)
    target : array, shape (stimulus, bin x neuroid)
    folds : sequence of (training stimuli, test stimuli)
    alpha : float, optional
        Penalty of the surrogate; default: chosen by leave-one-out.
    bins : int
    groups : array, shape (stimulus,), optional
        Stimuli that are drawn together act together.
    """
    if min(x.shape) > LARGEST:
        return float("nan")
    surrogate, n = Surrogate.of(x, np.asarray(y, np.float64), alpha), len(target)
    as_tested, as_fitted = np.zeros(n), np.zeros(n)
    for prediction, (train, test) in zip(predictions, folds, strict=True):
        gradient, influence = _influence(prediction, np.asarray(target[test], np.float64))
        as_tested[test] += influence / len(folds)
        rows = (test[None, :] + n * np.arange(bins)[:, None]).ravel()
        effect = surrogate.gradient(rows, _by_bin(gradient, bins)).reshape(bins, n).sum(0)
        as_fitted[train] += (effect[train] - effect[train].mean()) / len(folds)
    if groups is not None:
        codes = np.unique(groups, return_inverse=True)[1].ravel()
        as_tested, as_fitted = np.bincount(codes, as_tested), np.bincount(codes, as_fitted)
    return 2 * float(as_tested @ as_fitted)


def training_factor(added: float, spread: float) -> float:
    """By what draws are spread about the score, between 1 and 2, so that their variance `spread` grows by `added`."""
    if np.isnan(added) or not spread > 0:
        return float("nan")
    return float(np.clip(np.sqrt(1 + max(added, 0.0) / spread), 1.0, WIDEST))


def _influence(prediction: np.ndarray, response: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of Pearson's r: its derivative by each prediction (test, score), and by the weight of each stimulus, (test,)."""
    p, y = prediction - prediction.mean(0), response - response.mean(0)
    spread_p, spread_y = p.std(0), y.std(0)
    varies = (spread_p > 1e-13 * np.abs(prediction).max(0)) & (spread_y > 1e-13 * np.abs(response).max(0))
    p = np.where(varies, p, 0.0) / np.where(varies, spread_p, 1.0)
    y = np.where(varies, y, 0.0) / np.where(varies, spread_y, 1.0)
    r = (p * y).mean(0)
    gradient = (y - r * p) / np.where(varies, spread_p, 1.0) / len(p)
    return gradient, (p * y - r / 2 * (p**2 + y**2)).mean(1) / len(p)


def _by_bin(gradient: np.ndarray, bins: int) -> np.ndarray:
    """(bin x test, bin x neuroid): predictions of one bin move only that bin's scores."""
    if bins == 1:
        return gradient
    tests, units = gradient.shape[0], gradient.shape[1] // bins
    out = np.zeros((bins, tests, bins, units))
    for index in range(bins):
        out[index, :, index] = gradient[:, index * units : (index + 1) * units]
    return out.reshape(bins * tests, bins * units)
