"""From activations to spikes per second: one affine map a model, set so that its median unit fires as V1's does.

The median over responsive units of the largest response to the orientation stimuli is put at the median of the region's
neurons, and that of the response to the blank at their spontaneous rate (Marques, Schrimpf & DiCarlo 2021, Methods; for
macaque V1 after Ringach, Shapley & Hawken 2002). Negative activations count as 0.
"""

from dataclasses import dataclass

import numpy as np

from .grid import GratingGrid

# Spikes/s above the baseline from which a unit counts as responsive.
RESPONSIVE = 5.0


@dataclass(frozen=True)
class RateStatistics:
    """Firing rates of a region, in spikes/s.

    Parameters
    ----------
    median_maximum : float
        Median over neurons of the response to each one's best grating.
    median_spontaneous : float
        Median over neurons of the response to nothing.
    largest_maximum : float
        Response of the neuron that fires most.
    """

    median_maximum: float
    median_spontaneous: float
    largest_maximum: float


MACAQUE_V1 = RateStatistics(median_maximum=33.8, median_spontaneous=0.82, largest_maximum=243.1)


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


def calibrate(
    blank: np.ndarray, orientation: np.ndarray, grid: GratingGrid, rates: RateStatistics = MACAQUE_V1
) -> Calibration | None:
    """Find the map from the units that see the stimulus.

    A unit is responsive when its largest phase-averaged response exceeds its blank by more than 5 spikes/s, taking the
    largest such difference of all units for that of the neuron that fires most.

    Parameters
    ----------
    blank : numpy.ndarray
        Activations to the blank, shape (units,).
    orientation : numpy.ndarray
        Activations to the orientation stimuli, shape (presentations, units).
    grid : GratingGrid
        Of the orientation stimuli.
    rates : RateStatistics
        Where the medians are put.

    Returns
    -------
    Calibration or None
        None where no unit answers any stimulus more than the blank.
    """
    blank = np.maximum(np.asarray(blank, dtype=np.float64), 0)
    largest = np.maximum(grid.unfold(orientation), 0).mean(axis=-1).reshape(len(blank), -1).max(axis=1)
    above = largest - blank
    responsive = above > RESPONSIVE / rates.largest_maximum * above.max()
    if not responsive.any():
        return None
    baseline, maximum = np.median(blank[responsive]), np.median(largest[responsive])
    slope = (rates.median_maximum - rates.median_spontaneous) / (maximum - baseline)
    return Calibration(float(slope), float(rates.median_spontaneous - slope * baseline), int(responsive.sum()))
