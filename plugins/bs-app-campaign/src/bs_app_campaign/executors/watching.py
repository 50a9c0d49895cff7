"""One attempt in a process of its own: started anew, watched, ended where it takes too much."""

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from brainscore_core.data.writing import is_unwritten
from brainscore_core.errors import StorageError

from ..jobs import JOB, LOG, STOP, Ending, Job, Limits, Outcome, result_of
from ..worker import DISK_FULL, PARENT, THREADS

LOOK_S = 0.05
"""Between two looks at whether it ended, and at its memory."""
LOOK_BELOW_S = 0.5
"""Between two looks at the memory of its children, and at files: to find them, all processes are asked."""
PRINTED_MB = 256
"""What an attempt may print."""
GRACE_S = 10.0
"""For a process that has left its result to end: threads of models may go on for ever."""
MACHINE = 0.9
"""Of the memory of this machine: what an attempt may take to which nobody gave a limit."""
BUSY = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)
MB = 2**20


def attempt(job: Job) -> Outcome:
    """Make an attempt and wait for its end.

    The process is spawned, never forked; it gets a folder, and numerical libraries are told how many threads they have.
    """
    started = start(job)
    try:
        return wait(job, started)
    finally:
        end(started)


def why_not(error: OSError) -> Ending:
    """How an attempt ended that could not be begun or watched: for want of room, or of files, processes and memory."""
    cause = error.__cause__ if isinstance(error, StorageError) else error
    busy = isinstance(cause, OSError) and cause.errno in BUSY
    return Ending.STORAGE if is_unwritten(error) and not busy else Ending.UNSTARTED


def start(job: Job) -> "subprocess.Popen[bytes]":
    """Spawn the process; what it prints goes to the log in its folder."""
    folder = job.write()
    environment = os.environ | dict.fromkeys(THREADS, str(job.limits.threads)) | {PARENT: str(os.getpid())}
    if job.python:
        environment.pop("PYTHONPATH", None)  # its environment holds what it needs, and nothing of ours beside it
    # -P: what lies in the folder where somebody started the campaign is not imported in place of a library
    command = [job.python or sys.executable, "-P", "-m", "bs_app_campaign.worker", str(folder)]
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment,
            start_new_session=True,
        )  # fmt: skip


def wait(job: Job, process: "subprocess.Popen[bytes]") -> Outcome:
    """Look until it ends, takes more than it may, or is wanted no more, and end it; a result that is there is taken."""
    outcome = _watched(job, process)
    end(process)
    return Outcome(job, Ending.DONE) if _is_complete(job) else outcome


def _watched(job: Job, process: "subprocess.Popen[bytes]") -> Outcome:
    began = looked = time.monotonic()
    limits, below, complete = job.limits, 0.0, None
    while True:
        with suppress(subprocess.TimeoutExpired):
            return _ended(job, process.wait(LOOK_S))
        now = time.monotonic()
        if limits.seconds is not None and now - began > limits.seconds:
            return Outcome(job, Ending.TIME, f"it took longer than {limits.seconds:g} s")
        if now - looked > LOOK_BELOW_S:
            looked = now
            if (outcome := _unwanted(job)) is not None:
                return outcome
            below = memory_below_mb(process.pid) if _matters(limits) else 0.0
            if complete is None and _is_complete(job):
                complete = now
            if complete is not None and now - complete > GRACE_S:
                return Outcome(job, Ending.DONE)
        if (outcome := _greedy(job, process.pid, below)) is not None:
            return outcome


def _is_complete(job: Job) -> bool:
    found = result_of(Path(job.folder))
    return found is not None and found["run"] == job.run


def _matters(limits: Limits) -> bool:
    """Whether to ask for its memory: without a limit, as long as the machine has some, that would cost and not help."""
    return limits.memory_mb is not None or psutil.virtual_memory().percent > 100 * MACHINE


def _greedy(job: Job, pid: int, below: float) -> Outcome | None:
    if not _matters(job.limits):
        return None
    allowed = job.limits.memory_mb or MACHINE * psutil.virtual_memory().total / MB
    taken = memory_mb(pid) + below
    if taken <= allowed:
        return None
    return Outcome(job, Ending.MEMORY, f"it took {taken:.0f} MB, and may take {allowed:.0f}")


def _unwanted(job: Job) -> Outcome | None:
    """Whether its campaign is gone (who resumes one removes what is left of the last run), or it prints for ever."""
    folder = Path(job.folder)
    if (folder / STOP).exists() or not (folder / JOB).exists():
        return Outcome(job, Ending.LOST, "its campaign wants it no more")
    with suppress(OSError):
        if (folder / LOG).stat().st_size > PRINTED_MB * MB:
            return Outcome(job, Ending.OUTPUT, f"it printed more than {PRINTED_MB} MB")
    return None


def memory_mb(pid: int) -> float:
    """Resident memory of a process, in MB; 0 where it has ended."""
    with suppress(psutil.Error):
        return psutil.Process(pid).memory_info().rss / MB
    return 0.0


def memory_below_mb(pid: int) -> float:
    """Resident memory of all processes below it, in MB."""
    total = 0.0
    with suppress(psutil.Error):
        for part in psutil.Process(pid).children(recursive=True):
            total += memory_mb(part.pid)
    return total


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill it and all that it started; nothing where all have ended."""
    if os.name == "posix":
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)  # its group outlives it as long as a child of it lives
    elif process.poll() is None:
        with suppress(psutil.Error):
            for part in psutil.Process(process.pid).children(recursive=True):
                part.kill()
        process.kill()
    process.wait()


def _ended(job: Job, code: int) -> Outcome:
    folder = Path(job.folder)
    if not (folder / JOB).exists():
        return Outcome(job, Ending.LOST, "its campaign wants it no more")
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    if code == DISK_FULL:
        return Outcome(job, Ending.STORAGE, _tail(folder).strip().rpartition("\n")[2])
    if "MemoryError" in _tail(folder):
        return Outcome(job, Ending.MEMORY, f"it ran out of memory ({how})")
    return Outcome(job, Ending.CRASHED, f"its process ended with {how} and left no result")


def _tail(folder: Path) -> str:
    with suppress(OSError), (folder / LOG).open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
        return log.read().decode("utf-8", "replace")
    return ""
