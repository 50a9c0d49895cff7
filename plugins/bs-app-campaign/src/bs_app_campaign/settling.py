"""What becomes of an attempt that ended: a row and the status of its pair, stored together or not at all."""

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from brainscore_core.scores import Score as CoreScore
from brainscore_core.status import Status

from . import schema
from .attempted import lost_with
from .database import Database
from .jobs import LOG, Ending, Job, Outcome, bare
from .recording import benchmark_row, model_row, plain_text, record
from .resulting import KNOWN, found_result
from .retrying import NOT_OF_THE_PAIR, Tally, again

LOG_BYTES = 2**20
"""Kept of what an attempt printed: its end."""
UNREADABLE = "what it left cannot be read as a result"
REFUSALS = SQLAlchemyError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError
"""Of content that no attempt of ours leaves."""


def settle(
    database: Database, campaign: int, outcomes: Sequence[Outcome], logs: Path, tally: Tally | None = None
) -> list[str]:
    """Store how attempts ended, each once, all in one transaction; the statuses of their pairs now.

    Parameters
    ----------
    database : Database
    campaign : int
        Row of the campaign that made the attempts.
    outcomes : sequence of Outcome
    logs : Path
        Folder that keeps what was printed.
    tally : Counter, optional
        How attempts at each pair ended so far; these are counted in.

    Raises
    ------
    StorageError
        If there is no room. The pairs wait still, and what the attempts left is where it was.
    """
    if not outcomes:
        return []
    tally = Counter() if tally is None else tally
    found = [(*_found(outcome), keep_log(outcome.job, logs)) for outcome in outcomes]

    def store(session: Session) -> tuple[list[str], Tally]:
        counted = Counter(tally)  # a transaction may be done twice
        return [_settled(session, campaign, counted, *entry) for entry in found], counted

    statuses, counted = database.transact(store)
    tally.update(counted - tally)
    return statuses


def keep_log(job: Job, logs: Path) -> str:
    """The end of what the attempt printed, kept beside those of others; empty where there is nothing to keep."""
    target = logs / f"{job.run}.txt"
    with suppress(OSError), (Path(job.folder) / LOG).open("rb") as source:
        size = source.seek(0, os.SEEK_END)
        source.seek(max(0, size - LOG_BYTES))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read())
        return str(target)
    return ""


def _found(outcome: Outcome) -> tuple[Outcome, dict[str, Any] | None, CoreScore | None]:
    """What it left; an attempt that left what cannot be read has crashed, whatever it said."""
    if outcome.ending is not Ending.DONE:
        return outcome, None, None
    if (found := found_result(outcome.job)) is not None:
        return outcome, *found
    return Outcome(outcome.job, Ending.CRASHED, UNREADABLE), None, None


def _settled(
    session: Session,
    campaign: int,
    tally: Tally,
    outcome: Outcome,
    result: dict[str, Any] | None,
    score: CoreScore | None,
    log: str,
) -> str:
    """Stored; where the database refuses what the attempt left, that is no result, and nobody else's concern."""
    try:
        with session.begin_nested():
            return _stored(session, campaign, tally, outcome, result, score, log)
    except REFUSALS as error:
        if result is None or isinstance(error, OperationalError):
            raise
    crashed = Outcome(outcome.job, Ending.CRASHED, UNREADABLE)
    return _stored(session, campaign, tally, crashed, None, None, log)


def _stored(
    session: Session,
    campaign: int,
    tally: Tally,
    outcome: Outcome,
    result: dict[str, Any] | None,
    score: CoreScore | None,
    log: str,
) -> str:
    job = outcome.job
    pair = session.get(schema.Pair, job.pair)
    if pair is None or (pair.campaign_id, pair.model, pair.benchmark) != (campaign, job.model, job.benchmark):
        return str(Status.CANCELLED)  # of another database, or one that was there before a backup was restored
    # what was computed in vain before somebody cancelled is a score all the same
    if pair.status != Status.PENDING and not (pair.status == Status.CANCELLED and result is not None):
        return pair.status
    if outcome.ending in NOT_OF_THE_PAIR:
        return pair.status
    pair.attempts += 1
    row = session.get(schema.Score, result["score_id"]) if result and result["status"] == KNOWN else None
    if result and result["status"] == KNOWN and row is None:
        outcome, result = Outcome(job, Ending.LOST, "the score that it found known is gone"), None
    if result is None:
        tally[pair.id, outcome.ending] += 1
        if again(outcome.ending, tally[pair.id, outcome.ending]):
            pair.reason = plain_text(outcome.detail)
            return pair.status
        result = _lost(outcome)
    benchmark = benchmark_row(session, result["benchmark"])  # whether it is private now is news of a known score, too
    if row is None:
        model = model_row(session, result["model"])
        row = record(session, job.run, model, benchmark, result | {"log": log}, score)
    pair.status, pair.reason, pair.score_id = row.status, row.reason, row.id
    return pair.status


def _lost(outcome: Outcome) -> dict[str, Any]:
    """What is stored of a pair whose attempts left no result."""
    job = outcome.job
    return {
        "model": {"identifier": bare(job.model)},
        "benchmark": {"identifier": bare(job.benchmark)},
        "status": str(Status.FAILED),
        "reason": f"{outcome.ending}: {outcome.detail}",
        "provenance": lost_with(job.model, job.benchmark, job.settings, elsewhere=bool(job.python)),
    }
