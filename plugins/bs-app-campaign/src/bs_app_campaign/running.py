"""The loop of a campaign: attempts are begun, what they leave is stored, until no pair waits."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from brainscore_core.errors import InvalidParameter, StorageError
from brainscore_core.status import Status

from . import schema
from .campaign import Campaign
from .environments import EnvironmentFailed
from .executors import Executor
from .jobs import Ending, Job, Limits, Outcome, result_of
from .known import known_scores
from .order import Queue, Task
from .settling import settle

LOOK_S = 5.0
"""Between two looks at whether more pairs wait, when all that were seen have begun."""
Tell = Callable[[Campaign, Outcome, str], None]
"""Told of each attempt that ended, and of the status of its pair now."""


def run(
    campaign: Campaign,
    executor: Executor,
    *,
    limits: Limits | None = None,
    python: Callable[[Task], str] | None = None,
    tell: Tell | None = None,
    tasks: Callable[[Sequence[schema.Pair]], list[Task]] | None = None,
) -> dict[str, int]:
    """Make attempts until no pair waits, those that are asked for meanwhile included.

    What is interrupted, killed or lost is taken up by the next run: a result is stored together with the status of its
    pair, or not at all.

    Parameters
    ----------
    campaign : Campaign
    executor : Executor
        Closed at the end, whatever that is.
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
        If there is no room to store what is found. What was stored stays, and so does what attempts left.
    """
    try:
        # folders are removed beside the loop: what it waits for is the database
        with _alone(campaign), ThreadPoolExecutor(1, "removal") as removed:
            loop = _Loop(campaign, executor, limits or Limits(), python, tell, tasks or _equal, removed)
            loop.collect()
            loop.work()
            executor.close(kill=True)
            loop.collect()  # what was complete when somebody cancelled
            campaign.close()
    finally:
        executor.close(kill=True)
    return campaign.counts()


class _Loop:
    def __init__(
        self,
        campaign: Campaign,
        executor: Executor,
        limits: Limits,
        python: Callable[[Task], str] | None,
        tell: Tell | None,
        tasks: Callable[[Sequence[schema.Pair]], list[Task]],
        removed: ThreadPoolExecutor,
    ):
        self.campaign, self.executor, self.limits = campaign, executor, limits
        self.python, self.tell, self.tasks = python, tell, tasks
        self.queue = Queue()
        self.flight: dict[str, Task] = {}
        self.looked = 0.0
        self.removed = removed

    def work(self) -> None:
        """Until no pair waits, or somebody cancels.

        Raises
        ------
        StorageError
            If an attempt found no room; what others found is stored first.
        """
        while True:
            if not self.queue and (not self.flight or time.monotonic() - self.looked > LOOK_S):
                self._look()
            self._fill()
            if not self.flight:
                return
            self._end(list(self.executor.finished()))
            if self.campaign.cancelled():
                return

    def collect(self) -> None:
        """Take up what attempts left that nobody stored."""
        self.removed.submit(str).result()  # folders of what was stored are gone
        for folder in sorted((self.campaign.folder / "attempts").glob("*")):
            result, job = result_of(folder), _job(folder)
            if result is not None and job is not None and result["run"] == job.run:
                self._settle([Outcome(replace(job, folder=str(folder)), Ending.DONE, "left by an earlier run")])
            shutil.rmtree(folder, ignore_errors=True)

    def _look(self) -> None:
        """Queue the pairs that wait; also those that were added or wait again since the last look."""
        self.looked = time.monotonic()
        running = {task.pair for task in self.flight.values()}
        waiting = [pair for pair in self.campaign.pairs(str(Status.PENDING)) if pair.id not in running]
        self.queue.add(self.tasks(waiting))

    def _fill(self) -> None:
        room = self.executor.capacity - len(self.flight)
        while self.queue and room > 0:
            task = self.queue.next()
            job = self._job(task)
            self.flight[job.run] = task
            try:
                job = replace(job, python=self.python(task) if self.python else "")
            except EnvironmentFailed as error:
                self._end([Outcome(job, Ending.ENVIRONMENT, str(error))])
                continue
            self.executor.submit(job)
            room -= 1

    def _job(self, task: Task) -> Job:
        with self.campaign.database.read() as session:
            known = known_scores(session, task.model, task.benchmark)
        job = Job(
            task.pair, task.model, task.benchmark, "", self.campaign.settings, known, self.limits,
            also=self.queue.beside(task),
        )  # fmt: skip
        return replace(job, folder=str(self.campaign.folder / "attempts" / job.run))

    def _end(self, outcomes: Sequence[Outcome]) -> None:
        statuses = self._settle(outcomes)
        for outcome, status in zip(outcomes, statuses, strict=True):
            task = self.flight.pop(outcome.job.run)
            self.queue.ended(task, again=status == Status.PENDING)
        for outcome in outcomes:
            if outcome.ending is Ending.STORAGE:
                raise StorageError(
                    f"{outcome.job.model} on {outcome.job.benchmark} could not be attempted ({outcome.detail})",
                    remedy=f"the pair waits; free some space, then: brainscore campaign resume {self.campaign.name}",
                )

    def _settle(self, outcomes: Sequence[Outcome]) -> list[str]:
        statuses = settle(self.campaign.database, self.campaign.id, outcomes, self.campaign.folder / "logs")
        for outcome, status in zip(outcomes, statuses, strict=True):
            self.removed.submit(shutil.rmtree, outcome.job.folder, ignore_errors=True)
            if self.tell is not None:
                self.tell(self.campaign, outcome, status)
        return statuses


def _job(folder: Path) -> Job | None:
    try:
        return Job.read(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _equal(pairs: Sequence[schema.Pair]) -> list[Task]:
    return [Task(pair.id, pair.model, pair.benchmark) for pair in pairs]


@contextmanager
def _alone(campaign: Campaign) -> Iterator[None]:
    campaign.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(campaign.folder / "run.lock", timeout=0):
            yield
    except Timeout as error:
        raise InvalidParameter(
            f"campaign {campaign.name!r} is running already", expected="one run at a time",
            remedy=f"`brainscore campaign status {campaign.name}` shows how far it is",
        ) from error  # fmt: skip
