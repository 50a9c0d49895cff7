"""Images of another size: by Pillow with antialiasing, or from a fixed number of neighbours without."""

from functools import lru_cache
from typing import Literal

import numpy as np

from brainscore_core.errors import InvalidParameter

Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos"]
INTERPOLATIONS: tuple[str, ...] = ("nearest", "bilinear", "bicubic", "lanczos")

CUBIC = -0.5
"""Of Keys 1981 (IEEE Trans ASSP 29:1153); TensorFlow's and Pillow's."""


def resize(image: np.ndarray, size: tuple[int, int], interpolation: Interpolation, antialias: bool) -> np.ndarray:
    """An image of another size.

    Parameters
    ----------
    image : ndarray, shape (height, width, channel), uint8
    size : (height, width)
    interpolation : {"nearest", "bilinear", "bicubic", "lanczos"}
    antialias : bool

    Returns
    -------
    ndarray, shape (*size, channel)
        uint8 with antialiasing (Pillow's rounding), float32 without.

    Raises
    ------
    InvalidParameter
        For lanczos without antialiasing, which no library has.
    """
    if antialias or interpolation == "nearest":
        return _by_pillow(image, size, interpolation)
    if interpolation == "lanczos":
        raise InvalidParameter("lanczos without antialiasing", expected="bilinear, bicubic or nearest")
    rows, columns = (_weights(there, to, interpolation) for there, to in zip(image.shape[:2], size, strict=True))
    return np.einsum("ih,hwc,jw->ijc", rows, image.astype(np.float32), columns, optimize=True).astype(np.float32)


def _by_pillow(image: np.ndarray, size: tuple[int, int], interpolation: str) -> np.ndarray:
    from PIL import Image

    picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else np.ascontiguousarray(image))
    shown = np.asarray(picture.resize(size[::-1], Image.Resampling[interpolation.upper()]))
    return shown[..., None] if shown.ndim == 2 else shown


@lru_cache(maxsize=64)
def _weights(there: int, to: int, interpolation: str) -> np.ndarray:
    """How much of each of `there` pixels goes into each of `to`, pixel centres at halves; shape (to, there)."""
    centres = (np.arange(to) + 0.5) * there / to - 0.5
    reach = 1 if interpolation == "bilinear" else 2
    weights = np.zeros((to, there), np.float32)
    for step in range(1 - reach, reach + 1):
        source = np.floor(centres).astype(int) + step
        amount = _kernel(np.abs(centres - source), interpolation)
        if interpolation == "bicubic":  # those beyond the edge are left out, as TensorFlow does
            amount = np.where((source >= 0) & (source < there), amount, 0)
        np.add.at(weights, (np.arange(to), source.clip(0, there - 1)), amount)
    return weights / weights.sum(axis=1, keepdims=True)


def _kernel(distance: np.ndarray, interpolation: str) -> np.ndarray:
    if interpolation == "bilinear":
        return np.maximum(0, 1 - distance)
    near = ((CUBIC + 2) * distance - (CUBIC + 3)) * distance**2 + 1
    far = ((CUBIC * distance - 5 * CUBIC) * distance + 8 * CUBIC) * distance - 4 * CUBIC
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0))
