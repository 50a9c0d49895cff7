"""An environment for a pair whose plugins cannot live with others: built by uv, kept by the hash of its lock."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

from filelock import FileLock

from brainscore_core import registry
from brainscore_core.contracts import Benchmark
from brainscore_core.data.home import home
from brainscore_core.data.writing import replacing
from brainscore_core.errors import BrainScoreError, DataError, InvalidParameter

from .jobs import Ending
from .order import Task

OURS = "bs-app-campaign"


NO_ROOM = re.compile(r"\(os error (28|122)\)|No space left on device|Disk quota exceeded")
NO_NETWORK = re.compile(r"error sending request|dns error|timed out|[Cc]onnection |HTTP status server error")
"""What uv says when the machine is at fault, and not what was asked for."""


class EnvironmentFailed(DataError):
    """An environment cannot be built: its requirements contradict each other, or cannot be had.

    `ending` says whose fault that is, as of an attempt: the pair's, the network's, the disk's.
    """

    def __init__(self, what: str, *, expected: str = "", remedy: str = "", ending: Ending = Ending.ENVIRONMENT):
        self.ending = ending
        super().__init__(what, expected=expected, remedy=remedy)


def interpreter(task: Task) -> str:
    """Python of an environment that holds the plugins of a pair and nothing else.

    Raises
    ------
    InvalidParameter
        If uv is not installed.
    EnvironmentFailed
        With what uv says.
    """
    return str(environment(requirements(task.model, task.benchmark)))


def requirements(model: str, benchmark: str) -> list[str]:
    """What a pair needs: the distributions of model, benchmark, metric and data, in the versions installed here."""
    names = {OURS, *(found for kind, name in _parts(model, benchmark) if (found := _provider(kind, name)))}
    return sorted(requirement(name) for name in with_local(names))


def with_local(names: Iterable[str]) -> set[str]:
    """These distributions, and what they need that was installed here from a folder or file: no index has that."""
    found, waiting = set(names), list(names)
    seen = set(found)
    while waiting:
        for line in _requires(waiting.pop()):
            name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
            if "extra ==" not in line and name not in seen:
                seen.add(name)
                waiting.append(name)
                if _local(name):
                    found.add(name)
    return found


def _requires(distribution: str) -> list[str]:
    try:
        return metadata.distribution(distribution).requires or []
    except metadata.PackageNotFoundError:
        return []


def _local(distribution: str) -> bool:
    try:
        return _url(metadata.distribution(distribution))[0].startswith("file://")
    except metadata.PackageNotFoundError:
        return False


def _url(found: metadata.Distribution) -> tuple[str, bool]:
    """Where it was installed from, and whether it is edited there."""
    direct = json.loads(found.read_text("direct_url.json") or "{}")
    return direct.get("url", ""), bool(direct.get("dir_info", {}).get("editable"))


def environment(needed: Sequence[str]) -> Path:
    """The interpreter of an environment with these requirements, built where it is not there yet.

    Raises
    ------
    InvalidParameter
        If uv is not installed.
    EnvironmentFailed
        If they contradict each other, or one cannot be had.
    """
    return _built(home(), tuple(needed))


@cache
def _built(place: Path, needed: tuple[str, ...]) -> Path:
    lock = _run("pip", "compile", "--quiet", "--no-header", "--python", sys.executable, "-", given="\n".join(needed))
    name = hashlib.sha256(f"{sys.version_info[:2]}\n{lock}".encode()).hexdigest()[:24]
    folder = place / "environments" / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            with replacing(folder.with_suffix(".txt")) as written:
                written.write_text(lock, encoding="utf-8")
            _run("venv", "--quiet", "--python", sys.executable, str(folder))
            _run("pip", "sync", "--quiet", "--python", str(python), str(folder.with_suffix(".txt")))
            (folder / "complete").touch()
    return python


def _parts(model: str, benchmark: str) -> list[tuple[str, str]]:
    parts = [("models", model), ("benchmarks", benchmark)]
    try:
        found = registry.resolve("benchmarks", benchmark)
    except BrainScoreError:
        return parts
    if isinstance(found, Benchmark):
        parts += [("metrics", spec.identifier) for spec in (found.metric, found.ceiling_metric) if spec]
        parts += [("datasets", found.data)] if isinstance(found.data, str) else []
        parts += [("domains", found.domain)] if found.domain else []
    return parts


def _provider(kind: str, identifier: str) -> str | None:
    try:
        return registry.locate(kind, identifier).provider
    except BrainScoreError:
        return None


def requirement(distribution: str) -> str:
    """A distribution as it is installed here: its version; its folder or file where it was installed from one."""
    found = metadata.distribution(distribution)
    url, edited = _url(found)
    if edited:
        return f"-e {url}"  # what is edited there is edited in the environment too, though its lock stays the same
    return f"{distribution} @ {url}" if url.startswith("file://") else f"{distribution}=={found.version}"


def _run(*command: str, given: str = "") -> str:
    try:
        done = subprocess.run([_uv(), *command], input=given, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip()
        raise EnvironmentFailed(
            f"uv {command[0]} failed: {said}",
            remedy="score the pair without --isolate, or change the plugins' requirements",
            ending=_whose(said),
        ) from error
    return done.stdout


def _whose(said: str) -> Ending:
    if NO_ROOM.search(said):
        return Ending.STORAGE
    return Ending.LOST if NO_NETWORK.search(said) else Ending.ENVIRONMENT


def _uv() -> str:
    found = shutil.which("uv")
    if found is None:
        raise InvalidParameter(
            "uv is not installed, and --isolate builds environments with it", remedy="pip install uv"
        )
    return found
