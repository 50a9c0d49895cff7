"""Ordinary least squares, and the single best unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Fold = tuple[np.ndarray, np.ndarray]
EPS = np.finfo(np.float64).eps


@dataclass(frozen=True)
class Linear:
    """Ordinary least squares with intercept, as scikit-learn's ``LinearRegression``; of least norm where undetermined.

    Brain-Score 2 differs where features outnumber training stimuli: its scikit-learn keeps the direction that centring
    removed (a singular value of 1e-16), and its digits depend on rounding. Here singular values below
    max(shape) x eps of the largest count as zero.
    """

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold."""
        from scipy.linalg import lstsq

        predictions = []
        for train, test in folds:
            x, y = source[train].astype(np.float64), np.asarray(target[train], np.float64)
            x_mean, y_mean = x.mean(0), y.mean(0)
            coefficients = lstsq(x - x_mean, y - y_mean, cond=max(x.shape) * EPS, check_finite=False)[0]
            predictions.append((source[test] - x_mean) @ coefficients + y_mean)
        return predictions, {}


@dataclass(frozen=True)
class SingleUnit:
    """For each neuroid the one source unit that correlates best with it on the training stimuli (Arend et al. 2018)."""

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold."""
        predictions = []
        for train, test in folds:
            x, y = _standardised(source[train]), _standardised(target[train])
            predictions.append(
                np.asarray(source[test], np.float64)[:, np.argmax(np.nan_to_num(x.T @ y, nan=-np.inf), 0)]
            )
        return predictions, {}


def _standardised(values: np.ndarray) -> np.ndarray:
    centred = values.astype(np.float64)
    centred -= centred.mean(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return centred / np.linalg.norm(centred, axis=0)
