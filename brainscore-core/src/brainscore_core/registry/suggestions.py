"""What to say when nothing installed has an identifier."""

from collections.abc import Iterable
from difflib import get_close_matches

from ..errors import UnknownIdentifier
from .identifiers import KINDS, Qualified, singular
from .known import package_of
from .scanning import scan


def closest(identifier: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Known names like the identifier, best first, without regard to case."""
    names = {name.casefold(): name for name in known}
    return [names[match] for match in get_close_matches(identifier.casefold(), names, count, cutoff=0.6)]


def unknown(kind: str, asked: Qualified, *, among: Iterable[str] = ()) -> UnknownIdentifier:
    """The error for an identifier that nothing has.

    Parameters
    ----------
    among : iterable of str
        Further identifiers to look for close matches in, as the members of a family.
    """
    found, (prefix, colon, name) = scan(), asked.identifier.partition(":")
    siblings = [f"{family}:{name}" for family in found.by_identifier("model_families") if colon and family != prefix]
    hints = []
    if others := found.by_identifier(kind).get(asked.identifier):
        hints.append(f"It is provided by {', '.join(sorted({entry.provider for entry in others}))}.")
    elif elsewhere := [singular(other) for other in KINDS if asked.identifier in found.by_identifier(other)]:
        hints.append(f"It is a {' and a '.join(elsewhere)}, no {singular(kind)}.")
    known = [*found.by_identifier(kind), *among, *(siblings if kind == "models" else ())]
    if matches := closest(asked.identifier, known):
        hints.append(f"Did you mean {' or '.join(map(repr, matches))}?")
    package = asked.distribution or package_of(kind, asked.identifier)
    if package and package not in found.installed:
        hints.append(f"To install it: pip install {package}.")
    if unread := [each.name for each in found.installed.values() if each.error]:
        hints.append(f"What {', '.join(unread)} provides cannot be read: see `brainscore doctor`.")
    who = f"{asked.distribution} provides no" if asked.distribution else "no installed plugin provides the"
    return UnknownIdentifier(f"{who} {singular(kind)} {asked.identifier!r}", remedy=" ".join([*hints, shown_by(kind)]))


def shown_by(kind: str) -> str:
    """Where to look what there is."""
    listed = "models" if kind == "model_families" else kind.replace("_", "-")
    return f"`brainscore list {listed}` shows what is installed."
