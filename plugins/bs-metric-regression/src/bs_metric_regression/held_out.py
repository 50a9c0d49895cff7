"""Held-out predictions, their correlation with the data, and how sure we are of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from brainscore_core.statistics.bootstrap import (
    WITHIN_FOLDS,
    Interval,
    counts,
    deflated,
    held_out_correlations,
    level_counts,
    two_factor,
    weighted_median,
    widened,
)
from brainscore_core.statistics.correlation import CONSTANT, correlate_columns, mean_of_defined, median_of_defined

CHUNK = 2**23
"""Correlations (fold x draw x neuroid) that are held at a time."""


@dataclass(frozen=True)
class HeldOut:
    """Predictions of stimuli that were not fitted.

    Parameters
    ----------
    predictions : sequence of arrays, shape (test stimulus, time bin x neuroid)
        One a fold; bins one after the other.
    target : array, shape (stimulus, time bin x neuroid)
    tests : sequence of index arrays
        Test stimuli of each fold.
    bins : int
        Time bins; 1 without time.
    """

    predictions: Sequence[np.ndarray]
    target: np.ndarray
    tests: Sequence[np.ndarray]
    bins: int = 1

    def correlations(self) -> np.ndarray:
        """Pearson r of each neuroid, shape (fold x bin, neuroid)."""
        pairs = zip(self.predictions, self.tests, strict=True)
        r = np.stack([correlate_columns(prediction, self.target[test]) for prediction, test in pairs])
        return np.where(self._varies, r, np.nan).reshape(len(r) * self.bins, -1)

    @cached_property
    def _varies(self) -> np.ndarray:
        """Whether predictions differ by more than rounding of the responses that they were made from; (fold, score)."""
        size = np.abs(self.target).max(0)
        return np.stack([np.ptp(prediction, axis=0) > CONSTANT * size for prediction in self.predictions])

    def resampled(self, weights: np.ndarray) -> np.ndarray:
        """The same under weights (draw, stimulus): shape (fold x bin, draw, neuroid)."""
        r = held_out_correlations(self.predictions, self.target, self.tests, weights)
        r = np.where(self._varies[:, None], r, np.nan)
        folds, draws, _ = r.shape
        if self.bins > 1:
            r = np.moveaxis(r.reshape(folds, draws, self.bins, -1), 2, 1).reshape(folds * self.bins, draws, -1)
        return r

    def draws(self, weights: np.ndarray, reduce: Callable[[np.ndarray, slice], np.ndarray]) -> np.ndarray:
        """``reduce(resampled, which draws)`` for all draws, some at a time: shape (draw,)."""
        step = max(1, CHUNK // (len(self.tests) * self.target.shape[1]))
        parts = [slice(start, start + step) for start in range(0, len(weights), step)]
        return np.concatenate([reduce(self.resampled(weights[part]), part) for part in parts])

    def scores(self, weights: np.ndarray) -> np.ndarray:
        """The score under each draw: median over neuroids, mean over folds; shape (draw,)."""
        measured = self.correlations()
        share = 1.0 if len(measured) == 1 else WITHIN_FOLDS
        return self.draws(weights, lambda r, _: aggregate(deflated(r, measured, share)))


def aggregate(values: np.ndarray) -> np.ndarray:
    """Median over neuroids (last axis), mean over repeats (first): (...) from (repeat, ..., neuroid)."""
    return mean_of_defined(median_of_defined(values))


@dataclass(frozen=True)
class Uncertainty:
    """How the interval of a score is made.

    Parameters
    ----------
    draws, seed : int
    groups : array, shape (stimulus,), optional
        Stimuli of one group are drawn together.
    levels : array, shape (neuroid,), optional
        A second random factor: neuroids of one level (one subject, or each by itself) are drawn together.
    factor : str
        Its name.
    widening : float
        By what the spread of draws is multiplied: what fitting adds to it.
    """

    draws: int
    seed: int
    groups: np.ndarray | None = None
    levels: np.ndarray | None = None
    factor: str = ""
    widening: float = 1.0

    def weights(self, stimuli: int) -> np.ndarray:
        """How often each stimulus is drawn, shape (draw, stimulus)."""
        return counts(stimuli, self.draws, self.seed, self.groups)

    def widened(self, draws: np.ndarray) -> np.ndarray:
        """Draws of a score, spread about their mean."""
        return widened(draws, self.widening)

    def of(self, held: HeldOut, value: float) -> tuple[float, dict[str, Any]]:
        """(error, details) of the median over neuroids, averaged over folds."""
        weights = self.weights(len(held.target))
        if self.levels is None:
            interval = Interval.of(self.widened(held.scores(weights)), value=value)
            error, low, high = interval.error, interval.low, interval.high
        else:
            error, low, high = self._two_factors(held, value, weights)
        over = "stimuli" if self.groups is None else "groups"
        details = {
            "error_estimator": f"bootstrap over {over}" + (f" and {self.factor}" if self.levels is not None else ""),
            "interval_low": low,
            "interval_high": high,
            "interval_level": 0.95,
            "bootstrap_draws": self.draws,
            "bootstrap_seed": self.seed,
        }
        return error, details

    def _two_factors(self, held: HeldOut, value: float, weights: np.ndarray) -> tuple[float, float, float]:
        from scipy.special import stdtrit

        columns = level_counts(self.levels, self.draws, self.seed, self.factor)
        measured = held.correlations()

        def statistic(rows: np.ndarray, units: np.ndarray) -> np.ndarray:
            if (rows == 1).all():  # only neuroids are drawn: one set of correlations
                return mean_of_defined(weighted_median(measured[:, None], units))
            if (units == 1).all():
                return self.widened(held.scores(rows))
            return self.widened(held.draws(rows, lambda r, which: mean_of_defined(weighted_median(r, units[which]))))

        error = float(np.sqrt(two_factor(statistic, weights, columns)))
        reach = error * float(stdtrit(len(np.unique(self.levels)) - 1, 0.975))
        return error, value - reach, value + reach
