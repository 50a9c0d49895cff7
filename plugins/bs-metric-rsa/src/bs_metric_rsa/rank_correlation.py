"""Spearman's rho and rho-a of two lists of dissimilarities, for all stimuli or for any part of them.

Ranks within a part follow from one sorting of the whole, by counting.
"""

from typing import Any

import numpy as np

from .groups import pair_counts
from .pairs import triangle
from .ranking import average_ranks, sort_with_ties

_AT_ONCE = 16


def spearman(ranks_a: np.ndarray, ranks_b: np.ndarray) -> float:
    """Spearman's rho from ranks; NaN where one side is all ties."""
    a, b = ranks_a - ranks_a.mean(), ranks_b - ranks_b.mean()
    scale = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / scale) if scale > 0 else float("nan")


def rho_a(ranks_a: np.ndarray, ranks_b: np.ndarray) -> float:
    """rho-a: Spearman's rho expected when ties are broken at random (Schütt et al. 2023, eLife 82566).

    Spearman's rho prefers a model that predicts ties to one that decides at random; this does not. Equal to Spearman's
    rho without ties; 0 where one side is all ties.
    """
    n = len(ranks_a)
    return float(12 * ((ranks_a - ranks_a.mean()) @ (ranks_b - ranks_b.mean())) / (n**3 - n))


