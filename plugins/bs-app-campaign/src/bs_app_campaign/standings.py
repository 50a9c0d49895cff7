"""What the database says of every model on every benchmark, now or on any past day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.scores import Score as CoreScore
from brainscore_core.status import Status
from brainscore_core.tree import Result

from .clock import last_row
from .releases import is_prospective
from .schema import Benchmark, Model, Score

DECIDED = frozenset({Status.OK, Status.WITHHELD})
"""What another kind of attempt takes nothing away from."""
COLUMNS = (
    "id",
    "status",
    "reason",
    "value",
    "error",
    "ceiling",
    "ceiling_error",
    "raw",
    "raw_error",
    "flags",
    "recorded",
)
"""Of a score; its provenance and details, which are long, stay where they are."""


@dataclass(frozen=True)
class Standing:
    """The score that counts of one model on one benchmark.

    Parameters
    ----------
    score : int
        Row of the database.
    prospective : bool or None
        Whether the model's weights were frozen before the benchmark was released; None: nobody says when.
    """

    score: int
    model: str
    benchmark: str
    version: int
    status: str
    reason: str
    value: float | None
    error: float | None
    ceiling: float | None
    raw: float | None
    raw_error: float | None
    flags: tuple[str, ...]
    recorded: str
    prospective: bool | None
    ceiling_error: float | None = None

    @cached_property
    def result(self) -> Result:
        """As aggregation wants it."""
        scored = CoreScore(self.value, self.error, flags=self.flags) if self.status == Status.OK else None
        return Result(Status(self.status), scored)


@dataclass(frozen=True)
class Standings:
    """All of them.

    Parameters
    ----------
    models : mapping of identifier to row
        In the version that counts.
    benchmarks : mapping of identifier to row
    results : mapping of model to {benchmark: Standing}
    """

    models: dict[str, Model]
    benchmarks: dict[str, Benchmark]
    results: dict[str, dict[str, Standing]] = field(default_factory=dict)


def standings(
    session: Session,
    at: str | None = None,
    benchmarks: Sequence[str] | None = None,
    *,
    rows: Collection[int] | None = None,
) -> Standings:
    """What counted at a moment.

    Of a benchmark its latest version counts, of a model the content that was scored last, whatever versions of its
    package had it: what is scored already is not scored again. Of several attempts of that model at that benchmark the
    latest that was scored or withheld counts; one that failed afterwards takes nothing away.

    Parameters
    ----------
    session : Session
    at : str, optional
        ISO 8601, UTC: a day counts to its end. Default: now.
    benchmarks : sequence of str, optional
        Only these.
    rows : collection of int, optional
        Only these rows of benchmarks: what was stored of others is as if it were not there.

    Raises
    ------
    InvalidParameter
        If `at` is no date.
    """
    models, tasks = _known(session, benchmarks, rows)
    attempts = [row for row in _attempts(session, at) if row.benchmark_id in tasks]
    newest: dict[str, Benchmark] = {}
    latest: dict[str, Model] = {}
    for row in attempts:  # in the order in which they were added
        (task, name, version), (model, identifier, reached) = tasks[row.benchmark_id], models[row.model_id]
        if name not in newest or version >= newest[name].version:
            newest[name] = task
        if reached or identifier not in latest:
            latest[identifier] = model
    contents = {identifier: _content(model) for identifier, model in latest.items()}
    found = Standings(latest, newest)
    for row in attempts:
        (_, name, version), (model, identifier, reached) = tasks[row.benchmark_id], models[row.model_id]
        if version not in (newest[name].version, 0) or (reached and _content(model) != contents[identifier]):
            continue
        of_model = found.results.setdefault(identifier, {})
        before = of_model.get(name)
        if before is None or row.status in DECIDED or before.status not in DECIDED:
            of_model[name] = _standing(row, latest[identifier], newest[name])
    return found


def _known(
    session: Session, benchmarks: Sequence[str] | None, rows: Collection[int] | None
) -> tuple[dict[int, tuple[Model, str, bool]], dict[int, tuple[Benchmark, str, int]]]:
    """Models and benchmarks by the numbers of their rows, with what is asked of each of them often.

    Of a model its name, and whether the attempt came as far as the model; of a benchmark its name and version.
    """
    asked = select(Benchmark)
    if benchmarks is not None:
        asked = asked.where(Benchmark.identifier.in_(benchmarks))
    models = {
        row.id: (row, row.identifier, bool(row.digest or row.distribution)) for row in session.scalars(select(Model))
    }
    tasks = {row.id: (row, row.identifier, row.version) for row in session.scalars(asked)}
    return models, {row: task for row, task in tasks.items() if rows is None or row in rows}


def _attempts(session: Session, at: str | None) -> Sequence[Any]:
    """Columns of scores, in the order in which they were added."""
    asked = select(Score.model_id, Score.benchmark_id, *(getattr(Score, name) for name in COLUMNS)).order_by(Score.id)
    if at is not None:
        asked = asked.where(Score.id <= last_row(session, at))
    return session.execute(asked).all()


def _content(model: Model) -> str | int:
    """Its digest; the version itself where that could not be read."""
    return model.digest or model.id


def _standing(score: Any, model: Model, benchmark: Benchmark) -> Standing:
    return Standing(
        score.id,
        model.identifier,
        benchmark.identifier,
        benchmark.version,
        score.status,
        score.reason,
        score.value,
        score.error,
        score.ceiling,
        score.raw,
        score.raw_error,
        tuple(score.flags),
        score.recorded,
        is_prospective(model.released, benchmark.released),
        score.ceiling_error,
    )
