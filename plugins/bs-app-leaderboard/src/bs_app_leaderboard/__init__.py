"""A leaderboard in one folder: opened from disk, offline, without a server."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .building import build

__all__ = ["build"]


def __getattr__(name: str) -> Any:
    """Import when asked for: the command line lists its sub-commands without a database."""
    if name == "build":
        from .building import build

        return build
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
