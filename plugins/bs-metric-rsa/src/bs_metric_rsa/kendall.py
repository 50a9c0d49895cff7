"""Kendall's tau-a of two lists of dissimilarities."""

import numpy as np

from .groups import pair_counts
from .ranking import sort_with_ties


class KendallTauA:
    """(concordant - discordant) / all pairs of dissimilarities; ties count as neither (Nili et al. 2014).

    A model that predicts ties gains nothing from them, as it does in tau-b and Spearman's rho. rho-a has the same
    property, and costs a tenth. Discordant pairs are counted by scipy's merge sort, in O(n log n).

    Parameters
    ----------
    a, b : array, shape (pair,)
        Dissimilarities above the diagonal, row by row; where `b` is NaN (not measured), both are left out.
    stimuli : int
    """

    def __init__(self, a: np.ndarray, b: np.ndarray, stimuli: int):
        self._stimuli = stimuli
        self._measured = np.flatnonzero(~np.isnan(b))
        self._a, self._b = _codes(a[self._measured]), _codes(b[self._measured])

    def value(self) -> float:
        """With all stimuli; NaN where fewer than two pairs were measured."""
        return tau_a(self._a, self._b)

    def within(self, parts: np.ndarray) -> np.ndarray:
        """Within each part of the stimuli, (part, stimulus); shape (part,)."""
        return self.resampled(parts)

    def resampled(self, counts: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
        """In draws of the stimuli, or their groups, with replacement, (draw, stimulus); shape (draw,)."""
        rows, columns = (index[self._measured] for index in np.triu_indices(self._stimuli, k=1))
        times = (pair_counts(own, rows, columns, groups) for own in counts.astype(np.int64))
        return np.array([tau_a(np.repeat(self._a, often), np.repeat(self._b, often)) for often in times])


def tau_a(a: np.ndarray, b: np.ndarray) -> float:
    """Kendall's tau-a of two lists of codes (whole numbers from 0), 0 where one side is all ties."""
    from scipy.stats import kendalltau

    if len(a) < 2:
        return float("nan")
    pairs = len(a) * (len(a) - 1) / 2
    untied = [pairs - (sizes * (sizes - 1.0)).sum() / 2 for sizes in (np.bincount(a), np.bincount(b))]
    if min(untied) == 0:
        return 0.0
    return float(kendalltau(a, b, method="asymptotic").statistic * np.sqrt(untied[0]) * np.sqrt(untied[1]) / pairs)


def _codes(values: np.ndarray) -> np.ndarray:
    """The place of each value among the distinct ones."""
    order, starts = sort_with_ties(values)
    codes = np.empty(len(values), np.int64)
    sizes = 1 if starts is None else np.diff(starts, append=len(values))
    codes[order] = np.repeat(np.arange(len(values) if starts is None else len(starts)), sizes)
    return codes
