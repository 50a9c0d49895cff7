"""How sure a rank correlation of dissimilarities is, as to the stimuli that happened to be chosen.

A draw takes stimuli with replacement. Pairs of a stimulus with itself are left out (they would be zero on both sides),
and a pair drawn several times counts several times. So a draw is a set of whole-number weights on the pairs there are,
and its ranks follow from one sorting of all pairs.
"""

from collections.abc import Iterator

import numpy as np

_ENTRIES_AT_ONCE = 1_000_000


def bootstrap_correlations(
    model: np.ndarray, subjects: np.ndarray, stimuli: int, *, samples: int, seed: int, comparison: str
) -> np.ndarray:
    """Rank correlation of the model with each subject in each draw of stimuli.

    Parameters
    ----------
    model : array, shape (pair,)
        Dissimilarities, NaN-free where the subjects are.
    subjects : array, shape (subject, pair)
        NaN: not measured, left out.
    stimuli : int
        How many stimuli the pairs are made of.

    Returns
    -------
    array, shape (sample, subject)
        NaN where a draw leaves nothing to correlate.
    """
    rows, columns = np.triu_indices(stimuli, k=1)
    blocks = []
    for counts in _draws(stimuli, samples, seed):
        weights = counts[:, rows] * counts[:, columns]
        blocks.append([_correlations(model, subject, weights, comparison) for subject in subjects])
    return np.concatenate([np.stack(block, axis=1) for block in blocks])


def _draws(stimuli: int, samples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each stimulus is drawn, (sample, stimulus), as many samples at a time as fit in memory."""
    rng = np.random.default_rng(seed)
    at_once = max(1, _ENTRIES_AT_ONCE // (stimuli * (stimuli - 1) // 2))
    for start in range(0, samples, at_once):
        size = min(at_once, samples - start)
        yield rng.multinomial(stimuli, np.full(stimuli, 1 / stimuli), size=size).astype(np.float64)


def _correlations(a: np.ndarray, b: np.ndarray, weights: np.ndarray, comparison: str) -> np.ndarray:
    """Rank correlation of `a` and `b`, shape (pair,), under each row of weights, shape (sample, pair)."""
    measured = ~np.isnan(b)
    weights = weights if measured.all() else weights[:, measured]
    total = weights.sum(axis=1)
    centre = ((total + 1) / 2)[:, None]
    deviation_a = _weighted_ranks(a[measured], weights) - centre
    deviation_b = _weighted_ranks(b[measured], weights) - centre
    product = np.einsum("sp,sp,sp->s", weights, deviation_a, deviation_b)
    if comparison == "rho-a":
        scale = (total**3 - total) / 12
    else:
        scale = np.sqrt(
            np.einsum("sp,sp,sp->s", weights, deviation_a, deviation_a)
            * np.einsum("sp,sp,sp->s", weights, deviation_b, deviation_b)
        )
    return np.divide(product, scale, out=np.full(len(total), np.nan), where=scale > 0)


def _weighted_ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Average rank of each value if it stood as often as its weight says, shape (sample, pair)."""
    order = np.argsort(values)
    ordered = values[order]
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    ties = weights[:, order]
    if not starts.all():
        first = np.flatnonzero(starts)
        ties = np.add.reduceat(ties, first, axis=1)
    ranks = np.cumsum(ties, axis=1) - (ties - 1) / 2
    out = np.empty_like(weights)
    out[:, order] = ranks if starts.all() else ranks[:, np.cumsum(starts) - 1]
    return out
