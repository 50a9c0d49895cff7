"""How alike two lists of dissimilarities are, by their ranks."""

from collections.abc import Callable, Mapping

import numpy as np


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties at their average; ``scipy.stats.rankdata`` without importing scipy.

    Parameters
    ----------
    values : array, shape (pair,)
        Without NaN.
    """
    order = np.argsort(values)
    ordered = values[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(first, append=len(values))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(first + (sizes + 1) / 2, sizes)
    return ranks


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


COMPARATORS: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {"spearman": spearman, "rho-a": rho_a}
"""Name to ``function(ranks, ranks) -> float``."""
