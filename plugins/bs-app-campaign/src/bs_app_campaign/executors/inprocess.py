"""Attempts in this very process, one after the other: for debugging, and where processes cannot be started."""

import traceback
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

from brainscore_core.data.writing import write_json

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
        folder = job.write()
        try:
            with (folder / LOG).open("w", encoding="utf-8") as log, redirect_stdout(log):
                write_json(Path(job.folder) / RESULT, attempt(job, folder))
        except Exception as error:
            (folder / LOG).write_text(traceback.format_exc(), encoding="utf-8")
            yield Outcome(job, Ending.CRASHED, f"{type(error).__name__}: {error}")
            return
        yield Outcome(job, Ending.DONE)

    def close(self, *, kill: bool = False) -> None:
        """Nothing is held."""
        self._queue.clear()
