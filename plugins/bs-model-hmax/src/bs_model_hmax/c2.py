"""S2 and C2: arrangements of complex cells, wherever they are."""

import numpy as np

from .parameters import ORIENTATIONS

NEIGHBOUR = 2
"""Units to the next C1 unit whose window does not overlap: windows overlap by half."""


def c2(bands: list[np.ndarray]) -> np.ndarray:
    """The best match of every S2 arrangement over positions and bands.

    An S2 unit sees a square of four adjacent, non-overlapping C1 units, each of one of four orientations: 4 ** 4 = 256
    arrangements. Its response is a Gaussian around (1, 1, 1, 1) with standard deviation 1; a C2 unit is the maximum of
    one arrangement over the retina and all bands (Riesenhuber & Poggio 1999, Methods).

    Parameters
    ----------
    bands : list of ndarray, shape (4 orientations, side, side)
        What :func:`~bs_model_hmax.c1.c1` returns.

    Returns
    -------
    ndarray, shape (256,), float32
        Index ``((upper_left * 4 + lower_left) * 4 + upper_right) * 4 + lower_right`` in orientations.
    """
    nearest = np.min([_smallest_distances(band) for band in bands], axis=0)
    return np.exp(-nearest.reshape(-1) / 2)


def _smallest_distances(band: np.ndarray) -> np.ndarray:
    """Smallest squared distance from (1, 1, 1, 1), shape (16 left columns, 16 right columns)."""
    count, height, width = band.shape
    distance = np.square(1 - band)
    pairs = distance[:, None, :-NEIGHBOUR] + distance[None, :, NEIGHBOUR:]
    columns = pairs.reshape(count * count, height - NEIGHBOUR, width)
    left = columns[..., :-NEIGHBOUR].reshape(count * count, -1)
    right = columns[..., NEIGHBOUR:].reshape(count * count, -1)
    return np.stack([(column + right).min(axis=1) for column in left])


def arrangement(unit: int) -> tuple[float, float, float, float]:
    """Preferred orientations of a C2 unit: upper left, lower left, upper right, lower right, degrees."""
    indices = np.unravel_index(unit, (len(ORIENTATIONS),) * 4)
    first, second, third, fourth = (ORIENTATIONS[int(index)] for index in indices)
    return first, second, third, fourth
