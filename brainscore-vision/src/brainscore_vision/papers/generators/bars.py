"""Bars of some length and width, lighter or darker than the field."""

import numpy as np

from .field import BACKGROUND, Field, shown


def bar(
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
    """One bar, in the terms of gratings, so that both are measured alike.

    Parameters
    ----------
    field : Field
    position_y, position_x : float
        Centre, in degrees from the centre of the field; y grows downwards.
    contrast : float
        Difference from the field over the largest that it can be, 0 to 1.
    radius : float
        Half the length, in degrees.
    spatial_frequency : float
        One over twice the width, in cycles per degree.
    orientation : float
        In degrees; a bar of orientation 0 is upright, as the stripes of a grating of orientation 0 are.
    phase : float
        In degrees: 0 is lighter, 180 darker than the field.

    Returns
    -------
    numpy.ndarray
        uint8, shape (pixels, pixels).
    """
    x, y = field.axis(position_x)[None, :], field.axis(position_y)[:, None]
    angle = np.deg2rad(orientation)
    across, along = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    inside = (np.abs(across) <= 0.25 / spatial_frequency) & (np.abs(along) <= radius)
    sign = np.cos(np.deg2rad(phase))
    luminance = BACKGROUND + sign * contrast * (255 - BACKGROUND)
    image = field.blank()
    image[inside] = shown(np.array(luminance))
    return image
