"""What reaches the folder: every field is named here, and what is not named stays in the database."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from brainscore_core.status import Status
from bs_app_campaign.board import Board, Row
from bs_app_campaign.recording import plain_json
from bs_app_campaign.schema import Benchmark, Model
from bs_app_campaign.standings import Standing

from .packing import pack
from .provenance import split
from .scrubbing import is_public, published, scrubbed
from .visibility import visible

MODEL = ("identifier", "distribution", "version", "digest", "released", "flags")
"""Columns of a model that are shown."""
MODEL_INFO = ("description", "licence", "doi", "bibtex", "parameters", "training_data", "visual_degrees", "layers")
MODEL_INFO += ("layers_chosen", "flops", "tasks", "architecture", "non_neural_parts")
BENCHMARK = ("identifier", "version", "digest", "domain", "parent", "released")
BENCHMARK_INFO = ("description", "licence", "doi", "bibtex", "species", "metric", "ceiling", "data", "flags")
SOURCE = ("name", "kind", "licence", "doi", "files", "bytes")
"""Of the data and of each stimulus set that a benchmark is made of; and public addresses."""
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
        "benchmarks": [benchmark_line(benchmarks[name]) for name in names],
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
    computed: Mapping[int, Mapping[str, Any]],
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
    computed : mapping of row of a score to mapping
        As :func:`~.provenance.provenances` gives it: what all scores share stands once, for the model.
    """
    seen = {name: entry for name in names if (entry := _seen(row, name)) is not None}
    common, own = split({name: computed[entry.score] for name, entry in seen.items() if _told(entry, computed)})
    return {
        **{name: plain_json(getattr(model, name)) for name in MODEL},
        **_taken(described(model), MODEL_INFO),
        "rank": row.rank,
        "provenance": common,
        "scores": {
            name: _score(entry, ranks.get(name, {}).get(row.model)) | ({"provenance": own[name]} if name in own else {})
            for name, entry in seen.items()
        },
        "history": [[_short(line[key]) for key in ATTEMPT] for line in history if line["benchmark"] in seen],
    }


def benchmark_page(
    benchmark: Benchmark,
    separation: Mapping[str, Any],
    ceilings: Sequence[Any],
    samples: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """What the page of a benchmark shows besides the matrix; `samples` as :mod:`.samples` names their fields."""
    info = described(benchmark)
    return {
        **{name: getattr(benchmark, name) for name in BENCHMARK},
        **_taken(info, BENCHMARK_INFO),
        "experiment": _taken(info.get("experiment") or {}, EXPERIMENT),
        "sources": [_source(entry) for entry in info.get("sources") or () if isinstance(entry, Mapping)],
        "separation": dict(separation),
        "ceilings": list(ceilings),
        "samples": [dict(entry) for entry in samples],
    }


def ceilings(board: Board, name: str) -> list[list[float | None]]:
    """The ceilings that scores of a benchmark were divided by, with their errors: one, where all models share it.

    An error of which nothing is known is none, not 0.
    """
    seen = [entry for row in board.rows if (entry := _seen(row, name)) is not None]
    known = {(_short(entry.ceiling), _short(entry.ceiling_error)) for entry in seen}
    pairs = [pair for pair in known if pair[0] is not None]
    return [list(pair) for pair in sorted(pairs, key=lambda pair: (pair[0], pair[1] is None, pair[1] or 0))]


def described(row: Model | Benchmark) -> dict[str, Any]:
    """What is said of a model or benchmark, as any page can hold it; names of layers are as they are."""
    found = plain_json(row.info)
    return {name: value if name == "layers" else published(value) for name, value in found.items()}


def _seen(row: Row, name: str) -> Standing | None:
    entry = row.results.get(name)
    return entry if visible(entry) else None


def _score(entry: Standing, rank: Sequence[int] | None) -> dict[str, Any]:
    told = {name: _short(getattr(entry, name)) for name in SCORE}
    told |= {"flags": plain_json(entry.flags), "rank": rank, "reason": scrubbed(entry.reason)[:LONGEST_REASON]}
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _told(entry: Standing, computed: Mapping[int, Any]) -> bool:
    """Whether it is told how a score was computed; of what failed, its reason is told."""
    return entry.status == Status.OK and entry.score in computed


def _source(entry: Mapping[str, Any]) -> dict[str, Any]:
    addresses = [address for address in entry.get("addresses") or () if isinstance(address, str) and is_public(address)]
    return _taken(entry, SOURCE) | ({"addresses": addresses} if addresses else {})


def benchmark_line(benchmark: Benchmark) -> dict[str, Any]:
    """What the first page says of a benchmark: where it stands, and by what it is filtered."""
    info = described(benchmark)
    experiment = info.get("experiment") or {}
    metric = str(info.get("metric") or "")
    return {
        "id": benchmark.identifier,
        "parent": benchmark.parent,
        "version": benchmark.version,
        "region": str(experiment.get("region") or ""),
        "species": str(info.get("species") or ""),
        "task": str(experiment.get("task") or ""),
        "metric": metric.partition("(")[2].strip(")").partition(",")[0].strip("'\"") or metric,
        "released": benchmark.released,
    }


def _model_line(row: Row, model: Model) -> dict[str, Any]:
    family = model.identifier.partition(":")[0] if ":" in model.identifier else model.distribution
    return {
        "id": model.identifier,
        "family": family,
        "flags": plain_json(row.flags),
        "rank": row.rank,
        "released": model.released,
        "parameters": plain_json(model.info.get("parameters")),
    }


def _taken(info: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: info[name] for name in names if info.get(name) not in (None, "", [], {}, ())}


def _short(value: Any) -> Any:
    """As a page wants it: null for what is no number."""
    if not isinstance(value, float):
        return value
    return round(value, 6) if math.isfinite(value) else None
