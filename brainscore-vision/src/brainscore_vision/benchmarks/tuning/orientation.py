"""Preferred orientation."""

from functools import lru_cache

import numpy as np

from .components import largest, preferred
from .firing_rate import RESPONSIVE
from .grid import GratingGrid
from .spline import first_peak, interpolation_matrix, smoothing_matrix

# Orientations from here on are counted as negative: the recorded bins run from -22.5 to 157.5 degrees.
WRAP = 157.5


def preferred_orientation(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """The orientation, in whole degrees, at which the interpolated tuning curve peaks.

    The curve is taken at the size and spatial frequency of the largest phase-averaged response, smoothed over three
    points and interpolated (De Valois, Yund & Hepler 1982, as measured by Marques, Schrimpf & DiCarlo 2021). Of equal
    peaks the first counts; the incumbent leaves that to rounding.

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
        In degrees, -22 to 157, shape (units,).
    responsive : numpy.ndarray
        Units whose largest response exceeds the baseline by more than 5 spikes/s; others are not measured.
    """
    responses = responses.mean(axis=-1)
    unit, size, frequency, _ = preferred(responses)
    curves = responses[unit, size, frequency]
    peak = first_peak(curves @ _by_degree(tuple(grid.orientation)).T).astype(np.float64)
    peak[peak >= WRAP] -= 180
    return peak, largest(responses) > baseline + RESPONSIVE


@lru_cache(maxsize=8)
def _by_degree(orientation: tuple[float, ...]) -> np.ndarray:
    """From a tuning curve to its smoothed interpolation at 0, 1 ... 179 degrees: shape (180, orientations).

    The curve is repeated on both sides, with nothing beyond.
    """
    angles = np.asarray(orientation)
    extended = np.concatenate([angles - 180, angles, angles + 180])
    repeated = np.zeros((len(extended) + 2, len(angles)))
    repeated[1:-1] = np.tile(np.eye(len(angles)), (3, 1))
    return interpolation_matrix(extended, np.arange(180.0)) @ smoothing_matrix(len(extended)) @ repeated
