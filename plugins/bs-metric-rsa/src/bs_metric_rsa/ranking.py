"""Sorting millions of dissimilarities, and ranks from that."""

import numpy as np

_PACKED = range(1 << 13, 1 << 26)


def sort_with_ties(values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """The order of `values`, and where runs of equal ones begin in it.

    Long lists are sorted as integers that hold a value above an index: sorting integers is several times faster than
    sorting an index by what it points to. A float64 is rounded for that, and the few values that rounding brought
    together are then sorted again.

    Parameters
    ----------
    values : array, shape (pair,)
        Without NaN.

    Returns
    -------
    order : array of int, shape (pair,)
    starts : array of int, shape (distinct value,), or None
        Where in `order` each run of equal values begins; None where no two values are equal.
    """
    values = np.asarray(values)
    bits = (len(values) - 1).bit_length()
    exact = values.dtype == np.float32
    keys = None
    if len(values) in _PACKED:
        keys = _keys(values) if exact else _rounded(values, min(63 - bits, 52))
    if keys is None:
        order = np.argsort(values)
        return order, _starts(values[order])
    keys <<= bits
    keys |= np.arange(len(values))
    keys.sort()
    order = keys & ((1 << bits) - 1)
    keys >>= bits
    alike = keys[1:] == keys[:-1]
    if not alike.any():
        return order, None
    if exact:
        return order, np.flatnonzero(np.append(True, ~alike))
    touched = np.flatnonzero(np.append(alike, False) | np.append(False, alike))
    mixed = order[touched]
    order[touched] = mixed[np.argsort(values[mixed])]
    ordered = values[order[touched]]
    same = np.zeros(len(values), bool)
    same[touched[1:]] = (ordered[1:] == ordered[:-1]) & (np.diff(touched) == 1)
    return order, np.flatnonzero(~same) if same.any() else None


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties at their average; ``scipy.stats.rankdata`` without importing scipy.

    Parameters
    ----------
    values : array, shape (pair,)
        Without NaN.
    """
    order, starts = sort_with_ties(values)
    ranks = np.empty(len(values))
    if starts is None:
        ranks[order] = np.arange(1.0, len(values) + 1)
        return ranks
    sizes = np.diff(starts, append=len(values))
    ranks[order] = np.repeat(starts + (sizes + 1) / 2, sizes)
    return ranks


def _keys(values: np.ndarray) -> np.ndarray:
    """Integers in the order of float32 values: their bits, those below the sign reversed where it is set."""
    # adding 0 turns -0 into 0
    bits = (values + np.float32(0)).view(np.int32)
    return (bits ^ ((bits >> 31) & 0x7FFFFFFF)).astype(np.int64)


def _rounded(values: np.ndarray, bits: int) -> np.ndarray | None:
    """Values as integers of so many bits; None where they span nothing, or more than a float64 holds."""
    low, high = float(values.min()), float(values.max())
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scale = np.float64(2.0**bits - 1) / np.float64(high - low)
    if not 0 < scale < np.inf or not np.isfinite(high - low):
        return None
    return ((values - low) * scale).astype(np.int64)


def _starts(ordered: np.ndarray) -> np.ndarray | None:
    """Where runs of equal values begin; None where all differ."""
    new = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return None if new.all() else np.flatnonzero(new)
