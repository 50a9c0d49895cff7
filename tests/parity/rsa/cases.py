"""Inputs on which the incumbent's ``rdm`` and ours are compared; numpy only: two environments make them."""

import hashlib
from collections.abc import Iterator

import numpy as np


def cases() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(name, source, target), each (stimulus, unit); the target shares part of the source."""
    grid = [
        (stimuli, units, dtype, share, offset)
        for stimuli, units in ((4, 5), (12, 7), (40, 100), (92, 300))
        for dtype in ("float64", "float32")
        for share in (0.0, 0.3, -0.5)
        for offset in (0.0, 50.0)
    ]
    for number, (stimuli, units, dtype, share, offset) in enumerate(grid):
        rng = np.random.default_rng([1, number])
        latent = rng.standard_normal((stimuli, 3))
        source = latent @ rng.standard_normal((3, units)) + rng.standard_normal((stimuli, units))
        target = share * latent @ rng.standard_normal((3, 2 * units)) + rng.standard_normal((stimuli, 2 * units))
        name = f"{stimuli}x{units}-{dtype}-share{share:g}-offset{offset:g}"
        yield name, (source + offset).astype(dtype), (target - offset).astype(dtype)


def digest(*arrays: np.ndarray) -> str:
    """SHA-256 of the bytes, to know that both environments drew the same numbers."""
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
