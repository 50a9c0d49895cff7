"""From correlations and reliabilities to a score: which formula, and how sure it is.

r is the correlation of held-out predictions with the trial mean, c the reliability of exactly that mean. r^2 / c is the
share of explainable variance that is explained; r / sqrt(c) is its root. A negative r stays negative. With several time
bins each is divided by its own ceiling, and the value is the mean over bins.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from brainscore_core.errors import StimulusMismatch
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts, deflated
from brainscore_core.statistics.correlation import mean_of_defined, median_of_defined
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.statistics.pairing import shared_draws

from .resampling import Resampled, resample

PER_UNIT = "median of sign(r) r^2 / ceiling per unit"
INCUMBENT = "sign(r) (median r)^2 / median ceiling"
ROOT = "median r / sqrt(median ceiling)"
NAMES = (PER_UNIT, INCUMBENT, ROOT)

NO_VALID_CEILING = "no-valid-ceiling"
"""Flag: the ceiling is not above zero, or not surely so; nothing is divided by it."""
ABOVE_CEILING = "above-ceiling"
"""Flag: the value exceeds 1."""
BINS_LEFT_OUT = "bins-without-ceiling"
"""Flag: time bins without a valid ceiling are not in the mean."""


def per_unit(parts: Resampled, measured: Resampled) -> np.ndarray:
    """Median over units of sign(r) r^2 / c, shape (draw, bin); r and c averaged over repeats unit by unit first.

    `measured` is the same under no draw: a draw adds noise to values that hold as much already, see
    :func:`~brainscore_core.statistics.bootstrap.deflated`.
    """
    values = explained(parts.unit_r, parts.unit_c).swapaxes(0, 1)
    return median_of_defined(deflated(values, explained(measured.unit_r, measured.unit_c)[0])).T


def incumbent(parts: Resampled, measured: Resampled) -> np.ndarray:
    """Brain-Score 2's: medians over units, means over repeats, then r^2 / c; the sign of r kept; shape (draw, bin)."""
    return explained(parts.r, parts.c)


def root(parts: Resampled, measured: Resampled) -> np.ndarray:
    """The correlation over the largest correlation there can be, r / sqrt(c); shape (draw, bin)."""
    return parts.r / np.sqrt(np.where(parts.c > 0, parts.c, np.nan))


def explained(r: np.ndarray, c: np.ndarray) -> np.ndarray:
    """sign(r) r^2 / c; NaN where c is not above zero."""
    return np.divide(np.sign(r) * r**2, c, out=np.full(np.shape(r), np.nan), where=c > 0)


FORMULAS: dict[str, Callable[[Resampled, Resampled], np.ndarray]] = {
    PER_UNIT: per_unit,
    INCUMBENT: incumbent,
    ROOT: root,
}
SHORT = {PER_UNIT: "per_unit", INCUMBENT: "incumbent", ROOT: "r_over_root_ceiling"}
"""Under which name each formula's value stands among the details, whichever is the score."""


