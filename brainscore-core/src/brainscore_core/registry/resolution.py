"""From an identifier to the object behind it."""

from typing import Any

from .catalogue import locate
from .families import member
from .identifiers import parse
from .loading import load


def resolve(kind: str, identifier: str, *, domain: str | None = None) -> Any:
    """The object behind an identifier: imports the plugin that provides it, and no other.

    ``resolve("models", "timm:resnet18")`` is made by the family ``timm``, unless an entry point has that very name.

    Parameters
    ----------
    kind : str
        As ``"models"``.
    identifier : str
        ``identifier`` or ``distribution::identifier``.
    domain : str, optional
        As ``"vision"``, where several domains use one identifier.

    Raises
    ------
    PluginError
        InvalidIdentifier, UnknownIdentifier, IdentifierConflict, BrokenPlugin, IncompatiblePlugin: see each.
    """
    entry = locate(kind, identifier, domain=domain)
    return load(entry) if entry.kind == kind else member(entry, parse(identifier))
