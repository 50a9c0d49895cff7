"""Attempts on a Dask cluster: of this machine, at an address, or one that dask-jobqueue starts on SLURM."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from brainscore_core.errors import InvalidParameter

from ..jobs import STOP, Ending, Job, Outcome
from .executor import ExecutorLost

LOOK_S = 0.05
"""Between two looks at whether an attempt has ended."""


class DaskCluster:
    """Hands attempts to workers, where each runs in a process of its own again: one that dies takes nobody along.

    Workers see the same folders as the campaign (``BRAINSCORE_HOME`` on a shared disk).

    Parameters
    ----------
    address : str, optional
        Of a scheduler, as ``tcp://host:8786``. None: processes of this machine.
    workers : int, optional
        Without an address, how many.
    cluster : object, optional
        A cluster that was made already, as ``dask_jobqueue.SLURMCluster(...)``.
    """

    separate = True

    def __init__(self, address: str | None = None, workers: int | None = None, cluster: Any = None):
        from distributed import Client, LocalCluster, as_completed

        if address and (workers or cluster):
            raise InvalidParameter(
                "an address and workers",
                expected="one of the two: who has the address has workers",
                remedy="leave out --workers",
            )
        self._own = None
        if address is None and cluster is None:
            cluster = self._own = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0")
        try:
            self._client = Client(address or cluster, set_as_default=False)
        except OSError as error:
            raise InvalidParameter(
                f"no scheduler answers at {address!r} ({error})",
                expected="the address of a running Dask scheduler",
                remedy="start one: dask scheduler",
            ) from error
        with self._client.as_current():
            self._completed = as_completed()
        self._jobs: dict[Any, Job] = {}

    @property
    def capacity(self) -> int:
        """A pair for each thread, and one that waits, so that no worker does.

        Raises
        ------
        ExecutorLost
            If the scheduler is gone, and does not come back for half a minute.
        """
        with self._connected():
            return 2 * max(1, sum(self._client.nthreads().values()))

    def submit(self, job: Job) -> None:
        """Hand an attempt over."""
        job.write()
        with self._connected():
            key = f"pair-{job.pair}-{job.run}"
            future = self._client.submit(_attempt, str(job.folder), key=key, pure=False, retries=0)
        self._jobs[future.key] = job
        self._completed.add(future)

    def finished(self, timeout: float | None = None) -> Iterator[Outcome]:
        """Wait for one, and give all that have ended."""
        until = None if timeout is None else time.monotonic() + timeout
        while self._jobs and not self._completed.has_ready():
            if until is not None and time.monotonic() > until:
                return
            time.sleep(LOOK_S)
        for future in self._completed.next_batch(block=False):
            job = self._jobs.pop(future.key)
            if future.status == "finished":
                ending, detail = future.result()
                yield Outcome(job, Ending(ending), detail)
            elif self._client.status != "running":
                yield Outcome(job, Ending.UNSTARTED, "the scheduler is gone")
            else:
                error = future.exception() if future.status == "error" else future.status
                yield Outcome(job, Ending.LOST, f"its worker is gone ({error})")

    def close(self, *, kill: bool = False) -> None:
        """Give the cluster back; workers of an address stay."""
        if kill:
            for job in self._jobs.values():  # a thread of a worker cannot be ended, but looks for this
                with suppress(OSError):
                    (Path(job.folder) / STOP).touch()
            if self._client.status == "running":
                self._client.cancel(list(self._completed.futures), force=True)
            self._jobs.clear()
        self._client.close()
        if self._own is not None:
            self._own.close()

    @contextmanager
    def _connected(self) -> Iterator[None]:
        try:
            yield
        except (OSError, AttributeError, RuntimeError, ValueError) as error:  # by how far the client was closed
            if isinstance(error, OSError) or self._client.status != "running":
                raise ExecutorLost(
                    f"the Dask scheduler is gone ({type(error).__name__}: {error})",
                    remedy="pairs wait as before: start a scheduler, then brainscore campaign resume",
                ) from error
            raise


def _attempt(folder: str) -> tuple[str, str]:
    """On the worker."""
    from .watching import attempt, why_not

    try:
        outcome = attempt(Job.read(Path(folder)))
    except OSError as error:
        return str(why_not(error)), str(error)
    return str(outcome.ending), outcome.detail
