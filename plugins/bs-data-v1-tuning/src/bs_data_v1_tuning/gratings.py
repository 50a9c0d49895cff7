"""Sinusoidal gratings in a round aperture, as pixels: fast, and the same bytes on every processor.

The pixel value is ``(sin(2 pi sf (x cos o + y sin o) + phase) * contrast + 1) / 2 * 255`` inside the aperture (Marques,
Schrimpf & DiCarlo 2021), computed in float64 and rounded as ``rint(round(v, 6))``: some of these values lie exactly
between two integers, and without the first rounding the noise of the sine decides which one is shown. The incumbent
truncates where we round.
"""

from functools import lru_cache

import numpy as np

DISPLAY_DEGREES = 12
SIZE_PX = 672
BACKGROUND = 128
PX_PER_DEGREE = SIZE_PX / DISPLAY_DEGREES


def grating(
    *,
    radius: float,
    spatial_frequency: float,
    orientation: float,
    phase: float,
    contrast: float = 1.0,
    position_x: float = 0.0,
    position_y: float = 0.0,
) -> np.ndarray:
    """One grating on a grey field of 12 x 12 degrees.

    Parameters
    ----------
    radius : float
        Of the aperture, in degrees; its edge belongs to it.
    spatial_frequency : float
        In cycles per degree.
    orientation, phase : float
        In degrees. At orientation 0 luminance varies along x; the phase is that at the centre of the aperture.
    contrast : float
        Michelson contrast, 0 to 1.
    position_x, position_y : float
        Centre of the aperture relative to the centre of the field, in degrees; y grows downwards.

    Returns
    -------
    numpy.ndarray
        uint8, shape (672, 672).
    """
    rows, columns, inside = aperture(radius, position_x, position_y)
    x, y = _degrees(columns, position_x), _degrees(rows, position_y)
    angle, cycles = np.deg2rad(orientation), 2 * np.pi * spatial_frequency
    along_x, along_y = cycles * np.cos(angle) * x + np.deg2rad(phase), cycles * np.sin(angle) * y
    # sin(a + b) = sin a cos b + cos a sin b: a few hundred sines instead of a quarter of a million
    amplitude = 127.5e6 * contrast
    by_row = np.stack([np.cos(along_y), np.sin(along_y), np.ones_like(along_y)], axis=1)
    by_column = np.stack([amplitude * np.sin(along_x), amplitude * np.cos(along_x), np.full_like(along_x, 127.5e6)])
    micro = by_row @ by_column
    np.rint(micro, out=micro)
    np.divide(micro, 1e6, out=micro)
    np.rint(micro, out=micro)
    image = blank()
    np.copyto(image[rows, columns], micro, where=inside, casting="unsafe")
    return image


def blank() -> np.ndarray:
    """The grey field without a grating: uint8, shape (672, 672), all 128.

    The published blank has 448 pixels on 12 degrees and would be placed smaller than every grating; this one has the
    gratings' size.
    """
    return np.full((SIZE_PX, SIZE_PX), BACKGROUND, dtype=np.uint8)


@lru_cache(maxsize=64)
def aperture(radius: float, position_x: float, position_y: float) -> tuple[slice, slice, np.ndarray]:
    """Rows and columns of the smallest box around the aperture, and which of its pixels are inside (boolean)."""
    rows, columns = _box(radius, position_y), _box(radius, position_x)
    x, y = _degrees(columns, position_x), _degrees(rows, position_y)
    inside = x[np.newaxis, :] ** 2 + y[:, np.newaxis] ** 2 <= radius**2
    inside.setflags(write=False)
    return rows, columns, inside


def _box(radius: float, position: float) -> slice:
    within = np.flatnonzero(np.abs(_degrees(slice(0, SIZE_PX), position)) <= radius)
    return slice(int(within[0]), int(within[-1]) + 1) if len(within) else slice(0, 0)


def _degrees(pixels: slice, position: float) -> np.ndarray:
    """Distance of these pixels from ``position`` along one axis, in degrees; the axis runs through pixel 336."""
    return (np.arange(pixels.start, pixels.stop) - SIZE_PX / 2) / PX_PER_DEGREE - position
