"""Score one pair; and score many pairs one after the other, planned together."""

import logging
import os
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from . import registry
from .cache.results import on_disk
from .ceilings import digest_assembly
from .contracts import Benchmark, DataEntry, MetricSpec, Plan
from .data.writing import is_unwritten
from .errors import BrainScoreError, DataUnavailable, InvalidParameter
from .hooks import call_each
from .loading import load_benchmark, load_model
from .placing import told_once
from .provenance import plugin, provenance
from .scores import Score
from .status import Status
from .tree import SELECTED

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How a run is done. `seed` governs the trials of the model only; metrics have seeds of their own."""

    seed: int = 0
    device: str | None = None
    batch_size: int | None = None
    cache: bool = True


@dataclass(frozen=True)
class Record:
    """What became of one pair. Of private data it holds value, error and ceiling, and of a failure its type only.

    `unwritten` says that it failed where nothing could be written, as on a full disk: that says nothing about the pair.
    """

    model: str
    benchmark: str
    benchmark_version: int | None
    status: Status
    reason: str = ""
    score: Score | None = None
    seconds: float = 0.0
    provenance: Mapping[str, Any] = field(default_factory=dict)
    traceback: str = ""
    unwritten: bool = False

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
            "details": score.to_dict()["details"],
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
        Identifier of an installed benchmark, the path of a file that describes one, or a description.
    seed : int
        Of the model's trials.
    device : str, optional
        As ``"cpu"`` or ``"cuda"``; by default the model decides.
    batch_size : int, optional
        By default the model decides.
    cache : bool
        Whether activations and ceilings are kept and looked up on disk; never for private data.

    Returns
    -------
    Score
        With provenance.

    Raises
    ------
    BrainScoreError
        UnknownIdentifier, Unsupported, DataUnavailable, ...: each names the thing and the remedy. Of private data they
        may name stimuli and files; :func:`score_all` keeps that in the process.
    """
    settings = Settings(seed, device, batch_size, cache)
    benchmark = _load("benchmark", benchmark)
    _warn_of_no_place([benchmark])
    model = _load("model", model)
    _prepare(model, settings)
    _expect(model, _plan([benchmark]))
    return _score(model, benchmark, settings)


def score_all(
    models: str | Sequence[Any], benchmarks: str | Sequence[Any], settings: Settings | None = None
) -> Iterator[Record]:
    """Score every pair, model by model; what a model will be shown is planned over all benchmarks first.

    A pair that fails does not stop the others; its record says what happened. One identifier may stand for a list.

    Yields
    ------
    Record
        In the order of `models`, then `benchmarks`.

    Raises
    ------
    InvalidParameter
        If two different benchmarks have one name.
    """
    settings = settings or Settings()
    models, benchmarks = ([one] if isinstance(one, str) else one for one in (models, benchmarks))
    loaded = [_attempt_load("benchmark", entry) for entry in benchmarks]
    _refuse_namesakes(benchmarks, loaded)
    _warn_of_no_place(loaded)
    plan: Plan | None = None
    for asked in models:
        model = None  # the one before goes before the next is built
        model = _attempt_load("model", asked)
        if not isinstance(model, BaseException):
            try:
                _prepare(model, settings)
                plan = _plan(loaded) if plan is None else plan
                _expect(model, plan)
            except (Exception, SystemExit) as error:
                model = error
        for named, benchmark in zip(benchmarks, loaded, strict=True):
            record = _record(asked, model, named, benchmark, settings)
            call_each("after_score", record=record)
            yield record


def _refuse_namesakes(asked: Sequence[Any], loaded: Sequence[Any]) -> None:
    """Refuse two different benchmarks of one name, as a file that is called what an installed one is called."""
    found: dict[str, tuple[Any, Any]] = {}
    for given, benchmark in zip(asked, loaded, strict=True):
        if not isinstance(benchmark, Benchmark):
            continue
        before, other = found.setdefault(benchmark.identifier, (given, benchmark))
        if other is not benchmark and other.digest() != benchmark.digest():
            raise InvalidParameter(
                f"{before!r} and {given!r} are both called {benchmark.identifier!r}, and are not the same benchmark",
                expected="a name for each",
                remedy="change the identifier in the file, or score them one after the other",
            )


