"""``[comparison]`` and ``[ceiling]``: how a model is held against the numbers, and what a perfect one would get."""

from typing import Any

from brainscore_core.contracts import MetricSpec

from ..numbers import Published
from ..reading import Table
from .measurement import ACCURACY, CONFUSIONS, CURVE, DISSIMILARITIES, Described
from .published import read_confusions, read_counts, read_curve, read_dissimilarities, read_limits, read_numbers

MANY = (CURVE, CONFUSIONS, DISSIMILARITIES, ACCURACY)
OF_ONE = ("point", "bound", "ratio", "proportion")
OF_MANY = ("correlation", "rank correlation", "distance")
REPLICATION, UNKNOWN = "replication", "unknown"


def read_comparison(
    kind: str, table: Table, published: Table, described: Described
) -> tuple[MetricSpec, Published, tuple[str, ...]]:
    """The metric, the numbers in the form that it needs, and the stimulus ids of a dissimilarity matrix."""
    shared = dict(described.metric)
    if kind in MANY:
        how = table.choice("kind", OF_MANY)
        numbers, ids = _profile(kind, published, described)
        spelled = {"correlation": "pearson", "rank correlation": "spearman", "distance": "distance"}[how]
        return MetricSpec("published_profile", how=spelled, **shared), numbers, ids
    how = table.choice("kind", OF_ONE)
    names = described.conditions
    if how == "bound":
        return MetricSpec("published_bound", **_only_mean(shared)), read_limits(published, names), ()
    if how == "proportion":
        return MetricSpec("published_proportion", **_only_mean(shared)), read_counts(published, names), ()
    if how == "ratio":
        numbers = read_numbers(published, ("value",), (), names)
        if min(numbers.quantities["value"]) <= 0:
            published.refuse("value", expected="above 0, as a ratio needs")
        return MetricSpec("published_ratio", **shared), numbers, ()
    numbers = read_numbers(published, ("value",), ("error",), names)
    if min(numbers.quantities.get("error", (1.0,))) <= 0:
        published.refuse("error", expected="standard errors above 0")
    return MetricSpec("published_point", scale=table.number("scale", low=1e-12), **shared), numbers, ()


def read_ceiling(table: Table, numbers: Published | None) -> tuple[bool, str]:
    """Whether the numbers tell what a repetition of the recording would get; and why not.

    Parameters
    ----------
    table : Table
    numbers : Published, optional
        None: a histogram, whose neurons can be drawn again.
    """
    kind = table.choice("kind", (REPLICATION, UNKNOWN))
    if kind == UNKNOWN:
        return False, table.text("because")
    if numbers is not None and not {"error", "count"} & set(numbers.quantities):
        table.refuse("kind", expected=f"{UNKNOWN!r}: without an error or counts nothing tells how it would vary")
    return True, ""


def _profile(kind: str, table: Table, described: Described) -> tuple[Published, tuple[str, ...]]:
    if kind == CURVE:
        return read_curve(table, described.conditions), ()
    if kind == CONFUSIONS:
        return read_confusions(table, described.labels), ()
    if kind == DISSIMILARITIES:
        return read_dissimilarities(table)
    return read_numbers(table, ("value",), (), ()), ()


def _only_mean(shared: dict[str, Any]) -> dict[str, Any]:
    """Without the statistic: of shares it is the mean."""
    return {name: value for name, value in shared.items() if name != "statistic"}
