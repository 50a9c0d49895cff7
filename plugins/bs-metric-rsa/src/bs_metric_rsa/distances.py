"""How unlike two stimuli are, seen through many units."""

import numpy as np


def correlation_distance(values: np.ndarray) -> np.ndarray:
    """1 - Pearson's r over units, between all pairs of stimuli (Kriegeskorte, Mur, Bandettini 2008).

    Parameters
    ----------
    values : array, shape (stimulus, unit)
        Finite numbers. float32 is computed in float32, anything else in float64.

    Returns
    -------
    array, shape (stimulus, stimulus)
        Symmetric, in [0, 2]. NaN in the row and column of a stimulus to which all units respond alike: it has no
        correlation with anything.
    """
    values = np.asarray(values, dtype=np.float32 if values.dtype == np.float32 else np.float64)
    centred = values - values.mean(axis=1, keepdims=True, dtype=np.float64).astype(values.dtype)
    # the mean was rounded to the dtype: what is left is not small beside a weak response on a high baseline
    centred -= centred.mean(axis=1, keepdims=True)
    norm = np.sqrt(np.einsum("su,su->s", centred, centred))
    constant = values.max(axis=1) == values.min(axis=1)
    centred /= np.where(constant, np.nan, norm)[:, None]
    return 1 - np.clip(centred @ centred.T, -1, 1)


def squared_distance(values: np.ndarray) -> np.ndarray:
    """Squared Euclidean distance divided by the number of units, between all pairs of stimuli.

    Parameters
    ----------
    values : array, shape (stimulus, unit)
        Finite numbers.

    Returns
    -------
    array, shape (stimulus, stimulus)
        Symmetric, not negative, diagonal 0; float64.
    """
    values = np.asarray(values, np.float64)
    centred = values - values.mean(axis=0)
    distances = from_products(centred @ centred.T, max(1, values.shape[1]))
    return np.maximum(distances, 0, out=distances)


def from_products(products: np.ndarray, units: int) -> np.ndarray:
    """Squared distances from inner products of patterns, (stimulus, stimulus): (x_ii + x_jj - 2 x_ij) / units."""
    norms = np.diag(products)
    distances = (norms[:, None] + norms - 2 * products) / units
    np.fill_diagonal(distances, 0)
    return distances


def standardised(values: np.ndarray) -> np.ndarray:
    """Each unit at mean 0 and standard deviation 1 over stimuli; units that do not vary are left out.

    Parameters
    ----------
    values : array, shape (stimulus, unit)

    Returns
    -------
    array, shape (stimulus, unit that varies)
        In the dtype of `values` where that is floating.
    """
    varies = values.max(axis=0) > values.min(axis=0)
    values = values if varies.all() else values[:, varies]
    centred = values - values.mean(axis=0, dtype=np.float64)
    return (centred / centred.std(axis=0)).astype(values.dtype if values.dtype.kind == "f" else np.float64, copy=False)
