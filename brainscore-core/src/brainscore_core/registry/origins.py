"""Which distribution an object came from: a loaded description does not know its package, and provenance asks."""

import weakref
from typing import Any

Origin = tuple[str, str]

# by identity, since objects may be frozen, unhashable, or compare elementwise; the holder tells a reused id apart
_origins: dict[int, tuple[Any, Origin]] = {}


def origin(thing: object) -> Origin | None:
    """(distribution, version) that a resolved object came from; None for objects held in memory only."""
    holder, found = _origins.get(id(thing), (None, None))
    held = holder() if isinstance(holder, weakref.ref) else holder
    return found if found is not None and held is thing else None


def remember(thing: object, where: Origin | None) -> None:
    """Note where an object came from, as a model from its entry's distribution; the latest note counts."""
    if where is None:
        return
    key = id(thing)

    def drop(_: Any) -> None:
        _origins.pop(key, None)

    try:
        holder: Any = weakref.ref(thing, drop)
    except TypeError:  # tuples and classes with slots take no weak reference: keep them, they live in modules anyway
        holder = thing
    _origins[key] = (holder, where)
