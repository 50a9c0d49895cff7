"""Size tuning: summation field, surround and suppression."""

import numpy as np

from .components import largest, mean_and_modulation, preferred
from .firing_rate import RESPONSIVE
from .grid import GratingGrid

SUPPRESSED = 0.1
REACHED = 0.95
MARGIN = 0.05


def surround_suppression_index(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """How far the response to the largest grating lies below that to the best size: (peak - plateau) / peak.

    Measured, as all of this file, at the preferred spatial frequency, orientation and component (Cavanaugh, Bair &
    Movshon 2002, as measured by Marques, Schrimpf & DiCarlo 2021).

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
        0 to 2, shape (units,).
    responsive : numpy.ndarray
        Units whose largest response, the mean counted above baseline, exceeds 5 spikes/s.
    """
    curves, responsive = _size_curves(responses, baseline)
    return _suppression(curves), responsive


def strongly_suppressed(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """1 where the suppression index is at least .1, else 0; and the responsive units."""
    curves, responsive = _size_curves(responses, baseline)
    return (_suppression(curves) >= SUPPRESSED).astype(np.float64), responsive


def grating_summation_field(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """Diameter in degrees of the smallest grating with 95% of the peak; NaN for units without suppression (<= .1).

    Parameters and second return value are those of :func:`surround_suppression_index`.
    """
    curves, responsive = _size_curves(responses, baseline)
    reached = curves >= curves.max(axis=1, keepdims=True) * REACHED
    return _where_suppressed(curves, 2 * grid.size[np.argmax(reached, axis=1)]), responsive


def surround_diameter(responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid) -> tuple[np.ndarray, np.ndarray]:
    """Diameter in degrees of the smallest grating beyond the peak whose response is within 5% of the plateau.

    NaN for units without suppression (<= .1). A suppressed unit peaks before the largest grating, and that one always
    qualifies. Parameters and second return value are those of :func:`surround_suppression_index`.
    """
    curves, responsive = _size_curves(responses, baseline)
    plateau = curves[:, -1:]
    beyond = grid.size > grid.size[np.argmax(curves, axis=1)][:, None]
    settled = (curves <= plateau + MARGIN * np.abs(plateau)) & beyond
    return _where_suppressed(curves, 2 * grid.size[np.argmax(settled, axis=1)]), responsive


def surround_grating_summation_field_ratio(
    responses: np.ndarray, baseline: np.ndarray, grid: GratingGrid
) -> tuple[np.ndarray, np.ndarray]:
    """Surround diameter over grating summation field; NaN where they are, and the responsive units."""
    surround, responsive = surround_diameter(responses, baseline, grid)
    return surround / grating_summation_field(responses, baseline, grid)[0], responsive


def _size_curves(responses: np.ndarray, baseline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    both = mean_and_modulation(responses, baseline)
    unit, _, frequency, orientation, component = preferred(both)
    return both[unit, :, frequency, orientation, component], largest(both) > RESPONSIVE


def _suppression(curves: np.ndarray) -> np.ndarray:
    peak = curves.max(axis=1)
    return np.divide(peak - curves[:, -1], peak, out=np.full(len(curves), np.nan), where=peak != 0)


def _where_suppressed(curves: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where((curves.max(axis=1) > 0) & (_suppression(curves) > SUPPRESSED), values, np.nan)
