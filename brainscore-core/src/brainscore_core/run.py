"""Score one pair; and score many pairs one after the other, planned together."""

import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .contracts import Benchmark, Plan
from .errors import BrainScoreError, InvalidParameter
from .provenance import provenance
from .scores import Score
from .status import Status


@dataclass(frozen=True)
class Settings:
    """How a run is done. `seed` governs the trials of the model only; metrics have seeds of their own."""

    seed: int = 0
    device: str | None = None
    batch_size: int | None = None
    cache: bool = True


@dataclass(frozen=True)
class Record:
    """What became of one pair."""

    model: str
    benchmark: str
    benchmark_version: int | None
    status: Status
    reason: str = ""
    score: Score | None = None
    seconds: float = 0.0
    provenance: Mapping[str, Any] = field(default_factory=dict)
    traceback: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The record that ``brainscore score --json`` writes; `raw` is the value before normalisation."""
        score = self.score or Score(None)
        raw, ceiling = score.raw or Score(None), score.ceiling
        return {
            "model": self.model,
            "benchmark": self.benchmark,
            "benchmark_version": self.benchmark_version,
            "status": str(self.status),
            "reason": self.reason,
            "score": score.value,
            "error": score.error,
            "ceiling": ceiling.value if ceiling else None,
            "raw": raw.value,
            "raw_error": raw.error,
            "normalisation": score.normalisation,
            "flags": list(score.flags),
            "details": dict(score.details),
            "seconds": round(self.seconds, 3),
            "provenance": dict(self.provenance),
        }


def score(
    model: Any,
    benchmark: Any,
    *,
    seed: int = 0,
    device: str | None = None,
    batch_size: int | None = None,
    cache: bool = True,
) -> Score:
    """Score one model on one benchmark: one function call in one process.

    Parameters
    ----------
    model : str or Model
        Identifier of an installed model, or a model held in memory; both are treated alike.
    benchmark : str or Benchmark
        Identifier of an installed benchmark, or a description.
    seed : int
        Of the model's trials.
    device : str, optional
        As ``"cpu"`` or ``"cuda"``; by default the model decides.
    batch_size : int, optional
        By default the model decides.
    cache : bool
        Whether activations and ceilings are kept and looked up on disk.

    Returns
    -------
    Score
        With provenance.

    Raises
    ------
    BrainScoreError
        UnknownIdentifier, Unsupported, DataUnavailable, ...: each names the thing and the remedy.
    """
    settings = Settings(seed, device, batch_size, cache)
    benchmark = _load("benchmark", benchmark)
    model = _load("model", model)
    _prepare(model, settings)
    _expect(model, [benchmark])
    return _score(model, benchmark, settings)


def score_all(models: Sequence[Any], benchmarks: Sequence[Any], settings: Settings | None = None) -> Iterator[Record]:
    """Score every pair, model by model; what a model will be shown is planned over all benchmarks first.

    A pair that fails does not stop the others; its record says what happened.

    Yields
    ------
    Record
        In the order of `models`, then `benchmarks`.
    """
    settings = settings or Settings()
    loaded: dict[int, Benchmark | BaseException] = {
        index: _attempt_load("benchmark", entry) for index, entry in enumerate(benchmarks)
    }
    ready = [entry for entry in loaded.values() if isinstance(entry, Benchmark)]
    for name in models:
        model = _attempt_load("model", name)
        if not isinstance(model, BaseException):
            try:
                _prepare(model, settings)
                _expect(model, ready)
            except Exception as error:
                model = error
        for index, entry in loaded.items():
            yield _record(name, model, benchmarks[index], entry, settings)


def _record(name: Any, model: Any, benchmark_name: Any, benchmark: Any, settings: Settings) -> Record:
    identity = {
        "model": getattr(model, "identifier", None) or str(name),
        "benchmark": getattr(benchmark, "identifier", None) or str(benchmark_name),
        "benchmark_version": getattr(benchmark, "version", None),
    }
    start = time.perf_counter()
    try:
        for part in (model, benchmark):
            if isinstance(part, BaseException):
                raise part
        result = _score(model, benchmark, settings)
    except Exception as error:
        record = Record(
            **identity,
            status=Status.of(error),
            reason=_reason(error),
            seconds=time.perf_counter() - start,
            traceback="".join(traceback.format_exception(error)),
        )
    else:
        record = Record(
            **identity,
            status=Status.OK,
            score=result,
            seconds=time.perf_counter() - start,
            provenance=result.provenance,
        )
    from .hooks import call_each

    call_each("after_score", record=record)
    return record


def _reason(error: BaseException) -> str:
    return str(error) if isinstance(error, BrainScoreError) else f"{type(error).__name__}: {error}"


def _load(kind: str, thing: Any) -> Any:
    from .loading import load_benchmark, load_model

    if isinstance(thing, str):
        return load_model(thing) if kind == "model" else load_benchmark(thing)
    wanted = "configure" if kind == "model" else "metric"
    if not hasattr(thing, wanted):
        raise InvalidParameter(
            f"{thing!r} is no {kind}",
            expected=f"an identifier, or an object with {wanted!r}",
            remedy="wrap a network with brainscore_vision.wrap(...)" if kind == "model" else "",
        )
    return thing


def _attempt_load(kind: str, thing: Any) -> Any:
    try:
        return _load(kind, thing)
    except Exception as error:
        return error


def _prepare(model: Any, settings: Settings) -> None:
    model.configure(seed=settings.seed, device=settings.device, batch_size=settings.batch_size, cache=settings.cache)
    model.reset()


def _expect(model: Any, benchmarks: Iterable[Benchmark]) -> None:
    """Tell the model what the run will present; a benchmark that cannot say so now says why when it is scored."""
    expect = getattr(model, "expect", None)
    if expect is None:
        return
    presentations = []
    for benchmark in benchmarks:
        try:
            presentations += list(benchmark.presents())
        except BrainScoreError:
            continue
    expect(Plan(presentations))


def _score(model: Any, benchmark: Benchmark, settings: Settings) -> Score:
    started, start = datetime.now(UTC), time.perf_counter()
    model.reset()
    result = benchmark(model)
    if not isinstance(result, Score):
        raise InvalidParameter(f"benchmark {benchmark.identifier!r} returned a {type(result).__name__}", expected="a Score")
    parts = _parts(model, benchmark, settings)
    result = result.with_(
        provenance={
            **result.provenance,
            **provenance(parts, started=started, seconds=time.perf_counter() - start),
        }
    )
    return result.withheld() if benchmark.dataset.info.access == "private" else result


def _parts(model: Any, benchmark: Benchmark, settings: Settings) -> dict[str, Any]:
    from .provenance import plugin

    info = model.info
    return {
        "model": plugin("models", model.identifier)
        | {
            "digest": model.digest(),
            "non_neural_parts": list(info.non_neural_parts),
            "weights": [list(weight) for weight in info.weights],
            "flags": list(info.flags),
        },
        "benchmark": plugin("benchmarks", benchmark.identifier)
        | {"version_of_scores": benchmark.version, "digest": benchmark.digest()},
        "metric": plugin("metrics", benchmark.metric.identifier) | {"parameters": dict(benchmark.metric.parameters)},
        "data": plugin("datasets", benchmark.dataset.identifier)
        | {"sources": [source.key for source in benchmark.dataset.info.sources]},
        "settings": {"seed": settings.seed, "device": settings.device, "batch_size": settings.batch_size},
    }
