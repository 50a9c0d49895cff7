"""Ridge over all folds from one factorisation.

With H the hat matrix of all stimuli, a fit without the rows t predicts them with the residual (I - H_tt)^-1 (y_t - H_t
y): leave-block-out in closed form, intercept included.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from brainscore_core.errors import InvalidParameter

from .features import IN_MEMORY, Features

Fold = tuple[np.ndarray, np.ndarray]

LARGEST_BLOCK = 3
"""Up to a third of the stimuli are left out in closed form; a fit to fewer than the rest is as fast by itself."""

CANCELLED = 1e-5
"""Where I - H_tt has a pivot below this, its digits are gone: the fold is fitted by itself."""


@dataclass(frozen=True)
class Ridge:
    """Ridge regression with intercept, as scikit-learn's ``Ridge(alpha)``.

    Parameters
    ----------
    alpha : float
        Penalty on the squared norm of the coefficients; default 1.
    """

    alpha: float = 1.0
    rotation_invariant: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_penalties([self.alpha])

    def penalty(self, notes: Mapping[str, float]) -> float:
        """What the surrogate of :mod:`.training` is fitted with."""
        return self.alpha

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold; arguments and result as for :meth:`PLS.predict`."""
        target = np.asarray(target, np.float64)
        everything = np.arange(len(target))
        outside = [np.setdiff1d(everything, train, assume_unique=True) for train, _ in folds]
        blocks = [rows if LARGEST_BLOCK * len(rows) <= len(target) else None for rows in outside]
        left_out = _leave_blocks_out(source, target, blocks, self.alpha)
        predictions = []
        for block, rows, (train, test) in zip(left_out, outside, folds, strict=True):
            if block is None:
                predictions.append(_fit(source[train], target[train], source[test], self.alpha))
            else:
                predictions.append(block[np.searchsorted(rows, test)])
        return predictions, {"refitted": sum(part is None for part in left_out)}


def check_penalties(alphas: Sequence[float]) -> None:
    """Refuse what is no penalty."""
    if not len(alphas) or not all(np.isfinite(alpha) and alpha > 0 for alpha in alphas):
        raise InvalidParameter(
            f"penalties {list(alphas)[:5]}",
            expected="finite numbers above 0",
            remedy="use linear_predictivity for least squares without a penalty",
        )


def _leave_blocks_out(
    source: np.ndarray, y: np.ndarray, blocks: Sequence[np.ndarray | None], alpha: float
) -> list[np.ndarray | None]:
    """Predictions of each block from all rows outside; None for none, or for one that loses its digits that way."""
    wanted = [block for block in blocks if block is not None]
    if not wanted:
        return [None] * len(blocks)
    features, mean = Features(source), y.mean(0)
    y = y - mean
    predict = _blocks_primal if features.shape[0] > features.shape[1] else _blocks_dual
    found = predict(features, y, wanted, alpha)
    return [None if block is None or (part := next(found)) is None else part + mean for block in blocks]


def _blocks_primal(
    features: Features, y: np.ndarray, blocks: Sequence[np.ndarray], alpha: float
) -> Iterator[np.ndarray | None]:
    from scipy.linalg import LinAlgError, blas, cho_factor, lapack

    n, p = features.shape
    covariance = features.covariance()
    covariance[np.diag_indices(p)] += alpha
    try:
        factor, _ = cho_factor(covariance, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError:  # features so large beside alpha, and so dependent, that rounding decides
        yield from [None] * len(blocks)
        return
    # products with the inverse run at twice the rate of triangular solves
    inverse = lapack.dtrtri(factor, lower=1, overwrite_c=1)[0]
    half_coefficients = inverse @ features.transposed_times(y)
    shared = sum(map(len, blocks)) > n and 8 * n * p <= IN_MEMORY
    if shared:  # rows stand in several blocks
        whole = blas.dtrmm(1.0, inverse, features.rows(np.arange(n)).T, lower=1, overwrite_b=1)
    for block in blocks:
        half = whole[:, block] if shared else blas.dtrmm(1.0, inverse, features.rows(block).T, lower=1, overwrite_b=1)
        left_out = half.T @ half
        np.subtract(-1.0 / n, left_out, out=left_out)
        left_out[np.diag_indices(len(block))] += 1
        residual = _solve(left_out, y[block] - half.T @ half_coefficients)
        yield None if residual is None else y[block] - residual


def _blocks_dual(
    features: Features, y: np.ndarray, blocks: Sequence[np.ndarray], alpha: float
) -> Iterator[np.ndarray | None]:
    n = len(y)
    gram = features.gram()
    # The Gram matrix of centred rows is singular along (1, ..., 1); lifted there, the inverse keeps its digits.
    lift = float(np.trace(gram)) / n
    gram += lift / n
    gram[np.diag_indices(n)] += alpha
    inverse = _inverse(gram)
    if inverse is None:
        yield from [None] * len(blocks)
        return
    rest = alpha * inverse - alpha / (alpha + lift) / n
    residual = rest @ y
    for block in blocks:
        solved = _solve(rest[np.ix_(block, block)], residual[block])
        yield None if solved is None else y[block] - solved


def _inverse(matrix: np.ndarray) -> np.ndarray | None:
    """Of a positive definite matrix, which is overwritten; None where rounding has made it none."""
    from scipy.linalg import lapack

    factor, failed = lapack.dpotrf(matrix.T, lower=1, overwrite_a=1, clean=0)
    if failed:
        return None
    lower, failed = lapack.dpotri(factor, lower=1, overwrite_c=1)
    if failed:
        return None
    lower = np.tril(lower)
    return lower + np.tril(lower, -1).T


def _solve(matrix: np.ndarray, right: np.ndarray) -> np.ndarray | None:
    """(I - H_tt)^-1 right; None where too few digits of the matrix are left."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    try:
        factor = cho_factor(matrix, check_finite=False)
    except LinAlgError:
        return None
    if np.diag(factor[0]).min() ** 2 < CANCELLED:
        return None
    return cho_solve(factor, right, check_finite=False)


def _fit(x: np.ndarray, y: np.ndarray, new: np.ndarray, alpha: float) -> np.ndarray:
    """One fit by itself."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    features, mean = Features(x), y.mean(0)
    centred = new.astype(np.float64) - features.mean
    n, p = x.shape
    kernel = features.covariance() if n > p else features.gram()
    if n <= p:
        kernel += np.trace(kernel) / n**2  # along (1, ..., 1), which no response has, so that digits stay
    kernel[np.diag_indices(len(kernel))] += alpha
    try:
        factor = cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return centred @ _by_singular_values(features, y - mean, alpha) + mean
    if n > p:
        return centred @ cho_solve(factor, features.transposed_times(y - mean), check_finite=False) + mean
    return features.times(centred.T).T @ cho_solve(factor, y - mean, check_finite=False) + mean


def _by_singular_values(features: Features, y: np.ndarray, alpha: float) -> np.ndarray:
    """Coefficients where rounding leaves the normal equations indefinite: scikit-learn's way out too."""
    from scipy.linalg import svd

    left, values, right = svd(features.rows(np.arange(features.shape[0])), full_matrices=False, check_finite=False)
    kept = values > 1e-15
    shrunk = np.divide(values, values**2 + alpha, out=np.zeros_like(values), where=kept)
    return right.T @ (shrunk[:, None] * (left.T @ y))
