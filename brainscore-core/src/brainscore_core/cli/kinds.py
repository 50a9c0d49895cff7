"""Kinds of things, as they are written on the command line, and what installed names a pattern means in each."""

from pathlib import Path

import click

from .. import registry
from ..description_files import is_read
from ..errors import InvalidIdentifier, InvalidParameter, UnknownIdentifier
from ..registry import Entry

LISTED = tuple(kind for kind in registry.KINDS if kind != "model_families")
"""Families are listed among the models they hold."""


def spelled(kind: str) -> str:
    """A kind as it is typed: ``stimulus-sets``."""
    return kind.replace("_", "-")


def kind_named(text: str) -> str | None:
    """The kind of this name, with - or _, singular or plural; None where there is none."""
    wanted = text.lower().replace("-", "_")
    return next((kind for kind in LISTED if wanted in (kind, kind.removesuffix("s"))), None)


def complete_kind(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """For completion in the shell."""
    return [spelled(kind) for kind in LISTED if kind.startswith(incomplete)]


def matches(kind: str, pattern: str) -> list[str]:
    """Identifiers of one kind that a pattern means; empty where nothing does."""
    try:
        return registry.match(kind, pattern)
    except (InvalidIdentifier, UnknownIdentifier):
        return []


def expand(kind: str, patterns: tuple[str, ...]) -> list[str]:
    """Identifiers that several patterns mean, each once, in the order they were asked for; files stay what they are.

    Raises
    ------
    UnknownIdentifier, InvalidIdentifier, IdentifierConflict
        When a pattern means nothing, or no one thing.
    """
    return list(dict.fromkeys(name for pattern in patterns for name in _meant(kind, pattern)))


def _meant(kind: str, pattern: str) -> list[str]:
    try:
        return registry.match(kind, pattern)
    except (InvalidIdentifier, UnknownIdentifier):
        if kind == "benchmarks" and is_read(pattern):
            if not Path(pattern).is_file():
                raise InvalidParameter(
                    f"there is no file {pattern!r}", expected="a file, or an identifier of an installed benchmark"
                ) from None
            return [pattern]
        raise


def provided(kind: str, identifier: str) -> list[Entry]:
    """Entries that provide an identifier, all where several do; of a family's member, the family's."""
    wanted, _, plain = identifier.rpartition("::")
    found = [entry for entry in registry.entries(kind) if entry.identifier == plain and wanted in ("", entry.provider)]
    return found or [registry.locate(kind, identifier)]
