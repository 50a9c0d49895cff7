"""``[published]``: the numbers, in the form that the comparison needs."""

import math
from collections.abc import Sequence

from ..numbers import Histogram, Published
from ..reading import Table

TOLERANCE = 1e-3


def read_unit(table: Table, expected: str) -> str:
    """``unit``, which must be that of what is measured."""
    unit = table.text("unit")
    if unit != expected:
        table.refuse("unit", expected=f"{expected!r}, the unit of what is measured")
    return unit


def read_histogram(table: Table, property_name: str, region: str, unit: str) -> Histogram:
    """``bins`` and ``counts``, or ``bins`` and why there are no counts.

    Raises
    ------
    InvalidFile
        If counts and bins do not belong together, or do not sum to ``counted``.
    """
    read_unit(table, unit)
    bins = table.numbers("bins")
    if len(bins) < 3 or any(high <= low for low, high in zip(bins[:-1], bins[1:], strict=True)):
        table.refuse("bins", expected="at least three increasing edges")
    if "unavailable" in table:
        return Histogram(property_name, region, unit, bins, unavailable=table.text("unavailable"))
    counts = table.numbers("counts", low=0)
    if len(counts) != len(bins) - 1 or any(count != int(count) for count in counts):
        table.refuse("counts", expected=f"{len(bins) - 1} whole numbers, one a bin")
    total = int(sum(counts))
    neurons = table.integer("neurons", total, low=1)
    counted = table.integer("counted", total)
    if counted != total:
        table.refuse("counts", expected=f"numbers that sum to counted = {counted}, not to {total}")
    if neurons < total or not total:
        table.refuse("counts", expected=f"at least one, and at most neurons = {neurons} in all, not {total}")
    return Histogram(property_name, region, unit, bins, tuple(map(int, counts)), neurons)


def read_numbers(table: Table, quantities: Sequence[str], optional: Sequence[str], names: Sequence[str]) -> Published:
    """One number a quantity, or a list of one a condition.

    Parameters
    ----------
    table : Table
    quantities, optional : sequence of str
        What must be there, and what may.
    names : sequence of str
        The conditions that are measured.
    """
    given = [key for key in (*quantities, *optional) if key in table]
    several = any(isinstance(table.peek(key), list) for key in given) or "conditions" in table
    if several:
        conditions = table.texts("conditions")
        if unknown := [condition for condition in conditions if names and condition not in names]:
            table.refuse("conditions", unknown[0], expected=f"what is measured: {', '.join(names)}")
    else:
        if len(names) != 1:
            table.miss("conditions", f"conditions = those of {list(names)} that the numbers belong to")
        conditions = tuple(names)
    found = {}
    for key in (*quantities, *optional):
        if key in optional and key not in table:
            continue
        values = table.numbers(key) if several else (table.number(key),)
        if len(values) != len(conditions):
            table.refuse(key, expected=f"{len(conditions)} numbers, one a condition")
        found[key] = values
    return Published(conditions, found, "")


def read_limits(table: Table, names: Sequence[str]) -> Published:
    """``low`` and ``high``, one of which may be missing: no limit on that side."""
    if "low" not in table and "high" not in table:
        table.miss("low", "low, high or both")
    if len(names) != 1:
        table.refuse("low" if "low" in table else "high", expected=f"one condition, not {list(names)}")
    low, high = table.number("low", -math.inf), table.number("high", math.inf)
    if not low < high:
        table.refuse("high", expected=f"above low = {low:g}")
    return Published(tuple(names), {"low": (low,), "high": (high,)}, "")


def read_counts(table: Table, names: Sequence[str]) -> Published:
    """``count`` of ``of``.

    Raises
    ------
    InvalidFile
        If more are counted than there are.
    """
    found = read_numbers(table, ("count", "of"), (), names)
    for count, of in zip(found.quantities["count"], found.quantities["of"], strict=True):
        if not (0 <= count <= of and of >= 1 and count == int(count) and of == int(of)):
            table.refuse("count", expected=f"whole numbers from 0 to of = {of:g}")
    return found


def read_curve(table: Table, available: Sequence[str]) -> Published:
    """``at`` and ``values``: a tuning curve."""
    at = tuple(f"{value:g}" for value in table.numbers("at"))
    if missing := [name for name in at if available and name not in available]:
        table.refuse("at", missing[0], expected=f"values that are shown: {', '.join(available)}")
    values = table.numbers("values")
    if len(values) != len(at) or len(at) < 3:
        table.refuse("values", expected=f"{len(at)} numbers, one for each of at, and at least 3")
    return Published(at, {"value": values}, "")


def read_confusions(table: Table, labels: Sequence[str]) -> Published:
    """``matrix``: one row a true label, one column an answer; each row sums to 1.

    Raises
    ------
    InvalidFile
        If a row does not.
    """
    from ..measurements.labels import confusions

    matrix = table.rows("matrix", width=len(labels))
    if len(matrix) != len(labels):
        table.refuse("matrix", expected=f"{len(labels)} rows, one a label")
    for label, row in zip(labels, matrix, strict=True):
        if min(row) < 0 or abs(sum(row) - 1) > TOLERANCE:
            table.refuse(
                "matrix", list(row), expected=f"shares that sum to 1 in the row of {label!r}, not to {sum(row):g}"
            )
    values = tuple(value for row in matrix for value in row)
    return Published(tuple(confusions(labels, labels)), {"value": values}, "")


def read_dissimilarities(table: Table) -> tuple[Published, tuple[str, ...]]:
    """``stimulus_ids`` and ``matrix``, symmetric; and the ids."""
    ids = table.texts("stimulus_ids")
    matrix = table.rows("matrix", width=len(ids))
    if len(matrix) != len(ids) or len(ids) < 3:
        table.refuse("matrix", expected=f"{len(ids)} rows, one a stimulus, and at least 3")
    pairs = [(i, j) for i in range(len(ids)) for j in range(i + 1, len(ids))]
    if any(abs(matrix[i][j] - matrix[j][i]) > TOLERANCE for i, j in pairs):
        table.refuse("matrix", expected="a symmetric matrix")
    names = tuple(f"{ids[i]}|{ids[j]}" for i, j in pairs)
    return Published(names, {"value": tuple(matrix[i][j] for i, j in pairs)}, ""), ids
