"""Which identifiers a pattern means."""

from fnmatch import fnmatchcase

from ..errors import UnknownIdentifier
from .catalogue import entries, find_family, locate
from .families import members_of
from .identifiers import Qualified, check_kind, is_glob, parse, singular, split
from .suggestions import shown_by, unknown


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
        return [_exact(kind, parse(pattern), domain)]
    found = {
        entry.identifier
        for entry in entries(kind, domain=domain)
        if asked.distribution in (None, entry.provider) and fnmatchcase(entry.identifier, asked.identifier)
    }
    if kind == "models" and (family := find_family(asked, domain)) is not None:
        found.update(name for name in members_of(family) if fnmatchcase(name, asked.identifier))
    if not found:
        raise UnknownIdentifier(f"no installed {singular(kind)} matches {pattern!r}", remedy=shown_by(kind))
    return [str(asked._replace(identifier=name)) for name in sorted(found, key=lambda name: (name.casefold(), name))]


def _exact(kind: str, asked: Qualified, domain: str | None) -> str:
    entry = locate(kind, str(asked), domain=domain)
    if entry.kind == kind:
        return str(asked._replace(identifier=entry.identifier))  # its present name
    if asked.identifier not in (known := members_of(entry)):
        raise unknown(kind, asked, among=known)
    return str(asked)
