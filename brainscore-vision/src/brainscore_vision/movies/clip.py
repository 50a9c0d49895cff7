"""A clip: frames in order at a steady rate, opened lazily; a frame is an image like any other."""

import hashlib
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from brainscore_core.digests import digest_value
from brainscore_core.errors import InvalidParameter, InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet

MOVIES = "movies"
"""Kind of a stimulus set whose stimuli are clips."""

Frame = np.ndarray
"""uint8, (height, width) or (height, width, 3), as images are."""


class Clip(ABC):
    """Frames of one size at a steady rate. What is held in memory is the frame at hand, not the clip.

    Parameters
    ----------
    frame_count : int
        At least 1.
    frame_rate : float
        In Hz; 0: a still, which lasts as long as anybody looks.
    """

    def __init__(self, frame_count: int, frame_rate: float):
        if frame_count < 1 or not 0 <= frame_rate < math.inf or (frame_count > 1 and not frame_rate):
            raise InvalidParameter(
                f"a clip of {frame_count} frames at {frame_rate!r} Hz", expected="at least one frame, a rate above 0"
            )
        self.frame_count, self.frame_rate = int(frame_count), float(frame_rate)

    @abstractmethod
    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        """Frames from `start` to before `stop`, both within the clip."""

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        """Frames in order, decoded as they are asked for.

        Raises
        ------
        InvalidParameter
            If the clip has no such frames.
        UnreadableStimulus
            When a frame cannot be decoded.
        """
        stop = self.frame_count if stop is None else stop
        if not 0 <= start <= stop <= self.frame_count:
            raise InvalidParameter(f"frames {start} to {stop}", expected=f"within 0 to {self.frame_count}")
        return self._frames(start, stop)

    @property
    def duration(self) -> float:
        """In seconds; a still lasts for ever."""
        return self.frame_count / self.frame_rate if self.frame_rate else math.inf

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Of one frame: (height, width) or (height, width, 3)."""
        return next(self.frames(0, 1)).shape

    def content_digest(self) -> str:
        """SHA-256 of the frame rate and the raw pixels of every frame; frames are decoded one after another."""
        digest = hashlib.sha256(f"clip-1:{self.frame_rate!r}:{self.frame_count}:".encode())
        for frame in self.frames():
            digest.update(bytes.fromhex(digest_value(frame)))
        return digest.hexdigest()

    def map(self, function: Callable[[Frame], Frame]) -> "Clip":
        """The clip with something done to each frame, when it is asked for."""
        return _Mapped(self, function)

    def excerpt(self, start: int, stop: int) -> "Clip":
        """Its frames from `start` to before `stop`."""
        self.frames(start, stop)
        return _Excerpt(self, start, stop)

    def at_rate(self, frame_rate: float) -> "Clip":
        """What is on the screen at each tick of another rate: frames are repeated or left out, never mixed."""
        if not 0 < frame_rate < math.inf:
            raise InvalidParameter(f"frame_rate={frame_rate!r}", expected="Hz above 0")
        return self if frame_rate == self.frame_rate or not self.frame_rate else _AtRate(self, frame_rate)

    def __repr__(self) -> str:
        what = f"{self.frame_count} frames at {self.frame_rate:g} Hz" if self.frame_rate else "one frame that stays"
        return f"{type(self).__name__.lstrip('_')}({what})"


class ArrayClip(Clip):
    """Frames that are held already, or that a function generates by number.

    Parameters
    ----------
    frames : sequence of Frame
        An array (frame, height, width[, 3]), a list of images, or anything with ``len`` and ``[number]``.
    frame_rate : float
        In Hz.

    Raises
    ------
    InvalidStimulusSet
        Without frames, or where one is no image or of another size than the first.
    """

    def __init__(self, frames: Sequence[Frame], frame_rate: float):
        if not len(frames):
            raise InvalidStimulusSet("a clip of 0 frames", expected="at least one frame")
        super().__init__(len(frames), frame_rate)
        self._held = frames

    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        for number in range(start, stop):
            yield checked_frame(np.asarray(self._held[number]), self._first, f"frame {number}")

    @cached_property
    def _first(self) -> tuple[int, ...]:
        return np.shape(self._held[0])


class Still(ArrayClip):
    """An image as a clip: one frame that stays."""

    def __init__(self, image: Frame):
        super().__init__([np.asarray(image)], 0.0)


class _Mapped(Clip):
    def __init__(self, clip: Clip, function: Callable[[Frame], Frame]):
        super().__init__(clip.frame_count, clip.frame_rate)
        self._clip, self._function = clip, function

    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        return map(self._function, self._clip.frames(start, stop))


class _Excerpt(Clip):
    def __init__(self, clip: Clip, start: int, stop: int):
        super().__init__(stop - start, clip.frame_rate)
        self._clip, self._start = clip, start

    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        return self._clip.frames(self._start + start, self._start + stop)


class _AtRate(Clip):
    def __init__(self, clip: Clip, frame_rate: float):
        super().__init__(max(1, round(clip.duration * frame_rate)), frame_rate)
        self._clip = clip

    def _source(self, number: int) -> int:
        """The frame that is on the screen then; a time that is a frame's onset but for rounding is its onset."""
        shown = math.floor(number * self._clip.frame_rate / self.frame_rate + 1e-9)
        return min(shown, self._clip.frame_count - 1)

    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        if start == stop:
            return
        at = self._source(start)
        coming = self._clip.frames(at, self._source(stop - 1) + 1)
        frame = next(coming)
        for number in range(start, stop):
            skip = self._source(number) - at
            if skip:
                frame, at = next(islice(coming, skip - 1, None)), at + skip
            yield frame


def checked_frame(frame: Frame, shape: tuple[int, ...], what: str) -> Frame:
    """An image of this shape.

    Raises
    ------
    InvalidStimulusSet
    """
    if frame.dtype != np.uint8 or frame.shape != shape or frame.ndim not in (2, 3) or frame.shape[2:] not in ((), (3,)):
        raise InvalidStimulusSet(
            f"{what} has shape {frame.shape} and dtype {frame.dtype}",
            expected=f"uint8 of the shape of the first, {shape}: (height, width) or (height, width, 3)",
            remedy="bring all frames of a clip to one size",
        )
    return frame


def clip_of(value: Any) -> Clip:
    """A clip as it is; an image as a clip of one frame that stays."""
    return value if isinstance(value, Clip) else Still(value)


def of_kind(value: Any, stimulus_id: str, stimuli: StimulusSet) -> Any:
    """A stimulus as it is, where its set says that it holds such.

    Raises
    ------
    InvalidStimulusSet
        If images and clips are mixed.
    """
    if isinstance(value, Clip) != (stimuli.kind == MOVIES):
        what = "a clip" if isinstance(value, Clip) else "an image"
        raise InvalidStimulusSet(
            f"stimulus {stimulus_id!r} of {stimuli.identifier!r} is {what} in a set of {stimuli.kind or 'images'}",
            expected="images or clips, not both",
            remedy="make two sets, or brainscore_vision.movies.Still(image) of each image; a set of clips is one with"
            f" kind={MOVIES!r}",
        )
    return value


def clip_in(stimuli: StimulusSet, stimulus_id: str) -> Clip:
    """A stimulus as a clip; images and clips are not mixed."""
    return clip_of(of_kind(stimuli.open(stimulus_id), stimulus_id, stimuli))
