"""What the database keeps of a model and of a benchmark besides their scores."""

from typing import Any

from brainscore_core import load_benchmark, load_model, registry
from brainscore_core.contracts import Benchmark


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
        "info": benchmark.info.to_dict(),
    }
