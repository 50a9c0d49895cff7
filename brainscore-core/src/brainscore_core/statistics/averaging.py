"""From several presentations of each stimulus to one."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import InvalidAssembly

WITHIN = ("subject", "condition")
BLOCK = 2**16
"""Values of one block of sums: it stays in cache while repetition after repetition is added."""

SEARCHED = 4096
"""Labels at a time in which the first one is looked for again."""


def average_repetitions(assembly: Any, within: Iterable[str] = WITHIN) -> Any:
    """The mean response to each stimulus over the trials that were measured, stimuli in order of first presentation.

    Parameters
    ----------
    assembly : xarray.DataArray
        With dimension ``presentation`` and coordinate ``stimulus_id`` on it. NaN (not measured) is left out unit by
        unit; a unit that was never measured for a stimulus stays NaN.
    within : iterable of str
        Coordinates that, where they are on ``presentation``, keep presentations of one stimulus apart.

    Returns
    -------
    xarray.DataArray
        One row a stimulus, in the dtype of `assembly` where that is floating; sums are taken in float64. Coordinates on
        ``presentation`` that differ between the trials of a stimulus, and ``repetition``, are gone. The very object
        where each stimulus has one row.

    Raises
    ------
    InvalidAssembly
        Without ``stimulus_id``.
    """
    if "stimulus_id" not in assembly.coords or assembly["stimulus_id"].dims != ("presentation",):
        raise InvalidAssembly("no coordinate 'stimulus_id' on 'presentation'", expected="what was shown in each trial")
    assembly = assembly.drop_vars("repetition", errors="ignore")
    labels = (assembly[name].values for name in ("stimulus_id", *_present(assembly, within)))
    rows = trial_rows(*(part.astype(str) if part.dtype.kind in "OT" else part for part in labels))
    if rows.shape[0] == 1:
        return assembly
    first, axis = rows[0], assembly.get_axis_num("presentation")
    differing = [name for name, coord in assembly.coords.items() if name != "stimulus_id" and _differs(coord, rows)]
    values = np.moveaxis(assembly.values, axis, 0)
    means = mean_of_trials(values.reshape(len(values), -1), rows).reshape(len(first), *values.shape[1:])
    averaged = assembly.drop_vars(differing).isel(presentation=first)
    return averaged.copy(data=np.moveaxis(means, 0, axis))


def trial_rows(*labels: np.ndarray) -> np.ndarray:
    """Row of each (trial, stimulus), -1 where a stimulus has fewer trials; stimuli in order of first presentation.

    Parameters
    ----------
    *labels : arrays, shape (presentation,)
        Presentations with equal labels are trials of one stimulus.

    Returns
    -------
    array of int, shape (most trials, stimulus)
    """
    if len(labels) == 1 and (block := _block_that_repeats(labels[0])):
        return np.arange(len(labels[0])).reshape(-1, block)
    code = _codes(labels)
    order = np.argsort(code, kind="stable")
    counts = np.bincount(code)
    starts = np.cumsum(counts) - counts
    trial = np.empty(len(code), int)
    trial[order] = np.arange(len(code)) - np.repeat(starts, counts)
    rows = np.full((counts.max(), len(counts)), -1)
    rows[trial, code] = np.arange(len(code))
    return rows


def mean_of_trials(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Mean over the trials of each stimulus, NaN left out; (stimulus, unit) from (presentation, unit).

    Parameters
    ----------
    values : array, shape (presentation, unit)
    rows : array of int, shape (trial, stimulus)
        As :func:`trial_rows` gives it.
    """
    dtype = values.dtype if values.dtype.kind == "f" else np.dtype(np.float64)
    out = np.empty((rows.shape[1], values.shape[1]), dtype)
    step = max(1, BLOCK // max(1, values.shape[1]))
    runs = bool((rows[:, :1] >= 0).all() and (np.diff(rows, axis=1) == 1).all())
    for start in range(0, rows.shape[1], step):
        part = rows[:, start : start + step]
        mean = _sums_of_runs(values, part) if runs else _sums(values, part)
        mean /= (part >= 0).sum(0)[:, None]
        if np.isnan(mean).any():
            mean = _measured_mean(values, part)
        out[start : start + step] = mean
    return out


def _sums(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    total = np.zeros((rows.shape[1], values.shape[1]))
    for row in rows:
        there = row >= 0
        total[there] += values[row[there]]
    return total


def _sums_of_runs(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The same where the rows of each repetition follow each other: slices, which copy nothing."""
    total = np.zeros((rows.shape[1], values.shape[1]))
    for first in rows[:, 0]:
        total += values[first : first + rows.shape[1]]
    return total


def _measured_mean(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    total = np.zeros((rows.shape[1], values.shape[1]))
    count = np.zeros_like(total)
    for row in rows:
        there = row >= 0
        trial = values[row[there]]
        known = ~np.isnan(trial)
        total[there] += np.where(known, trial, 0)
        count[there] += known
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def _block_that_repeats(labels: np.ndarray) -> int:
    """After how many presentations all stimuli come again in the same order; 0 where they do not."""
    block = _first_again(labels)
    if len(labels) % block or len(np.unique(labels[:block])) < block:
        return 0
    blocks = _comparable(labels).reshape(len(labels) // block, -1)
    return block if (blocks == blocks[0]).all() else 0


def _first_again(labels: np.ndarray) -> int:
    """Where the first label comes again; the number of labels where it does not."""
    for start in range(1, len(labels), SEARCHED):
        again = np.flatnonzero(labels[start : start + SEARCHED] == labels[0])
        if len(again):
            return start + int(again[0])
    return len(labels)


def _comparable(values: np.ndarray) -> np.ndarray:
    """What is equal where values are, shape (presentation, ...): text as code points, ten times as fast."""
    if values.dtype.kind == "U" and values.dtype.itemsize:
        return np.ascontiguousarray(values).view(np.uint32).reshape(len(values), -1)
    return values[:, None]


def _codes(labels: tuple[np.ndarray, ...]) -> np.ndarray:
    """One integer a distinct combination of labels, in order of first appearance."""
    combined = np.zeros(len(labels[0]), int)
    for values in labels:
        _, code = np.unique(values, return_inverse=True)
        combined = combined * (code.max() + 1) + code.ravel()
        combined = np.unique(combined, return_inverse=True)[1].ravel()
    _, first, code = np.unique(combined, return_index=True, return_inverse=True)
    rank = np.empty(len(first), int)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[code.ravel()]


def _present(assembly: Any, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in assembly.coords and assembly[name].dims == ("presentation",)]


def _differs(coord: Any, rows: np.ndarray) -> bool:
    """Whether trials of one stimulus have different values of a coordinate on ``presentation``."""
    if coord.dims != ("presentation",):
        return False
    values = _comparable(coord.values)
    first, others = values[rows[0]], values[rows[1:]]
    same = others == first
    if values.dtype.kind in "fOM":  # what is missing, NaN or NaT, differs from itself
        same |= (others != others) & (first != first)
    return not (same | (rows[1:] < 0)[..., None]).all()
