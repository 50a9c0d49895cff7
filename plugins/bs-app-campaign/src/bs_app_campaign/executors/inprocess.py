"""Attempts in this very process, one after the other: for debugging, and where processes cannot be started."""

from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout

from brainscore_core.data.writing import write_json

from ..jobs import LOG, RESULT, Ending, Job, Outcome
from .watching import why_not


class InProcess:
    """Scores when asked for results. Limits are refused: a process cannot end itself and go on."""

    capacity = 1
    separate = False

    def __init__(self) -> None:
        self._queue: list[Job] = []

    def submit(self, job: Job) -> None:
        """Queue an attempt."""
        self._queue.append(job)

    def finished(self, timeout: float | None = None) -> Iterator[Outcome]:
        """Make one, however long that takes."""
        from ..worker import attempt

        if not self._queue:
            return
        job = self._queue.pop(0)
        try:
            folder = job.write()
            log = (folder / LOG).open("w", encoding="utf-8", errors="backslashreplace")
            with log, redirect_stdout(log), redirect_stderr(log):
                write_json(folder / RESULT, attempt(job, folder))
        except OSError as error:
            yield Outcome(job, why_not(error), str(error))
            return
        yield Outcome(job, Ending.DONE)

    def close(self, *, kill: bool = False) -> None:
        """Nothing is held."""
        self._queue.clear()
