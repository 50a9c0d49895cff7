"""Many models on many benchmarks: a database of scores, and campaigns that survive whatever happens to them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .campaign import Campaign
    from .database import Database

__all__ = ["Campaign", "Database"]

_PLACES = {"Campaign": "campaign", "Database": "database"}


def __getattr__(name: str) -> Any:
    """Import when asked for: the command line lists its sub-commands without a database."""
    if name in _PLACES:
        return getattr(import_module(f".{_PLACES[name]}", __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
