"""Which differences between models are real: ranks, and pairs where they are few enough to read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ..run import Record
from .output import echo_table, echo_wrapped, number

if TYPE_CHECKING:
    from ..statistics.comparison import Comparison
    from ..statistics.pairing import ScoreComparison

LEVEL = 0.05
UNRANKED = "positive-control"
"""What a model says of itself that has no rank."""
MOST_PAIRS = 30
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
    """Every benchmark on which at least two models were scored; others have nothing to compare.

    Parameters
    ----------
    runs : mapping of model to records
        Of the same benchmarks in the same order; those of an interrupted run may be fewer.
    """
    if len(runs) < 2:
        return []
    from ..statistics.pairing import compare_scores

    found = []
    longest = max(runs.values(), key=len)
    for position, first in enumerate(longest):
        of_models = {name: records[position] for name, records in runs.items() if position < len(records)}
        scores = {name: record.score for name, record in of_models.items() if record.score is not None}
        if len(scores) > 1:
            controls = [name for name in scores if UNRANKED in _flags(of_models[name])]
            compared = compare_scores(scores, unranked=controls)
            found.append(Difference(first.benchmark, first.benchmark_version, compared))
    return found


def _flags(record: Record) -> Sequence[str]:
    flags: Sequence[str] = record.provenance.get("model", {}).get("flags", ())
    return flags


def echo_differences(found: Sequence[Difference]) -> None:
    """Write them to standard output, benchmark by benchmark; those with nothing to compare, for one reason, as one."""
    unpaired: dict[tuple[tuple[str, str], ...], list[Difference]] = {}
    for each in found:
        if each.found.comparison is None:
            unpaired.setdefault(tuple(each.found.left_out.items()), []).append(each)
        else:
            _echo_block([each])
    for alike in unpaired.values():
        _echo_block(alike)


def _echo_block(alike: Sequence[Difference]) -> None:
    """Benchmarks of which the same is said."""
    found = alike[0].found
    click.echo()
    echo_wrapped(f"{', '.join(_title(each) for each in alike)}: {found.pairing}")
    if found.comparison is not None:
        _echo_compared(found.comparison, found.ranks(LEVEL))
    for reason, names in _by_reason(found.left_out).items():
        echo_wrapped(f"not compared: {', '.join(names)} ({reason})", indent="  ")


def _title(each: Difference) -> str:
    return each.benchmark if each.found.quantity == "score" else f"{each.benchmark} (raw)"


def _echo_compared(comparison: "Comparison", ranks: Mapping[str, list[int]]) -> None:
    count = len(comparison.names)
    if count > 2:
        echo_wrapped(f"ranks ({1 - LEVEL:.0%} for all at once): {', '.join(_ranked(ranks))}", indent="  ")
        if unranked := [name for name in comparison.names if name not in ranks]:
            echo_wrapped(f"not ranked: {', '.join(unranked)} ({UNRANKED})", indent="  ")
    pairs = count * (count - 1) // 2
    if pairs > MOST_PAIRS:
        echo_wrapped(f"{pairs} pairs: --compare FILE writes each with its p", indent="  ")
        return
    corrected = ["p (Holm)", "q (FDR)"] if count > 2 else []
    echo_table(["  larger > smaller", "by", "p", *corrected, "real"], list(_rows(comparison, bool(corrected))))


def _ranked(ranks: Mapping[str, list[int]]) -> Iterator[str]:
    """The best first."""
    for name, (low, high) in sorted(ranks.items(), key=lambda entry: (entry[1], entry[0])):
        yield f"{name} {low}" if low == high else f"{name} {low}-{high}"


def _rows(comparison: "Comparison", corrected: bool) -> Iterator[list[str]]:
    """One a pair, the larger value first, the largest difference on top."""
    difference = comparison.difference
    pairs = [(a, b) for a in range(len(difference)) for b in range(a + 1, len(difference))]
    ordered = [(a, b) if difference[a, b] >= 0 else (b, a) for a, b in pairs]
    for a, b in sorted(ordered, key=lambda pair: -difference[pair]):
        verdict = comparison.verdict(a, b, LEVEL)
        sign = "=" if verdict == "identical" else ">"
        error = float(comparison.difference_error[a, b])
        by = number(float(difference[a, b]), None if error != error else error)
        shown = (comparison.p, comparison.p_holm, comparison.q) if corrected else (comparison.p,)
        p = [_p(float(values[a, b])) for values in shown]
        yield [f"  {comparison.names[a]} {sign} {comparison.names[b]}", by, *p, verdict]


def _by_reason(left_out: Mapping[str, str]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        reasons.setdefault(reason, []).append(name)
    return reasons


def _p(p: float) -> str:
    """Empty for NaN."""
    if p != p:
        return ""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.0e}"
