"""The fit of Brain-Score 2, for parity: rates unweighted by trials, lapse rate .03 to .5, many starts.

Its quirks are kept: data after the asymptote are cut off (see :func:`before_decline`), the lapse rate is at least .03,
each level counts alike, and a fit that explains less than .4 of the variance of the rates is no fit.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from .counts import Counts
from .estimate import Estimate

SLOPES = np.logspace(-3, 1, 50)
BOUNDS = ((None, None), (None, None), (0.03, 0.5))
GUESS = 0.5
LEAST_R2 = 0.4


def rate(x: np.ndarray, alpha: float, beta: float, lapse: float) -> np.ndarray:
    """``.5 + (.5 - lapse) * Phi(alpha (x - beta))``."""
    return GUESS + (1 - GUESS - lapse) * ndtr(alpha * (x - beta))


def level(accuracy: float, alpha: float, beta: float, lapse: float) -> float:
    """Where `rate` is `accuracy`; NaN where it never is."""
    with np.errstate(invalid="ignore"):
        return float(beta + ndtri((accuracy - GUESS) / (1 - GUESS - lapse)) / alpha)


def incumbent_estimate(counts: Counts, accuracy: float | None, required_accuracy: float) -> Estimate:
    """The threshold as Brain-Score 2 computes it.

    Parameters
    ----------
    counts : Counts
    accuracy : float, optional
        None: half way between the fitted rates at the lowest and the highest level.
    required_accuracy : float
        Of all trials; less is no fit.
    """
    if counts.rate < required_accuracy:
        return Estimate(np.nan, flags=("at-chance",), details={"accuracy": counts.rate})
    kept = before_decline(counts.rates)
    if kept * 3 < len(counts.levels):
        return Estimate(np.nan, flags=("poor-fit",), details={"levels": kept})
    x, y = counts.levels[:kept], counts.rates[:kept]
    parameters = best_of_starts(x, y)
    r2 = explained(y, rate(x, *parameters))
    details = {"r2": r2, "lapse": parameters[2], "alpha": parameters[0], "beta": parameters[1], "levels": kept}
    if r2 < LEAST_R2:
        return Estimate(np.nan, flags=("poor-fit",), details=details)
    if accuracy is None:
        # of all levels, those cut off included
        low, high = rate(counts.levels[[0, -1]], *parameters)
        accuracy = float(low + (high - low) / 2)
    threshold = level(accuracy, *parameters)
    details |= {"threshold": threshold, "threshold_accuracy": accuracy}
    if np.isnan(threshold) or threshold > x[-1]:
        return Estimate(np.nan, flags=("threshold-beyond-levels",), details=details, accuracy=accuracy)
    return Estimate(threshold, details=details, accuracy=accuracy)


def before_decline(rates: np.ndarray) -> int:
    """How many levels come before all further rates lie a standard deviation or more from the maximum."""
    top = int(np.argmax(rates))
    far = np.abs(rates - rates[top]) >= np.std(rates)
    return next((index for index in range(top + 1, len(rates)) if far[index:].all()), len(rates))


def best_of_starts(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Slope, midpoint and lapse rate of the largest likelihood, from 50 slopes x each level as starts."""

    def cost(parameters: np.ndarray) -> float:
        p = rate(x, *parameters)
        return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))

    best, least = None, np.inf
    for alpha in SLOPES:
        for beta in x:
            found = minimize(cost, np.array([alpha, beta, 1 - np.max(y)]), method="L-BFGS-B", bounds=BOUNDS)
            if (reached := cost(found.x)) < least:
                best, least = found.x, reached
    if best is None:
        return np.nan, np.nan, np.nan
    return float(best[0]), float(best[1]), float(best[2])


def explained(y: np.ndarray, predicted: np.ndarray) -> float:
    """Coefficient of determination; of constant rates 1 where they are met exactly, else 0, as scikit-learn has it."""
    residual, total = np.sum((y - predicted) ** 2), np.sum((y - y.mean()) ** 2)
    if total == 0:
        return float(residual == 0)
    return float(1 - residual / total)
