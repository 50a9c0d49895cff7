"""How sure a fitted threshold is: parametric bootstrap, and an interval by profile."""

import numpy as np

from .counts import Counts
from .fit import Design, Prior, PsychometricFit, fit, grid, log_likelihood, rates

PROFILE = (121, 31, 13)


def bootstrap_thresholds(
    found: PsychometricFit, counts: Counts, accuracy: float | None, n_bootstrap: int, rng: np.random.Generator
) -> np.ndarray:
    """Thresholds of answers drawn from the fitted function, each fitted anew.

    Returns
    -------
    numpy.ndarray
        Shape (n_bootstrap,); NaN where a drawn function never reaches `accuracy`.

    References
    ----------
    Wichmann & Hill 2001, The psychometric function: II, Perception & Psychophysics 63, 1314-1329.
    """
    expected = found.rate(counts.levels)
    drawn = rng.binomial(counts.trials, expected, size=(n_bootstrap, len(counts.trials)))
    samples = (Counts(counts.levels, correct.astype(np.float64), counts.trials) for correct in drawn)
    return np.array([fit(sample, found.design, start=found).threshold(accuracy) for sample in samples])


def profile_interval(
    counts: Counts, design: Design, accuracy: float | None = None, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of the threshold by the profile of the posterior over width and lapse rate.

    All thresholds at which the best posterior density falls behind the largest by less than half the chi-squared
    quantile with one degree of freedom.

    Returns
    -------
    (float, float)
        Lower and upper end, in levels; the ends of the prior where the answers set none.
    """
    from scipy.stats import chi2

    prior = Prior.of(design, counts.levels)
    threshold, width, lapse = grid(prior, PROFILE)
    share = 0.5 if accuracy is None else (accuracy - design.guess) / (1 - design.guess - lapse)
    midpoint = threshold - design.family.offset(share, width)
    x = design.axis(counts.levels)
    with np.errstate(invalid="ignore"):
        likelihood = log_likelihood(
            rates(design, x, midpoint[..., None], width[..., None], lapse[..., None]),
            counts,
        )
        posterior = likelihood + prior(midpoint, width, lapse)
    profile = np.where(np.isnan(posterior), -np.inf, posterior).max(axis=(1, 2))
    behind = 2 * (profile.max() - profile) - chi2.ppf(confidence, 1)
    ends = _crossings(threshold.ravel(), behind)
    low, high = sorted(float(design.level(end)) for end in ends)
    return low, high


def _crossings(x: np.ndarray, behind: np.ndarray) -> tuple[float, float]:
    """Where `behind` falls below 0 first and rises above it last, interpolated."""
    inside = np.flatnonzero(behind <= 0)
    first, last = int(inside[0]), int(inside[-1])
    low = x[first] if first == 0 else _between(x[first - 1], x[first], behind[first - 1], behind[first])
    high = x[last] if last == len(x) - 1 else _between(x[last + 1], x[last], behind[last + 1], behind[last])
    return float(low), float(high)


def _between(outer: float, inner: float, above: float, below: float) -> float:
    share = 0.0 if not np.isfinite(above) else -below / (above - below)
    return inner + (outer - inner) * share
