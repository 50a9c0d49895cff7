"""Benchmarks in files: what a user names by a path instead of an identifier, read by a domain."""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from . import registry
from .domains import Domain
from .errors import BrokenPlugin, IdentifierConflict, InvalidIdentifier, PluginError, UnknownIdentifier

if TYPE_CHECKING:
    from .contracts import Benchmark


def is_read(name: str) -> bool:
    """Whether an installed domain reads files of this name's suffix; asked where no identifier is meant."""
    return _place(name) is not None


def read_benchmark(name: str | os.PathLike[str]) -> "Benchmark":
    """The benchmark that a file describes.

    Raises
    ------
    UnknownIdentifier
        If no installed domain reads such files.
    IdentifierConflict
        If it has the name of an installed benchmark and describes another: their scores would be told apart by nobody.
    BrainScoreError
        What the domain says of the file.
    """
    place = _place(os.fspath(name))
    if place is None:
        raise UnknownIdentifier(f"{os.fspath(name)!r} is no file that an installed domain reads")
    from .contracts import Benchmark

    found: Benchmark = _function(*place)(os.fspath(name))
    if isinstance(found, Benchmark):
        _refuse_taken(found, os.fspath(name))
    return found


def _refuse_taken(benchmark: "Benchmark", file: str) -> None:
    """Refuse the name of an installed benchmark, unless that is the same one, read from where it lies."""
    try:
        installed = registry.resolve("benchmarks", benchmark.identifier)
    except (InvalidIdentifier, UnknownIdentifier):
        return
    except PluginError as error:  # broken, or claimed twice: taken all the same
        raise _taken(benchmark, file, "an installed benchmark") from error
    if installed.digest() != benchmark.digest():
        owner = registry.locate("benchmarks", benchmark.identifier).distribution
        raise _taken(benchmark, file, f"a benchmark of {owner}, and it is not the same")


def _taken(benchmark: "Benchmark", file: str, by: str) -> IdentifierConflict:
    return IdentifierConflict(
        f"{file!r} describes {benchmark.identifier!r}, which is the name of {by}",
        expected="a name of its own",
        remedy="change the identifier in the file",
    )


def _place(name: str) -> tuple[str, str] | None:
    """``module:function`` that reads it, and the domain that says so."""
    suffix = PurePath(name).suffix.lower()
    if not suffix:
        return None
    for entry in registry.entries("domains"):
        try:
            domain = registry.resolve("domains", entry.identifier)
        except PluginError:  # another domain's trouble is told where that domain is asked for
            continue
        if isinstance(domain, Domain) and (place := domain.reads.get(suffix)):
            return place, entry.identifier
    return None


def _function(place: str, domain: str) -> Callable[[str], Any]:
    module, _, name = place.partition(":")
    try:
        found: Callable[[str], Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise BrokenPlugin(
            f"domain {domain!r} reads files with {place!r}: {error}", expected="module:function"
        ) from error
    return found
