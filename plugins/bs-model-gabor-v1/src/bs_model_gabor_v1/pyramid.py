"""What the cells see of an image: contrast at four resolutions about the position of their fields, and its energy.

The levels are cut so that each holds the filters that are assigned to it; all of them together are 19,648 numbers an
image of 448 x 448 pixels.
"""

from typing import NamedTuple

import numpy as np

SIZE_PX = 448
DEGREES = 8
GREY = 128
HALF_RANGE = 127.5
POSITION = 0.5
FILTER_REACH = 2.5


class Level(NamedTuple):
    """One square patch of the pyramid.

    Parameters
    ----------
    step : int
        Pixels of the image a sample.
    samples : int
        Along each side.
    centre : float
        Of the patch relative to the centre of the field, in degrees, both ways.
    """

    step: int
    samples: int
    centre: float

    @property
    def per_degree(self) -> float:
        """Samples a degree."""
        return SIZE_PX / DEGREES / self.step

    def axis(self) -> np.ndarray:
        """Where the samples lie along either side, relative to the centre of the field, in degrees."""
        return self.centre + (np.arange(self.samples) - self.samples / 2) / self.per_degree


LEVELS = (Level(1, 72, POSITION), Level(2, 64, POSITION), Level(4, 64, POSITION), Level(8, 56, 0.0))
ENERGY = Level(8, 56, 0.0)


def see(image: np.ndarray) -> np.ndarray:
    """Preprocessing: one placed image to the pyramid.

    Parameters
    ----------
    image : numpy.ndarray
        uint8, shape (height, width) or (height, width, 3), filling 8 degrees; sizes other than 448 are resampled.

    Returns
    -------
    numpy.ndarray
        float32, shape (19648,): the levels one after the other, then the energy.
    """
    contrast = (_grey(image) - GREY) * np.float32(1 / HALF_RANGE)
    parts = [_sample(contrast, level) for level in LEVELS]
    energy = _WINDOWS[ENERGY]
    parts.append(energy @ np.square(contrast) @ energy.T)
    return np.concatenate([part.ravel() for part in parts])


def parts(batch: np.ndarray) -> list[np.ndarray]:
    """The pyramids of a batch, shape (images, 19648), as one array a level, (images, samples^2), the energy last."""
    ends = np.cumsum([level.samples**2 for level in (*LEVELS, ENERGY)])
    return np.split(batch, ends[:-1], axis=1)


def transfer(level: Level, frequency: np.ndarray) -> np.ndarray:
    """What the level leaves of a grating of this frequency along its axes, as a share of its contrast."""
    if level.step == 1:
        return np.ones_like(frequency)
    taps, weights = _kernel(level.step)
    return np.cos(2 * np.pi * frequency[..., None] * taps / (SIZE_PX / DEGREES)) @ weights


def _grey(image: np.ndarray) -> np.ndarray:
    if image.shape[:2] != (SIZE_PX, SIZE_PX):
        from PIL import Image

        image = np.asarray(Image.fromarray(image).resize((SIZE_PX, SIZE_PX), Image.Resampling.BILINEAR))
    if image.ndim == 2:
        return image.astype(np.float32)
    return image[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def _sample(contrast: np.ndarray, level: Level) -> np.ndarray:
    rows, window = _CROPS[level]
    patch = contrast[rows, rows]
    return patch if level.step == 1 else window @ patch @ window.T


def _kernel(step: int) -> tuple[np.ndarray, np.ndarray]:
    """Offsets in pixels and weights of the Gaussian that precedes taking every ``step``-th pixel."""
    sigma = 0.5 * step
    taps = np.arange(-int(FILTER_REACH * step), int(FILTER_REACH * step) + 1)
    weights = np.exp(-0.5 * (taps / sigma) ** 2)
    return taps, weights / weights.sum()


def _window(level: Level) -> np.ndarray:
    """From a row of the image to the level's samples, grey beyond the edges: shape (samples, 448)."""
    taps, weights = _kernel(level.step)
    matrix = np.zeros((level.samples, SIZE_PX), dtype=np.float32)
    for sample, centre in enumerate(np.rint(SIZE_PX / 2 + level.axis() * SIZE_PX / DEGREES).astype(int)):
        at = centre + taps
        inside = (at >= 0) & (at < SIZE_PX)
        np.add.at(matrix[sample], at[inside], weights[inside])
    return matrix


def _crop(level: Level) -> tuple[slice, np.ndarray]:
    """The pixels that a level needs, and its window on them."""
    if level.step == 1:
        first = int(SIZE_PX / 2 + level.axis()[0] * SIZE_PX / DEGREES)
        return slice(first, first + level.samples), np.eye(1, dtype=np.float32)
    window = _window(level)
    used = np.flatnonzero(window.any(axis=0))
    rows = slice(int(used[0]), int(used[-1]) + 1)
    return rows, np.ascontiguousarray(window[:, rows])


_WINDOWS = {ENERGY: _window(ENERGY)}
_CROPS = {level: _crop(level) for level in LEVELS}
