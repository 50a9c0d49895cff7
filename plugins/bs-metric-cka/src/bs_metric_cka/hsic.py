"""The Hilbert-Schmidt independence criterion of linear kernels, from Gram matrices."""

import numpy as np


def gram(values: np.ndarray) -> np.ndarray:
    """X X', shape (stimulus, stimulus), float64; products in the precision of the input."""
    return (values @ values.T).astype(np.float64, copy=False)


def unbiased(k: np.ndarray, l: np.ndarray) -> float:
    """Unbiased HSIC (Song et al. 2012, JMLR 13:1393, eq. 5).

    Parameters
    ----------
    k, l : array, shape (stimulus, stimulus)
        Gram matrices with zero diagonal; at least 4 stimuli.
    """
    n = len(k)
    k_sums, l_sums = k.sum(1), l.sum(1)
    trace = float(np.einsum("ij,ij->", k, l))
    rest = k_sums.sum() * l_sums.sum() / ((n - 1) * (n - 2)) - 2 * float(k_sums @ l_sums) / (n - 2)
    return (trace + rest) / (n * (n - 3))


def biased(k: np.ndarray, l: np.ndarray) -> float:
    """tr(K H L H) with the centring matrix H (Gretton et al. 2005), unscaled."""
    return float(np.einsum("ij,ij->", centre(k), centre(l)))


def centre(k: np.ndarray) -> np.ndarray:
    """H K H: rows and columns of mean zero."""
    means = k.mean(0)
    return k - means - means[:, None] + means.mean()


def without_diagonal(k: np.ndarray) -> np.ndarray:
    """A copy with zero diagonal."""
    k = k.copy()
    np.fill_diagonal(k, 0.0)
    return k


def alignment(xy: float, xx: float, yy: float) -> float:
    """HSIC(x, y) / sqrt(HSIC(x, x) HSIC(y, y)); 0 where an unbiased denominator is not above zero, as Brain-Score 2."""
    product = xx * yy
    return xy / float(np.sqrt(product)) if product > 0 else 0.0
