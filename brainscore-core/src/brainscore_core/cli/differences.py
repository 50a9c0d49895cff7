"""Which differences between models are real: ranks, and pairs where they are few enough to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ..errors import InvalidParameter
from ..run import Record
from .output import echo_table, number

if TYPE_CHECKING:
    from ..statistics.pairing import ScoreComparison

LEVEL = 0.05
MOST_ROWS = 30
"""Pairs that are listed; of more there are ranks, and a file that has them all."""


@dataclass(frozen=True)
class Difference:
    """The models of one benchmark, compared."""

    benchmark: str
    version: int | None
    found: "ScoreComparison"

    def to_dict(self) -> dict[str, Any]:
        """As ``brainscore score --compare`` writes it."""
        return {"benchmark": self.benchmark, "benchmark_version": self.version, **self.found.to_dict(LEVEL)}


def differences(runs: Mapping[str, Sequence[Record]]) -> list[Difference]:
    """Every benchmark on which at least two models have a score that can be compared.

    Parameters
    ----------
    runs : mapping of model to records
        Of the same benchmarks in the same order; those of an interrupted run may be fewer.
    """
    if len(runs) < 2:
        return []
    from ..statistics.pairing import compare_scores

    found = []
    for position, first in enumerate(max(runs.values(), key=len)):
        of_models = {name: records[position] for name, records in runs.items() if position < len(records)}
        scores = {name: record.score for name, record in of_models.items() if record.score is not None}
        try:
            found.append(Difference(first.benchmark, first.benchmark_version, compare_scores(scores)))
        except InvalidParameter:  # fewer than two; the table above says why
            continue
    return found


def echo_differences(found: Sequence[Difference]) -> None:
    """Write them to standard output; nothing where there is none."""
    if not found:
        return
    names = list(dict.fromkeys(name for each in found for name in each.found.comparison.names))
    if len(names) > 2:
        click.echo()
        _echo_ranks(found, names)
    count = sum(len(each.found.comparison.names) * (len(each.found.comparison.names) - 1) // 2 for each in found)
    click.echo()
    if count <= MOST_ROWS:
        _echo_pairs(found)
    else:
        click.echo(f"{count} pairs: --compare FILE writes each with its p")


def _echo_ranks(found: Sequence[Difference], names: Sequence[str]) -> None:
    rows = []
    for each in found:
        intervals = each.found.comparison.rank_intervals(LEVEL).tolist()
        places = dict(zip(each.found.comparison.names, intervals, strict=True))
        rows.append([_title(each), *(_rank(places.get(name)) for name in names), each.found.pairing])
    echo_table([f"ranks ({1 - LEVEL:.0%} of all at once)", *names, "compared"], rows)


def _rank(place: Sequence[int] | None) -> str:
    if place is None:
        return ""
    low, high = place
    return str(low) if low == high else f"{low} to {high}"


def _echo_pairs(found: Sequence[Difference]) -> None:
    """One row a pair, the better model first; what is corrected is each benchmark's pairs together."""
    several = any(len(each.found.comparison.names) > 2 for each in found)
    headers = ["difference", "better", "than", "by", "p", *(["p (Holm)", "q (FDR)"] if several else []), "real"]
    rows = []
    for each in found:
        comparison = each.found.comparison
        for a, b in _pairs(comparison.difference):
            p, holm, q = (float(part[a, b]) for part in (comparison.p, comparison.p_holm, comparison.q))
            by = number(float(comparison.difference[a, b]), float(comparison.difference_error[a, b]))
            corrected = [_p(holm), _p(q)] if several else []
            verdict = f"{'yes' if holm < LEVEL else 'not shown'} ({each.found.pairing})"
            rows.append([_title(each), comparison.names[a], comparison.names[b], by, _p(p), *corrected, verdict])
    echo_table(headers, rows)


def _pairs(difference: Any) -> list[tuple[int, int]]:
    """Each pair once, the larger first, the largest difference on top."""
    count = len(difference)
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    ordered = [(a, b) if difference[a, b] >= 0 else (b, a) for a, b in pairs]
    return sorted(ordered, key=lambda pair: -difference[pair])


def _title(each: Difference) -> str:
    return each.benchmark if each.found.quantity == "score" else f"{each.benchmark} (raw)"


def _p(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else f"{p:.0e}"
