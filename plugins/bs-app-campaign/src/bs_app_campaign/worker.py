"""``python -m bs_app_campaign.worker FOLDER``: one attempt at one pair, in a process of its own."""

import os
import sys
import traceback
from pathlib import Path
from typing import Any

from .jobs import RESULT, SCORE, Job, bare

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PARENT = "BRAINSCORE_CAMPAIGN_PROCESS"
"""Environment variable: who started the attempt and waits for it."""
DISK_FULL = 74
"""Exit code (EX_IOERR) of an attempt that could not write: no fault of the pair."""


def main(folder: Path) -> int:
    """Score the pair and leave the result; the last file that is written is the one that says it is complete."""
    _die_with_parent()
    from brainscore_core.data.writing import write_json
    from brainscore_core.errors import StorageError

    job = Job.read(folder)
    try:
        write_json(folder / RESULT, attempt(job, folder))
    except StorageError as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return DISK_FULL
    return 0


def attempt(job: Job, folder: Path) -> dict[str, Any]:
    """What became of the pair, as the database wants it; the score itself is written beside.

    Raises
    ------
    StorageError
        If it could not be written, or the pair says that something could not: another attempt may find room.
    """
    try:
        return _attempted(job, folder)
    except Exception as error:
        _raise_unwritten(error)
        sys.stderr.write(traceback.format_exc())  # the reason may quote private data, which are in no log of a score
        reason = f"{type(error).__name__} when it was prepared; the log has more"
        failed = {"run": job.run, "status": "failed", "reason": reason, "key": None, "provenance": _made_with(job)}
        return failed | {part: {"identifier": bare(getattr(job, part))} for part in ("model", "benchmark")}


def _attempted(job: Job, folder: Path) -> dict[str, Any]:
    from brainscore_core.errors import StorageError
    from brainscore_core.provenance import peak_memory_mb
    from brainscore_core.run import Settings, score_all

    from .describing import described_benchmark, described_model, loaded

    model, benchmark = loaded("model", job.model), loaded("benchmark", job.benchmark)
    found: dict[str, Any] = {"run": job.run, "key": _key(model, benchmark, job)}
    found |= {"benchmark": described_benchmark(job.benchmark, benchmark), "model": described_model(job.model, model)}
    if found["key"] in job.known:
        return found | {"status": "known", "score_id": job.known[found["key"]], "reason": ""}
    settings = Settings(**{name: job.settings.get(name) for name in ("device", "batch_size")}, seed=_seed(job))
    # planned with the benchmarks that show the same stimuli, so that one pass through the network serves all of them
    planned = score_all(
        [job.model if isinstance(model, BaseException) else model], [job.benchmark, *job.also], settings
    )
    record = next(planned)
    planned.close()
    if record.traceback:
        sys.stderr.write(record.traceback)
    if record.unwritten:
        raise StorageError(f"the attempt could not write ({record.reason})")
    if record.score is not None:
        record.score.save(folder / SCORE)
    return found | {
        "status": str(record.status),
        "reason": record.reason,
        "seconds": record.seconds,
        "peak_memory_mb": peak_memory_mb(),
        "provenance": (dict(record.provenance) or _made_with(job)) | {"written_mb": _written_mb()},
    }


def _made_with(job: Job) -> dict[str, Any]:
    """Of an attempt without a score."""
    from .attempted import made_with

    return made_with(job.model, job.benchmark, job.settings)


def _raise_unwritten(error: Exception) -> None:
    """Where nothing can be written, that says nothing about the pair."""
    from brainscore_core.data.writing import is_unwritten
    from brainscore_core.errors import StorageError

    if isinstance(error, StorageError):
        raise error
    if is_unwritten(error):
        raise StorageError(f"the attempt could not write ({error})") from error


def _written_mb() -> float | None:
    """What this process has written to disk so far, in MB; None where the system does not tell."""
    import psutil

    try:
        return round(psutil.Process().io_counters().write_bytes / 2**20, 1)
    except (AttributeError, psutil.Error):
        return None


def _seed(job: Job) -> int:
    return int(job.settings.get("seed") or 0)


def _key(model: Any, benchmark: Any, job: Job) -> str | None:
    from .keys import score_key

    if isinstance(model, BaseException) or isinstance(benchmark, BaseException):
        return None
    return score_key(model.digest(), benchmark, _seed(job))


def _die_with_parent() -> None:
    """On Linux, end when the campaign does, even if that is killed; elsewhere an orphan finishes and is not heard."""
    if sys.platform != "linux" or PARENT not in os.environ:
        return
    import ctypes
    import signal

    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
    if os.getppid() != int(os.environ[PARENT]):  # it ended before it could be tied to us
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
