"""How the score grows with the number of stimuli that are fitted, and where it is going."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import Interval

from .held_out import HeldOut, Uncertainty, aggregate

Fold = tuple[np.ndarray, np.ndarray]


RISING = "learning-curve-still-rising"
"""Flag: no limit is stated, since it would be far above what was reached: an extrapolation, and too high."""

NO_LIMIT = "learning-curve-not-above-zero"
"""Flag: no limit is stated, since with some number of stimuli nothing is predicted."""

FAR = 1.1
"""A limit above this multiple of the score is an overestimate: 3% and more in simulations, where stimuli are not many
times the features."""


def sizes_of(learning_curve: Any) -> tuple[int, ...]:
    """Sizes in ascending order.

    Raises
    ------
    InvalidParameter
        If they are no whole numbers in a sequence.
    """
    sizes = [] if learning_curve is None else learning_curve
    if not isinstance(sizes, (Sequence, np.ndarray)) or isinstance(sizes, str) or not all(map(_is_count, sizes)):
        alone = _is_count(learning_curve)
        raise InvalidParameter(
            f"learning_curve={learning_curve!r}",
            expected="a sequence of whole numbers of training stimuli",
            remedy=f"pass learning_curve=[{learning_curve}]" if alone else "",
        )
    return tuple(sorted(map(int, sizes)))


def _is_count(number: Any) -> bool:
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool)


def subsets(folds: Sequence[Fold], size: int, seed: int) -> list[Fold]:
    """The folds with `size` of their training rows, drawn at random; smaller sizes are subsets of larger ones.

    Raises
    ------
    InvalidParameter
        If a fold has fewer training rows.
    """
    smallest = min(len(train) for train, _ in folds)
    if not 2 <= size <= smallest:
        raise InvalidParameter(
            f"learning_curve has size {size}", expected=f"2 to {smallest}, the training stimuli of the smallest fold"
        )
    generators = (np.random.default_rng((seed, number)) for number in range(len(folds)))
    return [(rng.permutation(train)[:size], test) for rng, (train, test) in zip(generators, folds, strict=True)]


def limit(sizes: np.ndarray, r: np.ndarray) -> np.ndarray:
    """What r tends to with ever more stimuli: 1/r^2 is near linear in 1/N (David & Gallant 2005, Network 16:239).

    The line is the start of a series in 1/N, so its error at N goes with 1/N^2: sizes are weighted by N^4.

    Parameters
    ----------
    sizes : array, shape (size,)
        Numbers of training stimuli, at least two different.
    r : array, shape (size, ...)

    Returns
    -------
    array, shape (...)
        NaN where a correlation is not above 0, or the line does not reach a positive 1/r^2.
    """
    x = 1 / np.asarray(sizes, np.float64)
    if len(np.unique(x)) < 2:
        raise InvalidParameter(f"a limit from sizes {list(sizes)}", expected="two different numbers of stimuli")
    weights = (x.min() / x) ** 4
    weights /= weights.sum()
    r = np.asarray(r, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(r > 0, 1 / r**2, np.nan)
        centred = x - weights @ x
        slope = np.tensordot(weights * centred, y, 1) / (weights @ centred**2)
        intercept = np.tensordot(weights, y, 1) - slope * (weights @ x)
        return np.where(intercept > 0, 1 / np.sqrt(intercept), np.nan)


def with_curve(score: Score, parts: Mapping[int, HeldOut], uncertainty: Uncertainty | None) -> Score:
    """The score with ``learning_curve_N`` among its details, and ``learning_curve_limit`` where the curve shows one.

    Parameters
    ----------
    score : Score
        Of all training stimuli.
    parts : mapping of int to HeldOut
        By the number of training stimuli; the last is what was scored.
    uncertainty : Uncertainty, optional
        How the limit gets its interval.
    """
    sizes = np.array(list(parts))
    points = np.array([float(aggregate(part.correlations())) for part in parts.values()])
    details = {f"learning_curve_{size}": point for size, point in zip(parts, points, strict=True)}
    flags = score.flags
    if len(parts) > 1:
        end = float(limit(sizes, points))
        if end <= FAR * points[-1]:
            details |= {"learning_curve_limit": end, **_interval(parts, sizes, end, uncertainty)}
        else:
            flags = (*flags, RISING if (points > 0).all() else NO_LIMIT)
    return score.with_(details={**score.details, **details}, flags=flags)


def _interval(
    parts: Mapping[int, HeldOut], sizes: np.ndarray, end: float, uncertainty: Uncertainty | None
) -> dict[str, float]:
    """Of the limit, under the draws of the score."""
    if uncertainty is None:
        return {}
    weights = uncertainty.weights(len(next(iter(parts.values())).target))
    drawn = np.stack([part.scores(weights) for part in parts.values()])
    interval = Interval.of(limit(sizes, drawn), value=end)
    return {
        "learning_curve_limit_error": interval.error,
        "learning_curve_limit_low": interval.low,
        "learning_curve_limit_high": interval.high,
    }
