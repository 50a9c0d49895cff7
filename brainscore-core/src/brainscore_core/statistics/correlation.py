"""Pearson correlation, column by column, without a loop over neuroids."""

import numpy as np


def correlate_columns(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson r between equal columns of two arrays.

    Parameters
    ----------
    a, b : array, shape (stimulus, neuroid)

    Returns
    -------
    array, shape (neuroid,)
        NaN where a column is constant or holds NaN. Float64, also for float32 input: sums of squares of single
        precision lose digits.
    """
    a = np.asarray(a, np.float64)
    b = np.asarray(b, np.float64)
    a = a - a.mean(0)
    b = b - b.mean(0)
    covariance = np.einsum("ij,ij->j", a, b)
    norms = np.sqrt(np.einsum("ij,ij->j", a, a)) * np.sqrt(np.einsum("ij,ij->j", b, b))
    constant = _constant(a) | _constant(b)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = covariance / norms
    return np.where(constant, np.nan, np.clip(r, -1.0, 1.0))


def _constant(centred: np.ndarray) -> np.ndarray:
    """Columns that are constant up to rounding, as scipy calls them: deviations below 1e-13 of the value."""
    return ~(np.abs(centred).max(0, initial=0.0) > 0)


def weighted_correlations(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Pearson r of equal columns under many weightings of the rows at once.

    Parameters
    ----------
    a, b : array, shape (stimulus, neuroid)
    weights : array, shape (draw, stimulus)
        How often each row counts; bootstrap counts.

    Returns
    -------
    array, shape (draw, neuroid)
        NaN where a column does not vary under the weights.
    """
    a = np.asarray(a, np.float64)
    b = np.asarray(b, np.float64)
    a = a - a.mean(0)
    b = b - b.mean(0)
    scale_a, scale_b = np.abs(a).max(0, initial=0.0), np.abs(b).max(0, initial=0.0)
    a = a / np.where(scale_a > 0, scale_a, 1.0)
    b = b / np.where(scale_b > 0, scale_b, 1.0)
    weights = np.asarray(weights, np.float64)
    total = weights.sum(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_a, mean_b = weights @ a / total, weights @ b / total
        cov = weights @ (a * b) / total - mean_a * mean_b
        var_a = weights @ (a * a) / total - mean_a**2
        var_b = weights @ (b * b) / total - mean_b**2
        r = cov / np.sqrt(var_a * var_b)
    flat = (var_a <= 1e-14) | (var_b <= 1e-14) | (total == 0)
    return np.where(flat, np.nan, np.clip(r, -1.0, 1.0))
