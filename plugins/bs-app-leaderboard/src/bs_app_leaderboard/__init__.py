"""A leaderboard in one folder: opened from disk, offline, without a server."""

from .building import build

__all__ = ["build"]
