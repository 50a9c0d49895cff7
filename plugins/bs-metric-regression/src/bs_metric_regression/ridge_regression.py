"""Ridge over all folds from one factorisation, and the choice among many penalties from one eigendecomposition.

With H the hat matrix of all stimuli, what a fold without its test rows t predicts for them has the residual
(I - H_tt)^-1 (y_t - H_t y): leave-block-out in closed form, intercept included.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .features import Features

Fold = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Ridge:
    """Ridge regression with intercept, as scikit-learn's ``Ridge(alpha)``.

    Parameters
    ----------
    alpha : float
        Penalty on the squared norm of the coefficients; default 1.
    """

    alpha: float = 1.0

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold; arguments and result as for :meth:`PLS.predict`."""
        target = np.asarray(target, np.float64)
        n = len(target)
        if all(len(train) + len(test) == n for train, test in folds):
            return _leave_blocks_out(source, target, folds, self.alpha), {}
        return [_fit(source[train], target[train], source[test], self.alpha) for train, test in folds], {}


def _leave_blocks_out(source: np.ndarray, y: np.ndarray, folds: Sequence[Fold], alpha: float) -> list[np.ndarray]:
    features, mean = Features(source), y.mean(0)
    y = y - mean
    predict = _blocks_primal if features.shape[0] > features.shape[1] else _blocks_dual
    return [part + mean for part in predict(features, y, [test for _, test in folds], alpha)]


def _blocks_primal(features: Features, y: np.ndarray, tests: Sequence[np.ndarray], alpha: float) -> list[np.ndarray]:
    from scipy.linalg import cho_factor, cho_solve, solve_triangular

    n, p = features.shape
    covariance = features.covariance()
    covariance[np.diag_indices(p)] += alpha
    factor = cho_factor(covariance, lower=True, overwrite_a=True, check_finite=False)
    coefficients = cho_solve(factor, features.transposed_times(y), check_finite=False)
    out = []
    for test in tests:
        rows = features.rows(test)
        half = solve_triangular(factor[0], rows.T, lower=True, check_finite=False)
        left_out = -(half.T @ half) - 1.0 / n
        left_out[np.diag_indices(len(test))] += 1
        residual = y[test] - rows @ coefficients
        out.append(y[test] - _solve_positive(left_out, residual))
    return out


def _blocks_dual(features: Features, y: np.ndarray, tests: Sequence[np.ndarray], alpha: float) -> list[np.ndarray]:
    from scipy.linalg import inv

    n = len(y)
    gram = features.gram()
    gram[np.diag_indices(n)] += alpha
    rest = alpha * inv(gram, overwrite_a=True, check_finite=False) - 1.0 / n
    residual = rest @ y
    return [y[test] - _solve_positive(rest[np.ix_(test, test)], residual[test]) for test in tests]


def _solve_positive(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """I - H_tt is positive definite; where rounding says otherwise the general solver still answers."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    try:
        return cho_solve(cho_factor(matrix, check_finite=False), right, check_finite=False)
    except LinAlgError:
        return np.linalg.solve(matrix, right)


def _fit(x: np.ndarray, y: np.ndarray, new: np.ndarray, alpha: float) -> np.ndarray:
    """One fit, for folds that do not divide the stimuli."""
    from scipy.linalg import cho_factor, cho_solve

    features, mean = Features(x), y.mean(0)
    centred = new.astype(np.float64) - features.mean
    n, p = x.shape
    kernel = features.covariance() if n > p else features.gram()
    kernel[np.diag_indices(len(kernel))] += alpha
    factor = cho_factor(kernel, overwrite_a=True, check_finite=False)
    if n > p:
        return centred @ cho_solve(factor, features.transposed_times(y - mean), check_finite=False) + mean
    return features.times(centred.T).T @ cho_solve(factor, y - mean, check_finite=False) + mean
