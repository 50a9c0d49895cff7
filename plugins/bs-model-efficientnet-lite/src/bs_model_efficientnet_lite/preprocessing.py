"""From a placed image to the input of the network."""

import numpy as np
from PIL import Image


class Preprocessing:
    """Central square, bicubic to the input's size, ``(pixel - 127) / 128``; grey images become equal channels.

    Parameters
    ----------
    pixels : int
        Side of the input.
    """

    def __init__(self, pixels: int):
        self.pixels = pixels

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """One input.

        Parameters
        ----------
        image : ndarray, shape (height, width) or (height, width, 3), uint8

        Returns
        -------
        ndarray, shape (3, pixels, pixels), float32
        """
        picture = Image.fromarray(image)
        side = min(picture.size)
        left, top = ((length - side) // 2 for length in picture.size)
        picture = picture.crop((left, top, left + side, top + side))
        picture = picture.resize((self.pixels, self.pixels), Image.Resampling.BICUBIC)
        values = (np.asarray(picture, dtype=np.float32) - 127) / 128
        return np.stack([values] * 3) if values.ndim == 2 else np.ascontiguousarray(values.transpose(2, 0, 1))
