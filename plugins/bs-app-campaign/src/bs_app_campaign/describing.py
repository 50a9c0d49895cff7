"""What the database keeps of a model and of a benchmark besides their scores."""

from collections.abc import Iterable, Iterator
from typing import Any

from brainscore_core import load_benchmark, load_model, registry
from brainscore_core.contracts import Benchmark, DataEntry

MOST = 5
"""Addresses of files that are kept of a set of data."""


def loaded(kind: str, identifier: str) -> Any:
    """A model or benchmark; the exception where it cannot be had, which its record will tell."""
    try:
        return load_model(identifier) if kind == "model" else load_benchmark(identifier)
    except (Exception, SystemExit) as error:
        return error


def described_model(identifier: str, model: Any) -> dict[str, Any]:
    """Of a model that could not be built only the name."""
    if isinstance(model, BaseException):
        return {"identifier": identifier}
    origin, info = registry.origin(model) or ("", ""), model.info
    return {
        "identifier": model.identifier,
        "distribution": origin[0],
        "version": origin[1],
        "digest": model.digest() or "",
        "released": info.released,
        "flags": list(info.flags),
        "info": info.to_dict(),
    }


def described_benchmark(identifier: str, benchmark: Any) -> dict[str, Any]:
    """Of a benchmark that could not be loaded only the name."""
    if not isinstance(benchmark, Benchmark):
        return {"identifier": identifier, "version": 0}
    return {
        "identifier": benchmark.identifier,
        "version": benchmark.version,
        "digest": benchmark.digest(),
        "domain": benchmark.domain,
        "parent": benchmark.parent,
        "access": benchmark.access,
        "released": benchmark.released,
        "info": benchmark.info.to_dict() | {"sources": list(_sources(benchmark))},
    }


def _sources(benchmark: Benchmark) -> Iterator[dict[str, Any]]:
    """What a benchmark is made of, recordings first, then stimuli; of private data nothing."""
    if benchmark.access == "public":
        yield _source("data", benchmark.dataset)
        yield from (_source("stimuli", entry) for entry in _once(benchmark.shows))


def _source(kind: str, entry: DataEntry) -> dict[str, Any]:
    """Who owns it, and where it can be had: the first address of each of its first files."""
    info, places = entry.info, [source.places[0] for source in entry.info.sources if source.places]
    sizes = [source.size for source in info.sources]
    found = {"name": entry.identifier, "kind": kind, "licence": info.licence, "doi": info.doi}
    found |= {"files": len(sizes), "addresses": [place for place in places if place.startswith("http")][:MOST]}
    return found | ({"bytes": sum(sizes)} if sizes and None not in sizes else {})


def _once(entries: Iterable[DataEntry]) -> list[DataEntry]:
    return list({entry.identifier: entry for entry in entries}.values())
