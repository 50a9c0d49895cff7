"""Model families: one prefix and a table of names, where entry points for each member would drown the rest."""

from functools import partial
from typing import Any

from .catalogue import entries, locate
from .identifiers import Qualified
from .loading import broken, load
from .origins import remember
from .scanning import Entry
from .suggestions import unknown


def families(*, domain: str | None = None) -> list[Entry]:
    """The installed model families; imports none."""
    return entries("model_families", domain=domain)


def members(prefix: str, *, domain: str | None = None) -> list[str]:
    """Identifiers of a family's models, ``prefix:name``, in the family's order.

    Raises
    ------
    PluginError
        When there is no such family, or it cannot be loaded.
    """
    return members_of(locate("model_families", prefix, domain=domain))


def members_of(entry: Entry) -> list[str]:
    """Like :func:`members`, of an entry at hand."""
    return [f"{entry.identifier}:{name}" for name in _open(entry)[1]]


def member(entry: Entry, asked: Qualified) -> Any:
    """The ``ModelEntry`` that a family makes of one of its names.

    Raises
    ------
    UnknownIdentifier
        When the family has no such name.
    BrokenPlugin
        When the family cannot be loaded, or fails to tell about the model.
    """
    from ..contracts import ModelEntry

    family, names = _open(entry)
    name = asked.identifier.removeprefix(f"{entry.identifier}:")
    if name not in names:
        raise unknown("models", asked, among=[f"{entry.identifier}:{known}" for known in names])
    try:
        made = ModelEntry(asked.identifier, partial(family.build, name), family.info(name))
    except Exception as error:
        raise broken(entry, f"info({name!r}) of the family raised {type(error).__name__}: {error}") from error
    remember(made, entry.origin)
    return made


def _open(entry: Entry) -> tuple[Any, list[str]]:
    family: Any = load(entry)
    try:
        return family, list(family.list())
    except Exception as error:
        raise broken(entry, f"list() of the family raised {type(error).__name__}: {error}") from error
