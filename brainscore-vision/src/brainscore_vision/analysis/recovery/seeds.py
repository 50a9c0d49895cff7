"""Random numbers by what is drawn and for whom."""

import hashlib

import numpy as np

Seed = tuple[int, int]
"""The user's seed, and the number of the repeat."""


def generator(seed: Seed, *parts: str) -> np.random.Generator:
    """Named by its purpose and candidate, so that the order in which candidates are given changes nothing."""
    name = hashlib.sha256("\n".join(parts).encode()).digest()
    return np.random.default_rng([*seed, int.from_bytes(name[:8], "big")])
