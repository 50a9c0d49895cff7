"""Pixels as units."""

import numpy as np
from PIL import Image

SIDE = 160
"""Units along one side of the field: 20 a degree, so that gratings up to 10 cycles a degree are resolved."""


def resample(image: np.ndarray) -> np.ndarray:
    """Luminance of the central square, 0 (black) to 1 (white).

    Parameters
    ----------
    image : ndarray, shape (height, width) or (height, width, 3), uint8

    Returns
    -------
    ndarray, shape (SIDE, SIDE), float32
        Colour becomes luma (ITU-R BT.601); antialiased resampling.
    """
    picture = Image.fromarray(image).convert("L")
    side = min(picture.size)
    left, top = ((length - side) // 2 for length in picture.size)
    square = picture.crop((left, top, left + side, top + side))
    resized = square.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.float32) / 255


def pixels(batch: np.ndarray) -> dict[str, np.ndarray]:
    """The layer ``pixels``: what came in, shape (n, SIDE, SIDE)."""
    return {"pixels": batch}


pixels.layer_names = ("pixels",)  # type: ignore[attr-defined]  # names are then checked before anything runs
