"""Comparators that take dissimilarities at face value: cosine, Pearson, and both whitened.

All of them are sums over pairs of products, which in any draw or part of the stimuli are products of matrices.
"""

import numpy as np

from brainscore_core.errors import InvalidAssembly

from .pairs import square

_ROUNDING = 1e-12
"""Sums of squares that are smaller than this share of what they were before the mean was taken off are zero."""


class Cosine:
    """Cosine of two lists of dissimilarities (`centred`: Pearson's r), for distances whose zero means something.

    Parameters
    ----------
    a, b : array, shape (pair,)
        Dissimilarities above the diagonal, row by row; where `b` is NaN (not measured), both are left out.
    stimuli : int
    centred : bool
        Subtract the means first.
    """

    def __init__(self, a: np.ndarray, b: np.ndarray, stimuli: int, centred: bool = False):
        measured = ~np.isnan(b)
        self._there = square(measured.astype(np.float64), stimuli)
        self._a, self._b = (_prepared(side, measured, stimuli, centred) for side in (a, b))
        self._centred = centred

    def value(self) -> float:
        """With all stimuli."""
        return float(self.resampled(np.ones((1, len(self._a))))[0])

    def within(self, parts: np.ndarray) -> np.ndarray:
        """Within each part of the stimuli, (part, stimulus); shape (part,)."""
        return self.resampled(parts.astype(np.float64))

    def resampled(self, counts: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
        """In draws of the stimuli, or their groups, with replacement, (draw, stimulus); shape (draw,)."""
        a, b = self._a, self._b
        same = None if groups is None else groups[:, None] == groups
        ab, aa, bb = (_over_pairs(product, counts, same) for product in (a * b, a * a, b * b))
        least = _ROUNDING * np.stack([aa, bb])
        if self._centred:
            n, sum_a, sum_b = (_over_pairs(entries, counts, same) for entries in (self._there, a, b))
            n = np.maximum(n, 1)
            ab, aa, bb = ab - sum_a * sum_b / n, aa - sum_a**2 / n, bb - sum_b**2 / n
        return _cosine(ab, aa, bb, least)


class WhitenedCosine:
    """Cosine (`centred`: correlation) of dissimilarities after whitening (Diedrichsen et al. 2021, NBDT).

    Estimates of two dissimilarities that share a stimulus err together. Where patterns carry equal, independent noise,
    the covariance of squared distances is V = (C C') o (C C') with C the contrasts between stimuli (eq. 13), 4 for a
    pair with itself, 1 for pairs that share a stimulus. V = 2 I + B B' with B the incidence of stimuli in pairs, so
    that

        x' V^-1 y = (x'y - (s't - (1's)(1't) / 2n) / n) / 2,    s = B'x, t = B'y,

    which takes no more than sums over rows of the matrices. For squared Euclidean distances the whitened cosine is
    linear CKA of the recordings. Most sensitive for cross-validated distances; all pairs must be measured.

    Parameters
    ----------
    a, b : array, shape (pair,)
    stimuli : int
    centred : bool
        Subtract the means of the dissimilarities first, as rsatoolbox does for ``corr_cov``.

    Raises
    ------
    InvalidAssembly
        If a pair was not measured.
    """

    def __init__(self, a: np.ndarray, b: np.ndarray, stimuli: int, centred: bool = False):
        if np.isnan(b).any():
            raise InvalidAssembly(
                f"{int(np.isnan(b).sum())} pairs of stimuli were not measured",
                expected="all pairs, for a whitened comparison",
                remedy="use comparison='spearman', or leave out those stimuli",
            )
        measured = np.ones(len(b), bool)
        self._a, self._b = (_prepared(side, measured, stimuli, centred) for side in (a, b))
        self._centred = centred

    def value(self) -> float:
        """With all stimuli."""
        return float(self.within(np.ones((1, len(self._a))))[0])

    def within(self, parts: np.ndarray) -> np.ndarray:
        """Within each part of the stimuli, (part, stimulus); shape (part,)."""
        parts = parts.astype(np.float64)
        a, b = self._a, self._b
        n = parts.sum(1)
        rows_a, rows_b = ((parts @ side) * parts for side in (a, b))
        ab, aa, bb = (_over_pairs(product, parts) for product in (a * b, a * a, b * b))
        least = _ROUNDING * np.stack([aa, bb])
        if self._centred:
            pairs = np.maximum(n * (n - 1) / 2, 1)
            mean_a, mean_b = rows_a.sum(1) / 2 / pairs, rows_b.sum(1) / 2 / pairs
            ab, aa, bb = ab - pairs * mean_a * mean_b, aa - pairs * mean_a**2, bb - pairs * mean_b**2
            rows_a -= (mean_a * (n - 1))[:, None] * parts
            rows_b -= (mean_b * (n - 1))[:, None] * parts
        return _cosine(
            _whitened(ab, rows_a, rows_b, n), _whitened(aa, rows_a, rows_a, n), _whitened(bb, rows_b, rows_b, n), least
        )


def _whitened(product: np.ndarray, s: np.ndarray, t: np.ndarray, n: np.ndarray) -> np.ndarray:
    """2 x' V^-1 y from x'y and the sums over rows of both, (part, stimulus), with n stimuli in each part."""
    return product - ((s * t).sum(1) - s.sum(1) * t.sum(1) / (2 * n)) / n


def _over_pairs(entries: np.ndarray, counts: np.ndarray, same: np.ndarray | None = None) -> np.ndarray:
    """Sum over pairs of symmetric entries times how often both stimuli are there, shape (draw,).

    Pairs of the `same` group, bool (stimulus, stimulus), are there as often as either stimulus: once a copy.
    """
    if same is None:
        return np.einsum("di,di->d", counts @ entries, counts) / 2
    within = np.where(same, entries, 0.0)
    return (np.einsum("di,di->d", counts @ (entries - within), counts) + counts @ within.sum(1)) / 2


def _prepared(entries: np.ndarray, measured: np.ndarray, stimuli: int, centred: bool) -> np.ndarray:
    """As a square matrix of entries of order 1, 0 where not measured; their mean taken off where it does not matter."""
    known = entries[measured].astype(np.float64)
    if centred and len(known):
        known = known - known.mean() if np.ptp(known) > 0 else np.zeros_like(known)
    out = np.zeros(len(entries))
    out[measured] = known / (np.abs(known).max(initial=0.0) or 1.0)
    return square(out, stimuli)


def _cosine(ab: np.ndarray, aa: np.ndarray, bb: np.ndarray, least: np.ndarray) -> np.ndarray:
    """NaN where a side does not exceed `least`, what rounding leaves of 0."""
    defined = (aa > least[0]) & (bb > least[1])
    scale = np.sqrt(np.where(defined, aa, 1)) * np.sqrt(np.where(defined, bb, 1))
    return np.where(defined, np.clip(ab / scale, -1, 1), np.nan)
