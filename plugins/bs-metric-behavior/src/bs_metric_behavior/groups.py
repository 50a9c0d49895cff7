"""What people answered, person by person, as counts; and halves of people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly

from .answers import column, labels, optional_column, text

if TYPE_CHECKING:
    import xarray as xr

TRUTHS = ("truth", "image_label")
"""Coordinates that may say what is right; the first that is there does."""


NO_ANSWER = "na"
"""An answer that is no category: wrong, and in no cell of a confusion matrix."""


def truth_of(assembly: "xr.DataArray", side: str) -> np.ndarray:
    """What is right in each presentation.

    Raises
    ------
    InvalidAssembly
        If nothing says so.
    """
    name = next((name for name in TRUTHS if name in assembly.coords), TRUTHS[0])
    return column(assembly, name, side)


def confusions(target: "xr.DataArray") -> tuple[np.ndarray, np.ndarray]:
    """Counts of what was answered to what, by each person.

    Parameters
    ----------
    target : xarray.DataArray
        Counts, ``subject x truth x choice``, or answers, ``presentation``, with ``truth`` and ``subject``; "na" is
        not counted.

    Returns
    -------
    array of text, shape (label,)
        Sorted.
    array, shape (subject, label, label)
        Rows are what is right.

    Raises
    ------
    InvalidAssembly
        For other dimensions, counts that are negative or NaN, truths and choices that differ, or an answer that is no
        category.
    """
    if set(target.dims) == {"subject", "truth", "choice"}:
        target = target.transpose("subject", "truth", "choice")
        rows, columns = (text(target[name].values, f"labels of {name!r}") for name in ("truth", "choice"))
        if sorted(rows.tolist()) != sorted(columns.tolist()):
            raise InvalidAssembly("truths and choices of the target differ", expected="the same labels on both")
        counts = np.asarray(target.values, np.float64)
        if not (np.isfinite(counts) & (counts >= 0)).all():
            raise InvalidAssembly("counts of the target are NaN, infinite or negative", expected="0 or more")
        return np.sort(rows), counts[:, np.argsort(rows)][:, :, np.argsort(columns)]
    answered, truth = labels(target, "target"), truth_of(target, "target")
    people, person = np.unique(optional_column(target, "subject", "target", "all"), return_inverse=True)
    names, told = np.unique(truth), answered != NO_ANSWER
    table = confusion_codes(truth[told], answered[told], names, "target")
    size = len(names) ** 2
    counts = np.bincount(person[told] * size + table, minlength=len(people) * size).astype(np.float64)
    return names, counts.reshape(len(people), len(names), len(names))


def confusion_codes(truth: np.ndarray, answered: np.ndarray, names: np.ndarray, side: str) -> np.ndarray:
    """Place of each answer in a confusion matrix laid out row by row.

    Raises
    ------
    InvalidAssembly
        For labels that are none of the names.
    """
    for what, entries in (("truth", truth), ("answers", answered)):
        strange = np.setdiff1d(entries, names)
        if len(strange):
            raise InvalidAssembly(
                f"{what} of {side} hold {str(strange[0])!r}", expected=f"one of {', '.join(names.tolist())}"
            )
    return np.searchsorted(names, truth) * len(names) + np.searchsorted(names, answered)


def task_accuracies(target: "xr.DataArray", task_coord: str) -> tuple[np.ndarray, np.ndarray]:
    """How often each person was right in each task, NaN where it was not done.

    Parameters
    ----------
    target : xarray.DataArray
        Accuracies, ``subject x task``, or answers, ``presentation``, with truth, ``subject`` and `task_coord`.

    Returns
    -------
    array of text, shape (task,)
        Sorted.
    array, shape (subject, task)
    """
    if set(target.dims) == {"subject", task_coord}:
        target = target.transpose("subject", task_coord)
        names = text(target[task_coord].values, f"labels of {task_coord!r}")
        values = np.asarray(target.values, np.float64)
        if ((values < 0) | (values > 1)).any():
            raise InvalidAssembly("accuracies of the target lie outside 0 to 1", expected="shares")
        return np.sort(names), values[:, np.argsort(names)]
    correct = labels(target, "target") == truth_of(target, "target")
    people, person = np.unique(optional_column(target, "subject", "target", "all"), return_inverse=True)
    names, task = np.unique(column(target, task_coord, "target"), return_inverse=True)
    place, size = person * len(names) + task, len(people) * len(names)
    with np.errstate(invalid="ignore"):
        shares = np.bincount(place, correct, size) / np.bincount(place, minlength=size)
    return names, shares.reshape(len(people), len(names))


def halves(people: int, splits: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """People in two random halves, again and again.

    Raises
    ------
    InvalidAssembly
        For fewer than two.
    """
    if people < 2:
        raise InvalidAssembly("answers of one person", expected="at least two, to split in halves")
    generator = np.random.default_rng(seed)
    for _ in range(splits):
        order = generator.permutation(people)
        yield order[: people // 2], order[people // 2 :]


def pearson(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson's r of each row of `a`, (row, entry), with `b`, (entry,); NaN where one does not vary, or holds NaN."""
    from brainscore_core.statistics.correlation import correlate_columns

    a = np.atleast_2d(a)
    return correlate_columns(a.T, np.repeat(b[:, None], len(a), axis=1))
