"""Sinusoidal gratings in a round aperture (the formula of Marques, Schrimpf & DiCarlo 2021)."""

import numpy as np

from .field import Field, shown


def grating(
    field: Field,
    *,
    position_y: float,
    position_x: float,
    contrast: float,
    radius: float,
    spatial_frequency: float,
    orientation: float,
    phase: float,
) -> np.ndarray:
    """One grating: ``(sin(2 pi f (x cos o + y sin o) + phase) contrast + 1) / 2 * 255`` within the aperture.

    Parameters
    ----------
    field : Field
    position_y, position_x : float
        Centre, in degrees from the centre of the field; y grows downwards.
    contrast : float
        Michelson contrast, 0 to 1.
    radius : float
        Of the aperture, in degrees; its edge belongs to it.
    spatial_frequency : float
        In cycles per degree.
    orientation, phase : float
        In degrees. At orientation 0 luminance varies along x; the phase is that at the centre.

    Returns
    -------
    numpy.ndarray
        uint8, shape (pixels, pixels).
    """
    x, y = field.axis(position_x), field.axis(position_y)
    columns, rows = np.flatnonzero(np.abs(x) <= radius), np.flatnonzero(np.abs(y) <= radius)
    image = field.blank()
    if not len(columns) or not len(rows):
        return image
    x, y = x[columns], y[rows][:, None]
    angle, cycles = np.deg2rad(orientation), 2 * np.pi * spatial_frequency
    wave = np.sin(cycles * (x * np.cos(angle) + y * np.sin(angle)) + np.deg2rad(phase))
    inside = x**2 + y**2 <= radius**2
    part = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    np.copyto(part, shown((wave * contrast + 1) / 2 * 255), where=inside)
    return image
