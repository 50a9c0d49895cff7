"""How sharply units are tuned to orientation, and how strongly they answer.

All are measured on phase-averaged responses at the size and spatial frequency of the largest one (Ringach, Shapley &
Hawken 2002, as measured by Marques, Schrimpf & DiCarlo 2021). Of each function the parameters are

    responses : in spikes/s, shape (units, sizes, spatial frequencies, orientations, phases)
    baseline : response to the blank, shape (units,)
    grid : GratingGrid

and the results the values, shape (units,), and which units are responsive: their largest phase-averaged response
exceeds the baseline by more than 5 spikes/s.
"""

from functools import lru_cache

import numpy as np

from .components import preferred
from .firing_rate import RESPONSIVE
from .grid import GratingGrid
from .spline import interpolation_matrix, smoothing_matrix

HALF_POWER = 0.707
HANNING = (2, 5, 2)
Measured = tuple[np.ndarray, np.ndarray]


def max_dc(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> Measured:
    """The largest phase-averaged response, in spikes/s."""
    curves, _ = _curves(responses)
    return curves.max(axis=1), _responsive(curves, baseline)


def modulation_ratio(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> Measured:
    """Amplitude of the first harmonic over the mean, at the preferred grating: above 1 for simple cells."""
    curves, phases = _curves(responses)
    amplitude = np.abs(np.fft.fft(phases)[:, 1]) / phases.shape[1] * 2
    return _divide(amplitude, curves.max(axis=1)), _responsive(curves, baseline)


def circular_variance(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> Measured:
    """1 minus the length of the mean vector over doubled angles: 0 for one orientation, 1 for all alike."""
    curves, _ = _curves(responses)
    vector = np.abs(curves @ np.exp(2j * np.deg2rad(grid.orientation)))
    return 1 - _divide(vector, np.abs(curves).sum(axis=1)), _responsive(curves, baseline)


def bandwidth(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> Measured:
    """Half the width in degrees where the interpolated curve falls to .707 of its peak; NaN where it does not."""
    curves, _ = _curves(responses)
    return _half_width(curves, grid), _responsive(curves, baseline)


def orientation_selective(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> Measured:
    """1 where :func:`bandwidth` is defined, else 0."""
    curves, _ = _curves(responses)
    return (~np.isnan(_half_width(curves, grid))).astype(np.float64), _responsive(curves, baseline)


def orthogonal_preferred_ratio(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> Measured:
    """The response at right angles to the preferred orientation over that at it."""
    curves, _ = _curves(responses)
    best = np.argmax(curves, axis=1)
    units, count = np.arange(len(curves)), curves.shape[1]
    return _divide(curves[units, (best + count // 2) % count], curves[units, best]), _responsive(curves, baseline)


def circular_variance_bandwidth_ratio(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> Measured:
    """:func:`circular_variance` over :func:`bandwidth`, per degree."""
    variance, responsive = circular_variance(responses, baseline, grid)
    return _divide(variance, bandwidth(responses, baseline, grid)[0]), responsive


def orthogonal_preferred_ratio_circular_variance_difference(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> Measured:
    """:func:`orthogonal_preferred_ratio` minus :func:`circular_variance`."""
    ratio, responsive = orthogonal_preferred_ratio(responses, baseline, grid)
    return ratio - circular_variance(responses, baseline, grid)[0], responsive


def _curves(responses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Orientation curves (units, orientations), and the responses to the phases of the best grating (units, phases)."""
    averaged = responses.mean(axis=-1)
    unit, size, frequency, orientation = preferred(averaged)
    return averaged[unit, size, frequency], responses[unit, size, frequency, orientation]


def _responsive(curves: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    return curves.max(axis=1) > baseline + RESPONSIVE


def _divide(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.divide(one, other, out=np.full(one.shape, np.nan), where=(other != 0) & ~np.isnan(other))


def _half_width(curves: np.ndarray, grid: GratingGrid) -> np.ndarray:
    full = curves @ _by_degree(tuple(grid.orientation)).T
    peak = np.argmax(full[:, 180:360], axis=1)[:, None] + 180
    low = full <= np.take_along_axis(full, peak, axis=1) * HALF_POWER
    index = np.arange(full.shape[1])
    before, after = low & (index < peak), low & (index > peak)
    start = len(index) - 1 - np.argmax(before[:, ::-1], axis=1)
    width = (np.argmax(after, axis=1) - start).astype(np.float64)
    width[~before.any(axis=1) | ~after.any(axis=1) | (width > 180)] = np.nan
    return width / 2


@lru_cache(maxsize=8)
def _by_degree(orientation: tuple[float, ...]) -> np.ndarray:
    """From a curve to its smoothed interpolation at -180, -179 ... 359 degrees: shape (540, orientations)."""
    angles = np.asarray(orientation)
    extended = np.concatenate([angles - 180, angles, angles + 180])
    repeated = np.zeros((len(extended) + 2, len(angles)))
    repeated[1:-1] = np.tile(np.eye(len(angles)), (3, 1))
    smooth = smoothing_matrix(len(extended), HANNING)
    return interpolation_matrix(extended, np.arange(-180.0, 360.0)) @ smooth @ repeated
