"""A record, attempted again in its own environment: whether the number still is the number."""

import json
import math
import platform
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from brainscore_core.errors import InvalidParameter
from brainscore_core.status import Status

from .attempted import installed
from .database import Database
from .executors import watching
from .jobs import Ending, Job, Limits, result_of, score_file
from .schema import Benchmark, Model, Score

TOLERANCE = 1e-9
"""Relative difference that another order of additions explains."""
COMPARED = ("score", "error", "ceiling", "raw", "raw_error")


@dataclass(frozen=True)
class Difference:
    """One number of a record, then and now; `same` within :data:`TOLERANCE`."""

    name: str
    then: float | str | None
    now: float | str | None

    @property
    def same(self) -> bool:
        """Whether they agree."""
        if isinstance(self.then, float) and isinstance(self.now, float):
            return math.isclose(self.then, self.now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        return self.then == self.now


def record_of(named: str, database: str | None = None) -> dict[str, Any]:
    """A record by the number of its row, or from a file that ``brainscore score --json`` wrote.

    Parameters
    ----------
    named : str
        ``17``, ``FILE``, or ``FILE:3`` for the fourth record of a file.
    database : str, optional

    Raises
    ------
    InvalidParameter
        If there is no such record.
    """
    if named.isdigit():
        with closing(Database(database)) as store:
            return _stored(int(named), store)
    file, _, place = named.rpartition(":") if named.rpartition(":")[2].isdigit() else (named, "", "0")
    try:
        found = json.loads(Path(file).read_text(encoding="utf-8"))
        record = (found if isinstance(found, list) else [found])[int(place)]
        return {name: record[name] for name in ("model", "benchmark", "status", "reason", "provenance", *COMPARED)}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InvalidParameter(
            f"there is no record {named!r} ({type(error).__name__}: {error})",
            expected="the number of a row, or FILE[:N] written by `brainscore score --json`",
            remedy="see `brainscore results history MODEL --json` for numbers of rows",
        ) from error


def reproduce(record: Mapping[str, Any], *, isolate: bool = True, limits: Limits | None = None) -> list[Difference]:
    """Attempt a record's pair again, in an environment of the versions that it names.

    Parameters
    ----------
    record : mapping
    isolate : bool
        False: with what is installed here, whatever its versions are.
    limits : Limits, optional

    Returns
    -------
    list of Difference
        Status first, with the reason where it is another, then its numbers, then the versions that were not the same.

    Raises
    ------
    EnvironmentFailed
        If its versions cannot be had.
    """
    named = versions(record["provenance"])
    other = {name: version for name, version in named.items() if installed(name) != version}
    python = ""
    if isolate and other:
        from .environments import OURS, environment, requirement, with_local

        same = sorted(requirement(name) for name in with_local({OURS, *(named.keys() - other.keys())}))
        python = str(environment([*same, *(f"{name}=={version}" for name, version in sorted(other.items()))]))
    settings = record["provenance"].get("settings", {})
    with tempfile.TemporaryDirectory(prefix="brainscore-again-") as folder:
        job = Job(0, record["model"], record["benchmark"], folder, settings, limits=limits or Limits(), python=python)
        outcome = watching.attempt(job)
        result = result_of(Path(folder)) or {"status": str(Status.FAILED), "reason": outcome.detail}
        score = score_file(Path(folder)) if outcome.ending is Ending.DONE else None
    now = _numbers(score)
    found = [Difference("status", record["status"], result["status"])]
    if not found[0].same:
        found.append(Difference("reason", record.get("reason", ""), result.get("reason", "")))
    found += [Difference(name, record[name], now[name]) for name in COMPARED]
    if not python:
        found += [Difference(name, version, installed(name)) for name, version in other.items()]
    then, here = record["provenance"].get("python", ""), platform.python_version()
    return found if then in ("", here) else [*found, Difference("python", then, here)]


def versions(provenance: Mapping[str, Any]) -> dict[str, str]:
    """Distribution -> version of all that a record says it was made with."""
    parts = [provenance.get(name) for name in ("model", "benchmark", "metric", "ceiling", "data", "domain")]
    parts += provenance.get("stimuli", [])
    found = {part["distribution"]: part["version"] for part in parts if part and part.get("distribution")}
    libraries = provenance.get("libraries", {})
    return found | dict(libraries)


def _stored(row: int, database: Database) -> dict[str, Any]:
    asked = (
        select(Score, Model.identifier, Benchmark.identifier)
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Score.id == row)
    )
    with database.read() as session:
        found = session.execute(asked).first()
    if found is None:
        raise InvalidParameter(
            f"there is no row {row}", expected="a number of this database",
            remedy="see `brainscore results history MODEL`",
        )  # fmt: skip
    score, model, benchmark = found
    numbers = (score.value, score.error, score.ceiling, score.raw, score.raw_error)
    record = {"model": model, "benchmark": benchmark, "status": score.status}
    record |= {"reason": score.reason, "provenance": score.provenance}
    return record | dict(zip(COMPARED, numbers, strict=True))


def _numbers(score: Any) -> dict[str, float | None]:
    if score is None:
        return dict.fromkeys(COMPARED)
    ceiling, raw = score.ceiling, score.raw
    values = (
        score.value, score.error, ceiling.value if ceiling else None,
        raw.value if raw else None, raw.error if raw else None,
    )  # fmt: skip
    return dict(zip(COMPARED, values, strict=True))
