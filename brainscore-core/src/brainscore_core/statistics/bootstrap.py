"""Uncertainty of a score from the predictions held out in its folds: stimuli are resampled, fits are not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InvalidParameter
from .correlation import mean_of_defined, median_of_defined, weighted_correlations

DRAWS = 1000

SPREAD_DRAWS = 64
"""Draws from which the spread over units is taken."""

WITHIN_FOLDS = 0.5
"""Share of the noise of a draw that measured values are relieved of where medians are taken fold by fold.

Within a fold of a few stimuli the noise of the units is of very unequal size, and full relief makes the error 5 to 11%
too small, none 6 to 8% too large (simulated with unfitted predictions).
"""

FEWEST = 3
"""Levels a random factor must have: two animals say nothing about animals."""


@dataclass(frozen=True)
class Interval:
    """A bootstrap distribution in numbers.

    Parameters
    ----------
    error : float
        Standard deviation over draws.
    low, high : float
        Interval at `level`.
    draws : array, shape (draw,)
    """

    error: float
    low: float
    high: float
    level: float
    draws: np.ndarray

    @classmethod
    def of(cls, draws: np.ndarray, level: float = 0.95, value: float | None = None) -> "Interval":
        """Of the finite draws; NaN where there are fewer than two.

        Parameters
        ----------
        draws : array, shape (draw,)
        value : float, optional
            The estimate that the draws scatter about. The percentiles are then shifted by its distance from their mean:
            a correlation over the few distinct stimuli of a resampled fold is biased down once more, and the estimate
            has the first of these biases already.
        """
        draws = np.asarray(draws, np.float64)
        finite = draws[np.isfinite(draws)]
        if len(finite) < 2:
            return cls(np.nan, np.nan, np.nan, level, draws)
        low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
        shift = 0.0 if value is None else value - finite.mean()
        return cls(float(finite.std(ddof=1)), float(low + shift), float(high + shift), level, draws)


def counts(n: int, draws: int = DRAWS, seed: int | Sequence[int] = 0, groups: np.ndarray | None = None) -> np.ndarray:
    """How often each stimulus is drawn, shape (draw, stimulus).

    Parameters
    ----------
    n : int
        Number of stimuli.
    draws : int
        At least 2.
    groups : array, shape (stimulus,), optional
        Whole groups are drawn where stimuli are not independent.

    Raises
    ------
    InvalidParameter
        If there is nothing to draw from.
    """
    if draws < 2:
        raise InvalidParameter(f"{draws} bootstrap draws", expected="at least 2")
    codes = None if groups is None else np.unique(groups, return_inverse=True)[1].ravel()
    levels = n if codes is None else int(codes.max()) + 1
    if levels < 2:
        unit = "stimulus" if groups is None else "group"
        raise InvalidParameter(f"a bootstrap over {levels} {unit}", expected="2 or more")
    generator = np.random.default_rng(seed)
    drawn = np.empty((draws, levels))
    for row in drawn:
        row[:] = np.bincount(generator.integers(0, levels, levels), minlength=levels)
    return drawn if codes is None else drawn[:, codes]


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


def widened(draws: np.ndarray, factor: float) -> np.ndarray:
    """Draws, on the first axis, spread by `factor` about their mean: by what a bootstrap without fitting is too narrow.

    Parameters
    ----------
    draws : array, shape (draw, ...)
        NaN stays NaN.
    factor : float
        See :attr:`~.evaluation.Evaluation.widening`.
    """
    if factor == 1:
        return draws
    mean = mean_of_defined(draws)
    return mean + factor * (draws - mean)


def deflated(draws: np.ndarray, values: np.ndarray, share: float = 1.0) -> np.ndarray:
    """Draws of each unit as they scatter about the unit's own value, not about its measured one.

    Measured values hold noise already, and a draw adds as much again: the spread over units grows by what noise gave
    it, and the median of a wider spread is less certain than the median that was measured (its error comes out an
    eighth too large where units are alike). So the measured values are drawn together about their median until, with
    the noise of a draw, they spread as they did when measured. Spreads are interquartile ranges: only what lies near
    the median moves it.

    Parameters
    ----------
    draws : array, shape (..., draw, unit)
    values : array, shape (..., unit)
        As measured; NaN where undefined.
    share : float
        How much of the noise they are relieved of.

    Returns
    -------
    array, shape (..., draw, unit)
    """
    noise = draws - values[..., None, :]
    added = mean_of_defined(_quartile_range(noise[..., :SPREAD_DRAWS, :]) ** 2, axis=-1)
    measured = _quartile_range(values) ** 2
    noisy = np.divide(added, measured, out=np.zeros_like(measured), where=measured > 0)
    kept = np.sqrt(1 - share * np.clip(np.nan_to_num(noisy), 0, 1))[..., None]
    centre = median_of_defined(values)[..., None]
    return (centre + kept * (values - centre))[..., None, :] + noise


def _quartile_range(values: np.ndarray) -> np.ndarray:
    """Interquartile range over the last axis, NaN left out; 0 where all are."""
    undefined = np.isnan(values)
    if undefined.any():
        empty = undefined.all(-1, keepdims=True)
        low, high = np.nanquantile(np.where(empty, 0.0, values), (0.25, 0.75), axis=-1)
    else:  # numpy goes row by row where it may meet NaN
        low, high = np.quantile(values, (0.25, 0.75), axis=-1)
    return high - low


def weighted_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Median over the last axis where each entry stands `weights` times; NaN entries are left out.

    Parameters
    ----------
    values : array, shape (..., draw, unit)
        Or one draw, of which `weights` has many.
    weights : array, shape (draw, unit)
        Counts.

    Returns
    -------
    array, shape (..., draw)
        NaN where nothing is left.
    """
    values = np.broadcast_to(values, np.broadcast_shapes(values.shape, weights.shape))
    order = np.argsort(values, axis=-1)
    values = np.take_along_axis(values, order, -1)
    weights = np.take_along_axis(np.broadcast_to(weights, values.shape), order, -1) * ~np.isnan(values)
    total = np.cumsum(weights, -1)
    count = total[..., -1:]
    below = (total <= (count - 1) / 2).sum(-1, keepdims=True)
    above = (total <= count / 2).sum(-1, keepdims=True)
    last = values.shape[-1] - 1
    middle = [np.take_along_axis(values, np.minimum(index, last), -1) for index in (below, above)]
    return np.where(count > 0, (middle[0] + middle[1]) / 2, np.nan)[..., 0]


