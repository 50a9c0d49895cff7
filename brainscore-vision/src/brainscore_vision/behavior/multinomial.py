"""Multinomial logistic regression with an L2 penalty on the weights, and none on the intercepts."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .descent import descend

RANK = 64
"""Directions of the features along which the curvature is known."""
ENOUGH = 640
"""Stimuli that these directions are found from."""
SINGLE = 3e-4
"""Tolerance down to which single precision serves."""
ROUGH = 20.0
"""How much rougher the start within the leading directions is."""


@dataclass(frozen=True, eq=False)
class Loss:
    """``- sum_i log softmax(W x_i + b)[y_i] + penalty / 2 |W|^2`` over an array of weights and, last, intercepts.

    Parameters
    ----------
    features : array, shape (stimulus, feature)
        The dtype is that of the products of matrices; values are summed in double precision.
    numbers : array of int, shape (stimulus,)
        The class of each.
    penalty : float
    """

    features: np.ndarray
    numbers: np.ndarray
    penalty: float

    def probabilities(self, point: np.ndarray) -> tuple[np.ndarray, float]:
        """Shape (label, stimulus), and the loss without its penalty."""
        found = point[:, :-1] @ self.features.T
        found += point[:, -1:]
        found -= found.max(axis=0)
        own = found[self.numbers, np.arange(found.shape[1])].sum(dtype=np.float64)
        np.exp(found, out=found)
        total = found.sum(axis=0)
        found /= total
        return found, float(np.log(total).sum(dtype=np.float64) - own)

    def __call__(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Value and gradient at a point, shape (label, feature + 1)."""
        found, loss = self.probabilities(point)
        found[self.numbers, np.arange(found.shape[1])] -= 1
        weights, gradient = point[:, :-1], np.empty_like(point)
        gradient[:, :-1] = found @ self.features
        gradient[:, :-1] += self.penalty * weights
        gradient[:, -1] = found.sum(axis=1)
        return loss + self.penalty / 2 * float(np.vdot(weights, weights)), gradient


@dataclass(frozen=True, eq=False)
class Curvature:
    """About ``spread X'X + penalty`` for each label, by the leading directions of the features.

    It is exact along them where all labels are equally probable, ``spread = 1 / labels``, which the fit is never far
    from at strong penalties.

    Parameters
    ----------
    directions : array, shape (feature, direction)
        Orthonormal.
    squares : array, shape (direction,)
        Of the features along each, summed over the stimuli.
    stimuli : int
    spread : float
        Mean over stimuli and labels of p (1 - p), times labels / (labels - 1).
    penalty : float
    """

    directions: np.ndarray
    squares: np.ndarray
    stimuli: int
    spread: float
    penalty: float

    def inverse(self, gradient: np.ndarray) -> np.ndarray:
        """The inverse times a gradient, shape (label, feature + 1)."""
        bent = self.spread * self.squares
        directions = self.directions.astype(gradient.dtype, copy=False)
        share = (bent / (bent + self.penalty)).astype(gradient.dtype)
        found = gradient / self.penalty
        found[:, :-1] -= ((found[:, :-1] @ directions) * share) @ directions.T
        found[:, -1] = gradient[:, -1] / (self.stimuli * self.spread)
        return found


def fit_multinomial(
    features: np.ndarray,
    exact: Callable[[], np.ndarray],
    numbers: np.ndarray,
    labels: int,
    *,
    penalty: float,
    tolerance: float,
    steps: int,
) -> np.ndarray:
    """Weights and intercepts at which the loss is least.

    First within the leading directions, then from there in all, in single precision; in double precision where the
    tolerance asks for it. The least loss is one point, so that no part of the way there matters.

    Parameters
    ----------
    features : float32 array, shape (stimulus, feature)
        Z-scored.
    exact : callable
        ``exact() -> float64 array``: the same, where double precision is needed.
    numbers : array of int, shape (stimulus,)
        The class of each stimulus, 0 to labels - 1.
    labels : int
    penalty : float
        1 / C.
    tolerance : float
        About the error that is left in ``W x + b``, root mean square over stimuli.
    steps : int
        At most.

    Returns
    -------
    float64 array, shape (label, feature + 1)
        The last column are the intercepts. What all labels share changes no probability, and is left out.
    """
    stimuli = len(features)
    left = tolerance * stimuli**0.5
    directions, within = leading_directions(features)
    squares = np.einsum("sd,sd->d", within, within)
    start = np.zeros((labels, len(squares) + 1), np.float32)
    rough = Loss(within, numbers, penalty)
    curvature = Curvature(np.eye(len(squares), dtype=np.float32), squares, stimuli, 1 / labels, penalty)
    begun = descend(rough, start, curvature.inverse, tolerance=ROUGH * left, steps=steps).point
    likely = rough.probabilities(begun)[0]
    spread = float(np.mean(likely * (1 - likely))) * labels / (labels - 1)
    curvature = Curvature(directions, squares, stimuli, max(spread, 1e-3 / labels), penalty)
    start = np.concatenate([begun[:, :-1] @ directions.T, begun[:, -1:]], axis=1)
    loss = Loss(features, numbers, penalty)
    found = descend(loss, start, curvature.inverse, tolerance=max(left, SINGLE * stimuli**0.5), steps=steps)
    if found.decrement > left:
        double = Loss(exact(), numbers, penalty)
        found = descend(double, found.point.astype(np.float64), curvature.inverse, tolerance=left, steps=steps)
    if found.decrement > left:
        warnings.warn(
            f"the decoder stopped after {found.steps} steps with an error of {found.decrement / stimuli**0.5:.2g} left,"
            f" expected at most {tolerance:g}. Allow more steps, or a smaller C.",
            RuntimeWarning,
            stacklevel=3,
        )
    point = found.point.astype(np.float64)
    return point - point.mean(axis=0)


def leading_directions(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Principal directions of centred features, and the features along them.

    Found from random directions, in some of the stimuli, by one step of the power method (Halko, Martinsson & Tropp
    2011, SIAM Review 53:217), with a fixed seed; how well decides how many steps the fit takes, not where it ends.

    Parameters
    ----------
    features : array, shape (stimulus, feature)

    Returns
    -------
    directions : array, shape (feature, direction)
        Orthonormal.
    within : array, shape (stimulus, direction)
    """
    rng = np.random.default_rng(0)
    some = features if len(features) <= ENOUGH else features[rng.choice(len(features), ENOUGH, replace=False)]
    tried = rng.standard_normal((len(some), min(RANK, *some.shape)), dtype=np.float32)
    basis = np.linalg.qr(some.T @ (some @ (some.T @ tried.astype(features.dtype))))[0]
    within = features @ basis
    turned = np.linalg.eigh(within.T @ within)[1]
    return basis @ turned, within @ turned
