"""From what an attempt left to rows of the database, each stored once; and back."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.scores import Score as CoreScore

from .clock import now
from .schema import Benchmark, Draws, Model, Score
from .trees import note_tree

LONGEST = 10_000
"""Characters of a reason."""
NUMBERS = ("value", "error", "ceiling", "ceiling_error", "raw", "raw_error")


def model_row(session: Session, found: Mapping[str, Any]) -> Model:
    """The row of a model in this version, made where there is none; what is said of it now replaces what was said.

    Parameters
    ----------
    session : Session
    found : mapping
        ``identifier``, and what is known of ``distribution``, ``version``, ``digest``, ``released``, ``flags``,
        ``info``.
    """
    names = ("identifier", "distribution", "version", "digest")
    return _row(session, Model, {name: found.get(name) or "" for name in names}, found, ("released", "flags", "info"))


def benchmark_row(session: Session, found: Mapping[str, Any]) -> Benchmark:
    """The row of a benchmark in this version, made where there is none.

    What is said of it now, its release and its description, replaces what was said: a description is no score. One
    that is private stays so in this version, whatever is said later.
    """
    unique = {
        "identifier": found["identifier"],
        "version": found.get("version") or 0,
        "digest": found.get("digest") or "",
    }
    more = ("domain", "parent", "access", "released", "info")
    private = select(Benchmark.id).filter_by(**unique, access="private")
    if session.scalar(private) is not None:
        found = dict(found) | {"access": "private"}
    return _row(session, Benchmark, unique, found, more)


class Attempt(NamedTuple):
    """What became of one attempt at one pair.

    Parameters
    ----------
    run : str
        Name of the attempt.
    model, benchmark : rows
    outcome : mapping
        ``status``, ``reason``, ``key``, ``log``, ``seconds``, ``peak_memory_mb``, ``provenance``.
    score : brainscore_core.Score, optional
    """

    run: str
    model: Model
    benchmark: Benchmark
    outcome: Mapping[str, Any]
    score: CoreScore | None = None


def record(
    session: Session,
    run: str,
    model: Model,
    benchmark: Benchmark,
    outcome: Mapping[str, Any],
    score: CoreScore | None = None,
) -> Score:
    """Add what became of an attempt, as :class:`Attempt` describes it; where its name is there already, that row."""
    return record_all(session, [Attempt(run, model, benchmark, outcome, score)])[0]


def record_all(session: Session, attempts: Sequence[Attempt]) -> list[Score]:
    """Add what became of some attempts, in a few statements for all; rows in their order.

    An attempt whose name is there already is its row.
    """
    asked = select(Score).where(Score.run.in_([attempt.run for attempt in attempts]))
    rows = {row.run: row for row in session.scalars(asked)}
    fresh = {attempt.run: attempt for attempt in attempts if attempt.run not in rows}
    recorded = now()
    rows |= {run: _row_of(attempt, recorded) for run, attempt in fresh.items()}
    session.add_all(rows[run] for run in fresh)
    session.flush()
    for run, attempt in fresh.items():
        for quantity, part in (("score", attempt.score), ("raw", attempt.score.raw if attempt.score else None)):
            if part is not None and part.draws is not None:
                session.add(_drawn(rows[run].id, quantity, part.draws))
    for domain in sorted({attempt.benchmark.domain for attempt in fresh.values()} - {""}):
        note_tree(session, domain, min(rows[run].id for run in fresh))
    return [rows[attempt.run] for attempt in attempts]


def plain_text(text: str) -> str:
    """Text that every database takes: models may say anything.

    NUL, which PostgreSQL refuses, and lone surrogates, which are no UTF-8, are written out; what is long is cut.
    """
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]} [...]"


def plain_json(value: Any) -> Any:
    """Content that every database takes as JSON, and gives back: texts as :func:`plain_text`, null for no number."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, Mapping):
        return {plain_text(str(key)): plain_json(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def score_of(session: Session, row: Score) -> CoreScore:
    """The score of a row, with its draws where they were kept."""
    drawn = {entry.quantity: _array(entry) for entry in session.scalars(select(Draws).where(Draws.score_id == row.id))}
    raw = None if row.raw is None and row.raw_error is None else CoreScore(row.raw, row.raw_error)
    if raw is not None and "raw" in drawn:
        raw = raw.with_(draws=drawn["raw"])
    return CoreScore(
        row.value,
        row.error,
        None if row.ceiling is None else CoreScore(row.ceiling, row.ceiling_error),
        raw,
        draws=drawn.get("score"),
        normalisation=row.normalisation,
        flags=tuple(row.flags),
        details={name: np.nan if entry is None else entry for name, entry in row.details.items()},
        provenance=row.provenance,
    )


def _row(session: Session, kind: Any, unique: dict[str, Any], found: Mapping[str, Any], more: tuple[str, ...]) -> Any:
    said = {name: plain_json(found[name]) for name in more if found.get(name) not in (None, "", {})}
    row = session.scalar(select(kind).filter_by(**unique))
    if row is None:
        row = kind(**unique)
        session.add(row)
    for name in [name for name, value in said.items() if getattr(row, name) != value]:
        setattr(row, name, said[name])
    session.flush()
    return row


def _row_of(attempt: Attempt, recorded: str) -> Score:
    outcome = attempt.outcome
    return Score(
        run=attempt.run,
        model_id=attempt.model.id,
        benchmark_id=attempt.benchmark.id,
        recorded=recorded,
        **{name: outcome.get(name) for name in ("key", "seconds", "peak_memory_mb")},
        **{name: plain_text(outcome.get(name) or "") for name in ("status", "reason", "log")},
        provenance=plain_json(outcome.get("provenance") or {}),
        **_numbers(attempt.score),
    )


def _numbers(score: CoreScore | None) -> dict[str, Any]:
    if score is None:
        return dict.fromkeys(NUMBERS) | {"normalisation": "", "flags": [], "details": {}}
    ceiling, raw = score.ceiling or CoreScore(None), score.raw or CoreScore(None)
    written = score.to_dict()
    numbers = (score.value, score.error, ceiling.value, ceiling.error, raw.value, raw.error)
    return dict(zip(NUMBERS, numbers, strict=True)) | {
        name: plain_json(written[name]) for name in ("normalisation", "flags", "details")
    }


def _drawn(score_id: int, quantity: str, draws: xr.DataArray) -> Draws:
    attrs = {name: entry.item() if hasattr(entry, "item") else entry for name, entry in draws.attrs.items()}
    form = {"dims": list(draws.dims), "shape": list(draws.shape), "attrs": attrs}
    if "subject" in draws.coords:
        form["subject"] = draws["subject"].values.astype(str).tolist()
    values = np.ascontiguousarray(draws.values, "<f8").tobytes()
    return Draws(score_id=score_id, quantity=quantity, form=form, values=values)


def _array(row: Draws) -> xr.DataArray:
    values = np.frombuffer(row.values, "<f8").reshape(row.form["shape"])
    coords = {"subject": row.form["subject"]} if "subject" in row.form else {}
    return xr.DataArray(values, dims=row.form["dims"], coords=coords, attrs=row.form["attrs"])
