"""What a campaign will take, from what was taken before: seconds and memory a pair, and what must be downloaded."""

import heapq
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brainscore_core import registry
from brainscore_core.data.home import home
from brainscore_core.data.store import stored_path
from brainscore_core.status import Status

from . import schema
from .attempted import described
from .jobs import bare
from .known import SETTLED
from .order import Queue, Task

UNKNOWN_S = 60.0
"""Of a pair of which nothing is known."""


@dataclass(frozen=True)
class Estimate:
    """What the pairs that wait will take.

    Parameters
    ----------
    pairs : int
        That wait.
    settled : int
        Of how many of them these versions have a score already; they cost nothing and are not counted below.
    seconds : float
        One after the other.
    elapsed : float
        By the clock, with as many workers as there are, that have nothing else to do.
    timed : int
        Of how many pairs the benchmark was timed before.
    memory_mb : float or None
        The most that a pair of these benchmarks took; None: none was measured.
    download : int
        Bytes of data files that are not here.
    disk : int
        Bytes that will be written: the download, and what pairs of these benchmarks wrote (activations, ceilings).
    free : int
        Bytes that are free where they will be written.
    """

    pairs: int
    settled: int
    seconds: float
    elapsed: float
    timed: int
    memory_mb: float | None
    download: int
    disk: int
    free: int


@dataclass(frozen=True)
class Taken:
    """What pairs took before.

    Parameters
    ----------
    seconds : mapping of (model, benchmark) to float
        Medians; under ``("", benchmark)`` over all models.
    memory_mb, written_mb : mapping of benchmark to float
        The most, and the median.
    """

    seconds: Mapping[tuple[str, str], float]
    memory_mb: Mapping[str, float]
    written_mb: Mapping[str, float]


def tasks(session: Session, pairs: Sequence[schema.Pair]) -> list[Task]:
    """Pairs with their expected cost, and with what they show."""
    seconds = taken(session, {pair.benchmark for pair in pairs}).seconds
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


def estimate(session: Session, pairs: Sequence[schema.Pair], *, seed: int = 0, workers: int = 1) -> Estimate:
    """What these pairs will take, with models of a seed and so many workers."""
    there = _settled(session, pairs, seed)
    found = [task for task in tasks(session, pairs) if (task.model, task.benchmark) not in there]
    benchmarks = {task.benchmark for task in found}
    before = taken(session, benchmarks)
    download = sum(
        {
            source.key: source.size or 0
            for name in benchmarks
            for source in _sources(name)
            if not stored_path(source).exists()
        }.values()
    )
    written = sum(before.written_mb.get(task.benchmark, 0.0) for task in found)
    return Estimate(
        pairs=len(pairs),
        settled=len(pairs) - len(found),
        seconds=sum(task.cost for task in found),
        elapsed=elapsed(found, workers),
        timed=sum(("", task.benchmark) in before.seconds for task in found),
        memory_mb=max((before.memory_mb[name] for name in benchmarks if name in before.memory_mb), default=None),
        download=download,
        disk=download + round(written * 2**20),
        free=_free(),
    )


def elapsed(tasks: Sequence[Task], workers: int) -> float:
    """Seconds until the last of some pairs has ended, begun in the order in which campaigns begin them."""
    queue, running, now = Queue(tasks), list[tuple[float, int, Task]](), 0.0
    while queue or running:
        while queue and len(running) < workers:
            task = queue.next()
            heapq.heappush(running, (now + task.cost, len(queue), task))
        now, _, ended = heapq.heappop(running)
        queue.ended(ended)
    return now


def taken(session: Session, benchmarks: Collection[str]) -> Taken:
    """What pairs of these benchmarks took before."""
    asked = (
        select(
            schema.Model.identifier, schema.Benchmark.identifier, schema.Score.seconds, schema.Score.peak_memory_mb,
            schema.Score.provenance["written_mb"].as_float(),
        )
        .join(schema.Model, schema.Score.model_id == schema.Model.id)
        .join(schema.Benchmark, schema.Score.benchmark_id == schema.Benchmark.id)
        .where(schema.Score.status == str(Status.OK))
    )  # fmt: skip
    times: dict[tuple[str, str], list[float]] = {}
    memory: dict[str, float] = {}
    written: dict[str, list[float]] = {}
    for model, benchmark, seconds, peak, wrote in session.execute(asked):
        if benchmark not in benchmarks:
            continue
        if seconds is not None:
            times.setdefault((model, benchmark), []).append(seconds)
            times.setdefault(("", benchmark), []).append(seconds)
        if peak is not None:
            memory[benchmark] = max(memory.get(benchmark, 0.0), peak)
        if wrote is not None:
            written.setdefault(benchmark, []).append(wrote)
    return Taken(
        {pair: median(values) for pair, values in times.items()},
        memory,
        {name: median(values) for name, values in written.items()},
    )


def _free() -> int:
    """Bytes that are free where our folder is, or will be."""
    return shutil.disk_usage(next(path for path in (home(), *home().absolute().parents) if path.exists())).free


def _settled(session: Session, pairs: Sequence[schema.Pair], seed: int) -> set[tuple[str, str]]:
    """Pairs that have a score of the versions that are installed; whether it counts, the score key will say."""
    versions = {name: registry.origin_of("models", name) for name in {pair.model for pair in pairs}}
    current = {name: found.version for name in {pair.benchmark for pair in pairs} if (found := described(name))}
    asked = (
        select(
            schema.Model.identifier, schema.Model.distribution, schema.Model.version,
            schema.Benchmark.identifier, schema.Benchmark.version,
        )
        .join(schema.Score, schema.Score.model_id == schema.Model.id)
        .join(schema.Benchmark, schema.Score.benchmark_id == schema.Benchmark.id)
        .where(schema.Score.status.in_(SETTLED), schema.Score.key.is_not(None))
        .where(func.coalesce(schema.Score.provenance[("settings", "seed")].as_integer(), 0) == seed)
        .distinct()
    )  # fmt: skip
    rows = {tuple(row) for row in session.execute(asked)}
    return {
        (pair.model, pair.benchmark)
        for pair in pairs
        if (bare(pair.model), *(versions[pair.model] or ()), bare(pair.benchmark), current.get(pair.benchmark)) in rows
    }


def _shows(identifier: str) -> tuple[str, ...]:
    benchmark = described(identifier)
    return tuple(entry.identifier for entry in benchmark.shows) if benchmark else ()


def _sources(identifier: str) -> Sequence[Any]:
    benchmark = described(identifier)
    if benchmark is None:
        return ()
    return [source for entry in (benchmark.dataset, *benchmark.shows) for source in entry.info.sources]
