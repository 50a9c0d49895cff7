"""The files that installed datasets and stimulus sets name."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import click

from .. import registry
from ..errors import PluginError, UnknownIdentifier
from .kinds import matches

_KINDS = ("datasets", "stimulus_sets")


class Named(NamedTuple):
    """One file and the datasets and stimulus sets that are read from it."""

    source: Any
    identifiers: tuple[str, ...]


def named_files() -> list[Named]:
    """The files of everything installed; a package that cannot be loaded is named on standard error."""
    found = []
    for kind in _KINDS:
        for identifier in dict.fromkeys(entry.identifier for entry in registry.entries(kind)):
            try:
                found.append((identifier, registry.resolve(kind, identifier)))
            except PluginError as error:
                click.echo(f"left out: {error}", err=True)
    return _files(found)


def wanted_files(patterns: Iterable[str]) -> list[Named]:
    """The files of datasets, stimulus sets and the data of benchmarks.

    Raises
    ------
    UnknownIdentifier
        When a pattern means none of these.
    """
    return _files([thing for pattern in patterns for thing in _things(pattern)])


def _things(pattern: str) -> list[tuple[str, Any]]:
    found = [(name, registry.resolve(kind, name)) for kind in _KINDS for name in matches(kind, pattern)]
    if not found:
        benchmarks = [registry.resolve("benchmarks", name) for name in matches("benchmarks", pattern)]
        found = [(benchmark.dataset.identifier, benchmark.dataset) for benchmark in benchmarks]
    if not found:
        raise UnknownIdentifier(
            f"no installed dataset, stimulus set or benchmark matches {pattern!r}",
            remedy="`brainscore list datasets` and `brainscore list stimulus-sets` show what is installed",
        )
    return found


def _files(things: list[tuple[str, Any]]) -> list[Named]:
    users: dict[str, list[str]] = {}
    sources: dict[str, Any] = {}
    for identifier, thing in things:
        for source in thing.info.sources:
            sources.setdefault(source.key, source)
            names = users.setdefault(source.key, [])
            if identifier not in names:
                names.append(identifier)
    return [Named(source, tuple(users[key])) for key, source in sources.items()]