def two_factor(
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    row_weights: np.ndarray,
    column_weights: np.ndarray,
) -> float:
    """Variance of a statistic over two crossed random factors, corrected as Schuett et al. 2023 (eLife 82566, Methods).

    Crossing both resamplings counts the residual three times; resampling one factor at a time counts it once in each:
    var = 2 (var_rows + var_columns) - var_both, bounded below by the larger of the one-factor variances and above by
    the crossed one.

    Parameters
    ----------
    statistic : callable
        ``statistic(row_weights, column_weights) -> array (draw,)``; each weight array (draw, entry).
    row_weights, column_weights : array, shape (draw, entry)
        Bootstrap counts of the two factors, as :func:`counts` and :func:`level_counts` draw them.

    Returns
    -------
    float
    """
    ones_rows, ones_columns = np.ones_like(row_weights), np.ones_like(column_weights)
    rows = _variance(statistic(row_weights, ones_columns))
    columns = _variance(statistic(ones_rows, column_weights))
    both = _variance(statistic(row_weights, column_weights))
    return float(np.clip(2 * (rows + columns) - both, max(rows, columns), max(both, rows, columns)))


def level_counts(labels: np.ndarray, draws: int = DRAWS, seed: int = 0, factor: str = "subject") -> np.ndarray:
    """How often each entry is drawn when the levels of a second factor (subjects, units) are resampled.

    Parameters
    ----------
    labels : array, shape (entry,)
        Entries with one label are drawn together.
    factor : str
        Named in the error.

    Returns
    -------
    array, shape (draw, entry)

    Raises
    ------
    InvalidParameter
        With fewer than three levels: an interval over two animals would be no interval.
    """
    levels = len(np.unique(labels))
    if levels < FEWEST:
        raise InvalidParameter(
            f"an interval over {levels} levels of {factor!r}",
            expected=f"at least {FEWEST}",
            remedy="state the interval over stimuli, and each value by itself",
        )
    return counts(len(labels), draws, (seed, 1), labels)  # another stream than that of the stimuli


def _variance(draws: np.ndarray) -> float:
    finite = np.asarray(draws, np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.var(ddof=1)) if len(finite) > 1 else 0.0
