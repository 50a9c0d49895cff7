"""The corruptions of ImageNet-C (Hendrycks & Dietterich 2019, ICLR), seeded, in numpy, scipy and Pillow.

Each module holds those of one category, as functions of image, parameters and a generator of random numbers.
"""

import hashlib
from importlib import import_module

import numpy as np

from brainscore_core.errors import InvalidParameter

from .parameters import CATEGORIES, PARAMETERS, SEVERITIES

SIZE = 224
SMALLEST = 32


def corrupted(image: np.ndarray, corruption: str, severity: int, rng: np.random.Generator) -> np.ndarray:
    """An image under one corruption.

    Parameters
    ----------
    image : array
        uint8, (height, width, 3); square for ``snow`` and ``zoom_blur``.
    corruption : str
        A name of :data:`~bs_benchmark_imagenetc.corruptions.parameters.PARAMETERS`.
    severity : int
        1 to 5.
    rng : numpy.random.Generator

    Returns
    -------
    array
        uint8, of the same shape; truncated, not rounded, as the published images are.

    Raises
    ------
    InvalidParameter
        For another corruption or severity, or what is no such image.
    """
    if corruption not in PARAMETERS:
        raise InvalidParameter(f"corruption {corruption!r}", expected=f"one of {', '.join(PARAMETERS)}")
    if severity not in SEVERITIES:
        raise InvalidParameter(f"severity={severity!r}", expected="1 to 5")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or min(image.shape[:2]) < SMALLEST:
        raise InvalidParameter(
            f"an image of {image.dtype}, shape {image.shape}", expected=f"uint8, (height, width, 3), {SMALLEST} or more"
        )
    category = next(name for name, members in CATEGORIES.items() if corruption in members)
    function = getattr(import_module(f".{category}", __name__), corruption)
    changed = function(image / 255, PARAMETERS[corruption][severity - 1], rng)
    return (np.clip(changed, 0, 1) * 255 + 1e-6).astype(np.uint8)


def generator(*names: str | int) -> np.random.Generator:
    """Random numbers that depend on nothing but these names: of an image, a corruption, a severity, a seed."""
    digest = hashlib.sha256("\x1f".join(map(str, names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
