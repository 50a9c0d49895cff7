"""Attempts in this very process, one after the other: for debugging, and where processes cannot be started."""

from collections.abc import Iterator
from contextlib import redirect_stdout

from brainscore_core.data.writing import write_json
from brainscore_core.errors import StorageError

from ..jobs import LOG, RESULT, Ending, Job, Outcome


class InProcess:
    """Scores when asked for results. Limits are not kept: a process cannot end itself and go on."""

    capacity = 1

    def __init__(self) -> None:
        self._queue: list[Job] = []

    def submit(self, job: Job) -> None:
        """Queue an attempt."""
        self._queue.append(job)

    def finished(self) -> Iterator[Outcome]:
        """Make one."""
        from ..worker import attempt

        if not self._queue:
            return
        job = self._queue.pop(0)
        try:
            folder = job.write()
            with (folder / LOG).open("w", encoding="utf-8", errors="backslashreplace") as log, redirect_stdout(log):
                write_json(folder / RESULT, attempt(job, folder))
        except StorageError as error:
            yield Outcome(job, Ending.STORAGE, str(error))
            return
        yield Outcome(job, Ending.DONE)

    def close(self, *, kill: bool = False) -> None:
        """Nothing is held."""
        self._queue.clear()
