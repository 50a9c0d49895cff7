"""What to say when nothing installed has an identifier."""

from collections.abc import Iterable
from difflib import get_close_matches

from ..errors import BrokenPlugin, UnknownIdentifier
from .identifiers import KINDS, Qualified, singular
from .known import packages_of
from .scanning import scan


def closest(identifier: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Known names like the identifier, best first, without regard to case."""
    names = {name.casefold(): name for name in known}
    return [names[match] for match in get_close_matches(identifier.casefold(), names, count, cutoff=0.6)]


def unknown(kind: str, asked: Qualified, *, among: Iterable[str] = ()) -> UnknownIdentifier | BrokenPlugin:
    """The error for an identifier that nothing has.

    Parameters
    ----------
    among : iterable of str
        Further identifiers to look for close matches in, as the members of a family.
    """
    index = scan().by_identifier(kind)
    known = [*index, *among, *_families(kind, asked)]
    if (unread := _unreadable(asked)) is not None:
        return unread
    hints = []
    if asked.distribution and (others := index.get(asked.identifier)):
        hints.append(f"It is provided by {', '.join(sorted({entry.provider for entry in others}))}.")
    elif elsewhere := [singular(other) for other in KINDS if asked.identifier in scan().by_identifier(other)]:
        hints.append(f"It is a {' and a '.join(elsewhere)}, no {singular(kind)}.")
    if matches := closest(asked.identifier, known):
        hints.append(f"Did you mean {' or '.join(map(repr, matches))}?")
    if asked.distribution and asked.distribution not in scan().installed:
        hints.append(f"{asked.distribution} is not installed.")
    elif packages := [name for name in packages_of(kind, asked.identifier) if name not in scan().installed]:
        hints.append(f"To install it: pip install {' '.join(packages)}.")
    hints.append(shown_by(kind))
    who = asked.distribution or "no installed plugin"
    what = f"{who} provides {'no' if asked.distribution else 'the'} {singular(kind)} {asked.identifier!r}"
    return UnknownIdentifier(what, remedy=" ".join(hints))


def shown_by(kind: str) -> str:
    """Where to look what there is."""
    listed = "models" if kind == "model_families" else kind.replace("_", "-")
    return f"`brainscore list {listed}` shows what is installed."


def _families(kind: str, asked: Qualified) -> list[str]:
    """The same member of every other family: the prefix may be misspelt."""
    prefix, _, name = asked.identifier.partition(":")
    known = scan().by_identifier("model_families") if kind == "models" and name else ()
    return [f"{family}:{name}" for family in known if family != prefix]


def _unreadable(asked: Qualified) -> BrokenPlugin | None:
    """The identifier may be there, in a distribution that cannot be read."""
    for unread in scan().unreadable:
        if any(line.partition("=")[0].strip() == asked.identifier for line in unread.lines):
            return BrokenPlugin(
                f"{unread.name} provides {asked.identifier!r}, but its entry_points.txt cannot be read",
                remedy=f"reinstall {unread.name}; `brainscore doctor` shows the line",
            )
    return None
