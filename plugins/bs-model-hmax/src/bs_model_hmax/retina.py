"""From a placed image to the retina, and the part of it where there is anything to see."""

from typing import NamedTuple

import numpy as np
from PIL import Image

from .parameters import FIELD

GREY = 128
"""The grey that screens are filled with; the retina is adapted to it."""

SIDES = (
    20,
    24,
    30,
    32,
    36,
    40,
    45,
    48,
    54,
    60,
    64,
    72,
    80,
    90,
    96,
    100,
    108,
    120,
    128,
    144,
    150,
    160,
    180,
    192,
    200,
    216,
)
"""Sides of the windows that are transformed, pixels: products of small primes, for which FFTs are fast."""


def retina(image: np.ndarray) -> np.ndarray:
    """Luminance on the model's retina: the central square of the field.

    Parameters
    ----------
    image : ndarray, shape (height, width) or (height, width, 3), uint8
        Fills the field of view.

    Returns
    -------
    ndarray, shape (FIELD, FIELD), float32
        Grey levels from 0 to 255, whole numbers. Colour becomes luma (ITU-R BT.601); antialiased resampling.
    """
    picture = Image.fromarray(image).convert("L")
    side = min(picture.size)
    left, top = ((length - side) // 2 for length in picture.size)
    picture = picture.crop((left, top, left + side, top + side))
    picture = picture.resize((FIELD, FIELD), Image.Resampling.BILINEAR)
    return np.asarray(picture, dtype=np.float32)


class Stimulus(NamedTuple):
    """The rectangle of the retina outside which all is grey.

    Parameters
    ----------
    pixels : ndarray, shape (height, width), float32
        Difference from grey.
    top, left : int
        Where its first pixel lies on the retina.
    """

    pixels: np.ndarray
    top: int
    left: int


class Window(NamedTuple):
    """A square around a stimulus.

    Parameters
    ----------
    top, left : int
        Where its first pixel lies on the retina; may be outside.
    side : int
        Pixels.
    """

    top: int
    left: int
    side: int

    def cut(self, stimulus: Stimulus) -> np.ndarray:
        """The stimulus on grey, shape (side, side), float32."""
        pixels = np.zeros((self.side, self.side), dtype=np.float32)
        top, left = stimulus.top - self.top, stimulus.left - self.left
        height, width = stimulus.pixels.shape
        pixels[top : top + height, left : left + width] = stimulus.pixels
        return pixels


def stimulus_of(image: np.ndarray) -> Stimulus | None:
    """The part of a retina that differs from grey; None where nothing does.

    Parameters
    ----------
    image : ndarray, shape (FIELD, FIELD), float32
        What :func:`retina` returns.
    """
    difference = image - GREY
    rows, columns = (np.flatnonzero(difference.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    top, left = int(rows[0]), int(columns[0])
    return Stimulus(difference[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1], top, left)


def window_around(stimulus: Stimulus, margin: int) -> Window:
    """A window, centred, that holds every place where a filter of half-size `margin` can respond.

    Filters have zero mean: among grey pixels they are silent, so a small stimulus costs little, and the result is
    that of the whole retina. Circular convolution is right in the window, which keeps the margin on every side. In a
    window as large as the retina it is wrong only where a filter reaches over the border, and there is no unit.
    """
    needed = max(stimulus.pixels.shape) + 2 * margin
    side = next((side for side in SIDES if side >= needed), FIELD)
    if side == FIELD:
        return Window(0, 0, FIELD)
    height, width = stimulus.pixels.shape
    return Window(stimulus.top - (side - height) // 2, stimulus.left - (side - width) // 2, side)
