"""Ceilings, computed once a content: data digest x metric with its parameters x version of its distribution."""

from typing import Any

from .contracts import MetricSpec
from .scores import Score


def cached_ceiling(spec: MetricSpec, target: Any) -> Score:
    """The ceiling of `target` by `spec`, from the cache where it was computed before.

    A metric of one argument (``inputs == "single"``) is called with the target; any other must have
    ``ceiling(target)``.
    """
    from . import registry
    from .cache import result_cache

    origin = registry.origin_of("metrics", spec.identifier)
    recipe = {
        "kind": "ceiling",
        "metric": spec.canonical,
        "distribution": list(origin) if origin else None,
        "data": digest_assembly(target),
    }
    return Score.from_dict(result_cache().json(recipe, lambda: _compute(spec, target).to_dict()))


def _compute(spec: MetricSpec, target: Any) -> Score:
    metric = spec.load()
    return metric(target) if metric.inputs == "single" else metric.ceiling(target)  # type: ignore[attr-defined]


def digest_assembly(assembly: Any) -> str:
    """SHA-256 of an assembly: dimensions, values, coordinates and attributes."""
    import numpy as np

    from .digests import digest_sequence, digest_value

    parts = [repr(assembly.dims), digest_value(np.asarray(assembly.values))]
    for name in sorted(map(str, assembly.coords)):
        coord = assembly.coords[name]
        values = coord.values.astype(str) if coord.dtype.kind in "OT" else coord.values
        parts += [name, repr(coord.dims), digest_value(values)]
    for name in sorted(map(str, assembly.attrs)):
        parts += [name, digest_value(np.asarray(assembly.attrs[name]))]
    return digest_sequence(parts)
