"""What an attempt was made with, as far as names tell: the record of one that left no score, to repeat it by."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from brainscore_core import registry
from brainscore_core.contracts import Benchmark
from brainscore_core.provenance import LIBRARIES, environment, plugin

from .jobs import bare

SETTINGS = ("seed", "device", "batch_size")


def installed(distribution: str) -> str | None:
    """The version of a distribution that is installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def described(identifier: str) -> Benchmark | None:
    """An installed benchmark, which is inert; None where it cannot be had: its own record says why."""
    try:
        found = registry.resolve("benchmarks", identifier)
    except Exception:  # a plugin may raise anything
        return None
    return found if isinstance(found, Benchmark) else None


def made_with(model: str, benchmark: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, plugins and libraries of an attempt by this process, in the words of a score's provenance.

    Parameters
    ----------
    model, benchmark : str
        Identifiers.
    settings : mapping
        ``seed``, ``device``, ``batch_size``.
    """
    found = _named(model, benchmark, settings) | environment()
    task = described(benchmark)
    if task is None:
        return found
    ceiling = task.ceiling_metric
    return found | {
        "benchmark": found["benchmark"] | {"version_of_scores": task.version},
        "metric": _plugin("metrics", task.metric.identifier),
        "ceiling": _plugin("metrics", ceiling.identifier) if ceiling else None,
        "domain": _plugin("domains", task.domain) if task.domain else None,
        **_data(task),
    }


def lost_with(model: str, benchmark: str, settings: Mapping[str, Any], *, elsewhere: bool = False) -> dict[str, Any]:
    """The same of a process that ended without a word, as far as it can be told without importing what ended it.

    Parameters
    ----------
    elsewhere : bool
        It ran in an environment of its own: nobody knows now what that held.
    """
    if elsewhere:
        return _named(model, benchmark, settings, known=False)
    libraries = {name: version for name in LIBRARIES if (version := installed(name))}
    return _named(model, benchmark, settings) | environment() | {"libraries": libraries}


def _named(model: str, benchmark: str, settings: Mapping[str, Any], *, known: bool = True) -> dict[str, Any]:
    return {
        "model": _plugin("models", model) if known else plugin(bare(model), None),
        "benchmark": _plugin("benchmarks", benchmark) if known else plugin(bare(benchmark), None),
        "settings": {name: settings.get(name) for name in SETTINGS} | {"seed": settings.get("seed") or 0},
    }


def _plugin(kind: str, identifier: str) -> dict[str, Any]:
    return plugin(bare(identifier), registry.origin_of(kind, identifier))


def _data(benchmark: Benchmark) -> dict[str, Any]:
    try:
        data, stimuli = benchmark.dataset, benchmark.shows
    except Exception:  # sets are plugins too
        return {}
    sets = [plugin(entry.identifier, registry.origin(entry)) for entry in (data, *stimuli)]
    return {"data": sets[0], "stimuli": sets[1:]}
