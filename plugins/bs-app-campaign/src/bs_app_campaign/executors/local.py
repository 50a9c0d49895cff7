"""Attempts in processes of this machine."""

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from brainscore_core.errors import InvalidParameter

from ..jobs import Ending, Job, Outcome
from . import watching

if TYPE_CHECKING:
    import subprocess


class LocalProcesses:
    """Each attempt in a process of its own, several at once.

    Parameters
    ----------
    workers : int, optional
        At once; default: the number of processors.
    """

    separate = True

    def __init__(self, workers: int | None = None):
        if workers is not None and workers < 1:
            raise InvalidParameter(f"workers={workers}", expected="at least 1")
        self.capacity = workers or os.cpu_count() or 1
        self._ended: queue.Queue[Outcome] = queue.Queue()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock, self._threads = threading.Lock(), set[threading.Thread]()
        self._killed = False

    def submit(self, job: Job) -> None:
        """Begin an attempt."""
        thread = threading.Thread(
            target=self._attempt, args=(job,), daemon=True, name=f"{job.model} on {job.benchmark}"
        )
        self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError as error:
            self._threads.discard(thread)
            self._ended.put(Outcome(job, Ending.UNSTARTED, str(error)))

    def finished(self, timeout: float | None = None) -> Iterator[Outcome]:
        """Wait for one, and give all that have ended."""
        with suppress(queue.Empty):
            yield self._ended.get(timeout=timeout)
            while True:
                yield self._ended.get_nowait()

    def close(self, *, kill: bool = False) -> None:
        """Wait for what runs, or end it."""
        if kill:
            with self._lock:
                self._killed = True
                running = list(self._running.values())
            for process in running:
                watching.end(process)
        for thread in list(self._threads):
            thread.join()
        self._threads.clear()

    def _attempt(self, job: Job) -> None:
        try:
            outcome = self._watched(job)
        except OSError as error:
            outcome = Outcome(job, watching.why_not(error), str(error))
        except Exception as error:
            outcome = Outcome(job, Ending.LOST, f"{type(error).__name__}: {error}")
        self._ended.put(outcome)
        self._threads.discard(threading.current_thread())

    def _watched(self, job: Job) -> Outcome:
        process = watching.start(job)
        with self._lock:
            self._running[job.run] = process
            late = self._killed  # who killed has not seen it
        try:
            return Outcome(job, Ending.LOST, "its campaign wants it no more") if late else watching.wait(job, process)
        finally:
            watching.end(process)
            with self._lock:
                del self._running[job.run]
