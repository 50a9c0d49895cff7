"""A score that can be drawn again: what a benchmark needs so that score and ceiling share each bootstrap draw."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..scores import Score


@dataclass(frozen=True)
class Evaluation:
    """What a metric returns from ``evaluate(...)`` where it can be resampled over stimuli without being fitted again.

    Parameters
    ----------
    score : Score
        As calling the metric returns it.
    stimuli : array, shape (stimulus,)
        Ids, in the order of the weights below.
    resampled : callable
        ``resampled(weights)`` with weights (draw, stimulus), how often each stimulus counts, returns the value of each
        neuroid, shape (repeat, draw, neuroid): a repeat is a fold, or a split in halves.
    groups : array, shape (stimulus,), optional
        Stimuli of one group are drawn together.
    bins : int
        Time bins that were evaluated: a repeat then holds as many entries, one bin after the other.
    """

    score: Score
    stimuli: np.ndarray
    resampled: Callable[[np.ndarray], np.ndarray]
    groups: np.ndarray | None = None
    bins: int = 1

    @property
    def widening(self) -> float:
        """By what the spread of draws is too narrow, since fits are not repeated in them; 1 where nothing is fitted.

        The metric says so among its details, as ``training_factor``.
        """
        factor = self.score.details.get("training_factor", 1.0)
        return float(factor) if isinstance(factor, (int, float)) and factor >= 1 else 1.0
