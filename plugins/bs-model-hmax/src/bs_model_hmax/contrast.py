"""Local contrast: how much the patch under a filter varies, for every place, from running sums."""

from collections.abc import Sequence

import numpy as np

from .parameters import MARGIN
from .retina import Stimulus, Window

CONTRAST_FLOOR = 1.28
"""Below this local contrast (root mean square, grey levels; 1% of mid-grey) responses fall with contrast."""


class LocalContrast:
    """Running sums of a stimulus and of its squares, over all places that some windows cover.

    They are exact in int32: pixels are whole numbers, and 256 * 256 * 128 ** 2 fits.

    Parameters
    ----------
    stimulus : Stimulus
    windows : sequence of Window
    """

    def __init__(self, stimulus: Stimulus, windows: Sequence[Window]):
        self.top = min(window.top for window in windows) - MARGIN
        self.left = min(window.left for window in windows) - MARGIN
        bottom = max(window.top + window.side for window in windows) + MARGIN
        right = max(window.left + window.side for window in windows) + MARGIN
        height, width = stimulus.pixels.shape
        top, left = stimulus.top - self.top + 1, stimulus.left - self.left + 1
        rows, columns = slice(top, top + height), slice(left, left + width)
        self.sums = np.zeros((2, bottom - self.top + 1, right - self.left + 1), dtype=np.int32)
        inner = self.sums[:, rows, columns]
        inner[0] = stimulus.pixels
        np.square(inner[0], out=inner[1])
        np.cumsum(inner, axis=1, out=inner)
        self.sums[:, rows.stop :, columns] = inner[:, -1:]
        filled = self.sums[:, :, columns]
        np.cumsum(filled, axis=2, out=filled)
        self.sums[:, :, columns.stop :] = filled[:, :, -1:]

    def inverse(self, window: Window, size: int) -> np.ndarray:
        """One over the norm of each patch of size x size pixels without its mean; the norm is floored.

        Returns
        -------
        ndarray, shape (side, side), float32
            For the patches centred on the pixels of `window`.
        """
        top, left = window.top - self.top - size // 2, window.left - self.left - size // 2
        side = window.side
        columns = slice(left, left + side + size)
        strips = self.sums[:, top + size : top + size + side, columns] - self.sums[:, top : top + side, columns]
        total, squares = (strips[:, :, size:] - strips[:, :, :side]).astype(np.float32)
        total *= total
        total *= 1 / size**2
        squares -= total
        np.maximum(squares, size**2 * CONTRAST_FLOOR**2, out=squares)
        np.sqrt(squares, out=squares)
        return np.divide(1, squares, out=squares)
