"""What a score is made of, as one word: two attempts with one key would give one score."""

from typing import Any

from brainscore_core import registry
from brainscore_core.contracts import Benchmark, DataEntry, MetricSpec
from brainscore_core.digests import digest_json


def score_key(model_digest: str | None, benchmark: Benchmark, seed: int = 0) -> str | None:
    """SHA-256 of model, benchmark with its version, metric, data, seed, and the major versions of core and domain.

    Parameters
    ----------
    model_digest : str or None
        ``model.digest()``.
    benchmark : Benchmark
    seed : int
        Of the model's trials.

    Returns
    -------
    str or None
        None where the model cannot be read: such a pair is never known.
    """
    if model_digest is None:
        return None
    return digest_json(
        {
            "key": 1,
            "model": model_digest,
            "benchmark": [benchmark.identifier, benchmark.version],
            "metric": _metric(benchmark.metric),
            "ceiling": _metric(benchmark.ceiling_metric) if benchmark.ceiling_metric else None,
            "data": [_data(entry) for entry in (benchmark.dataset, *benchmark.shows)],
            "seed": seed,
            "majors": [_major(_core()), _major(registry.origin_of("domains", benchmark.domain))],
        }
    )


def _metric(spec: MetricSpec) -> list[Any]:
    return [spec.canonical, _major(registry.origin_of("metrics", spec.identifier))]


def _data(entry: DataEntry) -> list[Any]:
    """By the hashes of its files; what has none is made by its package, of which the major version counts."""
    files = [source.key for source in entry.info.sources]
    return [entry.identifier, *(files or [{"major": _major(registry.origin(entry))}])]


def _core() -> tuple[str, str]:
    from importlib.metadata import version

    return "brainscore-core", version("brainscore-core")


def _major(origin: tuple[str, str] | None) -> str | None:
    return origin[1].split(".")[0] if origin else None
