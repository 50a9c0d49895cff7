"""``python -m bs_app_campaign.worker FOLDER``: one attempt at one pair, in a process of its own."""

import os
import sys
from pathlib import Path
from typing import Any

from .jobs import RESULT, SCORE, Job

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def main(folder: Path) -> None:
    """Score the pair and leave the result; the last file that is written is the one that says it is complete."""
    _die_with_parent()
    job = Job.read(folder)
    from brainscore_core.data.writing import write_json

    write_json(folder / RESULT, attempt(job, folder))


def attempt(job: Job, folder: Path) -> dict[str, Any]:
    """What became of the pair, as the database wants it; the score itself is written beside."""
    from brainscore_core.provenance import peak_memory_mb
    from brainscore_core.run import Settings, score_all

    from .describing import described_benchmark, described_model, loaded

    model, benchmark = loaded("model", job.model), loaded("benchmark", job.benchmark)
    found: dict[str, Any] = {"run": job.run, "pair": job.pair, "key": _key(model, benchmark, job)}
    found |= {"benchmark": described_benchmark(job.benchmark, benchmark), "model": described_model(job.model, model)}
    if found["key"] in job.known:
        return found | {"status": "known", "score_id": job.known[found["key"]], "reason": ""}
    settings = Settings(**{name: job.settings.get(name) for name in ("device", "batch_size")}, seed=_seed(job))
    (record,) = score_all([job.model if isinstance(model, BaseException) else model], [job.benchmark], settings)
    if record.score is not None:
        record.score.save(folder / SCORE)
    return found | {
        "status": str(record.status),
        "reason": record.reason,
        "traceback": record.traceback,
        "seconds": record.seconds,
        "peak_memory_mb": peak_memory_mb(),
        "provenance": dict(record.provenance),
    }


def _seed(job: Job) -> int:
    return int(job.settings.get("seed") or 0)


def _key(model: Any, benchmark: Any, job: Job) -> str | None:
    from .keys import score_key

    if isinstance(model, BaseException) or isinstance(benchmark, BaseException):
        return None
    return score_key(model.digest(), benchmark, _seed(job))


def _die_with_parent() -> None:
    """On Linux, end when the campaign does, even if that is killed; elsewhere an orphan finishes and is not heard."""
    if sys.platform != "linux":
        return
    import ctypes
    import signal

    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be tied to us
        os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
