"""The board and the history as text, as plain values and as files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.cli.output import number, table, terminal_width
from brainscore_core.data.writing import replacing
from brainscore_core.errors import InvalidParameter

from .board import Board
from .schema import Benchmark, Model, Score

FORMATS = (".csv", ".json", ".parquet")


def as_dict(board: Board) -> dict[str, Any]:
    """The board as JSON holds it."""
    names = ("domain", "node", "rule", "policy", "at", "tree_version")
    return {name: getattr(board, name) for name in names} | {
        "models": [
            {
                "model": row.model,
                "flags": list(row.flags),
                "rank": row.rank,
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
    cells = [[row.model, _ranks(row.rank), *(_node(row.nodes.get(name)) for name in nodes)] for row in board.rows]
    rule = f"{board.rule}, missing: {board.policy}" + (f", as of {board.at}" if board.at else "")
    return (
        f"{table(['model', 'rank (95%)', *nodes], cells, terminal_width())}\n\n{rule}; tree {board.tree_version[:12]}"
    )


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


def write(board: Board, path: Path) -> int:
    """Write every score that counts, whole or not at all; how many.

    Raises
    ------
    InvalidParameter
        For another kind of file.
    """
    rows = rows_of(board)
    if path.suffix not in FORMATS:
        raise InvalidParameter(f"{path.name}", expected=f"a name that ends in one of {', '.join(FORMATS)}")
    import pandas as pd

    frame = pd.DataFrame(rows)
    with replacing(path.absolute()) as temporary:
        if path.suffix == ".json":
            temporary.write_text(json.dumps(rows, allow_nan=False, indent=1), encoding="utf-8")
        elif path.suffix == ".csv":
            frame.to_csv(temporary, index=False)
        else:
            _parquet(frame, temporary)
    return len(rows)


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


def _parquet(frame: Any, path: Path) -> None:
    try:
        frame.to_parquet(path, index=False)
    except ImportError as error:
        raise InvalidParameter(
            "a parquet file needs pyarrow", expected="pyarrow installed, or a name that ends in .csv or .json",
            remedy="pip install 'bs-app-campaign[parquet]'",
        ) from error  # fmt: skip


def _ranks(rank: Sequence[int] | None) -> str:
    return "" if rank is None else str(rank[0]) if rank[0] == rank[1] else f"{rank[0]}-{rank[1]}"


def _node(node: Any) -> str:
    if node is None or node.value is None:
        return f"- ({node.covered}/{node.total})" if node is not None else ""
    return f"{number(node.value, node.error)} ({node.covered}/{node.total})"
