"""A campaign: models times benchmarks, done until all is known, whatever happens in between."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brainscore_core.data.home import home
from brainscore_core.errors import InvalidParameter, StorageError
from brainscore_core.status import Status

from . import schema
from .database import Database
from .executors import Executor
from .jobs import LOG, Ending, Job, Limits, Outcome, result_of, score_file
from .known import known_scores
from .order import Queue, Task
from .recording import benchmark_row, model_row, record
from .retrying import again

Tell = Callable[["Campaign", Outcome, str], None]
"""Told of each attempt that ended, and of the status of its pair now."""


class Campaign:
    """One campaign of a database.

    Parameters
    ----------
    database : Database
    name : str

    Raises
    ------
    InvalidParameter
        If there is none of this name.
    """

    def __init__(self, database: Database, name: str):
        self.database, self.name = database, name
        with database.read() as session:
            row = session.scalar(select(schema.Campaign).where(schema.Campaign.name == name))
            names = session.scalars(select(schema.Campaign.name)).all()
        if row is None:
            raise InvalidParameter(f"there is no campaign {name!r}", expected=f"one of {sorted(names)}")
        self.id, self.settings = row.id, dict(row.settings)

    @classmethod
    def create(
        cls,
        database: Database,
        name: str,
        models: Sequence[str],
        benchmarks: Sequence[str],
        settings: Mapping[str, Any] | None = None,
    ) -> "Campaign":
        """Note what is asked for; a campaign of that name gets the pairs that it lacks.

        Parameters
        ----------
        database : Database
        name : str
        models, benchmarks : sequence of str
            Identifiers.
        settings : mapping, optional
            ``seed``, ``device``, ``batch_size``: of the run, the same for all pairs of the campaign.

        Raises
        ------
        InvalidParameter
            If the campaign is there with other settings.
        """
        settings = dict(settings or {})
        with database.write() as session:
            row = session.scalar(select(schema.Campaign).where(schema.Campaign.name == name))
            if row is None:
                row = schema.Campaign(name=name, settings=settings, created=_now())
                session.add(row)
                session.flush()
            elif row.settings != settings:
                raise InvalidParameter(
                    f"campaign {name!r} has the settings {row.settings}", expected=f"the same, not {settings}",
                    remedy="choose another name",
                )  # fmt: skip
            row.status = "open"
            asked = select(schema.Pair.model, schema.Pair.benchmark).where(schema.Pair.campaign_id == row.id)
            there = {tuple(found) for found in session.execute(asked)}
            session.add_all(
                schema.Pair(campaign_id=row.id, model=model, benchmark=benchmark)
                for model in dict.fromkeys(models)
                for benchmark in dict.fromkeys(benchmarks)
                if (model, benchmark) not in there
            )
        return cls(database, name)

    @property
    def folder(self) -> Path:
        """Where its attempts and their logs lie."""
        return home() / "campaigns" / self.name

    def counts(self) -> dict[str, int]:
        """How many pairs have each status."""
        by = select(schema.Pair.status, func.count()).where(schema.Pair.campaign_id == self.id)
        with self.database.read() as session:
            return {status: count for status, count in session.execute(by.group_by(schema.Pair.status))}

    def pairs(self, status: str | None = None) -> list[schema.Pair]:
        """Its pairs, in the order in which they were asked for."""
        found = select(schema.Pair).where(schema.Pair.campaign_id == self.id).order_by(schema.Pair.id)
        with self.database.read() as session:
            return list(session.scalars(found if status is None else found.where(schema.Pair.status == status)))

    def retry(self, *statuses: str) -> int:
        """Let pairs of these statuses wait again; how many."""
        with self.database.write() as session:
            mine = (schema.Pair.campaign_id == self.id) & schema.Pair.status.in_(statuses)
            changed = session.execute(
                update(schema.Pair).where(mine).values(status=str(Status.PENDING), attempts=0, score_id=None)
            )
            session.execute(update(schema.Campaign).where(schema.Campaign.id == self.id).values(status="open"))
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def cancel(self) -> int:
        """Leave what waits; a run of it ends what it does. How many pairs were waiting."""
        with self.database.write() as session:
            mine = (schema.Pair.campaign_id == self.id) & (schema.Pair.status == str(Status.PENDING))
            changed = session.execute(update(schema.Pair).where(mine).values(status=str(Status.CANCELLED)))
            session.execute(update(schema.Campaign).where(schema.Campaign.id == self.id).values(status="cancelled"))
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def run(
        self,
        executor: Executor,
        *,
        limits: Limits | None = None,
        python: Callable[[Task], str] | None = None,
        tell: Tell | None = None,
        tasks: Callable[[Sequence[schema.Pair]], list[Task]] | None = None,
    ) -> dict[str, int]:
        """Make attempts until no pair waits.

        What is interrupted, killed or lost meanwhile is taken up by the next run: a result is stored together with the
        status of its pair, or not at all.

        Parameters
        ----------
        executor : Executor
        limits : Limits, optional
            Of each attempt.
        python : callable, optional
            Interpreter for a pair; default: this one.
        tell : callable, optional
        tasks : callable, optional
            From waiting pairs to tasks with costs; default: equal costs.

        Returns
        -------
        mapping of status to int

        Raises
        ------
        InvalidParameter
            If another run of it is going on.
        StorageError
            If there is no room to store what is found. What was stored stays.
        """
        with self._alone():
            self._collect(tell)
            waiting = self.pairs(str(Status.PENDING))
            queue = Queue(tasks(waiting) if tasks else [Task(row.id, row.model, row.benchmark) for row in waiting])
            flight: dict[str, Task] = {}
            try:
                while queue or flight:
                    self._fill(executor, queue, flight, limits or Limits(), python)
                    for outcome in executor.finished():
                        task = flight.pop(outcome.job.run)
                        status = self.settle(outcome)
                        if status == Status.PENDING:
                            queue.put(task)
                        if tell is not None:
                            tell(self, outcome, status)
                    if self._cancelled():
                        break
            except BaseException:
                executor.close(kill=True)
                raise
            executor.close(kill=bool(flight))
        with self.database.write() as session:
            mine = (schema.Campaign.id == self.id) & (schema.Campaign.status == "open")
            session.execute(update(schema.Campaign).where(mine).values(status="done"))
        return self.counts()

    def settle(self, outcome: Outcome) -> str:
        """Store how an attempt ended, once; the status of its pair now."""
        folder = Path(outcome.job.folder)
        result = result_of(folder) if outcome.ending is Ending.DONE else None
        log = self._keep_log(outcome)
        with self.database.write() as session:
            pair = session.get(schema.Pair, outcome.job.pair)
            if pair is None or pair.status != Status.PENDING:  # it was settled before
                status = str(Status.CANCELLED) if pair is None else pair.status
            else:
                pair.attempts += 1
                status = self._settled(session, pair, outcome, result, log)
        shutil.rmtree(folder, ignore_errors=True)
        return status

    def _settled(
        self, session: Session, pair: schema.Pair, outcome: Outcome, result: dict[str, Any] | None, log: str
    ) -> str:
        if result is None:
            if outcome.detail.startswith("StorageError"):
                raise StorageError(f"{pair.model} on {pair.benchmark} could not be attempted ({outcome.detail})")
            if again(outcome.ending, pair.attempts):
                pair.reason = outcome.detail
                return pair.status
            result = _lost(pair, outcome)
        if result["status"] == "known" and (known := session.get(schema.Score, result["score_id"])) is not None:
            row = known
        else:
            row = record(
                session,
                outcome.job.run,
                model_row(session, result["model"]),
                benchmark_row(session, result["benchmark"]),
                result | {"log": log},
                score_file(Path(outcome.job.folder)) if outcome.ending is Ending.DONE else None,
            )
        pair.status, pair.reason, pair.score_id = row.status, row.reason, row.id
        return pair.status

    def _fill(
        self,
        executor: Executor,
        queue: Queue,
        flight: dict[str, Task],
        limits: Limits,
        python: Callable[[Task], str] | None,
    ) -> None:
        while queue and len(flight) < executor.capacity:
            task = queue.next(Counter(entry.model for entry in flight.values()))
            with self.database.read() as session:
                known = known_scores(session, task.benchmark)
            job = Job(
                task.pair, task.model, task.benchmark, "", self.settings, known, limits, python(task) if python else ""
            )
            job = replace(job, folder=str(self.folder / "attempts" / job.run))
            flight[job.run] = task
            executor.submit(job)

    def _collect(self, tell: Tell | None) -> None:
        """Take up what attempts of an earlier run left after it had ended."""
        for folder in sorted((self.folder / "attempts").glob("*")):
            result = result_of(folder)
            with suppress(OSError, ValueError, KeyError, TypeError):
                job = Job.read(folder)
                if result is not None and result["run"] == job.run:
                    outcome = Outcome(replace(job, folder=str(folder)), Ending.DONE, "left by an earlier run")
                    status = self.settle(outcome)
                    if tell is not None:
                        tell(self, outcome, status)
            shutil.rmtree(folder, ignore_errors=True)

    def _keep_log(self, outcome: Outcome) -> str:
        """What the attempt printed, kept beside those of others."""
        source, target = Path(outcome.job.folder) / LOG, self.folder / "logs" / f"{outcome.job.run}.txt"
        with suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            return str(target)
        return ""

    def _cancelled(self) -> bool:
        with self.database.read() as session:
            return session.scalar(select(schema.Campaign.status).where(schema.Campaign.id == self.id)) == "cancelled"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "run.lock", timeout=0):
                yield
        except Timeout as error:
            raise InvalidParameter(
                f"campaign {self.name!r} is running already", expected="one run at a time",
                remedy=f"`brainscore campaign status {self.name}` shows how far it is",
            ) from error  # fmt: skip


def _lost(pair: schema.Pair, outcome: Outcome) -> dict[str, Any]:
    """What is stored of a pair whose attempts left no result."""
    return {
        "model": {"identifier": pair.model},
        "benchmark": {"identifier": pair.benchmark},
        "status": str(Status.FAILED),
        "reason": f"{outcome.ending}: {outcome.detail}",
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
