"""Results keyed by content, never by a name: rows of activations, results over whole sets, remembered digests.

Everything lies below ``BRAINSCORE_HOME/cache``, one folder an entry, beside a ``recipe.json`` that says what it was
made of. Deleting any of it costs time and nothing else.
"""

from .listing import CacheEntry, entries, prune
from .memo import digest_memo
from .results import result_cache
from .rows import RowCache, Rows

__all__ = ["CacheEntry", "RowCache", "Rows", "digest_memo", "entries", "prune", "result_cache"]
