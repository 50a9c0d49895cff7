"""One attempt in a process of its own: started anew, watched, ended where it takes too much."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from ..jobs import LOG, Ending, Job, Outcome, result_of
from ..worker import THREADS

LOOK_S = 0.05
"""Between two looks at what a process takes."""
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


def start(job: Job) -> "subprocess.Popen[bytes]":
    """Spawn the process; what it prints goes to the log in its folder."""
    folder = job.write()
    environment = os.environ | dict.fromkeys(THREADS, str(job.limits.threads))
    command = [job.python or sys.executable, "-m", "bs_app_campaign.worker", str(folder)]
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment,
            start_new_session=True,
        )  # fmt: skip


def wait(job: Job, process: "subprocess.Popen[bytes]") -> Outcome:
    """Look until it ends, or takes more than it may."""
    began = time.monotonic()
    limits = job.limits
    while True:
        with suppress(subprocess.TimeoutExpired):
            return _ended(job, process.wait(LOOK_S))
        if limits.seconds is not None and time.monotonic() - began > limits.seconds:
            return Outcome(job, Ending.TIME, f"it took longer than {limits.seconds:g} s")
        if limits.memory_mb is not None and (taken := memory_mb(process.pid)) > limits.memory_mb:
            return Outcome(job, Ending.MEMORY, f"it took {taken:.0f} MB, and may take {limits.memory_mb:g}")


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all below it, in MB."""
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for part in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += part.memory_info().rss
    return total / MB


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill it and all below it; nothing where it has ended."""
    with suppress(psutil.Error):
        below = psutil.Process(process.pid).children(recursive=True)
        for part in below:
            with suppress(psutil.Error):
                part.kill()
    if process.poll() is None:
        process.kill()
    process.wait()


def _ended(job: Job, code: int) -> Outcome:
    folder = Path(job.folder)
    found = result_of(folder)
    if code == 0 and found is not None and found["run"] == job.run:
        return Outcome(job, Ending.DONE)
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    if "MemoryError" in _tail(folder):
        return Outcome(job, Ending.MEMORY, f"it ran out of memory ({how})")
    return Outcome(job, Ending.CRASHED, f"its process ended with {how} and left no result; see {folder / LOG}")


def _tail(folder: Path) -> str:
    with suppress(OSError), (folder / LOG).open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
        return log.read().decode("utf-8", "replace")
    return ""