def _warn_of_no_place(benchmarks: Iterable[Any]) -> None:
    """Say once in a process which of them will enter no average."""
    for benchmark in benchmarks:
        if isinstance(benchmark, Benchmark) and (said := told_once(benchmark)):
            _logger.warning("%s", said)


def _record(asked: Any, model: Any, named: Any, benchmark: Any, settings: Settings) -> Record:
    started = time.perf_counter()
    record = Record(_name(model, asked), _name(benchmark, named), getattr(benchmark, "version", None), Status.OK)
    attempted = not isinstance(model, BaseException) and not isinstance(benchmark, BaseException)
    try:
        for part in (model, benchmark):
            if isinstance(part, BaseException):
                raise part
        result = _score(model, benchmark, settings)
        record = replace(record, score=result, provenance=dict(result.provenance))
    except (Exception, SystemExit) as error:
        secret = attempted and _is_private(benchmark)
        reason, trace = (_told_of_private(error, record.benchmark), "") if secret else _told(error)
        record = replace(record, status=Status.of(error), reason=reason, traceback=trace, unwritten=is_unwritten(error))
    return replace(record, seconds=time.perf_counter() - started)


def _name(thing: Any, asked: Any) -> str:
    """Its identifier; where it could not be had, the one that was asked for."""
    source = asked if isinstance(thing, BaseException) else thing
    return str(getattr(source, "identifier", source))


def _told(error: BaseException) -> tuple[str, str]:
    """Reason, with what was noted on its way (which stimulus, which batch), and traceback."""
    reason = str(error) if isinstance(error, BrainScoreError) else f"{type(error).__name__}: {error}".rstrip(": ")
    notes = "; ".join(map(str, getattr(error, "__notes__", ())))
    return f"{reason} ({notes})" if notes else reason, "".join(traceback.format_exception(error))


def _told_of_private(error: BaseException, benchmark: str) -> str:
    """Reason; an error about private data may quote values, ids and paths, so none of its words are used."""
    if isinstance(error, DataUnavailable) and error.private:
        what = f"the data of {benchmark} are private and there is no access to them here"
        return f"{what}. Ask their owners, or name a folder that holds them in BRAINSCORE_MIRRORS."
    name = type(error).__name__
    return f"{name}: what it says of private data stays in the process; score(model, benchmark) raises it"


def _is_private(benchmark: Benchmark) -> bool:
    """Whether its data are private; without a description of the data nothing of them can have been read."""
    try:
        return benchmark.access == "private"
    except Exception:
        return False


def _load(kind: str, thing: Any) -> Any:
    if isinstance(thing, os.PathLike):
        thing = os.fspath(thing)
    if isinstance(thing, str):
        return load_model(thing) if kind == "model" else load_benchmark(thing)
    wanted = "configure" if kind == "model" else "metric"
    if not hasattr(thing, wanted):
        raise InvalidParameter(
            f"a {type(thing).__name__} is no {kind}",
            expected=f"an identifier, or an object with {wanted!r}",
            remedy="wrap a network with brainscore_vision.wrap(...)" if kind == "model" else "",
        )
    return thing


def _attempt_load(kind: str, thing: Any) -> Any:
    try:
        return _load(kind, thing)
    except (Exception, SystemExit) as error:
        return error


def _prepare(model: Any, settings: Settings) -> None:
    model.configure(seed=settings.seed, device=settings.device, batch_size=settings.batch_size, cache=settings.cache)
    model.reset()


