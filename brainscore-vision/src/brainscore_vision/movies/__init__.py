"""Movies: clips as stimuli, and what networks are shown of them; names are imported on first use (PEP 562)."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .clip import MOVIES, ArrayClip, Clip, Still, clip_of
    from .cutting import excerpts
    from .files import movie_set

_WHERE = {
    "MOVIES": "clip",
    "ArrayClip": "clip",
    "Clip": "clip",
    "Still": "clip",
    "clip_of": "clip",
    "excerpts": "cutting",
    "movie_set": "files",
}

__all__ = ["MOVIES", "ArrayClip", "Clip", "Still", "clip_of", "excerpts", "movie_set"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)