class RankCorrelation:
    """Two lists of dissimilarities between the same stimuli, each sorted once.

    Parameters
    ----------
    a, b : array, shape (pair,)
        Dissimilarities above the diagonal, row by row; where `b` is NaN (not measured), both are left out.
    stimuli : int
    ties : {'average', 'broken'}
        ``average``: Spearman's rho; ``broken``: rho-a.
    """

    def __init__(self, a: np.ndarray, b: np.ndarray, stimuli: int, ties: str = "average"):
        self._stimuli = stimuli
        self._measured = None if not np.isnan(b).any() else np.flatnonzero(~np.isnan(b))
        self._statistic = spearman if ties == "average" else rho_a
        if self._measured is not None:
            a, b = a[self._measured], b[self._measured]
        self._a, self._b = a, b
        self._sorted: tuple[Sorted, Sorted, np.ndarray] | None = None

    def value(self) -> float:
        """With all stimuli; NaN where fewer than two pairs were measured."""
        return self._statistic(average_ranks(self._a), average_ranks(self._b)) if len(self._a) > 1 else float("nan")

    def within(self, parts: np.ndarray) -> np.ndarray:
        """Within each part of the stimuli.

        Parameters
        ----------
        parts : bool array, shape (part, stimulus)

        Returns
        -------
        array, shape (part,)
            NaN where a part leaves nothing to correlate.
        """
        blocks = [self._within(parts[start : start + _AT_ONCE]) for start in range(0, len(parts), _AT_ONCE)]
        return np.array([rho for block in blocks for rho in block])

    def resampled(self, counts: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
        """In draws of the stimuli with replacement, shape (draw,).

        Pairs of a stimulus with itself are left out (they would be zero on both sides), and a pair drawn several times
        counts several times: a draw is a set of whole-number weights on the pairs there are.

        Parameters
        ----------
        counts : array, shape (draw, stimulus)
        groups : array, shape (stimulus,), optional
            Where groups of stimuli are drawn: see :func:`~bs_metric_rsa.groups.pair_counts`.
        """
        a, b, position = self._sort()
        rows, columns = np.triu_indices(self._stimuli, k=1)
        if self._measured is not None:
            rows, columns = rows[self._measured], columns[self._measured]
        sides = [(rows[side.order], columns[side.order]) for side in (a, b)]
        return np.array(
            [self._weighted(a, b, position, *(pair_counts(own, i, j, groups) for i, j in sides)) for own in counts]
        )

    def _within(self, parts: np.ndarray) -> list[float]:
        a, b, position = self._sort()
        # which parts hold a stimulus is one bit each, so that pairs are looked up once for all parts
        codes = (parts.astype(np.uint16) << np.arange(len(parts), dtype=np.uint16)[:, None]).sum(0, dtype=np.uint16)
        pairs = triangle(codes[:, None] & codes[None, :])
        if self._measured is not None:
            pairs = pairs[self._measured]
        pairs_a, pairs_b = pairs[a.order], pairs[b.order]
        found = []
        for part in range(len(parts)):
            bit = np.uint16(1 << part)
            kept_a, kept_b = (pairs_a & bit) != 0, (pairs_b & bit) != 0
            ranks_a, square_a = a.ranks_of(kept_a)
            table_b, square_b = b.rank_table(kept_b)
            n = len(ranks_a)
            # one side at mean zero is enough for the product
            product = (ranks_a - (n + 1) / 2) @ table_b[position[kept_a]] if n else 0.0
            found.append(self._ratio(product, square_a, square_b, n))
        return found

    def _weighted(
        self, a: "Sorted", b: "Sorted", position: np.ndarray, weights_a: np.ndarray, weights_b: np.ndarray
    ) -> float:
        total = weights_a.sum()
        if total < 2:
            return float("nan")
        centre = (total + 1) / 2
        table_a, square_a = a.deviations(weights_a, centre)
        table_b, square_b = b.deviations(weights_b, centre)
        product = (weights_a * a.spread(table_a)) @ table_b[position]
        return self._ratio(product, square_a, square_b, total)

    def _ratio(self, product: float, square_a: float, square_b: float, n: float) -> float:
        scale = np.sqrt(square_a) * np.sqrt(square_b) if self._statistic is spearman else _squares(n)
        return float(product / scale) if scale > 0 else float("nan")

    def _sort(self) -> tuple["Sorted", "Sorted", np.ndarray]:
        """Both sides sorted, and the place among distinct values of `b` of each pair, pairs in the order of `a`."""
        if self._sorted is None:
            a, b = Sorted(self._a), Sorted(self._b)
            place = np.empty(len(b.order), np.intp)
            place[b.order] = b.spread(np.arange(b.distinct))
            self._sorted = a, b, place[a.order]
        return self._sorted


class Sorted:
    """The order of a list, and its runs of equal values.

    Parameters
    ----------
    values : array, shape (pair,)
        Without NaN.
    """

    def __init__(self, values: np.ndarray):
        self.order, self.starts = sort_with_ties(values)
        self.distinct = len(values) if self.starts is None else len(self.starts)
        self._sizes = None if self.starts is None else np.diff(self.starts, append=len(values))

    def spread(self, table: np.ndarray) -> np.ndarray:
        """From distinct values to pairs in order."""
        return table if self._sizes is None else np.repeat(table, self._sizes)

    def ranks_of(self, kept: np.ndarray) -> tuple[np.ndarray, float]:
        """(average ranks of the kept pairs, in order; the sum of their squared deviations)."""
        if self.starts is None:
            ranks = np.arange(1.0, np.count_nonzero(kept) + 1)
            return ranks, _squares(len(ranks))
        table, sizes = self._runs(kept)
        return np.repeat(table, sizes), _squares(sizes.sum()) - _squares(sizes).sum()

    def rank_table(self, kept: np.ndarray) -> tuple[np.ndarray, float]:
        """(average rank among the kept pairs of each distinct value; the sum of squared deviations of these ranks)."""
        if self.starts is None:
            table = np.cumsum(kept, dtype=np.int32)
            return table, _squares(table[-1] if len(table) else 0)
        table, sizes = self._runs(kept)
        return table, _squares(sizes.sum()) - _squares(sizes).sum()

    def deviations(self, weights: np.ndarray, centre: float) -> tuple[np.ndarray, float]:
        """(rank of each distinct value minus `centre` if pairs stood as often as weights say, weighted squares)."""
        weights = weights if self.starts is None else np.add.reduceat(weights, self.starts)
        table = np.cumsum(weights)
        table -= (weights - 1) / 2 + centre
        return table, float((weights * table) @ table)

    def _runs(self, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of each run of equal values: the average rank of those kept, and how many are."""
        ends = np.cumsum(kept, dtype=np.int32)[np.append(self.starts[1:], len(kept)) - 1]  # type: ignore[index]
        sizes = np.diff(ends, prepend=0)
        return ends - (sizes - 1) / 2, sizes


def _squares(n: Any) -> Any:
    """Sum of squared deviations of the ranks 1 to n."""
    n = np.asarray(n, np.float64)
    return (n**3 - n) / 12
