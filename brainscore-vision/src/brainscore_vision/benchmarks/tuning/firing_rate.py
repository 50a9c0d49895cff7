"""From activations to spikes per second: one affine map a model, set so that its median unit fires as V1's does.

The median over responsive units of the largest response to the orientation stimuli is put at the median of macaque V1,
33.8 spikes/s, and that of the response to the blank at 0.82 (Marques, Schrimpf & DiCarlo 2021, Methods, after Ringach,
Shapley & Hawken 2002). Negative activations count as 0.
"""

from dataclasses import dataclass

import numpy as np

from .grid import GratingGrid

MEDIAN_MAXIMUM = 33.8
MEDIAN_SPONTANEOUS = 0.82
RESPONSIVE = 5.0
LARGEST_MAXIMUM = 243.1


@dataclass(frozen=True)
class Calibration:
    """``rate = slope * activation + offset``, in spikes/s, not below 0.

    Parameters
    ----------
    slope, offset : float
    responsive : int
        Units that the medians were taken over.
    """

    slope: float
    offset: float
    responsive: int

    def __call__(self, activations: np.ndarray) -> np.ndarray:
        """Firing rates of activations of any shape, float64."""
        return np.maximum(self.slope * np.maximum(np.asarray(activations, dtype=np.float64), 0) + self.offset, 0)


def calibrate(blank: np.ndarray, orientation: np.ndarray, grid: GratingGrid) -> Calibration | None:
    """Find the map from the units that see the stimulus.

    A unit is responsive when its largest phase-averaged response exceeds its blank by more than 5 / 243.1 of the
    largest such difference (5 spikes/s of the fastest neuron).

    Parameters
    ----------
    blank : numpy.ndarray
        Activations to the blank, shape (units,).
    orientation : numpy.ndarray
        Activations to the orientation stimuli, shape (presentations, units).
    grid : GratingGrid
        Of the orientation stimuli.

    Returns
    -------
    Calibration or None
        None where no unit answers any stimulus more than the blank.
    """
    blank = np.maximum(np.asarray(blank, dtype=np.float64), 0)
    largest = np.maximum(grid.unfold(orientation), 0).mean(axis=-1).reshape(len(blank), -1).max(axis=1)
    above = largest - blank
    responsive = above > RESPONSIVE / LARGEST_MAXIMUM * above.max()
    if not responsive.any():
        return None
    baseline, maximum = np.median(blank[responsive]), np.median(largest[responsive])
    slope = (MEDIAN_MAXIMUM - MEDIAN_SPONTANEOUS) / (maximum - baseline)
    return Calibration(float(slope), float(MEDIAN_SPONTANEOUS - slope * baseline), int(responsive.sum()))
