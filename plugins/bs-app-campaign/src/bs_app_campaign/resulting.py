"""What an attempt left, believed only where it is what an attempt leaves: models may write anything into its folder."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from brainscore_core.errors import InvalidFile
from brainscore_core.scores import Score
from brainscore_core.status import Status

from .jobs import Job, bare, result_of, score_file

KNOWN = "known"
"""Said by an attempt that found its score among those that need not be computed."""
WORDS = (
    KNOWN,
    *map(str, (Status.OK, Status.UNSUPPORTED, Status.UNAVAILABLE, Status.WITHHELD, Status.FAILED)),
)
"""What an attempt may say of its pair."""
_NUMBER = (int, float, type(None))
_RESULT = {"reason": (str, type(None)), "key": (str, type(None)), "seconds": _NUMBER, "peak_memory_mb": _NUMBER,
           "provenance": (dict, type(None))}  # fmt: skip
_TEXTS = ("identifier", "distribution", "version", "digest", "released", "domain", "parent", "access")
_MODEL = dict.fromkeys(_TEXTS, (str,)) | {"flags": (list,), "info": (dict,)}
_BENCHMARK = _MODEL | {"version": (int,)}


def found_result(job: Job) -> tuple[dict[str, Any], Score | None] | None:
    """The result in the folder of an attempt, with its score; None where there is none, or what is there is none."""
    folder = Path(job.folder)
    result = result_of(folder)
    if result is None or not _is_of(job, result):
        return None
    with suppress(InvalidFile):
        score = score_file(folder)
        if score is not None or result["status"] != Status.OK:
            return result, score
    return None


def _is_of(job: Job, result: Mapping[str, Any]) -> bool:
    if result["run"] != job.run or result["status"] not in WORDS or not _typed(result, _RESULT):
        return False
    if result["status"] == KNOWN and result.get("score_id") not in job.known.values():
        return False
    for part, types in (("model", _MODEL), ("benchmark", _BENCHMARK)):
        found = result.get(part)
        if not isinstance(found, dict) or not _typed(found, types):
            return False
        if found.get("identifier") != bare(getattr(job, part)):
            return False
    return True


def _typed(found: Mapping[str, Any], types: Mapping[str, tuple[type, ...]]) -> bool:
    return all(
        isinstance(found[name], kinds) and not isinstance(found[name], bool)
        for name, kinds in types.items()
        if name in found
    )
