"""Names to plugins, which are imported when used.

Identities are entry points: one identifier, one inert object. Listing reads metadata only and imports no plugin;
resolving an identifier imports the plugin that provides it, and no other.
"""

from .catalogue import RenamedIdentifier, entries, entries_of, locate, origin_of
from .identifiers import KINDS
from .loading import load
from .origins import origin, remember
from .preferences import forget, prefer, preferences
from .problems import Problem, problems
from .resolution import families, match, members, resolve
from .scanning import Entry, refresh

__all__ = [
    "KINDS",
    "Entry",
    "Problem",
    "RenamedIdentifier",
    "entries",
    "entries_of",
    "families",
    "forget",
    "load",
    "locate",
    "match",
    "members",
    "origin",
    "origin_of",
    "prefer",
    "preferences",
    "problems",
    "refresh",
    "remember",
    "resolve",
]
