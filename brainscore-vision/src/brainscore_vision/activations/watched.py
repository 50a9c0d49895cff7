"""Content that may be changed between two looks: by training, by setting an attribute, by loading other weights."""

from collections.abc import Callable

from .content import Content


class Watched:
    """What a thing is, read when it is first asked for, and again where somebody else has changed it since.

    Running a network may change it as well (a counter, a buffer that it fills), which makes no other network of it:
    what it is after our own runs is noted, and only a difference from that counts.

    Parameters
    ----------
    read : callable
        Reads the content.
    """

    def __init__(self, read: Callable[[], Content]):
        self._read = read
        self._content: Content | None = None
        self._settled: str | None = None

    @property
    def content(self) -> Content:
        """As it was when last looked at."""
        if self._content is None:
            self._content = self._read()
            self._settled = self._content.state
        return self._content

    def look(self) -> bool:
        """Read it again; it stays what it was unless somebody else has changed it. Returns whether somebody has."""
        if self._content is None:
            return False
        now = self._read()
        changed = now.state != self._settled
        if changed:
            self._content, self._settled = now, now.state
        return changed

    def settle(self) -> None:
        """Note what our own run has made of it."""
        if self._content is not None:
            self._settled = self._read().state
