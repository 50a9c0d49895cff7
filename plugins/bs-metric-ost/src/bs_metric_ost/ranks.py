"""Rank statistics of two sets of times, of which some never came: under weights, so that they can be drawn again."""

from dataclasses import dataclass

import numpy as np


def spearman(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of the images that have both times.

    Parameters
    ----------
    a, b : array, shape (image,)
        Ms; NaN where a time never came.
    weights : array, shape (draw, image)
        How often each image counts.

    Returns
    -------
    array, shape (draw,)
        NaN where fewer than two images, or only ties, are left.
    """
    common = ~(np.isnan(a) | np.isnan(b))
    weights = weights[:, common]
    ranks = [_ranks(part[common], weights) for part in (a, b)]
    total = weights.sum(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = (part - (weights * part).sum(1, keepdims=True) / total for part in ranks)
        squares = (weights * x * x).sum(1) * (weights * y * y).sum(1)
        rho = (weights * x * y).sum(1) / np.sqrt(squares)
    return np.where(squares > 1e-9, rho, np.nan)


def _ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Ranks under each draw, ties at their average rank, shape (draw, image)."""
    levels, codes = np.unique(values, return_inverse=True)
    counts = np.zeros((len(levels), len(weights)))
    np.add.at(counts, codes, weights.T)
    ranks = np.cumsum(counts, 0) - counts + (counts + 1) / 2
    return ranks[codes].T


@dataclass(frozen=True)
class CensoredRanks:
    """How two sets of times agree in order where a time that never came is later than every time that did.

    Both recordings end somewhere: an image that is not solved by then is solved later or never, so its order to every
    solved image is known, and that of two unsolved images is not. A pair of images counts where its order is known on
    both sides (Harrell et al. 1982, JAMA 247:2543; Gehan 1965, Biometrika 52:203).

    Parameters
    ----------
    concordance : array, shape (draw,)
        Share of these pairs that have the same order: .5 is chance. NaN where there are none.
    tau : array, shape (draw,)
        (same order - other order) / geometric mean of the pairs whose order is known on either side: Kendall's tau-b
        with unsolved images tied behind all others.
    """

    concordance: np.ndarray
    tau: np.ndarray

    @classmethod
    def of(cls, a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> "CensoredRanks":
        """Of times `a` and `b`, shape (image,), NaN where one never came, under `weights`, shape (draw, image)."""
        orders = [_order(part) for part in (a, b)]
        agreement = orders[0] * orders[1]
        net, both, *known = (
            _pairs(matrix, weights) for matrix in (agreement, np.abs(agreement), *(np.abs(order) for order in orders))
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            concordance = (net + both) / 2 / both
            tau = net / np.sqrt(known[0] * known[1])
        return cls(concordance, tau)


def _order(times: np.ndarray) -> np.ndarray:
    """1 where image i is earlier than image j, -1 where later, 0 where that is not known; shape (image, image)."""
    late = np.where(np.isnan(times), np.inf, times)
    return (late[:, None] < late).astype(np.float32) - (late[:, None] > late)


def _pairs(matrix: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return ((weights.astype(np.float32) @ matrix) * weights).sum(1, dtype=np.float64)
