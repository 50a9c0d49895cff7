"""The options that a plugin's factory takes: those of its signature, and those that it hands on to what it makes."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .errors import InvalidParameter

REQUIRED: Any = inspect.Parameter.empty
"""Stands for the default of an option that has none."""


def accepted(factory: Callable[..., Any]) -> dict[str, Any]:
    """Each option with its default (:data:`REQUIRED` where it has none).

    What hides behind ``**options`` is found by making the thing with its defaults: a field of it is an option if the
    factory takes it by name.
    """
    own = named(factory)
    if not _hands_on(factory):
        return own
    return own | {name: value for name, value in _of_made(factory).items() if name not in own}


def named(factory: Callable[..., Any]) -> dict[str, Any]:
    """Those of :func:`accepted` that the signature names; nothing is made."""
    return {
        entry.name: entry.default
        for entry in _parameters(factory)
        if entry.kind not in (entry.VAR_POSITIONAL, entry.VAR_KEYWORD) and entry.name != "self"
    }


def made_with_defaults(factory: Callable[..., Any]) -> Any:
    """What the factory makes of nothing; None where it needs more, which it says itself when it is called."""
    try:
        return factory()
    except Exception:
        return None


def _hands_on(factory: Callable[..., Any]) -> bool:
    return any(entry.kind is entry.VAR_KEYWORD for entry in _parameters(factory))


def _parameters(factory: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(factory).parameters.values())
    except (TypeError, ValueError):  # builtins without a signature
        return []


def _of_made(factory: Callable[..., Any]) -> dict[str, Any]:
    """Fields of what the factory makes that it takes by name."""
    made = made_with_defaults(factory)
    values = (
        {entry.name: getattr(made, entry.name) for entry in fields(made) if entry.init} if is_dataclass(made) else {}
    )
    return {name: value for name, value in values.items() if _takes(factory, {name: value})}


def _takes(factory: Callable[..., Any], options: Mapping[str, Any]) -> bool:
    try:
        factory(**options)
    except (InvalidParameter, TypeError):
        return False
    return True


def refused(what: str, unknown: Iterable[str], known: Iterable[str]) -> InvalidParameter:
    """The error for options that nothing has, with the closest there are."""
    from .registry.suggestions import closest

    first, names = sorted(unknown)[0], sorted(known)
    near = closest(first, names)
    return InvalidParameter(
        f"{what} has no option {first!r}",
        expected=f"one of {names}" if names else "no options",
        remedy=f"did you mean {' or '.join(map(repr, near))}?" if near else "",
    )
