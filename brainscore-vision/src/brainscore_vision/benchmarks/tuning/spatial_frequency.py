"""Peak spatial frequency, bandwidth, and whether a unit is selective at all."""

from functools import lru_cache

import numpy as np

from .components import largest, mean_and_modulation, preferred
from .firing_rate import RESPONSIVE
from .grid import GratingGrid
from .spline import first_peak, interpolation_matrix, smoothing_matrix

POINTS = 100
# Schiller, Finlay & Volman 1976 measure the width where the response falls to 1 / sqrt(2).
HALF_POWER = 0.707


def peak_spatial_frequency(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """The spatial frequency at which the interpolated tuning curve peaks.

    The curve is taken at the size, orientation and component (mean or modulation) of the largest response (De Valois,
    Albrecht & Thorell 1982, as measured by Marques, Schrimpf & DiCarlo 2021). Of equal peaks the lowest counts; the
    incumbent leaves that to rounding.

    Parameters
    ----------
    responses : numpy.ndarray
        In spikes/s, shape (units, sizes, spatial frequencies, orientations, phases).
    baseline : numpy.ndarray
        Response to the blank, shape (units,).
    grid : GratingGrid

    Returns
    -------
    values : numpy.ndarray
        In cycles per degree, one of 100 steps, shape (units,).
    responsive : numpy.ndarray
        Units whose largest response, the mean counted above baseline, exceeds 5 spikes/s.
    """
    both = mean_and_modulation(responses, baseline)
    unit, size, _, orientation, component = preferred(both)
    curves = both[unit, size, :, orientation, component]
    steps, interpolated = interpolate(curves, grid)
    return 2 ** steps[first_peak(interpolated)], largest(both) > RESPONSIVE


def spatial_frequency_bandwidth(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """100 times the lower over the upper spatial frequency at which the curve falls to .707 of its peak.

    The curve is that of phase-averaged responses at the preferred size and orientation (Schiller, Finlay & Volman 1976,
    as measured by Marques, Schrimpf & DiCarlo 2021).

    Parameters
    ----------
    responses, baseline, grid
        See :func:`peak_spatial_frequency`.

    Returns
    -------
    values : numpy.ndarray
        In percent, shape (units,); NaN where the curve does not fall that far on both sides of the peak.
    responsive : numpy.ndarray
        Units whose largest response exceeds the baseline by more than 5 spikes/s.
    """
    responses = responses.mean(axis=-1)
    unit, size, _, orientation = preferred(responses)
    steps, interpolated = interpolate(responses[unit, size, :, orientation], grid)
    lower, upper = _flanks(interpolated, steps)
    return 100 * 2 ** (lower - upper), largest(responses) > baseline + RESPONSIVE


def spatial_frequency_selective(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """1 where :func:`spatial_frequency_bandwidth` is defined, else 0; and the same responsive units."""
    bandwidth, responsive = spatial_frequency_bandwidth(responses, baseline, grid)
    return (~np.isnan(bandwidth)).astype(np.float64), responsive


def _flanks(curves: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest steps below and above each curve's peak with at most .707 of it; NaN where there is none."""
    peak = first_peak(curves)[:, None]
    index = np.arange(len(steps))
    low = curves <= np.take_along_axis(curves, peak, axis=1) * HALF_POWER
    before, after = low & (index < peak), low & (index > peak)
    last_before = len(steps) - 1 - np.argmax(before[:, ::-1], axis=1)
    lower = np.where(before.any(axis=1), steps[last_before], np.nan)
    upper = np.where(after.any(axis=1), steps[np.argmax(after, axis=1)], np.nan)
    return lower, upper


def interpolate(curves: np.ndarray, grid: GratingGrid) -> tuple[np.ndarray, np.ndarray]:
    """log2 of 100 spatial frequencies, and the curves there: (100,) and (units, 100)."""
    steps, matrix = _by_step(tuple(grid.spatial_frequency))
    return steps, curves @ matrix.T


@lru_cache(maxsize=8)
def _by_step(spatial_frequency: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The steps, and from a tuning curve to its smoothed interpolation there: shape (100, frequencies).

    For smoothing, the end values are repeated once.
    """
    octaves = np.log2(np.asarray(spatial_frequency))
    steps = np.linspace(octaves[0], octaves[-1], num=POINTS)
    n = len(octaves)
    repeated = np.eye(n)[np.clip(np.arange(-1, n + 1), 0, n - 1)]
    return steps, interpolation_matrix(octaves, steps) @ smoothing_matrix(n) @ repeated
