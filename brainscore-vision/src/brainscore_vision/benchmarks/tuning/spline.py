"""Smoothing and cubic interpolation on a fixed grid as matrices, so that all units are interpolated in one product."""

import numpy as np

from brainscore_core.errors import TooFewStimuli


def interpolation_matrix(x: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The matrix whose product with values on ``x`` is their interpolating cubic spline, evaluated at ``at``.

    An interpolating spline is linear in the values. The end condition is not-a-knot (the third derivative is continuous
    at the second and at the last but one point), which is what FITPACK's ``UnivariateSpline(x, y, k=3, s=0)`` computes.
    Beyond the ends the outer cubics continue.

    Parameters
    ----------
    x : numpy.ndarray
        Increasing, shape (n,), n >= 4.
    at : numpy.ndarray
        Where to evaluate, shape (m,).

    Returns
    -------
    numpy.ndarray
        float64, shape (m, n).

    Raises
    ------
    TooFewStimuli
        If n < 4.
    """
    if len(x) < 4:
        raise TooFewStimuli(f"a tuning curve of {len(x)} points", expected="at least 4, for a cubic spline")
    x, at = np.asarray(x, dtype=np.float64), np.asarray(at, dtype=np.float64)
    curvature = _second_derivatives(x)
    segment = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    width = np.diff(x)[segment]
    left, right = (x[segment + 1] - at) / width, (at - x[segment]) / width
    identity = np.eye(len(x))
    linear = left[:, None] * identity[segment] + right[:, None] * identity[segment + 1]
    bend_left, bend_right = (left**3 - left) * width**2 / 6, (right**3 - right) * width**2 / 6
    return linear + bend_left[:, None] * curvature[segment] + bend_right[:, None] * curvature[segment + 1]


def _second_derivatives(x: np.ndarray) -> np.ndarray:
    """The matrix from values on ``x`` to the spline's second derivatives there, shape (n, n)."""
    n, h = len(x), np.diff(x)
    system, right = np.zeros((n, n)), np.zeros((n, n))
    for i in range(1, n - 1):
        system[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
        right[i, i - 1 : i + 2] = 6 / h[i - 1], -6 / h[i - 1] - 6 / h[i], 6 / h[i]
    system[0, :3] = h[1], -(h[0] + h[1]), h[0]
    system[-1, -3:] = h[-1], -(h[-2] + h[-1]), h[-2]
    return np.linalg.solve(system, right)


def smoothing_matrix(n: int, weights: tuple[int, int, int] = (1, 5, 1)) -> np.ndarray:
    """Three-point smoothing, `weights` over their sum, of n + 2 points to the inner n: shape (n, n + 2)."""
    left, centre, right = weights
    total = left * np.eye(n, n + 2) + centre * np.eye(n, n + 2, 1) + right * np.eye(n, n + 2, 2)
    return total / sum(weights)


def first_peak(curves: np.ndarray) -> np.ndarray:
    """Index of the largest value of each row, the first of those equal to 1e-12 of it.

    Where a curve is flat or has two equal peaks, plain ``argmax`` lets rounding decide, another way on every processor.
    """
    peak = curves.max(axis=1, keepdims=True)
    return np.argmax(curves >= peak - 1e-12 * np.abs(peak), axis=1)
