"""From identifiers and patterns to the objects behind them, those that model families make included.

A family is one prefix and a table of names, where entry points for each member would drown the rest.
"""

from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from ..errors import UnknownIdentifier
from .catalogue import entries, find_family, locate
from .identifiers import Qualified, check_kind, is_glob, parse, singular, split
from .loading import broken, load
from .origins import remember
from .scanning import Entry
from .suggestions import shown_by, unknown


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
    return load(entry) if entry.kind == kind else _member(entry, parse(identifier))


def match(kind: str, pattern: str, *, domain: str | None = None) -> list[str]:
    """Identifiers that a pattern means, in alphabetical order.

    Parameters
    ----------
    kind : str
        As ``"benchmarks"``.
    pattern : str
        An identifier, or a pattern with ``*``, ``?`` and ``[...]``. ``*`` leaves the members of families out;
        ``timm:*`` asks the family for them. Behind ``distribution::`` only what that distribution provides counts,
        and the result says so too.
    domain : str, optional
        As ``"vision"``.

    Raises
    ------
    UnknownIdentifier
        When nothing matches.
    """
    check_kind(kind)
    asked = split(pattern)
    if not is_glob(asked.identifier):
        entry = locate(kind, pattern, domain=domain)
        if entry.kind == kind:
            return [str(asked._replace(identifier=entry.identifier))]  # its present name
        _check_member(entry, asked)
        return [str(asked)]
    found = {
        entry.identifier
        for entry in entries(kind, domain=domain)
        if asked.distribution in (None, entry.provider) and fnmatchcase(entry.identifier, asked.identifier)
    }
    if kind == "models" and (family := find_family(asked, domain)) is not None:
        found.update(name for name in _members(family) if fnmatchcase(name, asked.identifier))
    if not found:
        raise UnknownIdentifier(f"no installed {singular(kind)} matches {pattern!r}", remedy=shown_by(kind))
    return [str(asked._replace(identifier=name)) for name in sorted(found, key=lambda name: (name.casefold(), name))]


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
    return _members(locate("model_families", prefix, domain=domain))


def _members(entry: Entry) -> list[str]:
    family: Any = load(entry)
    try:
        return [f"{entry.identifier}:{name}" for name in family.list()]
    except Exception as error:
        raise broken(entry, f"list() of the family raised {type(error).__name__}: {error}") from error


def _check_member(entry: Entry, asked: Qualified) -> None:
    """Refuse a name that the family neither lists nor accepts: one may make models of names that it does not list."""
    if asked.identifier in (known := _members(entry)):
        return
    accepts = getattr(load(entry), "accepts", None)
    try:
        accepted = accepts is not None and accepts(_name_in(entry, asked))
    except Exception as error:
        raise broken(entry, f"accepts() of the family raised {type(error).__name__}: {error}") from error
    if not accepted:
        raise unknown("models", asked, among=known)


def _name_in(entry: Entry, asked: Qualified) -> str:
    return asked.identifier.removeprefix(f"{entry.identifier}:")


def _member(entry: Entry, asked: Qualified) -> Any:
    """The ``ModelEntry`` that a family makes of one of its names."""
    from ..contracts import ModelEntry

    _check_member(entry, asked)
    family: Any = load(entry)
    name = _name_in(entry, asked)
    try:
        made = ModelEntry(asked.identifier, partial(family.build, name), family.info(name))
    except Exception as error:
        raise broken(entry, f"info({name!r}) of the family raised {type(error).__name__}: {error}") from error
    remember(made, entry.origin)
    return made
