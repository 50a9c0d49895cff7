"""From answers to a threshold, or to the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from brainscore_core.errors import InvalidParameter

from .counts import Counts
from .fit import Design, PsychometricFit, fit, log_likelihood
from .uncertainty import bootstrap_thresholds, profile_interval

SIGNIFICANCE = 0.05


@dataclass(frozen=True, eq=False)
class Estimate:
    """A threshold and how sure it is.

    Parameters
    ----------
    threshold : float
        In levels; NaN where there is none.
    draws : numpy.ndarray
        Thresholds of resampled answers, shape (draw,); empty where the threshold is given or missing.
    flags : tuple of str
        Why there is none: ``all-correct``, ``at-chance``, ``no-variation``, ``threshold-beyond-levels``, ``poor-fit``.
    details : mapping
        Numbers of the fit.
    beyond : float
        A level that the threshold is known to exceed; NaN where nothing is known.
    accuracy : float
        At which it was taken; NaN where that is unknown.
    """

    threshold: float
    draws: np.ndarray = field(default_factory=lambda: np.zeros(0))
    flags: tuple[str, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)
    beyond: float = np.nan
    accuracy: float = np.nan


def estimate(
    counts: Counts,
    design: Design,
    accuracy: float | None,
    n_bootstrap: int,
    rng: np.random.Generator,
    interval: bool = True,
) -> Estimate:
    """The threshold by the most probable psychometric function.

    Parameters
    ----------
    counts : Counts
    design : Design
    accuracy : float, optional
        Share of right answers; None: half way from the guess rate to the best performance.
    n_bootstrap : int
        Draws; 0: none.
    rng : numpy.random.Generator
    interval : bool
        Whether to compute the interval.

    Raises
    ------
    InvalidParameter
        If the accuracy is not above the guess rate.
    """
    if accuracy is not None and not design.guess < accuracy < 1:
        raise InvalidParameter(f"threshold at accuracy {accuracy!r}", expected=f"above {design.guess:g} and below 1")
    found = fit(counts, design)
    details = _described(found, counts)
    hardest_only = float(counts.levels[-1]) if design.increasing else np.nan
    if flag := _unvaried(found, counts):
        return Estimate(np.nan, flags=(flag,), details=details, beyond=hardest_only if flag == "at-chance" else np.nan)
    asked = found.middle_accuracy if accuracy is None else accuracy
    threshold = found.threshold(accuracy)
    if not counts.levels[0] <= threshold <= counts.levels[-1]:
        too_high = np.isnan(threshold) or threshold > counts.levels[-1]
        return Estimate(
            np.nan,
            flags=("threshold-beyond-levels",),
            details=details | {"threshold": threshold},
            beyond=hardest_only if too_high else np.nan,
            accuracy=asked,
        )
    details |= {"threshold": threshold, "threshold_accuracy": asked}
    if interval:
        low, high = profile_interval(counts, design, accuracy)
        details |= {"threshold_low": low, "threshold_high": high}
    draws = bootstrap_thresholds(found, counts, accuracy, n_bootstrap, rng)
    if n_bootstrap > 1:
        details |= {"threshold_error": float(np.nanstd(draws, ddof=1))}
    return Estimate(threshold, draws, details=details, accuracy=asked)


def given(threshold: float) -> Estimate:
    """A threshold that somebody computed before.

    Raises
    ------
    InvalidParameter
        If it is no finite number.
    """
    if not np.isfinite(threshold):
        raise InvalidParameter(f"a given threshold of {threshold}", expected="a finite number, or answers")
    return Estimate(threshold)


def named(entry: Estimate, prefix: str) -> Estimate:
    """With `prefix` before the names of its details."""
    return replace(entry, details={f"{prefix}_{name}": value for name, value in entry.details.items()})


def _described(found: PsychometricFit, counts: Counts) -> dict[str, float]:
    return {
        "slope": found.slope,
        "lapse": found.lapse,
        "width": found.width,
        "deviance": found.deviance,
        "levels": len(counts.levels),
        "trials": int(counts.trials.sum()),
        "accuracy": counts.rate,
    }


def _unvaried(found: PsychometricFit, counts: Counts) -> str:
    """Why a constant rate explains the answers as well (likelihood ratio, two more parameters); empty: it does not."""
    from scipy.stats import binomtest, chi2

    constant = float(log_likelihood(np.full(len(counts.levels), counts.rate), counts))
    if 2 * (found.log_likelihood - constant) > chi2.ppf(1 - SIGNIFICANCE, 2):
        return ""
    right, trials = int(counts.correct.sum()), int(counts.trials.sum())
    if right == trials:
        return "all-correct"
    guess = found.design.guess
    chance = right == 0 if guess == 0 else binomtest(right, trials, guess, alternative="greater").pvalue > SIGNIFICANCE
    return "at-chance" if chance else "no-variation"
