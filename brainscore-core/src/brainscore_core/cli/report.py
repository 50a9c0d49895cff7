"""Scores as text: every pair, then the regions and the whole, then why a pair has no score."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import click

from ..run import Record
from ..status import Status
from ..tree import Node, Result, aggregate
from .output import echo_table, echo_wrapped, number, symbols
from .placement import Placement

_GLYPHS = {Status.OK: "✓", Status.UNSUPPORTED: "–", Status.UNAVAILABLE: "?", Status.FAILED: "✗", Status.WITHHELD: "•"}

Runs = Mapping[str, Sequence[Record]]
"""The records of each model, under the name it was asked for."""


def echo_report(runs: Runs, placed: Sequence[Placement], rule: str) -> None:
    """Write everything to standard output."""
    echo_pairs(runs)
    echo_marks(runs)
    for placement in placed:
        click.echo()
        echo_nodes(runs, placement, rule)
    echo_reasons(runs)


def echo_pairs(runs: Runs) -> None:
    """One row a pair: score, raw, ceiling, status, flags. A score that is null is not the same as none."""
    headers = ["model", "benchmark", "score", "raw", "ceiling", "status", "flags"]
    rows = [[name, *_pair(record)] for name, records in runs.items() for record in records]
    if len(runs) == 1:
        headers, rows = [_of_one(runs, "benchmark"), *headers[2:]], [row[1:] for row in rows]
    echo_table(headers, rows)


def _of_one(runs: Runs, title: str) -> str:
    """What heads the first column of a table that has no column for the only model."""
    return f"{next(iter(runs))}: {title}" if len(runs) == 1 else title


def _pair(record: Record) -> list[str]:
    glyph = f"{_GLYPHS[record.status]} " if symbols() and record.status in _GLYPHS else ""
    score = record.score
    if score is None:
        return [record.benchmark, "", "", "", f"{glyph}{record.status}", ""]
    raw = number(score.raw.value, score.raw.error) if score.raw else ""
    ceiling = number(score.ceiling.value, score.ceiling.error) if score.ceiling else ""
    value = number(score.value, score.error) or "null"
    return [record.benchmark, value, raw, ceiling, f"{glyph}{record.status}", ", ".join(score.flags)]


def echo_marks(runs: Runs) -> None:
    """What models say of themselves and a reader of their scores must know, as ``positive-control``."""
    marked: dict[str, list[str]] = {}
    for name, records in runs.items():
        said = (record.provenance.get("model", {}).get("flags", ()) for record in records)
        for flag in dict.fromkeys(flag for flags in said for flag in flags):
            marked.setdefault(flag, []).append(name)
    if marked:
        click.echo()
    for flag, names in marked.items():
        echo_wrapped(f"{flag}: {', '.join(names)}")


def echo_nodes(runs: Runs, placement: Placement, rule: str) -> None:
    """The tree: each node's average, and how many of its benchmarks that covers."""
    roots = {name: _aggregate(records, placement, rule) for name, records in runs.items()}
    order = [(depth, node.identifier) for root in next(iter(roots.values()), ()) for depth, node in root.walk()]
    rows = []
    for depth, identifier in order:
        nodes = {name: _find(roots[name], identifier) for name in runs}
        rows += _node_rows(depth, nodes, runs)
    title = _of_one(runs, f"{placement.domain} ({rule})")
    headers = [title, "score", "covered", "the others"] if len(runs) == 1 else [title, *runs]
    echo_table(headers, rows)


def _aggregate(records: Sequence[Record], placement: Placement, rule: str) -> tuple[Node, ...]:
    results = {record.benchmark: Result(record.status, record.score) for record in records}
    return aggregate(placement.tree, placement.parents, results, rule)


def _find(roots: Sequence[Node], identifier: str) -> Node:
    return next(found for root in roots if (found := root.find(identifier)))


def _node_rows(depth: int, nodes: Mapping[str, Node], runs: Runs) -> list[list[str]]:
    some = next(iter(nodes.values()))
    title = f"{'  ' * depth}{some.identifier}"
    if len(nodes) == 1:
        others = ", ".join(f"{count} {state}" for state, count in some.states.items() if state != Status.OK)
        rows = [[title, number(some.value, some.error), _coverage(some), others]]
    else:
        cells = [
            f"{number(node.value, node.error) or '-'} ({_coverage(node)}{_failed(node)})" for node in nodes.values()
        ]
        rows = [[title, *cells]]
    for benchmark in some.benchmarks:
        raws = [_raw(benchmark, node, runs[name]) for name, node in nodes.items()]
        if any(raws):
            rows.append([f"{'  ' * (depth + 1)}{benchmark}", *raws, *(["", ""] if len(nodes) == 1 else [])])
    return rows


def _coverage(node: Node) -> str:
    return f"{node.covered}/{node.total}"


def _failed(node: Node) -> str:
    count = node.states.get(str(Status.FAILED), 0)
    return f", {count} failed" if count else ""


def _raw(benchmark: str, node: Node, records: Sequence[Record]) -> str:
    """The raw value where nothing of a region is normalised: each on its own line, since raws cannot be averaged."""
    if node.value is not None:
        return ""
    scores = (record.score for record in records if record.benchmark == benchmark)
    raw = next((score.raw for score in scores if score and score.raw), None)
    return f"raw {number(raw.value, raw.error)}" if raw and raw.value is not None else ""


def echo_reasons(runs: Runs) -> None:
    """Why pairs have no score; what shares a reason shares a paragraph."""
    for (status, reason), pairs in _shared(runs, lambda record: [(record.status, record.reason)]).items():
        if reason:
            click.echo()
            echo_wrapped(f"{status}: {pairs}")
            echo_wrapped(reason, indent="    ")


def echo_flags(runs: Runs) -> None:
    """What a reader must not miss about scores, for tables that have no column for it."""
    shared = _shared(runs, lambda record: record.score.flags if record.score else (), most=3)
    if shared:
        click.echo()
    for flag, pairs in shared.items():
        echo_wrapped(f"{flag}: {pairs}")


def _shared(runs: Runs, words: Callable[[Record], Iterable[Hashable]], most: int | None = None) -> dict[Any, str]:
    """Each word to the pairs that have it, as ``hmax on A, B; pixels on A``; more than `most` are counted only."""
    found: dict[Hashable, dict[str, list[str]]] = {}
    for name, records in runs.items():
        for record in records:
            for word in words(record):
                found.setdefault(word, {}).setdefault(name, []).append(record.benchmark)

    def said(benchmarks: list[str]) -> str:
        few = most is None or len(benchmarks) <= most
        return ", ".join(benchmarks) if few else f"{len(benchmarks)} benchmarks"

    return {
        word: "; ".join(f"{name} on {said(benchmarks)}" for name, benchmarks in pairs.items())
        for word, pairs in found.items()
    }
