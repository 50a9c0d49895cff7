"""Whether a pass drew random numbers, from the generators that libraries draw from where nobody gives one."""

import hashlib
import random
import sys
from typing import Any

import numpy as np

GRAIN = 1e-4
"""Of a layer's maximum: how far two passes over one input may differ."""


def generators() -> str:
    """What Python's, NumPy's and PyTorch's own generators stand at."""
    sums = hashlib.sha256(repr(random.getstate()).encode())
    name, keys, *rest = np.random.get_state()
    sums.update(np.asarray(keys).tobytes() + repr(rest).encode())
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        sums.update(torch.get_rng_state().numpy().tobytes())
        if torch.cuda.is_initialized():
            for state in torch.cuda.get_rng_state_all():
                sums.update(state.numpy().tobytes())
    return sums.hexdigest()


def differing(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> str | None:
    """A layer of which two passes over the same input show different rows; None where there is none."""
    for layer, rows in one.items():
        again = np.asarray(other[layer], np.float64)
        if rows.shape != again.shape or np.abs(rows - again).max() > GRAIN * max(float(np.abs(again).max()), 1e-30):
            return layer
    return None
