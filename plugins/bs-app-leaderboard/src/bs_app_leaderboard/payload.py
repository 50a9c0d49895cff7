"""What reaches the folder: every field is named here, and what is not named stays in the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bs_app_campaign.board import Board, Row
from bs_app_campaign.schema import Benchmark, Model
from bs_app_campaign.standings import Standing

from .packing import pack
from .visibility import visible

MODEL = ("identifier", "distribution", "version", "digest", "released", "flags")
"""Columns of a model that are shown."""
MODEL_INFO = ("description", "licence", "doi", "bibtex", "parameters", "training_data", "visual_degrees", "layers")
MODEL_INFO += ("layers_chosen", "flops", "tasks", "architecture", "non_neural_parts")
BENCHMARK = ("identifier", "version", "digest", "domain", "parent", "released")
BENCHMARK_INFO = ("description", "licence", "doi", "bibtex", "species", "metric", "ceiling", "data", "flags")
EXPERIMENT = ("region", "task", "visual_degrees", "number_of_trials", "human")
"""Of what a benchmark says of its experiment."""
SCORE = ("value", "error", "ceiling", "ceiling_error", "raw", "raw_error", "status", "reason", "recorded")
SCORE += ("prospective", "version")
"""Of a score, on the page of its model."""
ATTEMPT = ("recorded", "benchmark", "version", "value", "status")
"""Of an attempt, in the history of its model."""
STATES = {"ok": "o", "null": "n", "unsupported": "u", "unavailable": "a", "failed": "f"}
"""Letter of each state in the matrix; ``-``: not attempted, or nothing that may be seen."""
LONGEST_REASON = 500
"""Characters of a reason that are shown."""


def core(board: Board, benchmarks: Mapping[str, Benchmark], models: Mapping[str, Model]) -> dict[str, Any]:
    """What the first page needs: the matrix of values, and what filters ask for.

    Parameters
    ----------
    board : Board
        Of benchmarks that are shown, with rows in their order.
    benchmarks, models : mapping of identifier to row

    Returns
    -------
    mapping
        ``values`` and ``errors`` are the matrix, model by model, as :func:`~.packing.pack` writes it; ``states`` has a
        letter for each.
    """
    names = list(board.parents)
    cells = [_seen(row, name) for row in board.rows for name in names]
    return {
        "format": 1,
        "domain": board.domain,
        "tree": [[name, parent] for name, parent in board.tree.items()],
        "tree_version": board.tree_version[:12],
        "node": board.node,
        "at": board.at,
        "benchmarks": [_benchmark_line(benchmarks[name]) for name in names],
        "models": [_model_line(row, models[row.model]) for row in board.rows],
        "values": pack(entry.value if entry else None for entry in cells),
        "errors": pack(entry.error if entry else None for entry in cells),
        "states": "".join("-" if entry is None else STATES.get(entry.result.state, "-") for entry in cells),
    }


def model_page(
    row: Row,
    model: Model,
    names: Sequence[str],
    history: Iterable[Mapping[str, Any]],
    ranks: Mapping[str, Mapping[str, Sequence[int]]],
) -> dict[str, Any]:
    """What the page of a model shows besides the matrix.

    Parameters
    ----------
    row : Row
    model : Model
    names : sequence of str
        Benchmarks that are shown.
    history : iterable of mapping
        Attempts at this model; those at other benchmarks are left out.
    ranks : mapping of benchmark to {model: (lowest, highest)}
    """
    seen = {name: entry for name in names if (entry := _seen(row, name)) is not None}
    return {
        **{name: getattr(model, name) for name in MODEL},
        **_taken(model.info, MODEL_INFO),
        "rank": row.rank,
        "scores": {name: _score(entry, ranks.get(name, {}).get(row.model)) for name, entry in seen.items()},
        "history": [[_short(line[key]) for key in ATTEMPT] for line in history if line["benchmark"] in seen],
    }


def benchmark_page(benchmark: Benchmark, separation: Mapping[str, Any], ceilings: Sequence[Any]) -> dict[str, Any]:
    """What the page of a benchmark shows besides the matrix."""
    return {
        **{name: getattr(benchmark, name) for name in BENCHMARK},
        **_taken(benchmark.info, BENCHMARK_INFO),
        "experiment": _taken(benchmark.info.get("experiment") or {}, EXPERIMENT),
        "separation": dict(separation),
        "ceilings": list(ceilings),
    }


def ceilings(board: Board, name: str) -> list[list[float | None]]:
    """The ceilings that scores of a benchmark were divided by, with their errors: one, where all models share it."""
    seen = [entry for row in board.rows if (entry := _seen(row, name)) is not None and entry.ceiling is not None]
    return [
        list(pair) for pair in sorted({(_short(entry.ceiling), _short(entry.ceiling_error) or 0) for entry in seen})
    ]


def _seen(row: Row, name: str) -> Standing | None:
    entry = row.results.get(name)
    return entry if visible(entry) else None


def _score(entry: Standing, rank: Sequence[int] | None) -> dict[str, Any]:
    told = {name: _short(getattr(entry, name)) for name in SCORE} | {"flags": list(entry.flags), "rank": rank}
    told["reason"] = entry.reason[:LONGEST_REASON]
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _benchmark_line(benchmark: Benchmark) -> dict[str, Any]:
    experiment = benchmark.info.get("experiment") or {}
    metric = str(benchmark.info.get("metric") or "")
    return {
        "id": benchmark.identifier,
        "parent": benchmark.parent,
        "version": benchmark.version,
        "region": str(experiment.get("region") or ""),
        "species": str(benchmark.info.get("species") or ""),
        "task": str(experiment.get("task") or ""),
        "metric": metric.partition("(")[2].strip(")").partition(",")[0].strip("'\"") or metric,
        "released": benchmark.released,
    }


def _model_line(row: Row, model: Model) -> dict[str, Any]:
    family = model.identifier.partition(":")[0] if ":" in model.identifier else model.distribution
    return {
        "id": model.identifier,
        "family": family,
        "flags": list(row.flags),
        "rank": row.rank,
        "released": model.released,
        "parameters": model.info.get("parameters"),
    }


def _taken(info: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: info[name] for name in names if info.get(name) not in (None, "", [], {}, ())}


def _short(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value
