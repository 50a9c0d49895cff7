"""From correlations and reliabilities to a score: which formula, and how sure it is.

r is the correlation of held-out predictions with the trial mean, c the reliability of exactly that mean. r^2 / c is the
share of explainable variance that is explained; r / sqrt(c) is its root. A negative r stays negative.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts
from brainscore_core.statistics.evaluation import Evaluation

PER_UNIT = "median of sign(r) r^2 / ceiling per unit"
INCUMBENT = "sign(r) (median r)^2 / median ceiling"
ROOT = "median r / sqrt(median ceiling)"
NAMES = (PER_UNIT, INCUMBENT, ROOT)

Values = np.ndarray


def per_unit(r: Values, c: Values) -> np.ndarray:
    """Median over units of sign(r) r^2 / c.

    Parameters
    ----------
    r, c : array, shape (repeat, ..., unit)
        Folds of the score, splits of the ceiling: averaged over repeats unit by unit. Units whose ceiling is not above
        zero are left out.
    """
    r, c = np.nanmean(r, 0), np.nanmean(c, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(c > 0, np.sign(r) * r**2 / c, np.nan)
    return np.nanmedian(value, -1)


def incumbent(r: Values, c: Values) -> np.ndarray:
    """Brain-Score 2's: medians over units, means over repeats, then r^2 / c; the sign of r kept."""
    r, c = aggregate(r), aggregate(c)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sign(r) * r**2 / c


def root(r: Values, c: Values) -> np.ndarray:
    """The correlation over the largest correlation there can be: r / sqrt(c)."""
    c = aggregate(c)
    with np.errstate(invalid="ignore", divide="ignore"):
        return aggregate(r) / np.sqrt(np.where(c > 0, c, np.nan))


def aggregate(values: Values) -> np.ndarray:
    """Median over units, mean over repeats."""
    return np.nanmean(np.nanmedian(values, -1), 0)


FORMULAS: dict[str, Callable[[Values, Values], np.ndarray]] = {PER_UNIT: per_unit, INCUMBENT: incumbent, ROOT: root}


@dataclass(frozen=True)
class Normalisation:
    """Divide by the noise, with an interval in which score and ceiling share each draw of the stimuli.

    Parameters
    ----------
    formula : str
        One of :data:`NAMES`.
    draws, seed : int
        Of the bootstrap over stimuli (or groups).
    """

    formula: str = PER_UNIT
    draws: int = DRAWS
    seed: int = 0

    def __call__(self, raw: Evaluation, ceiling: Evaluation) -> Score:
        """The normalised score; `raw` and `ceiling` of one set of stimuli, in one order.

        Returns
        -------
        Score
            `details` hold every formula's value by a short name. A ceiling that is not above zero, or whose interval
            includes zero, gives a null value and the flag ``no-valid-ceiling``; a value above 1 is flagged
            ``above-ceiling``.
        """
        weights = counts(len(raw.stimuli), self.draws, self.seed, raw.groups)
        r, c = raw.resampled(weights), ceiling.resampled(weights)
        one = np.ones((1, weights.shape[1]))
        r_all, c_all = raw.resampled(one), ceiling.resampled(one)
        interval = Interval.of(aggregate(c))
        scored = ceiling.score.with_(error=interval.error if np.isfinite(interval.error) else ceiling.score.error)
        details = {
            "per_unit": float(per_unit(r_all, c_all)[0]),
            "incumbent": float(incumbent(r_all, c_all)[0]),
            "r_over_root_ceiling": float(root(r_all, c_all)[0]),
            "units_without_ceiling": int((np.nanmean(c_all, 0) <= 0).sum()),
            "normalisation": self.formula,
            "bootstrap_draws": self.draws,
            "bootstrap_seed": self.seed,
        }
        details = {key: value for key, value in details.items() if not (isinstance(value, float) and np.isnan(value))}
        flags = raw.score.flags
        if not (float(ceiling.score) > 0 and interval.low > 0):
            return Score(None, ceiling=scored, raw=raw.score, flags=(*flags, "no-valid-ceiling"), details=details)
        formula = FORMULAS[self.formula]
        value, drawn = float(formula(r_all, c_all)[0]), Interval.of(formula(r, c))
        details |= {"interval_low": drawn.low, "interval_high": drawn.high, "interval_level": drawn.level}
        if value > 1:
            flags = (*flags, "above-ceiling")
        return Score(value, drawn.error, scored, raw.score, normalisation=self.formula, flags=flags, details=details)
