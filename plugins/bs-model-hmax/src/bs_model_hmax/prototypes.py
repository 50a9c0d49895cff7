"""What S2 units of the learned form are tuned to: pieces of C1 of photographs, taken once, never fitted to a task."""

from functools import cache

import numpy as np

from .c1 import c1
from .parameters import BANDS
from .retina import retina
from .s1 import Workspace

SIZES = (4, 8, 12, 16)
"""Sides of the pieces in C1 units (Serre et al. 2007, section 2.2)."""

PER_SIZE = 250
"""Pieces of each size: 1,000 in all, as in the published experiments."""

PHOTOGRAPHS = ("astronaut", "camera", "cat", "coffee", "rocket", "stereo_motorcycle")
"""Those that scikit-image brings along; the published pieces came from random images of the web."""

SEED = 2007


@cache
def prototypes() -> dict[int, np.ndarray]:
    """Pieces at random places, bands and photographs.

    Returns
    -------
    dict of int to ndarray
        Side n to pieces, shape (250, 4 orientations, n, n), float32; the same each time.
    """
    rng = np.random.default_rng(SEED)
    workspace = Workspace()
    seen = [c1(retina(photograph), workspace) for photograph in _photographs()]
    return {size: np.stack([_piece(seen, size, rng) for _ in range(PER_SIZE)]) for size in SIZES}


def _piece(seen: list[list[np.ndarray]], size: int, rng: np.random.Generator) -> np.ndarray:
    fitting = [index for index, band in enumerate(BANDS) if band.side >= size]
    band = seen[rng.integers(len(seen))][fitting[rng.integers(len(fitting))]]
    top, left = rng.integers(band.shape[-1] - size + 1, size=2)
    return band[:, top : top + size, left : left + size]


def _photographs() -> list[np.ndarray]:
    from skimage import data

    found = [getattr(data, name)() for name in PHOTOGRAPHS]
    return [image[0] if isinstance(image, tuple) else image for image in found]