@dataclass(frozen=True)
class Normalised:
    """What dividing by the noise gave.

    Parameters
    ----------
    values : mapping of str to float
        By formula; NaN where no ceiling is valid.
    drawn : array, shape (draw,)
        The chosen formula's value in each draw.
    ceiling : float
    ceilings : array, shape (draw,)
    bins : bool array, shape (bin,)
    units : bool array, shape (bin, unit)
        Which have a valid ceiling.
    """

    values: Mapping[str, float]
    drawn: np.ndarray
    ceiling: float
    ceilings: np.ndarray
    bins: np.ndarray
    units: np.ndarray

    @property
    def valid(self) -> bool:
        """Whether there is anything to divide by."""
        return bool(self.bins.any() and self.units[self.bins].any())


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
        """The normalised score.

        Parameters
        ----------
        raw : Evaluation
        ceiling : Evaluation
            Of the same stimuli or of some of them, in any order; in as many time bins.

        Returns
        -------
        Score
            `details` hold every formula's value under :data:`SHORT`. Units (for the formula that divides each) and time
            bins whose ceiling is not above zero, or whose interval includes zero, are left out and counted. Where none
            is left the value is null, with the flag ``no-valid-ceiling``; a value above 1 is flagged
            ``above-ceiling``.

        Raises
        ------
        StimulusMismatch
            If the ceiling is of other stimuli.
        """
        found = self.compute(raw, ceiling)
        details: dict[str, str | int | float] = {
            "units_without_ceiling": int((~found.units).sum()),
            "normalisation": self.formula,
            "bootstrap_draws": self.draws,
            "bootstrap_seed": self.seed,
        }
        flags = raw.score.flags
        if raw.bins > 1:
            details |= {"bins": raw.bins, "bins_without_ceiling": int((~found.bins).sum())}
            flags = flags if found.bins.all() else (*flags, BINS_LEFT_OUT)
        details |= {SHORT[name]: value for name, value in found.values.items() if np.isfinite(value)}
        value, interval = found.values[self.formula], Interval.of(found.ceilings, value=found.ceiling)
        noise = ceiling.score.with_(error=interval.error) if np.isfinite(interval.error) else ceiling.score
        if not np.isfinite(value):
            flags = flags if found.valid else (*flags, NO_VALID_CEILING)
            return Score(None, ceiling=noise, raw=raw.score, flags=flags, details=details)
        span = Interval.of(found.drawn, value=value)
        details |= {"interval_low": span.low, "interval_high": span.high, "interval_level": span.level}
        flags = (*flags, ABOVE_CEILING) if value > 1 else flags
        error = span.error if np.isfinite(span.error) else None
        drawn = shared_draws(found.drawn, raw.stimuli, seed=self.seed, groups=raw.groups)
        return Score(
            value, error, noise, raw.score, draws=drawn, normalisation=self.formula, flags=flags, details=details
        )

    def compute(self, raw: Evaluation, ceiling: Evaluation) -> Normalised:
        """Values and draws of one score and its ceiling, before anything is said about them."""
        weights = counts(len(raw.stimuli), self.draws, self.seed, raw.groups)
        where = _positions(raw.stimuli, ceiling.stimuli)
        drawn = resample(raw, ceiling, weights, where).widened(raw.widening)
        there = resample(raw, ceiling, np.ones((1, weights.shape[1])), where)
        bins, units = _surely_positive(drawn.c, there.c), _surely_positive(drawn.unit_c, there.unit_c)
        values = {name: float(self._values(name, there, there, bins, units)[0]) for name in NAMES}
        chosen = self._values(self.formula, drawn, there, bins, units)
        return Normalised(values, chosen, float(there.c.mean()), drawn.c.mean(1), bins, units)

    @staticmethod
    def _values(formula: str, parts: Resampled, measured: Resampled, bins: np.ndarray, units: np.ndarray) -> np.ndarray:
        """Mean over the bins that have a ceiling, of each draw; NaN where there are none."""
        if not bins.any():
            return np.full(len(parts.r), np.nan)
        masked = (replace(part, unit_c=np.where(units, part.unit_c, np.nan)) for part in (parts, measured))
        return mean_of_defined(FORMULAS[formula](*masked)[:, bins], axis=1)


def _surely_positive(drawn: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Whether a ceiling and the lower end of its interval are above zero; draws on the first axis.

    With and without the shift to the value: an estimator that is cut off at zero piles its draws up there.
    """
    known = np.where(np.isnan(drawn).all(0), 0.0, drawn)
    low = np.nanquantile(known, 0.025, axis=0)
    shifted = low + value[0] - mean_of_defined(known)
    return (value[0] > 0) & (np.minimum(low, shifted) > 0)


def _positions(stimuli: np.ndarray, some: np.ndarray) -> np.ndarray:
    index = {name: position for position, name in enumerate(stimuli.astype(str).tolist())}
    missing = [name for name in some.astype(str).tolist() if name not in index]
    if missing:
        raise StimulusMismatch(
            f"the ceiling is of {len(missing)} stimuli that were not scored, as {missing[0]!r}",
            expected="stimuli of the score, or some of them",
        )
    return np.array([index[name] for name in some.astype(str).tolist()])
