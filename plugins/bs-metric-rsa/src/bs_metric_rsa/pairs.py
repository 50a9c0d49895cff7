"""Pairs of stimuli: from a square matrix to a list and back."""

import numpy as np


def triangle(matrices: np.ndarray) -> np.ndarray:
    """The entries above the diagonal, row by row: (..., stimulus, stimulus) to (..., pair)."""
    stimuli = matrices.shape[-1]
    out = np.empty((*matrices.shape[:-2], stimuli * (stimuli - 1) // 2), matrices.dtype)
    start = 0
    for row in range(stimuli - 1):
        stop = start + stimuli - 1 - row
        out[..., start:stop] = matrices[..., row, row + 1 :]
        start = stop
    return out


def square(entries: np.ndarray, stimuli: int) -> np.ndarray:
    """The symmetric matrix with these entries above the diagonal, which is 0: (pair,) to (stimulus, stimulus)."""
    out = np.zeros((stimuli, stimuli), entries.dtype)
    rows, columns = np.triu_indices(stimuli, k=1)
    out[rows, columns] = out[columns, rows] = entries
    return out
