"""The loop of a campaign: attempts are begun, what they leave is stored, until no pair waits."""

import shutil
import time
from collections import Counter
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
from .executors import Executor, ExecutorLost, refuse_unkept
from .executors.watching import why_not
from .jobs import Ending, Job, Limits, Outcome, result_of
from .known import known_scores
from .order import Queue, Task
from .retrying import Tally
from .room import has_room
from .settling import settle

LOOK_S = 5.0
"""Between two looks at whether more pairs wait, when all that were seen have begun."""
CANCEL_S = 2.0
"""Between two looks at whether somebody has cancelled, however long attempts take."""
PAUSES_S = (0.5, 2.0, 8.0, 30.0)
"""Before another attempt is begun where no process could be started; after the last, the campaign stops."""
Tell = Callable[[Campaign, Outcome, str], None]
"""Told of each attempt that ended, and of the status of its pair now."""
Begun = Callable[[Job, float], None]
"""Told of each attempt that begins, and of the seconds that its pair is expected to take."""


def run(
    campaign: Campaign,
    executor: Executor,
    *,
    limits: Limits | None = None,
    python: Callable[[Task], str] | None = None,
    tell: Tell | None = None,
    begun: Begun | None = None,
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
    tell, begun : callable, optional
    tasks : callable, optional
        From waiting pairs to tasks with costs; default: equal costs.

    Returns
    -------
    mapping of status to int

    Raises
    ------
    InvalidParameter
        If another run of it is going on, or the executor keeps no limits and is given some.
    StorageError
        If there is no room to store what is found. What was stored stays, and so does what attempts left.
    ExecutorLost
        If no attempt can be begun any more.
    """
    limits = limits or Limits()
    try:
        refuse_unkept(executor, limits, isolated=python is not None)
        # folders are removed beside the loop: what it waits for is the database
        with _alone(campaign), ThreadPoolExecutor(1, "removal") as removed:
            loop = _Loop(campaign, executor, limits, python, tell, begun, tasks or _equal, removed)
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
        begun: Begun | None,
        tasks: Callable[[Sequence[schema.Pair]], list[Task]],
        removed: ThreadPoolExecutor,
    ):
        self.campaign, self.executor, self.limits = campaign, executor, limits
        self.python, self.tell, self.begun, self.tasks = python, tell, begun, tasks
        self.queue = Queue()
        self.flight: dict[str, Task] = {}
        self.looked = 0.0
        self.tally: Tally = Counter()
        self.refused, self.held = 0, 0.0
        self.removed = removed

    def work(self) -> None:
        """Until no pair waits, or somebody cancels.

        Raises
        ------
        StorageError
            If an attempt found no room; what others found is stored first.
        ExecutorLost
            If no process could be started, several times in a row.
        """
        while True:
            if not self.queue and (not self.flight or time.monotonic() - self.looked > LOOK_S):
                self._look()
            self._fill()
            if not self.flight and not self.queue:
                return
            self._end([self._judged(outcome) for outcome in self._finished()])
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

    def _finished(self) -> list[Outcome]:
        if self.flight:
            return list(self.executor.finished(CANCEL_S))
        time.sleep(min(CANCEL_S, max(0.0, self.held - time.monotonic())))
        return []

    def _look(self) -> None:
        """Queue the pairs that wait; also those that were added or wait again since the last look."""
        self.looked = time.monotonic()
        running = {task.pair for task in self.flight.values()}
        waiting = [pair for pair in self.campaign.pairs(str(Status.PENDING)) if pair.id not in running]
        self.queue.add(self.tasks(waiting))

    def _fill(self) -> None:
        if time.monotonic() < self.held:
            return
        room = self.executor.capacity - len(self.flight)
        while self.queue and room > 0:
            task = self.queue.next()
            job = self._job(task)
            self.flight[job.run] = task
            try:
                job = replace(job, python=self.python(task) if self.python else "")
            except (EnvironmentFailed, OSError) as error:
                ending = why_not(error) if isinstance(error, OSError) else error.ending
                self._end([Outcome(job, ending, str(error))])
                continue
            if self.begun is not None:
                self.begun(job, task.cost)
            self.executor.submit(job)
            room -= 1

    def _job(self, task: Task) -> Job:
        known = self.campaign.database.ask(lambda session: known_scores(session, task.model, task.benchmark))
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
        self._hold(outcomes)

    def _judged(self, outcome: Outcome) -> Outcome:
        """Where others can write, it is the pair that cannot, and it must not stop all others."""
        if outcome.ending is Ending.STORAGE and has_room(self.campaign.folder):
            return replace(outcome, ending=Ending.UNWRITTEN)
        return outcome

    def _hold(self, outcomes: Sequence[Outcome]) -> None:
        """Begin nothing for a while where nothing could be started; what runs may give back what is lacking."""
        refused = [outcome for outcome in outcomes if outcome.ending is Ending.UNSTARTED]
        if len(refused) < len(outcomes):
            self.refused = 0
        if not refused or time.monotonic() < self.held:  # of several at once, the first counts
            return
        if self.refused == len(PAUSES_S):
            raise ExecutorLost(
                f"no attempt can be begun any more ({refused[0].detail})",
                remedy=f"pairs wait as before; give it what it lacks, then: "
                f"brainscore campaign resume {self.campaign.name}",
            )
        self.held = time.monotonic() + PAUSES_S[self.refused]
        self.refused += 1

    def _settle(self, outcomes: Sequence[Outcome]) -> list[str]:
        logs = self.campaign.folder / "logs"
        statuses = settle(self.campaign.database, self.campaign.id, outcomes, logs, self.tally)
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
