"""What an identifier may look like, and which entry-point groups hold which kind of thing."""

import re
from typing import NamedTuple

from ..errors import InvalidIdentifier, InvalidParameter

DOMAIN_KINDS = ("benchmarks", "model_families", "models")
SHARED_KINDS = ("datasets", "domains", "metrics", "stimulus_sets")
KINDS = tuple(sorted(DOMAIN_KINDS + SHARED_KINDS))
HOOK_GROUP = "brainscore.hooks"


class Qualified(NamedTuple):
    """An identifier, and the distribution it is asked of (None: whichever provides it)."""

    distribution: str | None
    identifier: str

    def __str__(self) -> str:
        return f"{self.distribution}::{self.identifier}" if self.distribution else self.identifier


def is_valid(identifier: str) -> bool:
    """Whether identifiers may be written like this."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+@/:-]*", identifier) is not None and "::" not in identifier


def is_glob(pattern: str) -> bool:
    """Whether this is a pattern rather than an identifier."""
    return not set("*?[]").isdisjoint(pattern)


def split(text: str) -> Qualified:
    """Take ``distribution::identifier`` apart, without looking at the identifier itself."""
    distribution, separator, identifier = text.partition("::")
    return Qualified(canonical_name(distribution), identifier) if separator else Qualified(None, text)


def parse(text: str) -> Qualified:
    """Take ``identifier`` or ``distribution::identifier`` apart.

    Raises
    ------
    InvalidIdentifier
        When no identifier is written like this.
    """
    qualified = split(text)
    if not is_valid(qualified.identifier) or qualified.distribution == "":
        raise InvalidIdentifier(
            f"{text!r} is no identifier",
            expected="letters, digits and . _ + @ / : - after a first letter or digit, or distribution::identifier",
            remedy="patterns are for match() and --benchmark" if is_glob(text) else "",
        )
    return qualified


def canonical_name(distribution: str) -> str:
    """The one spelling under which distributions are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def kind_of(group: str) -> tuple[str, str | None] | None:
    """Kind and domain of an entry-point group; None for groups that hold no identities."""
    match group.split("."):
        case ["brainscore", kind] if kind in SHARED_KINDS:
            return kind, None
        case ["brainscore", domain, kind] if domain and kind in DOMAIN_KINDS:
            return kind, domain
    return None


def check_kind(kind: str) -> None:
    """Refuse a kind that there is not, with `InvalidParameter` naming those there are."""
    if kind not in KINDS:
        raise InvalidParameter(f"there is no kind {kind!r} of plugin", expected=f"one of {', '.join(KINDS)}")


def singular(kind: str) -> str:
    """The kind as it reads in a sentence: ``stimulus set``."""
    return "model family" if kind == "model_families" else kind.removesuffix("s").replace("_", " ")
