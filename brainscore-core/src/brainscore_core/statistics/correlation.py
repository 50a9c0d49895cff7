"""Pearson correlation, column by column, without a loop over neuroids; means and medians of what is defined."""

import numpy as np

CONSTANT = 1e-13
"""Deviations below this share of the largest value are rounding, as scipy warns."""


def correlate_columns(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson r between equal columns of two arrays.

    Parameters
    ----------
    a, b : array, shape (stimulus, neuroid)

    Returns
    -------
    array, shape (neuroid,)
        NaN where a column is constant (up to 1e-13 of its largest value) or holds NaN. Float64, also for float32 input:
        sums of squares of single precision lose digits.
    """
    a, flat_a = _centred(a)
    b, flat_b = _centred(b)
    covariance = np.einsum("ij,ij->j", a, b)
    norms = np.sqrt(np.einsum("ij,ij->j", a, a)) * np.sqrt(np.einsum("ij,ij->j", b, b))
    with np.errstate(invalid="ignore", divide="ignore"):
        r = covariance / norms
    return np.where(flat_a | flat_b, np.nan, np.clip(r, -1.0, 1.0))


def _centred(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Float64 deviations from column means, and which columns do not vary.

    Columns whose squares would overflow or vanish are scaled by a power of two, which changes no digit of r.
    """
    values = np.asarray(values, np.float64)
    if not len(values):
        return values, np.ones(values.shape[1], bool)
    size = np.maximum(values.max(0), -values.min(0))
    centred = values - values.mean(0)
    spread = np.maximum(centred.max(0), -centred.min(0))
    flat = ~(spread > CONSTANT * size)
    extreme = (spread > 1e120) | (spread < 1e-120)
    if (extreme & ~flat).any():
        centred = np.ldexp(centred, np.where(extreme & ~flat, -np.frexp(spread)[1], 0))
    return centred, flat


def weighted_correlations(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Pearson r of equal columns under many weightings of the rows at once.

    Parameters
    ----------
    a, b : array, shape (stimulus, neuroid)
        NaN: not measured; such rows are left out, column by column.
    weights : array, shape (draw, stimulus)
        How often each row counts; bootstrap counts.

    Returns
    -------
    array, shape (draw, neuroid)
        NaN where a column does not vary under the weights, or where no row has weight.
    """
    a, b, weights = np.asarray(a, np.float64), np.asarray(b, np.float64), np.asarray(weights, np.float64)
    known = ~(np.isnan(a) | np.isnan(b))
    complete = bool(known.all())
    a, b = (_scaled(part, None if complete else known) for part in (a, b))
    total = weights.sum(1, keepdims=True) if complete else weights @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_a, mean_b, square_a, square_b, product = (weights @ x / total for x in (a, b, a * a, b * b, a * b))
        var_a, var_b = square_a - mean_a**2, square_b - mean_b**2
        r = (product - mean_a * mean_b) / np.sqrt(var_a * var_b)
    # The difference of squares is exact to a few units in the last place of the squares.
    varies = (var_a > CONSTANT * square_a) & (var_b > CONSTANT * square_b)
    return np.where(varies, np.clip(r, -1.0, 1.0), np.nan)


def _scaled(values: np.ndarray, known: np.ndarray | None) -> np.ndarray:
    """Centred, largest deviation 1; zero where a value is not known, or a column does not vary."""
    if known is not None:
        values = np.where(known, values, mean_of_defined(np.where(known, values, np.nan)))
    centred, flat = _centred(values)
    scale = np.abs(centred).max(0, initial=0.0)
    scaled = np.where(flat, 0.0, centred / np.where(flat | (scale == 0), 1.0, scale))
    return scaled if known is None else np.where(known, scaled, 0.0)


def median_of_defined(values: np.ndarray) -> np.ndarray:
    """Median over the last axis (neuroids), NaN left out; NaN where all are.

    Parameters
    ----------
    values : array, shape (..., neuroid)

    Returns
    -------
    array, shape (...)
    """
    undefined = np.isnan(values)
    if not undefined.any():
        return np.median(values, axis=-1)
    # numpy's nanmedian goes row by row; sorted, NaN stand last
    ordered, count = np.sort(values, axis=-1), np.sum(~undefined, axis=-1, keepdims=True)
    low, high = (np.take_along_axis(ordered, index, -1) for index in (np.maximum(count - 1, 0) // 2, count // 2))
    return ((low + high) / 2)[..., 0]


def mean_of_defined(values: np.ndarray, axis: int = 0) -> np.ndarray:
    """Mean over an axis (splits), NaN left out; NaN where all are."""
    values = np.asarray(values, np.float64)
    defined = ~np.isnan(values)
    count = defined.sum(axis)
    total = np.where(defined, values, 0.0).sum(axis)
    return np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)


def fisher_z(r: np.ndarray | float) -> np.ndarray:
    """artanh(r): near normal with variance 1 / (n - 3) (Fisher 1921); infinite at r = 1 and -1."""
    with np.errstate(divide="ignore"):
        return np.arctanh(np.asarray(r, np.float64))


def fisher_mean(r: np.ndarray, axis: int = 0) -> np.ndarray:
    """Mean correlation by way of Fisher's z: less biased than the plain mean where each r is of few stimuli.

    A correlation of exactly 1 counts as 1 - 1e-15, so that one of them does not make the mean 1.
    """
    bound = 1 - 1e-15
    return np.tanh(mean_of_defined(fisher_z(np.clip(r, -bound, bound)), axis))
