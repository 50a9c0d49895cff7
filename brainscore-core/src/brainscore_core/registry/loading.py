"""Import the object behind one entry point, and nothing else; say exactly what went wrong where that fails."""

import importlib
import re
from functools import reduce

from ..errors import BrokenPlugin
from .compatibility import check
from .origins import remember
from .scanning import Entry

_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_REFERENCE = re.compile(rf"({_DOTTED})\s*(?::\s*({_DOTTED})\s*)?(?:\[.*\]\s*)?")


def reference(value: str) -> tuple[str, list[str]] | None:
    """Module and attribute path of ``module:attribute [extras]``; None when it is no object reference."""
    found = _REFERENCE.fullmatch(value)
    return (found[1], found[2].split(".") if found[2] else []) if found else None


def load(entry: Entry) -> object:
    """The object of an entry point.

    Raises
    ------
    IncompatiblePlugin
        When it was made for another core or domain; it is not imported.
    BrokenPlugin
        When it cannot be imported, or is no object reference; the original error is the cause.
    """
    check(entry)
    parsed = reference(entry.value)
    if parsed is None:
        raise broken(entry, f"{entry.value!r} is no object reference", expected="'module:attribute'")
    module, attributes = parsed
    try:
        loaded = reduce(getattr, attributes, importlib.import_module(module))
    except (Exception, SystemExit) as error:
        raise broken(entry, f"importing {entry.value} raised {type(error).__name__}: {error}", cause=error) from error
    remember(loaded, entry.origin)
    return loaded


def broken(entry: Entry, what: str, *, expected: str = "", cause: BaseException | None = None) -> BrokenPlugin:
    """The error for an entry of which `what` is wrong."""
    missing = (getattr(cause, "name", None) or "") if isinstance(cause, ModuleNotFoundError) else ""
    remedy = f"others are unaffected; reinstall or upgrade {entry.distribution}, or tell its authors"
    if missing and missing.partition(".")[0] != re.split(r"\W", entry.value)[0]:
        remedy = f"others are unaffected; install what provides {missing!r}: {entry.distribution} should declare it"
    return BrokenPlugin(f"{entry} cannot be loaded: {what}", expected=expected, remedy=remedy)
