"""An environment for a pair whose plugins cannot live with others: built by uv, kept by the hash of its lock."""

import hashlib
import json
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from filelock import FileLock

from brainscore_core import registry
from brainscore_core.contracts import Benchmark
from brainscore_core.data.home import home
from brainscore_core.data.writing import replacing
from brainscore_core.errors import BrainScoreError, DataError, InvalidParameter

from .order import Task

OURS = "bs-app-campaign"


class EnvironmentFailed(DataError):
    """An environment cannot be built: its requirements contradict each other, or cannot be had."""


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
    return sorted(_requirement(name) for name in names)


def environment(needed: list[str]) -> Path:
    """The interpreter of an environment with these requirements, built where it is not there yet."""
    lock = _run("pip", "compile", "--quiet", "--no-header", "--python", sys.executable, "-", given="\n".join(needed))
    name = hashlib.sha256(f"{sys.version_info[:2]}\n{lock}".encode()).hexdigest()[:24]
    folder = home() / "environments" / name
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


def _requirement(distribution: str) -> str:
    """Its version; its folder where it was installed from one."""
    found = metadata.distribution(distribution)
    direct = json.loads(found.read_text("direct_url.json") or "{}")
    if direct.get("url", "").startswith("file://"):
        return f"{distribution} @ {direct['url']}"
    return f"{distribution}=={found.version}"


def _run(*command: str, given: str = "") -> str:
    try:
        done = subprocess.run([_uv(), *command], input=given, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip()
        raise EnvironmentFailed(
            f"uv {command[0]} failed: {said}",
            remedy="score the pair without --isolate, or change the plugins' requirements",
        ) from error
    return done.stdout


def _uv() -> str:
    found = shutil.which("uv")
    if found is None:
        raise InvalidParameter(
            "uv is not installed, and --isolate builds environments with it", remedy="pip install uv"
        )
    return found
