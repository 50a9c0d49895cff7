"""What ``brainscore doctor`` looks at, as plain values; nothing here raises because something is broken."""

import os
import platform
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from .. import registry
from ..contracts import Benchmark
from ..errors import BrainScoreError, IncompatiblePlugin, PluginError
from ..placing import misplaced
from ..registry import Problem
from .kinds import spelled

OURS = ("brainscore-core", "brainscore-vision")
OK, NOT_ASKED = "ok", "not asked"
TIMEOUT = 3.0
"""Seconds that a host has to answer."""


def problems() -> list[Problem]:
    """Everything wrong with what is installed; imports every plugin to see whether it can be."""
    found = {(problem.distribution, problem.what): problem for problem in registry.problems()}
    for problem in (*_impostors(), *_unloadable(), *_misplaced()):
        found.setdefault((problem.distribution, problem.what), problem)
    return list(found.values())


def _impostors() -> Iterable[Problem]:
    """Brain-Score 2 has distributions of the same names, and a requirement without version brings it."""
    versions = registry_versions()
    for name in OURS:
        version = versions.get(name)
        if version and version.partition(".")[0] in ("0", "1", "2"):
            yield Problem(
                "not-ours",
                name,
                f"version {version} is of Brain-Score 2, whose plugins and names are others",
                f'install ours: pip install "{name}>=3,<4"',
            )


def registry_versions() -> dict[str, str]:
    """Version by name of core and the domains, as installed."""
    from importlib import metadata

    found = {}
    for name in OURS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _unloadable() -> Iterable[Problem]:
    """One problem a cause: a module that raises breaks all of a distribution's entries."""
    seen = set()
    for entry in (entry for kind in registry.KINDS for entry in registry.entries(kind)):
        try:
            registry.load(entry)
        except IncompatiblePlugin:  # the registry tells that from metadata
            continue
        except PluginError as error:
            cause = (entry.provider, repr(error.__cause__ or error))
            if cause not in seen:
                seen.add(cause)
                yield Problem("broken-plugin", entry.distribution, error.what, error.remedy or "tell its authors")


def _misplaced() -> Iterable[Problem]:
    """Benchmarks that enter no average; those that cannot be loaded are said already."""
    for entry in registry.entries("benchmarks"):
        try:
            benchmark = registry.load(entry)
        except PluginError:
            continue
        if isinstance(benchmark, Benchmark) and (wrong := misplaced(benchmark)):
            remedy = f"tell the authors of {entry.provider}: expected {wrong.expected}"
            yield Problem("no-place", entry.distribution, wrong.what, remedy)


def installed() -> dict[str, int]:
    """How much of each kind is installed."""
    return {spelled(kind): len(registry.entries(kind)) for kind in registry.KINDS}


def unusable_mirrors(states: Mapping[str, str]) -> list[Problem]:
    """One problem a mirror that was named and that nothing can be had from; `states` as :func:`reach` found them."""
    remedy = "name a folder or URL that has an index.csv, or take it out of BRAINSCORE_MIRRORS"
    return [
        Problem("unusable-mirror", "BRAINSCORE_MIRRORS", f"{mirror} {state}", remedy)
        for mirror, state in states.items()
        if state not in (OK, NOT_ASKED)
    ]


def versions() -> dict[str, str]:
    """Python, the system, and what the numbers come from; nothing is imported for it."""
    from importlib import metadata

    from ..provenance import LIBRARIES

    present = {entry.metadata["Name"]: entry.version for name in LIBRARIES for entry in _distribution(metadata, name)}
    system = {"python": platform.python_version(), "platform": f"{platform.system()}-{platform.machine()}"}
    return system | registry_versions() | present


def _distribution(metadata: Any, name: str) -> list[Any]:
    try:
        return [metadata.distribution(name)]
    except metadata.PackageNotFoundError:
        return []


def storage() -> dict[str, Any]:
    """Where everything is stored, whether it can be, and how much lies there."""
    from ..cache import entries
    from ..data import list_stored
    from ..data.home import home

    folder = home()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    files, cached = list_stored(), entries()
    return {
        "home": str(folder),
        "writable": os.access(existing, os.W_OK) and existing.is_dir(),
        "free_bytes": shutil.disk_usage(existing).free,
        "data_files": len(files),
        "data_bytes": sum(file.size for file in files),
        "cache_entries": len(cached),
        "cache_bytes": sum(entry.bytes for entry in cached),
    }


def reach(look: bool) -> dict[str, Any]:
    """Mirrors, and the hosts that data come from; `look`: whether to ask those that are not on this machine."""
    from ..data.home import mirrors, offline

    look = look and not offline()
    with ThreadPoolExecutor(max_workers=8) as pool:
        named = dict(zip(mirrors(), pool.map(lambda place: _mirror_state(place, look), mirrors()), strict=True))
        found = dict(zip(hosts(), pool.map(lambda place: _state(place, look), hosts()), strict=True))
    return {"offline": offline(), "mirrors": named, "hosts": found}


def hosts() -> list[str]:
    """The hosts that installed data packages name."""
    found: dict[str, None] = {}
    for kind in ("datasets", "stimulus_sets"):
        for entry in registry.entries(kind):
            try:
                sources = registry.resolve(kind, f"{entry.provider}::{entry.identifier}").info.sources
            except (BrainScoreError, AttributeError):  # said among the problems
                continue
            parts = [urlsplit(place) for source in sources for place in source.places]
            found |= {f"{part.scheme}://{part.netloc}": None for part in parts if part.scheme in ("http", "https")}
    return sorted(found)


def _mirror_state(place: str, look: bool) -> str:
    from ..data.mirrors import folder_fault

    if "://" not in place or place.startswith("file://"):
        return folder_fault(Path(unquote(place.removeprefix("file://")))) or OK
    return _state(f"{place}/index.csv", look, missing="has no index.csv")


def _state(place: str, look: bool, missing: str = "") -> str:
    """`missing`: what it means that the host answers, and has not what was asked for."""
    if not look:
        return NOT_ASKED
    try:
        with urlopen(Request(place, method="HEAD"), timeout=TIMEOUT):
            return OK
    except HTTPError as error:  # it answered
        return missing if missing and error.code in (404, 410) else OK
    except (URLError, OSError, ValueError) as error:
        return f"cannot be reached ({getattr(error, 'reason', error)})"
