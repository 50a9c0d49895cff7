"""Scores as text: every pair, then the regions and the whole, then why a pair has no score."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import click

from ..run import Record
from ..status import Status
from ..tree import NOT_ATTEMPTED, Node, Result, aggregate
from .coverage import uneven
from .output import echo_headed, echo_table, echo_wrapped, fits, number, symbols, terminal_width
from .placement import Placement

_GLYPHS = {Status.OK: "✓", Status.UNSUPPORTED: "–", Status.UNAVAILABLE: "?", Status.FAILED: "✗", Status.WITHHELD: "•"}

Runs = Mapping[str, Sequence[Record]]
"""The records of each model, under the name it was asked for."""


def echo_report(runs: Runs, placed: Sequence[Placement], rule: str, policy: str = "available") -> None:
    """Write everything to standard output; `rule` and `policy` as :func:`brainscore_core.tree.aggregate` takes them."""
    echo_pairs(runs)
    echo_marks(runs)
    for placement in placed:
        click.echo()
        echo_nodes(runs, placement, rule, policy)
    echo_reasons(runs)


def echo_pairs(runs: Runs) -> None:
    """One row a pair: score, raw, ceiling, status, flags. A score that is null is not the same as none.

    Where that does not fit beside the names of several models, a table a model.
    """
    headers = ["benchmark", "score", "raw", "ceiling", "status", "flags"]
    of_models = {name: [_pair(record) for record in records] for name, records in runs.items()}
    all_rows = [[name, *row] for name, rows in of_models.items() for row in rows]
    if len(runs) > 1 and fits(["model", *headers], all_rows, terminal_width()):
        echo_table(["model", *headers], all_rows)
        return
    for position, (name, rows) in enumerate(of_models.items()):
        if position:
            click.echo()
        echo_headed([_titled(name, headers[0]), *headers[1:]], rows)


def _titled(name: str, title: str) -> str:
    """What heads the first column of a table that is of one model and has no column for it."""
    return f"{name}: {title}"


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


def echo_nodes(runs: Runs, placement: Placement, rule: str, policy: str = "available") -> None:
    """The branches of the tree that were attempted: each node's average, and how many of its benchmarks that covers.

    Where that does not fit, as many models beside each other as do, and nodes of which nothing is covered in one line.
    Below it, whether the averages of the models are over the same benchmarks.
    """
    _echo_tree(runs, placement, rule, policy)
    if policy == "available" and (note := uneven(runs, placement)):
        echo_wrapped(note)


def _echo_tree(runs: Runs, placement: Placement, rule: str, policy: str) -> None:
    title = f"{placement.domain} ({rule})" if policy == "available" else f"{placement.domain} ({rule}, {policy})"
    roots = {name: _aggregate(records, placement, rule, policy) for name, records in runs.items()}
    if len(runs) == 1:
        title, columns = _titled(next(iter(runs)), title), ["score", "covered", "the others"]
    else:
        columns = list(runs)
    rows, empty = [], []
    for depth, identifier in _order(roots):
        nodes = {name: _find(roots[name], identifier) for name in runs}
        of_node = _node_rows(depth, nodes, runs)
        rows += of_node
        if len(of_node) == 1 and not any(node.covered or _failed(node) for node in nodes.values()):
            empty.append((identifier, of_node[0]))
    if fits([title, *columns], rows, terminal_width()):
        echo_table([title, *columns], rows)
        return
    left_out = [row for _, row in empty]
    _echo_in_parts(title, columns, [row for row in rows if row not in left_out], together=len(runs) == 1)
    if empty:
        echo_wrapped(f"nothing covered: {', '.join(identifier for identifier, _ in empty)}", indent="  ")


def _order(roots: Mapping[str, Sequence[Node]]) -> list[tuple[int, str]]:
    """(depth, node) from the top down, as far as some model attempted what is below; where none is, the roots.

    The trees of all models have the same nodes.
    """
    nodes = [(depth, node.identifier) for root in next(iter(roots.values()), ()) for depth, node in root.walk()]
    reached = {node.identifier for tops in roots.values() for top in tops for _, node in top.walk() if _attempted(node)}
    return [(depth, name) for depth, name in nodes if (name in reached if reached else depth == 0)]


def _attempted(node: Node) -> bool:
    return any(count for state, count in node.states.items() if state != NOT_ATTEMPTED)


def _echo_in_parts(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], together: bool) -> None:
    """A table in as many parts as it takes, each with the first column; in one where its columns belong `together`."""
    start, width = 0, terminal_width()
    while start < len(columns):
        stop = len(columns) if together else start + 1
        while stop < len(columns) and fits(*_part(title, columns, rows, start, stop + 1), width):
            stop += 1
        if start:
            click.echo()
        echo_headed(*_part(title, columns, rows, start, stop))
        start = stop


def _part(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], start: int, stop: int
) -> tuple[list[str], list[list[str]]]:
    """Headers and rows with some of the columns."""
    return [title, *columns[start:stop]], [[row[0], *row[1:][start:stop]] for row in rows]


def _aggregate(records: Sequence[Record], placement: Placement, rule: str, policy: str) -> tuple[Node, ...]:
    results = {record.benchmark: Result(record.status, record.score) for record in records}
    return aggregate(placement.tree, placement.parents, results, rule, policy)


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
    if node.covered:
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
