"""How alike two lists of dissimilarities are: what ``comparison=`` names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from brainscore_core.errors import InvalidParameter

from .kendall import KendallTauA
from .moments import Cosine, WhitenedCosine
from .rank_correlation import RankCorrelation


class Comparison(Protocol):
    """Two lists of dissimilarities between the same stimuli, ready to be compared."""

    def value(self) -> float:
        """With all stimuli; NaN where there is nothing to compare."""

    def within(self, parts: np.ndarray) -> np.ndarray:
        """Within parts of the stimuli, bool (part, stimulus); shape (part,)."""


@dataclass(frozen=True)
class Comparator:
    """A way to compare.

    Parameters
    ----------
    compare : callable
        ``compare(a, b, stimuli) -> Comparison`` of two lists above the diagonal, where NaN in `b` was not measured.
    repeats : bool
        Whether a stimulus may stand twice, so that it has ``resampled(counts, groups)`` for draws with replacement;
        where it may not, parts of the stimuli are drawn without.
    linear : bool
        Whether noise in one side lowers it as noise lowers a correlation, so that Spearman-Brown applies.
    """

    compare: Callable[[np.ndarray, np.ndarray, int], Comparison]
    repeats: bool = True
    linear: bool = True


COMPARATORS: Mapping[str, Comparator] = {
    "spearman": Comparator(RankCorrelation),
    "rho-a": Comparator(partial(RankCorrelation, ties="broken")),
    "tau-a": Comparator(KendallTauA, linear=False),
    "pearson": Comparator(partial(Cosine, centred=True)),
    "cosine": Comparator(Cosine),
    "whitened-cosine": Comparator(WhitenedCosine, repeats=False),
    "whitened-pearson": Comparator(partial(WhitenedCosine, centred=True), repeats=False),
}
"""Name to comparator."""


def comparator(metric: str, name: str) -> Comparator:
    """The comparator of this name.

    Raises
    ------
    InvalidParameter
        Naming the metric that was asked for it, and the names there are.
    """
    if name not in COMPARATORS:
        raise InvalidParameter(f"{metric}: comparison {name!r}", expected=" or ".join(map(repr, COMPARATORS)))
    return COMPARATORS[name]
