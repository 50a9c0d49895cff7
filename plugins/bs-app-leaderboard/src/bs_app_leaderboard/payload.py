"""What reaches the folder: every field is named here, and what is not named stays in the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from brainscore_core.status import Status
from bs_app_campaign.board import Board, Row
from bs_app_campaign.schema import Benchmark, Model
from bs_app_campaign.standings import Standing

MODEL = ("identifier", "distribution", "version", "digest", "released", "flags")
"""Columns of a model that are shown."""
MODEL_INFO = ("description", "licence", "doi", "bibtex", "parameters", "training_data", "visual_degrees", "layers")
MODEL_INFO += ("layers_chosen", "flops", "tasks", "architecture", "non_neural_parts")
BENCHMARK = ("identifier", "version", "digest", "domain", "parent", "released")
BENCHMARK_INFO = ("description", "licence", "doi", "bibtex", "species", "metric", "ceiling", "data", "flags")
EXPERIMENT = ("region", "task", "visual_degrees", "number_of_trials", "human")
"""Of what a benchmark says of its experiment."""
STATES = {"ok": "o", "null": "n", "unsupported": "u", "unavailable": "a", "failed": "f", "withheld": "w"}
"""Letter of each state in the matrix; ``-``: not attempted."""
SCALE, ERROR_SCALE = 1000, 1000
"""Numbers are whole thousandths: three digits are what an error allows to be said."""


def shown(benchmark: Benchmark) -> bool:
    """Whether anything of a benchmark may be seen."""
    return benchmark.access == "public"


def visible(entry: Standing) -> bool:
    """Whether a score may be seen."""
    return entry.status != Status.WITHHELD


def core(board: Board, benchmarks: Mapping[str, Benchmark], models: Mapping[str, Model]) -> dict[str, Any]:
    """What the first page needs: the matrix of values, and what filters ask for.

    Parameters
    ----------
    board : Board
        With rows in their order.
    benchmarks, models : mapping of identifier to row

    Returns
    -------
    mapping
        ``values`` and ``errors`` are rows of whole thousandths (null: none), ``states`` a text a model.
    """
    names = [name for name in board.parents if shown(benchmarks[name])]
    rows = [[_seen(row, name) for name in names] for row in board.rows]
    return {
        "format": 1,
        "domain": board.domain,
        "tree": [[name, parent] for name, parent in board.tree.items()],
        "tree_version": board.tree_version[:12],
        "node": board.node,
        "at": board.at,
        "benchmarks": [_benchmark_line(benchmarks[name]) for name in names],
        "models": [_model_line(row, models[row.model]) for row in board.rows],
        "values": [[_whole(entry.value, SCALE) if entry else None for entry in row] for row in rows],
        "errors": [[_whole(entry.error, ERROR_SCALE) if entry else None for entry in row] for row in rows],
        "states": ["".join(_letter(entry) for entry in row) for row in rows],
    }


def model_page(row: Row, model: Model, names: Sequence[str], history: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the page of a model shows besides the matrix."""
    return {
        **{name: getattr(model, name) for name in MODEL},
        **_taken(model.info, MODEL_INFO),
        "rank": row.rank,
        "scores": {name: _score(entry) for name in names if (entry := _seen(row, name)) is not None},
        "history": [{key: line[key] for key in ("recorded", "benchmark", "value", "status")} for line in history],
    }


def benchmark_page(benchmark: Benchmark, separation: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a benchmark shows besides the matrix."""
    return {
        **{name: getattr(benchmark, name) for name in BENCHMARK},
        **_taken(benchmark.info, BENCHMARK_INFO),
        "experiment": _taken(benchmark.info.get("experiment") or {}, EXPERIMENT),
        "separation": dict(separation),
    }


def _seen(row: Row, name: str) -> Standing | None:
    entry = row.results.get(name)
    return entry if entry is not None and visible(entry) else None


def _score(entry: Standing) -> dict[str, Any]:
    names = ("value", "error", "ceiling", "raw", "raw_error", "status", "reason", "recorded", "prospective", "version")
    return {name: getattr(entry, name) for name in names} | {"flags": list(entry.flags)}


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
    }


def _taken(info: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: info[name] for name in names if info.get(name) not in (None, "", [], {}, ())}


def _whole(value: float | None, scale: int) -> int | None:
    return None if value is None else round(value * scale)


def _letter(entry: Standing | None) -> str:
    return "-" if entry is None else STATES.get(entry.result.state, "-")
