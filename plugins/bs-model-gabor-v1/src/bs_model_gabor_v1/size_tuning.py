"""Size tuning as excitation over a surround, and the fields that give a unit its published sizes.

The response to a grating in an aperture of radius r is ``R(r) = C(r) / (1 + k S(r)^2)``: C is the share of the
excitatory Gaussian inside the aperture and S that of a wider one, the normalisation pool (after the ratio of Gaussians
of Cavanaugh, Bair & Movshon 2002; they square both). Lengths scale, so one table of (width ratio, k) serves all units.
"""

from typing import NamedTuple

import numpy as np

REACHED = 0.95
SETTLED = 1.05
RADIUS = np.geomspace(0.05, 60, 400)
RATIO = np.geomspace(1.1, 12, 60)
GAIN = np.geomspace(0.01, 300, 80)
ANGLES = (np.arange(32) + 0.5) / 32 * np.pi / 2
ELONGATION = np.geomspace(0.5, 6, 60)


class Fields(NamedTuple):
    """What gives each unit its size tuning, shape (units,).

    Parameters
    ----------
    centre, surround : numpy.ndarray
        Standard deviations of the excitatory and the surround Gaussian, in degrees.
    gain : numpy.ndarray
        The surround's weight k.
    peak : numpy.ndarray
        Response to the best size, as a share of that to the whole field without a surround.
    """

    centre: np.ndarray
    surround: np.ndarray
    gain: np.ndarray
    peak: np.ndarray


def share(radius: np.ndarray, sigma: np.ndarray | float) -> np.ndarray:
    """Share of a round Gaussian within ``radius`` of its centre."""
    return 1 - np.exp(-((radius / sigma) ** 2) / 2)


def fit_fields(summation: np.ndarray, surround: np.ndarray, suppression: np.ndarray) -> Fields:
    """Fields whose size tuning has these properties, or is as near as any of the table.

    Parameters
    ----------
    summation, surround : numpy.ndarray
        Wanted diameters in degrees: the smallest with .95 of the peak, and the smallest beyond the peak within 5% of
        the plateau; shape (units,).
    suppression : numpy.ndarray
        Wanted (peak - plateau) / peak, shape (units,).
    """
    curves = share(RADIUS, 1.0) / (1 + GAIN[:, None, None] * share(RADIUS, RATIO[:, None]) ** 2)
    diameter, outer, index = (values.ravel() for values in measure(curves))
    distance = (np.log(surround / summation)[:, None] - np.log(outer / diameter)) ** 2
    distance += (4 * (suppression[:, None] - index)) ** 2
    gain, ratio = np.unravel_index(np.argmin(distance, axis=1), (len(GAIN), len(RATIO)))
    centre = summation / diameter.reshape(len(GAIN), len(RATIO))[gain, ratio]
    return Fields(centre, centre * RATIO[ratio], GAIN[gain], curves.max(axis=-1)[gain, ratio])


def measure(curves: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Summation diameter, surround diameter and suppression index of curves over ``RADIUS`` (last axis)."""
    peak, plateau = curves.max(axis=-1, keepdims=True), curves[..., -1:]
    beyond = np.arange(len(RADIUS)) > np.argmax(curves, axis=-1)[..., None]
    summation = 2 * RADIUS[np.argmax(curves >= REACHED * peak, axis=-1)]
    surround = 2 * RADIUS[np.argmax((curves <= SETTLED * plateau) & beyond, axis=-1)]
    return summation, surround, 1 - (plateau / peak)[..., 0]


def elongation_for(widening: np.ndarray) -> np.ndarray:
    """Length over width of an ellipse that holds 80% of itself within the same radius as a round Gaussian.

    Parameters
    ----------
    widening : numpy.ndarray
        Standard deviation of the round one over that of the ellipse across its width.

    Returns
    -------
    numpy.ndarray
        Between 0.5 and 6.
    """
    radius = np.geomspace(0.3, 12, 400)
    q = np.cos(ANGLES) ** 2 + np.sin(ANGLES) ** 2 / ELONGATION[:, None] ** 2
    weight = 1 / (q * ELONGATION[:, None] * len(ANGLES))
    inside = np.einsum("ea,era->er", weight, 1 - np.exp(-(radius[:, None] ** 2) * q[:, None, :] / 2))
    reached = radius[np.argmax(inside >= 0.8, axis=1)] / np.sqrt(-2 * np.log(0.2))
    return np.exp(np.interp(widening, reached, np.log(ELONGATION)))
