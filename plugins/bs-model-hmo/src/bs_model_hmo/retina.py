"""From a placed image to the input of a mixture."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Grey:
    """Luma (ITU-R BT.601) of the central square, resized with antialiasing (bilinear), from 0 to 1.

    Parameters
    ----------
    pixels : int
        Side of the result.
    """

    pixels: int

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """One input.

        Parameters
        ----------
        image : ndarray, shape (height, width) or (height, width, 3), uint8

        Returns
        -------
        ndarray, shape (1, pixels, pixels), float32
        """
        picture = Image.fromarray(image).convert("L")
        side = min(picture.size)
        left, top = ((length - side) // 2 for length in picture.size)
        picture = picture.crop((left, top, left + side, top + side))
        picture = picture.resize((self.pixels, self.pixels), Image.Resampling.BILINEAR)
        return (np.asarray(picture, dtype=np.float32) / np.float32(255))[None]

    def to_dict(self) -> dict[str, Any]:
        """What it does, as JSON holds it."""
        return {"pixels": self.pixels, "colour": "luma", "interpolation": "bilinear", "range": [0, 1]}
