"""How similar two stimuli are to a subject: over the features of its readout."""

from collections.abc import Sequence

import numpy as np

GRAM = 4096
"""Stimuli up to which all pairs are computed at once; of more, only those that are asked for."""
CHUNK = 2**22
"""Numbers that are gathered at a time otherwise."""


def similarities(
    features: np.ndarray, positions: np.ndarray, pairs: Sequence[tuple[int, int]], measure: str
) -> np.ndarray:
    """Similarity of pairs of roles, in each trial.

    Parameters
    ----------
    features : array, shape (stimulus, feature)
    positions : int array, shape (trial, role)
    pairs : sequence of (role, role)
    measure : {'dot', 'cosine'}
        A stimulus without any response is orthogonal to all by cosine.

    Returns
    -------
    float64 array, shape (trial, pair)
    """
    features = np.asarray(features, np.float64)
    if measure == "cosine":
        norms = np.linalg.norm(features, axis=1, keepdims=True)
        features = np.divide(features, norms, out=np.zeros_like(features), where=norms > 0)
    if len(features) <= GRAM and len(positions) * len(pairs) * 4 > len(features) ** 2 // 2:
        gram = features @ features.T
        return np.stack([gram[positions[:, one], positions[:, other]] for one, other in pairs], axis=1)
    found = np.empty((len(positions), len(pairs)))
    step = max(1, CHUNK // features.shape[1])
    for start in range(0, len(positions), step):
        rows = positions[start : start + step]
        for column, (one, other) in enumerate(pairs):
            found[start : start + step, column] = np.einsum(
                "tf,tf->t", features[rows[:, one]], features[rows[:, other]]
            )
    return found
