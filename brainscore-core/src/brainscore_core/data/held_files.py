"""A bound on how many files are held open at once: the ones that were opened longest ago are let go."""

import threading
import weakref
from typing import Generic, TypeVar

T = TypeVar("T")


class HeldFiles(Generic[T]):
    """What is open, in the order of opening; nothing is kept alive by it.

    Parameters
    ----------
    most : int
    """

    def __init__(self, most: int):
        self.most = most
        self._lock = threading.Lock()
        self._held: dict[int, weakref.ref[T]] = {}

    def take(self, thing: T) -> list[T]:
        """Note that `thing` has been opened, or used; returns those that must be closed."""
        with self._lock:
            self._held.pop(id(thing), None)
            self._held[id(thing)] = weakref.ref(thing)
            oldest = [self._held.pop(key) for key in list(self._held)[: max(0, len(self._held) - self.most)]]
        return [found for found in (held() for held in oldest) if found is not None]
