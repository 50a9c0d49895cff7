"""Uncertainty of a score from the predictions held out in its folds: stimuli are resampled, fits are not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .correlation import weighted_correlations

DRAWS = 1000


@dataclass(frozen=True)
class Interval:
    """A bootstrap distribution in numbers.

    Parameters
    ----------
    error : float
        Standard deviation over draws.
    low, high : float
        Percentile interval at `level`.
    draws : array, shape (draw,)
    """

    error: float
    low: float
    high: float
    level: float
    draws: np.ndarray

    @classmethod
    def of(cls, draws: np.ndarray, level: float = 0.95) -> "Interval":
        """Of the finite draws; NaN where there are none."""
        draws = np.asarray(draws, np.float64)
        finite = draws[np.isfinite(draws)]
        if len(finite) < 2:
            return cls(np.nan, np.nan, np.nan, level, draws)
        low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
        return cls(float(finite.std(ddof=1)), float(low), float(high), level, draws)


def counts(n: int, draws: int = DRAWS, seed: int = 0, groups: np.ndarray | None = None) -> np.ndarray:
    """How often each stimulus is drawn, shape (draw, stimulus).

    Parameters
    ----------
    n : int
        Number of stimuli.
    groups : array, shape (stimulus,), optional
        Whole groups are drawn where stimuli are not independent.
    """
    generator = np.random.default_rng(seed)
    if groups is None:
        return generator.multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)
    _, codes = np.unique(groups, return_inverse=True)
    number = codes.max() + 1
    return generator.multinomial(number, np.full(number, 1 / number), size=draws).astype(np.float64)[:, codes.ravel()]


def held_out_correlations(
    predictions: Sequence[np.ndarray], target: np.ndarray, tests: Sequence[np.ndarray], weights: np.ndarray
) -> np.ndarray:
    """Correlation of held-out predictions with the target under each draw, fold by fold.

    Correlate within a fold, then average folds: pooling predictions over folds is biased down, since the mean of each
    training set moves against its test set.

    Parameters
    ----------
    predictions : sequence of arrays, shape (test stimulus, neuroid)
        One a fold.
    target : array, shape (stimulus, neuroid)
    tests : sequence of index arrays
        Test stimuli of each fold.
    weights : array, shape (draw, stimulus)

    Returns
    -------
    array, shape (fold, draw, neuroid)
    """
    return np.stack(
        [weighted_correlations(p, target[test], weights[:, test]) for p, test in zip(predictions, tests, strict=True)]
    )


def two_factor(
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    row_weights: np.ndarray,
    column_weights: np.ndarray,
) -> float:
    """Variance of a statistic over two crossed random factors, corrected as Schuett et al. 2023 (eLife 82566, eq. 12).

    Crossing both resamplings counts the residual three times; resampling one factor at a time counts it once in each:
    var = 2 (var_rows + var_columns) - var_both, bounded below by the larger of the one-factor variances and above by
    the crossed one.

    Parameters
    ----------
    statistic : callable
        ``statistic(row_weights, column_weights) -> array (draw,)``; each weight array (draw, entry).
    row_weights, column_weights : array, shape (draw, entry)
        Bootstrap counts of the two factors.

    Returns
    -------
    float
    """
    ones_rows, ones_columns = np.ones_like(row_weights), np.ones_like(column_weights)
    rows = _variance(statistic(row_weights, ones_columns))
    columns = _variance(statistic(ones_rows, column_weights))
    both = _variance(statistic(row_weights, column_weights))
    return float(np.clip(2 * (rows + columns) - both, max(rows, columns), max(both, rows, columns)))


def _variance(draws: np.ndarray) -> float:
    finite = np.asarray(draws, np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.var(ddof=1)) if len(finite) > 1 else 0.0
