"""Attempts on a Dask cluster: of this machine, at an address, or one that dask-jobqueue starts on SLURM."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from brainscore_core.errors import InvalidParameter, StorageError

from ..jobs import STOP, Ending, Job, Outcome


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

    def __init__(self, address: str | None = None, workers: int | None = None, cluster: Any = None):
        from distributed import Client, LocalCluster, as_completed

        if address and (workers or cluster):
            raise InvalidParameter("an address and workers", expected="one of the two: who has the address has workers")
        self._own = None
        if address is None and cluster is None:
            cluster = self._own = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        try:
            self._client = Client(address or cluster, set_as_default=False)
        except OSError as error:
            raise InvalidParameter(
                f"no scheduler answers at {address!r} ({error})", expected="the address of a running Dask scheduler"
            ) from error
        with self._client.as_current():
            self._completed = as_completed()
        self._jobs: dict[Any, Job] = {}

    @property
    def capacity(self) -> int:
        """A pair for each thread, and one that waits, so that no worker does."""
        return 2 * max(1, sum(self._client.nthreads().values()))

    def submit(self, job: Job) -> None:
        """Hand an attempt over."""
        job.write()
        future = self._client.submit(_attempt, str(job.folder), key=f"pair-{job.pair}-{job.run}", pure=False, retries=0)
        self._jobs[future.key] = job
        self._completed.add(future)

    def finished(self) -> Iterator[Outcome]:
        """Wait for one, and give all that have ended."""
        if not self._jobs:
            return
        for future in [next(self._completed), *self._completed.next_batch(block=False)]:
            job = self._jobs.pop(future.key)
            if future.status == "finished":
                ending, detail = future.result()
                yield Outcome(job, Ending(ending), detail)
            else:
                error = future.exception() if future.status == "error" else future.status
                yield Outcome(job, Ending.LOST, f"its worker is gone ({error})")

    def close(self, *, kill: bool = False) -> None:
        """Give the cluster back; workers of an address stay."""
        if self._client.status == "closed":
            return
        if kill:
            for job in self._jobs.values():  # a thread of a worker cannot be ended, but looks for this
                with suppress(OSError):
                    (Path(job.folder) / STOP).touch()
            self._client.cancel(list(self._completed.futures), force=True)
        self._client.close()
        if self._own is not None:
            self._own.close()


def _attempt(folder: str) -> tuple[str, str]:
    """On the worker."""
    from .watching import attempt

    try:
        outcome = attempt(Job.read(Path(folder)))
    except StorageError as error:
        return str(Ending.STORAGE), str(error)
    return str(outcome.ending), outcome.detail
