"""Import the object behind one entry point, and nothing else; say exactly what went wrong where that fails."""

import importlib
import sys
from functools import reduce
from types import ModuleType

from ..errors import BrokenPlugin
from .compatibility import check
from .origins import remember
from .scanning import Entry


def reference(value: str) -> tuple[str, tuple[str, ...]] | None:
    """Module and attribute path of ``module:attribute [extras]``; None when it is no object reference."""
    module, _, attribute = value.partition("[")[0].partition(":")
    names = [name.strip() for name in module.split(".")]
    attributes = tuple(name.strip() for name in attribute.split(".")) if ":" in value else ()
    valid = all(name.isidentifier() for name in (*names, *attributes))
    return (".".join(names), attributes) if valid else None


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
    module_name, attributes = parsed
    before = set(sys.modules)
    try:
        module: object = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        _forget(module_name, before)
        raise broken(entry, f"importing {module_name} raised {_describe(error)}", cause=error) from error
    try:
        loaded = reduce(getattr, attributes, module)
    except Exception as error:
        _forget(module_name, before)
        raise broken(entry, f"module {module_name} has no {'.'.join(attributes)!r} ({_describe(error)})") from error
    remember(loaded, entry.origin)
    return loaded


def broken(entry: Entry, what: str, *, expected: str = "", cause: BaseException | None = None) -> BrokenPlugin:
    """The error for an entry of which `what` is wrong."""
    remedy = f"others are unaffected; reinstall or upgrade {entry.distribution}, or tell its authors"
    if isinstance(cause, ModuleNotFoundError) and cause.name and not _within(cause.name, entry.value):
        remedy = f"others are unaffected; install what provides {cause.name!r}: {entry.distribution} should declare it"
    return BrokenPlugin(f"{entry} cannot be loaded: {what}", expected=expected, remedy=remedy)


def _within(module: str, value: str) -> bool:
    return module.partition(".")[0] == value.partition(":")[0].partition(".")[0].strip()


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _forget(module: str, before: set[str]) -> None:
    """Drop what a failed import left of the plugin's own package, so that a retry imports it whole.

    Python removes the module that raised but keeps its submodules; modules of others stay, since libraries with
    compiled parts cannot be imported twice.
    """
    root = module.partition(".")[0]
    for name in set(sys.modules) - before:
        if name == root or name.startswith(f"{root}."):
            del sys.modules[name]
            parent, _, child = name.rpartition(".")
            if isinstance(package := sys.modules.get(parent), ModuleType):
                vars(package).pop(child, None)
    importlib.invalidate_caches()
