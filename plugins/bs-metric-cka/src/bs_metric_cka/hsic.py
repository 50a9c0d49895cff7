"""The Hilbert-Schmidt independence criterion of linear kernels, from Gram matrices."""

import numpy as np

ROWS = 128
"""Rows of Gram matrices that are multiplied at a time: their products stay in cache."""


def gram(values: np.ndarray) -> np.ndarray:
    """X X' of the centred columns, shape (stimulus, stimulus), float64; products in the precision of the input.

    Both criteria below ignore the column means; subtracted, they cost no digits.
    """
    values = np.asarray(values)
    if values.dtype not in (np.float32, np.float64):
        values = values.astype(np.float64)  # integers would overflow, half precision would not do
    values = values - values.mean(0, dtype=np.float64).astype(values.dtype)
    return (values @ values.T).astype(np.float64, copy=False)


def without_diagonal(kx: np.ndarray) -> np.ndarray:
    """The same matrix, its diagonal set to zero in place."""
    np.fill_diagonal(kx, 0.0)
    return kx


def unbiased(kx: np.ndarray, ky: np.ndarray) -> tuple[float, float, float]:
    """Unbiased HSIC of (kx, ky), (kx, kx) and (ky, ky) (Song et al. 2012, JMLR 13:1393, eq. 5).

    Parameters
    ----------
    kx, ky : array, shape (stimulus, stimulus)
        Gram matrices with zero diagonal; at least 4 stimuli.
    """
    xy, xx, yy = unbiased_of_parts(kx, ky, np.ones((1, len(kx))))
    return float(xy[0]), float(xx[0]), float(yy[0])


def unbiased_of_parts(kx: np.ndarray, ky: np.ndarray, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same on parts of the stimuli, without copying a matrix: sums over a part are products with its mask.

    Parameters
    ----------
    kx, ky : array, shape (stimulus, stimulus)
    parts : array, shape (part, stimulus)
        1 where a stimulus belongs to the part, else 0.

    Returns
    -------
    three arrays, shape (part,)
        HSIC of (kx, ky), (kx, kx) and (ky, ky).
    """
    masks = np.asarray(parts, np.float64).T
    n = masks.sum(0)
    kx_sums, ky_sums = (kx @ masks) * masks, (ky @ masks) * masks
    traces = np.zeros((3, len(n)))
    for start in range(0, len(kx), ROWS):
        rows = slice(start, start + ROWS)
        a, b, mask = kx[rows], ky[rows], masks[rows]
        for trace, product in zip(traces, (a * b, a * a, b * b), strict=True):
            trace += np.einsum("ip,ip->p", mask, product @ masks)
    pairs = ((kx_sums, ky_sums), (kx_sums, kx_sums), (ky_sums, ky_sums))
    xy, xx, yy = (_unbiased(trace, a, b, n) for trace, (a, b) in zip(traces, pairs, strict=True))
    return xy, xx, yy


def _unbiased(trace: np.ndarray, kx_sums: np.ndarray, ky_sums: np.ndarray, n: np.ndarray) -> np.ndarray:
    products = np.einsum("ip,ip->p", kx_sums, ky_sums)
    rest = kx_sums.sum(0) * ky_sums.sum(0) / ((n - 1) * (n - 2)) - 2 * products / (n - 2)
    return (trace + rest) / (n * (n - 3))


def biased(kx: np.ndarray, ky: np.ndarray) -> tuple[float, float, float]:
    """tr(K H L H) of (kx, ky), (kx, kx) and (ky, ky) with the centring matrix H (Gretton et al. 2005), unscaled."""
    kx, ky = centre(kx), centre(ky)
    return float(np.einsum("ij,ij->", kx, ky)), float(np.einsum("ij,ij->", kx, kx)), float(np.einsum("ij,ij->", ky, ky))


def centre(kx: np.ndarray) -> np.ndarray:
    """H K H: rows and columns of mean zero."""
    means = kx.mean(0)
    return kx - means - means[:, None] + means.mean()
