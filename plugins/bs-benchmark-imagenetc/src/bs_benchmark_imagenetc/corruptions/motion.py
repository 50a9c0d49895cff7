"""Motion as ImageMagick blurs it, which the published images were made with."""

import math

import numpy as np


def moved(image: np.ndarray, radius: int, sigma: float, angle: float) -> np.ndarray:
    """Weighted mean of the image at steps of one pixel along a direction, weights half a Gaussian.

    Parameters
    ----------
    image : array, shape (height, width, ...)
    radius : int
        Of 2 radius + 1 steps, from here on in one direction.
    sigma : float
        Of the weights, in pixels.
    angle : float
        In degrees, clockwise from rightward.

    Returns
    -------
    array
        Of the image's shape; beyond its edges there are the pixels of the edge.
    """
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    weights /= weights.sum()
    down, right = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    rows, columns = np.arange(image.shape[0]), np.arange(image.shape[1])
    result = np.zeros(image.shape)
    for step, weight in enumerate(weights):
        at_rows = np.clip(rows + math.ceil(step * down - 0.5), 0, len(rows) - 1)
        at_columns = np.clip(columns + math.ceil(step * right - 0.5), 0, len(columns) - 1)
        result += weight * image[at_rows[:, None], at_columns]
    return result
