"""What a campaign will take, from what was taken before: seconds and memory a pair, and what must be downloaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core import registry
from brainscore_core.contracts import Benchmark
from brainscore_core.data.store import stored_path

from . import schema
from .order import Task

UNKNOWN_S = 60.0
"""Of a pair of which nothing is known."""


@dataclass(frozen=True)
class Estimate:
    """What the pairs that wait will take.

    Parameters
    ----------
    seconds : float
        One after the other.
    known : int
        Of how many pairs the benchmark was timed before.
    memory_mb : float or None
        The most that a pair of these benchmarks took; None: none was measured.
    download : int
        Bytes of data files that are not here.
    """

    pairs: int
    seconds: float
    known: int
    memory_mb: float | None
    download: int


def tasks(session: Session, pairs: Sequence[schema.Pair]) -> list[Task]:
    """Pairs with their expected cost, and with what they show."""
    seconds, _ = taken(session)
    shows = {name: _shows(name) for name in {pair.benchmark for pair in pairs}}
    return [
        Task(
            pair.id,
            pair.model,
            pair.benchmark,
            seconds.get((pair.model, pair.benchmark), seconds.get(("", pair.benchmark), UNKNOWN_S)),
            shows[pair.benchmark],
        )
        for pair in pairs
    ]


def estimate(session: Session, found: Sequence[Task]) -> Estimate:
    """What these tasks will take."""
    seconds, memory = taken(session)
    benchmarks = {task.benchmark for task in found}
    peaks = [memory[name] for name in benchmarks if name in memory]
    known = sum(("", task.benchmark) in seconds for task in found)
    missing = {
        source.key: source.size or 0
        for name in benchmarks
        for source in _sources(name)
        if not stored_path(source).exists()
    }
    return Estimate(
        len(found), sum(task.cost for task in found), known, max(peaks, default=None), sum(missing.values())
    )


def taken(session: Session) -> tuple[Mapping[tuple[str, str], float], Mapping[str, float]]:
    """Median seconds of each pair and, under ``("", benchmark)``, of each benchmark; most memory of each benchmark."""
    asked = (
        select(schema.Model.identifier, schema.Benchmark.identifier, schema.Score.seconds, schema.Score.peak_memory_mb)
        .join(schema.Model, schema.Score.model_id == schema.Model.id)
        .join(schema.Benchmark, schema.Score.benchmark_id == schema.Benchmark.id)
        .where(schema.Score.status == "ok")
    )
    times: dict[tuple[str, str], list[float]] = {}
    memory: dict[str, float] = {}
    for model, benchmark, seconds, peak in session.execute(asked):
        if seconds is not None:
            times.setdefault((model, benchmark), []).append(seconds)
            times.setdefault(("", benchmark), []).append(seconds)
        memory[benchmark] = max(memory.get(benchmark, 0.0), peak or 0.0)
    return {pair: median(values) for pair, values in times.items()}, memory


def _benchmark(identifier: str) -> Benchmark | None:
    try:
        found = registry.resolve("benchmarks", identifier)
    except Exception:  # its own record will say why
        return None
    return found if isinstance(found, Benchmark) else None


def _shows(identifier: str) -> tuple[str, ...]:
    benchmark = _benchmark(identifier)
    return tuple(entry.identifier for entry in benchmark.shows) if benchmark else ()


def _sources(identifier: str) -> Sequence[Any]:
    benchmark = _benchmark(identifier)
    if benchmark is None:
        return ()
    return [source for entry in (benchmark.dataset, *benchmark.shows) for source in entry.info.sources]
