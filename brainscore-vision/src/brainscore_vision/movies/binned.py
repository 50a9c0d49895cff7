"""Rows of frames or windows -> responses to clips in time bins, as they come: no more than one clip is summed up."""

from collections.abc import Sequence

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

from ..commitments.overlap import overlap_ms
from .unrolled import Spans


class Binned:
    """Means over time bins, weighted by how long each row is shown within each.

    Parameters
    ----------
    stimuli : StimulusSet
        The clips.
    spans : Spans
        Of the rows that will come.
    asked : sequence of (start, end), optional
        Time bins in ms after onset; None: the mean over the whole clip.
    latency_ms : float
        How much later than a frame the response to it comes.

    Raises
    ------
    InvalidParameter
        If a clip has no response at any time of a bin.
    """

    def __init__(
        self,
        stimuli: StimulusSet,
        spans: Spans,
        asked: Sequence[tuple[float, float]] | None,
        latency_ms: float,
    ):
        self._count, self._spans = len(stimuli), spans
        self._times = np.stack([spans.starts, spans.ends], axis=1) + latency_ms
        self._asked = None if asked is None else np.asarray(asked, np.float64)
        self._first = np.searchsorted(spans.clips, np.arange(self._count + 1))
        if self._asked is not None:
            self._covered = np.stack([self._cover(stimuli, position) for position in range(self._count)])
        self._values: np.ndarray | None = None
        self._sum: np.ndarray | None = None

    def add(self, positions: slice, rows: np.ndarray) -> None:
        """Take in rows (row, unit), in order."""
        if self._values is None:
            bins = 1 if self._asked is None else len(self._asked)
            dtype = rows.dtype if rows.dtype.kind == "f" else np.dtype(np.float64)
            self._values = np.empty((self._count, rows.shape[1], bins), dtype)
        at = positions.start
        while at < positions.stop:
            clip = int(self._spans.clips[at])
            stop = min(positions.stop, int(self._first[clip + 1]))
            part = self._weights(clip, at, stop) @ rows[at - positions.start : stop - positions.start].astype(float)
            self._sum = part if at == self._first[clip] or self._sum is None else self._sum + part
            if stop == self._first[clip + 1]:
                self._values[clip] = self._sum.T
            at = stop

    def values(self) -> np.ndarray:
        """Responses (stimulus, unit, time bin), or (stimulus, unit) where no bins were asked for."""
        if self._values is None:
            raise InvalidParameter("no clip was shown", expected="at least one")
        return self._values[..., 0] if self._asked is None else self._values

    def _weights(self, clip: int, start: int, stop: int) -> np.ndarray:
        """Shares (bin, row) of some rows of a clip in its means."""
        first, last = self._first[clip], self._first[clip + 1]
        if self._asked is None:
            lengths = self._times[start:stop, 1] - self._times[start:stop, 0]
            total = self._times[last - 1, 1] - self._times[first, 0]
            return np.ones((1, 1)) if not np.isfinite(total) else (lengths / total)[None]
        return overlap_ms(self._times[start:stop], self._asked) / self._covered[clip][:, None]

    def _cover(self, stimuli: StimulusSet, clip: int) -> np.ndarray:
        """Ms of each bin in which the clip has a response, which has no gaps."""
        begins, ends = self._times[self._first[clip], 0], self._times[self._first[clip + 1] - 1, 1]
        covered = overlap_ms([(begins, ends)], self._asked if self._asked is not None else [])[:, 0]
        if (covered == 0).any() and self._asked is not None:
            start, end = self._asked[int(np.argmin(covered))]
            name = f"the clip {str(stimuli.ids[clip])!r} of {stimuli.identifier!r}"
            raise InvalidParameter(
                f"{name} is responded to from {begins:g} to {ends:g} ms, and not between {start:g} and {end:g} ms",
                expected="time bins within the clip, later by the latency of the model",
            )
        return covered
