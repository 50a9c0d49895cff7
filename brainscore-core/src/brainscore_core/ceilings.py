"""Ceilings, computed once a content: data digest x metric with its parameters x version of its distribution."""

from typing import Any

from .contracts import MetricSpec
from .errors import InvalidParameter
from .scores import Score


def cached_ceiling(spec: MetricSpec, target: Any, *, private: bool = False) -> Score:
    """The ceiling of `target` by `spec`, from the cache where it was computed before.

    A metric of one argument (``inputs == "single"``) is called with the target; any other must have
    ``ceiling(target)``.

    Parameters
    ----------
    spec : MetricSpec
    target : xarray.DataArray
    private : bool
        Keep it in this process: a ceiling's values and details are derived from the data's.

    Raises
    ------
    InvalidParameter
        If the metric knows no ceiling.
    """
    from . import registry
    from .cache import result_cache

    origin = registry.origin_of("metrics", spec.identifier)
    recipe = {
        "kind": "ceiling-1",
        "metric": spec.canonical,
        "distribution": list(origin) if origin else None,
        "data": digest_assembly(target),
    }
    return result_cache().score(recipe, lambda: _compute(spec, target), keep=not private)


def _compute(spec: MetricSpec, target: Any) -> Score:
    metric: Any = spec.load()
    if metric.inputs == "single":
        return metric(target)
    if not hasattr(metric, "ceiling"):
        raise InvalidParameter(f"metric {spec.identifier!r} has no ceiling", expected="a metric with ceiling(target)")
    return metric.ceiling(target)


def digest_assembly(assembly: Any) -> str:
    """SHA-256 of an assembly: dimensions, values, coordinates and attributes."""
    import numpy as np

    from .digests import digest_sequence, digest_value

    def digest(values: np.ndarray) -> str:
        return digest_value(values.astype(str) if values.dtype.kind in "OT" else values)

    parts = [repr(assembly.dims), digest(assembly.values)]
    for name in sorted(map(str, assembly.coords)):
        coord = assembly.coords[name]
        parts += [name, repr(coord.dims), digest(coord.values)]
    for name in sorted(map(str, assembly.attrs)):
        parts += [name, digest_value(np.asarray(assembly.attrs[name]))]
    return digest_sequence(parts)
