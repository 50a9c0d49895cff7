"""L-BFGS with a preconditioner: the minimum of a smooth convex function of one array."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

REMEMBERED = 10
"""Steps whose change of gradient is remembered."""
SUFFICIENT = 1e-4
"""Share of the decrease that the slope promises with which a step is taken (Armijo)."""
SHORTEST = 1e-8
"""Step below which rounding decides, and the search ends."""


@dataclass(frozen=True)
class Found:
    """Where the search ended: the point, what is left of the decrement there, and the number of steps."""

    point: np.ndarray
    decrement: float
    steps: int


def descend(
    function: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    precondition: Callable[[np.ndarray], np.ndarray],
    *,
    tolerance: float,
    steps: int,
) -> Found:
    """Minimise (Nocedal & Wright 2006, algorithms 7.4 and 7.5; whole steps first, halved until they descend).

    Parameters
    ----------
    function : callable
        Point to value and gradient.
    start : array
        Its dtype is that of the search.
    precondition : callable
        Gradient to (about) the inverse of the curvature times the gradient; symmetric and positive.
    tolerance : float
        The search ends where the Newton decrement, the root of gradient * inverse curvature * gradient as the steps
        have shown it, is not above it.
    steps : int
        At most.
    """
    rounding = 4 * float(np.finfo(start.dtype).eps)
    point, known = start, deque[tuple[np.ndarray, np.ndarray, float]](maxlen=REMEMBERED)
    value, gradient = function(point)
    for taken in range(steps + 1):
        direction = -_inverse(gradient, known, precondition)
        slope, length = float(np.vdot(gradient, direction)), 1.0
        decrement = max(-slope, 0.0) ** 0.5
        if decrement <= tolerance or taken == steps:
            break
        while True:
            moved = point + length * direction
            new_value, new_gradient = function(moved)
            if new_value <= value + SUFFICIENT * length * slope + rounding * abs(value):
                break
            length /= 2
            if length < SHORTEST:
                return Found(point, decrement, taken)
        step, turned = moved - point, new_gradient - gradient
        if (along := float(np.vdot(step, turned))) > 0:
            known.append((step, turned, 1 / along))
        point, value, gradient = moved, new_value, new_gradient
    return Found(point, decrement, taken)


def _inverse(
    gradient: np.ndarray,
    known: deque[tuple[np.ndarray, np.ndarray, float]],
    precondition: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """The inverse curvature, as the steps have shown it, times the gradient: two loops over them."""
    left, weights = gradient.copy(), []
    for step, turned, inverse in reversed(known):
        weights.append(inverse * float(np.vdot(step, left)))
        left -= weights[-1] * turned
    found = precondition(left)
    for (step, turned, inverse), weight in zip(known, reversed(weights), strict=True):
        found += (weight - inverse * float(np.vdot(turned, found))) * step
    return found
