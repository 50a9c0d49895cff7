"""Clips as what a network is shown of them: frames one by one, or windows of frames.

Each is a stimulus like any other, so that the extraction engine decodes ahead, batches, names, stores and reads them as
it does images: a frame that is shown again, in whatever clip or as an image, is not run again.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import numpy as np

from brainscore_core.digests import digest_sequence
from brainscore_core.stimuli import StimulusSet

from .clip import Clip, Frame, clip_in
from .reader import FrameReader, Shown

Layout = Literal["CTHW", "TCHW"]
"""Order of what a video network takes, behind the batch: channel, time, height, width."""

OPEN = 4
"""Clips that are open at once, beside one a worker."""


@dataclass(frozen=True)
class Spans:
    """Which part of which clip each row stands for.

    Parameters
    ----------
    clips : array of int, shape (row,)
        Position of the clip in its set; rows of one clip follow each other.
    starts, ends : array of float, shape (row,)
        In ms after the onset of the clip; infinite for a still.
    """

    clips: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


class Window:
    """Consecutive frames, as a video network is shown them at once."""

    def __init__(self, shown: list[Shown]):
        self.shown = shown

    def content_digest(self) -> str:
        """Of the pixels of its frames in order; each is digested once, in however many windows it stands."""
        return digest_sequence(["window-1", *(shown.digest for shown in self.shown)])


@dataclass(frozen=True)
class Stacked:
    """The preprocessing of a video network: that of an image for each frame, then stacked.

    Parameters
    ----------
    preprocessing : callable, optional
        One image to one array (channel, height, width).
    length : int
        Frames; of an image as many copies are stacked.
    layout : {"CTHW", "TCHW"}
    """

    preprocessing: Callable[[Frame], Any] | None
    length: int
    layout: Layout

    def __call__(self, value: Any) -> np.ndarray:
        """One input of the network."""
        shown = value.shown if isinstance(value, Window) else [Shown(value)] * self.length
        frames = [np.asarray(each.prepared(self.preprocessing)) for each in shown]
        return np.stack(frames, axis=1 if self.layout == "CTHW" else 0)


def unroll(
    stimuli: StimulusSet,
    *,
    length: int | None = None,
    stride: int = 1,
    frame_rate: float | None = None,
    workers: int = 2,
) -> tuple[StimulusSet, Spans]:
    """What is shown of each clip, in order.

    Parameters
    ----------
    stimuli : StimulusSet
        Clips, or images.
    length : int, optional
        Of windows, in frames; None: frames are shown one by one.
    stride : int
        Frames from one window to the next. A window ends with the last frame of its stride, and shows nothing that
        comes later; before the clip begins its first frame is shown.
    frame_rate : float, optional
        In Hz: clips are shown at this rate. None: at their own.
    workers : int
        Threads that will open them.

    Returns
    -------
    StimulusSet, Spans
        A window stands for the frames of its stride.
    """
    import pandas as pd

    ids: list[str] = []
    places: dict[str, tuple[str, int]] = {}
    clips, starts, ends = [], [], []
    for position, stimulus_id in enumerate(stimuli):
        clip = _at(clip_in(stimuli, stimulus_id), frame_rate)
        first = np.arange(0, clip.frame_count, stride)
        last = np.minimum(first + stride, clip.frame_count)
        made = [f"{stimulus_id}@{number}" for number in range(len(first))]
        places |= {id: (stimulus_id, number) for number, id in enumerate(made)}
        ids += made
        clips.append(np.full(len(first), position))
        rate = clip.frame_rate / 1000
        starts.append(first / rate if rate else np.array([-np.inf]))
        ends.append(last / rate if rate else np.array([np.inf]))
    shown = _Shows(stimuli, places, length, stride, frame_rate, workers)
    rows = StimulusSet(
        pd.DataFrame({"stimulus_id": ids}),
        identifier=stimuli.identifier,
        open=shown.open,
        key=shown.key if stimuli.has_keys else None,
    )
    return rows, Spans(np.concatenate(clips), np.concatenate(starts), np.concatenate(ends))


def _at(clip: Clip, frame_rate: float | None) -> Clip:
    return clip if frame_rate is None else clip.at_rate(frame_rate)


class _Shows:
    """Opens frames or windows by id; a few clips are open at once, each with as many frames as workers need."""

    def __init__(
        self,
        stimuli: StimulusSet,
        places: dict[str, tuple[str, int]],
        length: int | None,
        stride: int,
        frame_rate: float | None,
        workers: int,
    ):
        self._stimuli, self._places = stimuli, places
        self._length, self._stride, self._rate = length, stride, frame_rate
        self._workers = workers
        self._readers: OrderedDict[str, FrameReader] = OrderedDict()
        self._keys: dict[str, str] = {}
        self._lock = Lock()

    def open(self, row_id: str) -> Any:
        stimulus_id, number = self._places[row_id]
        reader = self._reader(stimulus_id)
        if self._length is None:
            return reader.frame(number).frame
        end = min((number + 1) * self._stride, reader.clip.frame_count)
        return Window([reader.frame(max(0, at)) for at in range(end - self._length, end)])

    def key(self, row_id: str) -> str:
        stimulus_id, number = self._places[row_id]
        if stimulus_id not in self._keys:
            self._keys[stimulus_id] = self._stimuli.key(stimulus_id)
        kind = "frame-1" if self._length is None else f"window-1:{self._length}:{self._stride}"
        return f"{self._keys[stimulus_id]}|{kind}:{self._rate!r}:{number}"

    def _reader(self, stimulus_id: str) -> FrameReader:
        with self._lock:
            if stimulus_id not in self._readers:
                kept = (self._length or 0) + self._stride * (self._workers + 2)
                clip = _at(clip_in(self._stimuli, stimulus_id), self._rate)
                self._readers[stimulus_id] = FrameReader(clip, kept)
                if len(self._readers) > self._workers + OPEN:
                    self._readers.popitem(last=False)[1].close()
            return self._readers[stimulus_id]
