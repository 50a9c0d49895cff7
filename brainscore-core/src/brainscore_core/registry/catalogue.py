"""What is installed, and which one entry an identifier means; nothing here imports a plugin."""

import warnings

from ..errors import IdentifierConflict, PluginError
from .identifiers import Qualified, check_kind, parse, singular
from .known import new_name
from .origins import Origin
from .preferences import preferences
from .scanning import Entry, scan, sort_key
from .suggestions import unknown


class RenamedIdentifier(FutureWarning):
    """An identifier of Brain-Score 2.x was used; the message tells the new one."""


def entries(kind: str, *, domain: str | None = None) -> list[Entry]:
    """Everything installed of a kind, in alphabetical order; imports no plugin.

    Raises
    ------
    InvalidParameter
        When there is no such kind.
    """
    check_kind(kind)
    found = (entry for claims in scan().by_identifier(kind).values() for entry in claims)
    return sorted((entry for entry in found if domain in (None, entry.domain)), key=sort_key)


def entries_of(group: str) -> list[Entry]:
    """Everything installed in any entry-point group, hooks and apps' own included; imports no plugin."""
    return sorted(scan().points(group), key=sort_key)


def locate(kind: str, identifier: str, *, domain: str | None = None) -> Entry:
    """The entry that provides an identifier; of ``family:member`` the family's. Imports no plugin.

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
    InvalidParameter, InvalidIdentifier
        When there is no such kind, or no identifier is written like this.
    UnknownIdentifier
        When nothing installed has it: with the closest matches and, where known, the package to install.
    IdentifierConflict
        When several distributions have it and none is preferred.
    """
    check_kind(kind)
    asked = parse(identifier)
    if (entry := find(kind, asked, domain)) is not None:
        return entry
    if new := new_name(kind, asked.identifier):
        renamed = f"{singular(kind)} {asked.identifier!r} of Brain-Score 2 is called {new!r} now"
        warnings.warn(renamed, RenamedIdentifier, stacklevel=3)
        asked = asked._replace(identifier=new)
        if (entry := find(kind, asked, domain)) is not None:
            return entry
    raise unknown(kind, asked)


def find(kind: str, asked: Qualified, domain: str | None) -> Entry | None:
    """Like :func:`locate`, for the present name only; None where nothing has it."""
    if claims := _claims(kind, asked, domain):
        return _choose(kind, asked, claims)
    return find_family(asked, domain) if kind == "models" else None


def find_family(asked: Qualified, domain: str | None) -> Entry | None:
    """The family that ``prefix:name`` or ``prefix:pattern`` belongs to: the one with the longest prefix."""
    prefix = asked.identifier
    while prefix := prefix.rpartition(":")[0]:
        family = asked._replace(identifier=prefix)
        if claims := _claims("model_families", family, domain):
            return _choose("model_families", family, claims)
    return None


def origin_of(kind: str, identifier: str) -> Origin | None:
    """(distribution, version) that provides an identifier; None where no single one does. Imports no plugin."""
    try:
        return locate(kind, identifier).origin
    except PluginError:
        return None


def _claims(kind: str, asked: Qualified, domain: str | None) -> list[Entry]:
    found = scan().by_identifier(kind).get(asked.identifier, ())
    return [entry for entry in found if domain in (None, entry.domain) and asked.distribution in (None, entry.provider)]


def _choose(kind: str, asked: Qualified, claims: list[Entry]) -> Entry:
    if len(claims) > 1 and (preferred := preferences().get(asked.identifier)) is not None:
        claims = [entry for entry in claims if entry.provider == preferred] or claims
    if len(claims) == 1:
        return claims[0]
    raise conflict(kind, asked.identifier, claims)


def conflict(kind: str, identifier: str, claims: list[Entry]) -> IdentifierConflict:
    """The error for several claims of one identifier; says how to choose."""
    claims = sorted(claims, key=sort_key)
    what = f"{singular(kind)} {identifier!r} is provided by {' and by '.join(map(str, claims))}"
    choices = sorted({f"{entry.provider}::{identifier}" for entry in claims})
    domains = sorted({f"domain={entry.domain!r}" for entry in claims})
    if len(choices) > 1:
        remedy = f"ask for {' or '.join(map(repr, choices))}, or settle it once: brainscore prefer {choices[0]}"
    elif len(domains) > 1:
        remedy = f"say which: {' or '.join(domains)}"
    else:
        remedy = f"tell the authors of {claims[0].distribution}, which declares it twice"
    return IdentifierConflict(what, remedy=remedy)
