"""The public verbs that turn an identifier into a thing."""

from typing import TYPE_CHECKING, Any

from . import registry
from .errors import BrokenPlugin, InvalidIdentifier, InvalidParameter, UnknownIdentifier
from .options import accepted, named, refused

if TYPE_CHECKING:
    import xarray as xr

    from .contracts import Benchmark, Metric, Model
    from .stimuli import StimulusSet


def load_model(identifier: str, **options: Any) -> "Model":
    """Build an installed model.

    Parameters
    ----------
    identifier : str
        As ``"pixels"``, ``"timm:resnet18"`` or ``"distribution::identifier"``.
    **options
        Passed to the model's ``build``.

    Raises
    ------
    UnknownIdentifier, IdentifierConflict, BrokenPlugin, IncompatiblePlugin
        See :mod:`brainscore_core.errors`.
    InvalidParameter
        If the model has no such option.
    """
    entry = registry.resolve("models", identifier)
    model = _call("model", identifier, entry.build, options)
    registry.remember(model, registry.origin(entry))
    return model


def load_benchmark(identifier: str, **options: Any) -> "Benchmark":
    """An installed benchmark, or the one that a file describes; `options` replace fields of its description.

    Parameters
    ----------
    identifier : str
        As ``"MajajHong2015public.IT-pls"``, or the path of a file that a domain reads, as ``"my-paper.toml"``.
    """
    benchmark = _benchmark(identifier)
    if not options:
        return benchmark
    changed = benchmark.with_options(**options)
    registry.remember(changed, registry.origin(benchmark))
    return changed


def _benchmark(identifier: str) -> "Benchmark":
    try:
        found: Benchmark = registry.resolve("benchmarks", identifier)
    except (InvalidIdentifier, UnknownIdentifier):
        from .description_files import is_read, read_benchmark

        if not is_read(identifier):
            raise
        return read_benchmark(identifier)
    return found


def load_metric(identifier: str, **parameters: Any) -> "Metric":
    """An installed metric with these parameters (ceilings are metrics).

    Parameters
    ----------
    identifier : str
        As ``"ridge"``: ``brainscore list metrics``.
    **parameters
        Options of the metric: ``brainscore info METRIC`` lists them, ``help(type(load_metric(METRIC)))`` explains them
        at length.

    Raises
    ------
    UnknownIdentifier, IdentifierConflict, BrokenPlugin, IncompatiblePlugin
    InvalidParameter
        If the metric has no such option.
    """
    return _call("metric", identifier, registry.resolve("metrics", identifier), parameters)


def load_dataset(identifier: str, **options: Any) -> "xr.DataArray":
    """The assembly of an installed dataset; fetches what is not there yet.

    Raises
    ------
    DataUnavailable
        When its files cannot be had here.
    """
    entry = registry.resolve("datasets", identifier)
    return _call("dataset", identifier, getattr(entry, "read", entry.load), options)


def load_stimulus_set(identifier: str, **options: Any) -> "StimulusSet":
    """An installed stimulus set; fetches what is not there yet."""
    entry = registry.resolve("stimulus_sets", identifier)
    return _call("stimulus set", identifier, getattr(entry, "read", entry.load), options)


def _call(kind: str, identifier: str, function: Any, options: dict[str, Any]) -> Any:
    """Call a plugin's factory; a misspelt option is said to be one, whatever the factory raises for it."""
    import inspect

    if not callable(function):
        raise BrokenPlugin(f"{kind} {identifier!r} resolves to a {type(function).__name__}", expected="a callable")
    try:
        inspect.signature(function).bind(**options)
    except TypeError as error:
        raise _not_bound(f"{kind} {identifier!r}", function, options, error) from error
    except ValueError:  # builtins without a signature
        pass
    try:
        return function(**options)
    except InvalidParameter as error:
        if kind == "metric" and (known := accepted(function)) and (unknown := set(options) - set(known)):
            raise refused(f"metric {identifier!r}", unknown, known) from error
        raise


def _not_bound(what: str, function: Any, options: dict[str, Any], error: TypeError) -> InvalidParameter:
    known = named(function)
    if unknown := set(options) - set(known):
        return refused(what, unknown, known)
    return InvalidParameter(f"{what}: {error}", expected=f"options out of {list(known)}" if known else "no options")
