"""Video files, decoded by PyAV (the libraries of FFmpeg) frame by frame."""

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from brainscore_core.errors import BrainScoreError, UnreadableStimulus

from .clip import Clip, Frame
from .problems import broken_tail, unreadable, varying

UNEVEN = 0.01
"""Of the interval between frames, beside one tick of the file's clock: how far a frame may be from its place."""


@dataclass(frozen=True)
class Timing:
    """When the frames of a video file are shown.

    Parameters
    ----------
    times : array of int, shape (frame,)
        In ticks of the file's clock, ascending.
    frame_rate : float
        In Hz.
    """

    times: np.ndarray
    frame_rate: float


def scan(path: Path) -> Timing:
    """Read when frames are shown, without decoding any.

    Raises
    ------
    UnreadableStimulus
        If it is no video, has no frame or a broken tail, or frames do not come at a steady rate.
    """
    with _opened(path) as (container, stream):
        stated, tick = stream.frames, stream.time_base
        average = stream.average_rate or stream.guessed_rate
        times, broken = [], False
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard:
                broken |= packet.is_corrupt
                times.append(packet.pts if packet.pts is not None else packet.dts)
    if broken or stated > len(times):
        raise broken_tail(path, len(times) - broken, max(stated, len(times)))
    if not times or None in times or tick is None:
        raise unreadable(path, "it has 0 frames" if not times else "it does not say when its frames are shown")
    ordered = np.sort(np.asarray(times, np.int64))
    return Timing(ordered, _rate(path, ordered, float(tick), None if average is None else float(average)))


def _rate(path: Path, times: np.ndarray, tick: float, average: float | None) -> float:
    """Hz; as the file states it where its frames come so."""
    if len(times) == 1:
        if not average:
            raise unreadable(path, "its one frame has no duration")
        return average
    interval = (times[-1] - times[0]) / (len(times) - 1)
    expected = times[0] + interval * np.arange(len(times))
    apart = np.abs(times - expected)
    if interval <= 0 or apart.max() > 1 + UNEVEN * interval:
        shortest, longest = np.diff(times).min() * tick * 1e3, np.diff(times).max() * tick * 1e3
        raise varying(path, float(shortest), float(longest))
    measured = 1 / (interval * tick)
    drift = 2 / (interval * (len(times) - 1))  # of the first and the last tick
    return average if average and abs(measured / average - 1) <= drift + 1e-6 else float(measured)


class VideoClip(Clip):
    """A video file. Colours are RGB, as the file says they are coded; a greyscale video stays (height, width).

    Parameters
    ----------
    path : Path
    timing : Timing
        Of :func:`scan`.
    """

    def __init__(self, path: Path, timing: Timing):
        super().__init__(len(timing.times), timing.frame_rate)
        self._path, self._times = path, timing.times

    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        if start == stop:
            return
        at, found = start, self._decoded(start, stop)
        first = next(found, None)
        if start and (first is None or first[0] > start):  # seeking went too far, or files count otherwise
            found = self._decoded(0, stop)
            first = next(found, None)
        while first is not None and at < stop:
            number, frame = first
            if number >= start:
                yield frame
                at += 1
            first = next(found, None) if at < stop else None
        if at < stop:
            raise broken_tail(self._path, at, self.frame_count)

    def _decoded(self, start: int, stop: int) -> Iterator[tuple[int, Frame]]:
        """Number and pixels, from a frame at or before `start` on."""
        with _opened(self._path) as (container, stream):
            stream.thread_type = "AUTO"
            stream.codec_context.options = {"err_detect": "explode"}
            number = -1
            if start:
                container.seek(int(self._times[start]), stream=stream)
            for decoded in container.decode(stream):
                number = bisect_left(self._times, decoded.pts) if start and number < 0 else number + 1
                if number >= stop:
                    return
                if decoded.is_corrupt:
                    raise broken_tail(self._path, number, self.frame_count)
                yield number, _pixels(decoded) if number >= start else np.empty(0, np.uint8)


def _pixels(decoded: Any) -> Frame:
    return decoded.to_ndarray(format="gray" if decoded.format.name.startswith("gray") else "rgb24")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    av = library()
    try:
        with av.open(str(path)) as container:
            stream = next(iter(container.streams.video), None)
            if stream is None:
                raise unreadable(path, "it has no video stream")
            yield container, stream
    except BrainScoreError:
        raise
    except (av.error.FFmpegError, OSError, ValueError, EOFError) as error:
        raise unreadable(path, str(getattr(error, "strerror", None) or error)) from error


def library() -> Any:
    """The module ``av``.

    Raises
    ------
    UnreadableStimulus
        If it is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise UnreadableStimulus(
            "video files are decoded by PyAV, which is not installed",
            remedy='`pip install "brainscore-vision[movies]"`; GIFs and folders of frames need nothing more',
        ) from error
    av.logging.set_level(None)
    return av


def decoder() -> str:
    """Names what decodes: other versions may round colours otherwise."""
    versions = library().library_versions
    parts = (versions[name] for name in ("libavformat", "libavcodec", "libswscale"))
    return "-".join(".".join(map(str, part)) for part in parts)