def _plan(benchmarks: Iterable[Any]) -> Plan:
    """What the run will present; a benchmark that cannot say so now says why when it is scored.

    Private stimuli are left out: nothing of them is kept, so nothing is gained by knowing them in advance.
    """
    presentations: list[Any] = []
    for benchmark in benchmarks:
        if isinstance(benchmark, Benchmark) and not _is_private(benchmark):
            try:
                presentations += list(benchmark.presents())
            except (Exception, SystemExit) as error:
                _logger.info("%s does not say what it presents (%s)", benchmark.identifier, type(error).__name__)
    return Plan(presentations)


def _expect(model: Any, plan: Plan) -> None:
    """Tell the model; one that cannot plan records twice, and is scored all the same."""
    expect = getattr(model, "expect", None)
    if expect is None:
        return
    try:
        expect(plan)
    except Exception as error:
        _logger.warning("%s cannot plan ahead (%s: %s)", model.identifier, type(error).__name__, error)


def _score(model: Any, benchmark: Benchmark, settings: Settings) -> Score:
    private = benchmark.access == "private"
    parts = _parts(model, benchmark, settings)
    started, start = datetime.now(UTC), time.perf_counter()
    model.reset()
    with _unkept(model, settings) if private else nullcontext():
        with on_disk(settings.cache and not private):
            result: Any = benchmark(model)
    if not isinstance(result, Score):
        what = f"benchmark {benchmark.identifier!r} returned a {type(result).__name__}"
        raise InvalidParameter(what, expected="a Score")
    kept = _marked(result.withheld() if private else result, model, benchmark)
    made = provenance(parts, started=started, seconds=time.perf_counter() - start)
    return kept.with_(provenance={**kept.provenance, **made})


def _marked(found: Score, model: Any, benchmark: Benchmark) -> Score:
    """Flagged where part of the model was chosen on what it is scored on: that is no test, and enters no aggregate."""
    was_chosen_on = getattr(model, "was_chosen_on", None)
    if was_chosen_on is None or SELECTED in found.flags or not was_chosen_on(benchmark):
        return found
    return found.with_(flags=(*found.flags, SELECTED))


@contextmanager
def _unkept(model: Any, settings: Settings) -> Iterator[None]:
    """Let the model store nothing meanwhile."""
    _prepare(model, replace(settings, cache=False))
    try:
        yield
    finally:
        _prepare(model, settings)


def _parts(model: Any, benchmark: Benchmark, settings: Settings) -> dict[str, Any]:
    """What the score is made of. What was held in memory came from no distribution, whatever it is called."""
    info, data, ceiling, domain = model.info, benchmark.dataset, benchmark.ceiling_metric, benchmark.domain
    named = data.info.sources or benchmark.access == "private"  # by the hashes of its files; or told to nobody
    return {
        "model": plugin(model.identifier, registry.origin(model))
        | {
            "digest": model.digest(),
            "non_neural_parts": list(info.non_neural_parts),
            "weights": [list(weight) for weight in info.weights],
            "flags": list(info.flags),
        },
        "benchmark": plugin(benchmark.identifier, registry.origin(benchmark))
        | {"version_of_scores": benchmark.version, "digest": benchmark.digest()},
        "metric": _metric(benchmark.metric),
        "ceiling": _metric(ceiling) if ceiling else None,
        "data": _data(data) | {"digest": None if named else digest_assembly(data.load())},
        "stimuli": [_data(entry) for entry in benchmark.shows],
        "domain": plugin(domain, registry.origin_of("domains", domain)) if domain else None,
        "device": getattr(model, "device", None),
        "settings": {"seed": settings.seed, "device": settings.device, "batch_size": settings.batch_size},
    }


def _data(entry: DataEntry) -> dict[str, Any]:
    return plugin(entry.identifier, registry.origin(entry)) | {"sources": [source.key for source in entry.info.sources]}


def _metric(spec: MetricSpec) -> dict[str, Any]:
    origin = registry.origin_of("metrics", spec.identifier)
    return plugin(spec.identifier, origin) | {"parameters": dict(spec.parameters)}
