"""The board and the history as text, as plain values and as files."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.cli.output import number, table, terminal_width
from brainscore_core.data.writing import replacing
from brainscore_core.errors import InvalidParameter
from brainscore_core.status import Status

from .board import Board, Row
from .schema import Benchmark, Model, Score

FORMATS = (".csv", ".json", ".parquet")
SETTINGS = ("domain", "ranked_by", "rule", "weighting", "policy", "when", "at", "tree_version")
COLUMNS = {
    **dict.fromkeys(("kind", "model", "flags", "benchmark", "node", "parent"), "string"),
    "version": "Int64",
    **dict.fromkeys(("status", "reason"), "string"),
    **dict.fromkeys(("value", "error", "ceiling", "raw", "raw_error"), "Float64"),
    **dict.fromkeys(("covered", "total", "rank_low", "rank_high"), "Int64"),
    "prospective": "boolean",
    "recorded": "string",
    "score": "Int64",
    **dict.fromkeys(SETTINGS, "string"),
}
"""Of a file: of a score, of a node of a model (``kind`` says which), and of the table that both are of."""


def as_dict(board: Board) -> dict[str, Any]:
    """The board as JSON holds it."""
    names = ("domain", "node", "rule", "weights", "weighting", "policy", "when", "at", "tree_version", "unranked")
    return {name: getattr(board, name) for name in names} | {
        "models": [
            {
                "model": row.model,
                "flags": list(row.flags),
                "rank": row.rank,
                "prospective": _kinds(row),
                "nodes": {
                    name: {"value": node.value, "error": node.error, "covered": node.covered, "total": node.total}
                    for name, node in row.nodes.items()
                },
                "scores": rows_of(board, row.model),
            }
            for row in board.rows
        ]
    }


def as_text(board: Board) -> str:
    """Models by rank; a column for each node below the one that ranks."""
    if not board.rows:
        return "no scores yet: brainscore campaign run MODEL... --benchmark ID"
    nodes = [board.node, *(name for name, parent in board.tree.items() if parent == board.node)]
    nodes = [name for name in nodes if any(name in row.nodes for row in board.rows)]
    cells = [
        [row.model, _ranks(row.rank), *(_node(row.nodes.get(name)) for name in nodes), _frozen(row)]
        for row in board.rows
    ]
    shown = table(["model", "rank (95%)", *nodes, "prospective"], cells, terminal_width())
    return "\n".join([shown, "", *_notes(board)])


def _notes(board: Board) -> list[str]:
    """What the numbers of a table are."""
    weights = f" (weights {board.weighting[:12]})" if board.weighting else ""
    only = f", {board.when} only" if board.when else ""
    past = f", as of {board.at}" if board.at else ""
    notes = [f"{board.rule}{weights}, missing: {board.policy}{only}{past}; tree {board.tree_version[:12]}"]
    notes += [f"no ranks: {board.unranked}"] if board.unranked else []
    return [*notes, "prospective: of the scores, those on benchmarks released after the model's weights were frozen"]


def rows_of(board: Board, model: str | None = None) -> list[dict[str, Any]]:
    """Every score that counts, one a row."""
    names = ("model", "benchmark", "version", "status", "reason", "value", "error", "ceiling", "raw", "raw_error")
    more = ("recorded", "prospective", "score")
    return [
        {name: getattr(entry, name) for name in (*names, *more)}
        | {"flags": " ".join(entry.flags), "parent": board.parents.get(entry.benchmark, "")}
        for row in board.rows
        if model in (None, row.model)
        for entry in row.results.values()
    ]


def lines(board: Board) -> list[dict[str, Any]]:
    """The board as one table: its scores, then the nodes of each model; each with all of :data:`COLUMNS`."""
    settings = {name: getattr(board, name) for name in SETTINGS if name != "ranked_by"} | {"ranked_by": board.node}
    nodes = [
        {"kind": "node", "model": row.model, "node": name, "parent": board.tree[name] or None}
        | {part: getattr(node, part) for part in ("value", "error", "covered", "total")}
        | (dict(zip(("rank_low", "rank_high"), row.rank, strict=True)) if row.rank and name == board.node else {})
        for row in board.rows
        for name, node in row.nodes.items()
    ]
    scores = [{"kind": "score"} | row for row in rows_of(board)]
    rows = [{name: row.get(name) for name in COLUMNS} | settings for row in [*scores, *nodes]]
    return [{name: None if value == "" else value for name, value in row.items()} for row in rows]


def write(board: Board, path: Path) -> int:
    """Write every score that counts and every node, as :func:`lines`, whole or not at all; how many scores.

    Raises
    ------
    InvalidParameter
        For another kind of file.
    """
    if path.suffix not in FORMATS:
        raise InvalidParameter(
            f"{path.name}", expected=f"a name that ends in one of {', '.join(FORMATS)}",
            remedy=f"write to {path.stem or 'scores'}.csv",
        )  # fmt: skip
    rows = lines(board)
    with replacing(path.absolute()) as temporary:
        if path.suffix == ".json":
            written = ",\n".join(json.dumps(row, allow_nan=False) for row in rows)
            temporary.write_text(f"[{written}]\n", encoding="utf-8")
        elif path.suffix == ".csv":
            _frame(rows).to_csv(temporary, index=False)
        else:
            _parquet(_frame(rows), temporary)
    return sum(row["kind"] == "score" for row in rows)


def attempts(session: Session, model: str, benchmark: str | None = None) -> list[dict[str, Any]]:
    """Every attempt at a model, in the order in which they were stored."""
    asked = (
        select(Score, Model, Benchmark)
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Model.identifier == model)
        .order_by(Score.id)
    )
    if benchmark is not None:
        asked = asked.where(Benchmark.identifier == benchmark)
    names = ("id", "recorded", "status", "reason", "value", "error", "raw", "seconds", "peak_memory_mb", "log")
    return [
        {name: getattr(score, name) for name in names}
        | {"model": found.identifier, "model_version": found.version, "model_digest": found.digest}
        | {"benchmark": task.identifier, "benchmark_version": task.version}
        for score, found, task in session.execute(asked)
    ]


def _frame(rows: Sequence[Mapping[str, Any]]) -> Any:
    """With a type for each column, whatever is missing in it: a table without rows has columns too."""
    import pandas as pd

    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _parquet(frame: Any, path: Path) -> None:
    try:
        frame.to_parquet(path, index=False)
    except ImportError as error:
        raise InvalidParameter(
            "a parquet file needs pyarrow", expected="pyarrow installed, or a name that ends in .csv or .json",
            remedy="pip install 'bs-app-campaign[parquet]'",
        ) from error  # fmt: skip


def _kinds(row: Row) -> dict[str, int]:
    """How many of a model's scores are of each kind."""
    names = {True: "prospective", False: "retrospective", None: "unknown"}
    found = Counter(names[entry.prospective] for entry in row.results.values() if entry.result.state == Status.OK)
    return {name: found[name] for name in names.values()}


def _frozen(row: Row) -> str:
    """As ``2/5`` of those whose dates are known, and ``+3?`` of which nobody knows."""
    kinds = _kinds(row)
    known = kinds["prospective"] + kinds["retrospective"]
    unknown = f"+{kinds['unknown']}?" if kinds["unknown"] else ""
    return " ".join(filter(None, [f"{kinds['prospective']}/{known}" if known else "", unknown]))


def _ranks(rank: Sequence[int] | None) -> str:
    return "" if rank is None else str(rank[0]) if rank[0] == rank[1] else f"{rank[0]}-{rank[1]}"


def _node(node: Any) -> str:
    if node is None or node.value is None:
        return f"- ({node.covered}/{node.total})" if node is not None else ""
    return f"{number(node.value, node.error)} ({node.covered}/{node.total})"
