"""How much is summed, and how wide the tuning is: measures that published summaries use, beside the distributions."""

import numpy as np

from .components import largest, mean_and_modulation, preferred
from .firing_rate import RESPONSIVE
from .grid import GratingGrid
from .size import REACHED
from .spatial_frequency import interpolate

HALF = 0.5


def summation_diameter(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> tuple[np.ndarray, np.ndarray]:
    """Diameter in degrees of the smallest stimulus with 95% of the largest response, with or without suppression.

    Measured at the preferred spatial frequency, orientation and component; of bars it is their length.

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
        In degrees, shape (units,).
    responsive : numpy.ndarray
        Units whose largest response, the mean counted above baseline, exceeds 5 spikes/s.
    """
    both = mean_and_modulation(responses, baseline)
    unit, _, frequency, orientation, component = preferred(both)
    curves = both[unit, :, frequency, orientation, component]
    reached = curves >= curves.max(axis=1, keepdims=True) * REACHED
    return 2 * grid.size[np.argmax(reached, axis=1)], largest(both) > RESPONSIVE


def spatial_frequency_bandwidth_octaves(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """Full width at half height, in octaves, of the interpolated spatial-frequency curve; NaN where a side stays high.

    Parameters and second result are those of :func:`summation_diameter`.
    """
    both = mean_and_modulation(responses, baseline)
    unit, size, _, orientation, component = preferred(both)
    steps, curves = interpolate(both[unit, size, :, orientation, component], grid)
    peak = np.argmax(curves, axis=1)[:, None]
    low = curves <= np.take_along_axis(curves, peak, axis=1) * HALF
    index = np.arange(len(steps))
    before, after = low & (index < peak), low & (index > peak)
    lower = steps[len(steps) - 1 - np.argmax(before[:, ::-1], axis=1)]
    width = np.where(before.any(axis=1) & after.any(axis=1), steps[np.argmax(after, axis=1)] - lower, np.nan)
    return width, largest(both) > RESPONSIVE
