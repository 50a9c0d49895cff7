"""Frames of a clip by number, where several threads ask for them nearly in order."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cached_property
from threading import Lock
from typing import Any

from brainscore_core.digests import digest_value

from .clip import Clip, Frame


class Shown:
    """A frame on its way, with what has been computed of it: windows that overlap share it."""

    def __init__(self, frame: Frame):
        self.frame = frame
        self._prepared: tuple[Any, Any] | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its pixels."""
        return digest_value(self.frame)

    def prepared(self, preprocessing: Callable[[Frame], Any] | None) -> Any:
        """What a preprocessing makes of it."""
        if preprocessing is None:
            return self.frame
        if self._prepared is None or self._prepared[0] is not preprocessing:
            self._prepared = preprocessing, preprocessing(self.frame)
        return self._prepared[1]


class FrameReader:
    """Decodes forwards and keeps the last few frames; one that is gone is decoded again.

    Parameters
    ----------
    clip : Clip
    kept : int
        How many frames are kept: what bounds memory.
    """

    def __init__(self, clip: Clip, kept: int):
        self.clip, self._capacity = clip, max(1, kept)
        self._frames: OrderedDict[int, Shown] = OrderedDict()
        self._coming: Iterator[Frame] | None = None
        self._next = 0
        self._lock = Lock()

    def frame(self, number: int) -> Shown:
        """One frame; from the first on, each is decoded once."""
        with self._lock:
            if number not in self._frames:
                self._decode(number)
            return self._frames[number]

    def close(self) -> None:
        """Leave the file, and the frames."""
        with self._lock:
            self._coming = None
            self._frames.clear()

    def _decode(self, number: int) -> None:
        if self._coming is None or number < self._next or number - self._next > 4 * self._capacity:
            self._coming, self._next = self.clip.frames(number), number
        for frame in self._coming:
            self._frames[self._next] = Shown(frame)
            self._next += 1
            if len(self._frames) > self._capacity:
                self._frames.popitem(last=False)
            if self._next > number:
                break
        if self._next >= self.clip.frame_count:
            self._coming = None  # the file is closed
