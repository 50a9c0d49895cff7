"""How a network watches movies: frame by frame, in windows of frames, or in order with a state."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidModelOutput, InvalidParameter
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine, Selection
from ..activations.recording import processors
from ..movies.binned import Binned
from ..movies.in_order import InOrder
from ..movies.unrolled import Layout, Spans, unroll
from .rates import RateMap

Batches = Generator[tuple[slice, list[np.ndarray]]]


@dataclass(frozen=True, kw_only=True)
class Viewing:
    """What all ways of watching have in common.

    Parameters
    ----------
    frame_rate : float, optional
        In Hz: clips are shown to the network at this rate. None: at their own.
    latency_ms : float
        How much later than a frame the response to it comes, in ms.
    """

    frame_rate: float | None = None
    latency_ms: float = 0.0

    def __post_init__(self) -> None:
        if self.frame_rate is not None and not 0 < self.frame_rate < np.inf:
            raise InvalidParameter(f"frame_rate={self.frame_rate!r}", expected="Hz above 0")
        if not 0 <= self.latency_ms < np.inf:
            raise InvalidParameter(f"latency_ms={self.latency_ms!r}", expected="ms, not below 0")

    def described(self) -> dict[str, Any]:
        """As plain values, for the digest."""
        return {"kind": type(self).__name__, **asdict(self)}

    def watch(
        self, engine: Engine, stimuli: StimulusSet, selections: Sequence[Selection], keep: bool
    ) -> tuple[Spans, Batches]:
        """Show clips to a network.

        Returns
        -------
        Spans
            What each row stands for.
        generator of (slice, list of array)
            Positions of rows, and an array (row, unit) for each selection.
        """
        return self._unrolled(engine, stimuli, selections, keep)

    def _unrolled(
        self, engine: Engine, stimuli: StimulusSet, selections: Sequence[Selection], keep: bool, **windows: int
    ) -> tuple[Spans, Batches]:
        workers = engine.workers or processors()
        rows, spans = unroll(stimuli, frame_rate=self.frame_rate, workers=workers, **windows)
        return spans, engine.stream(rows, selections, keep=keep)


@dataclass(frozen=True, kw_only=True)
class Frames(Viewing):
    """Each frame is looked at as an image is, and responded to while it is shown; what every image network does."""


@dataclass(frozen=True, kw_only=True)
class Windows(Viewing):
    """A video network is shown windows of frames; the response to one stands for the last `stride` frames of it.

    A window holds no frame that comes after the time it stands for; before the clip begins, its first frame is shown.
    An image is a window of copies.

    Parameters
    ----------
    length : int
        Frames of a window.
    stride : int
        Frames from one to the next; not more than `length`.
    layout : {"CTHW", "TCHW"}
        How the network takes them: torchvision's channel first, those of Hugging Face time first.
    """

    length: int
    stride: int
    layout: Layout = "CTHW"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.stride <= self.length:
            raise InvalidParameter(
                f"windows of {self.length} frames every {self.stride}", expected="1 <= stride <= length"
            )
        if self.layout not in ("CTHW", "TCHW"):
            raise InvalidParameter(f"layout={self.layout!r}", expected="'CTHW' or 'TCHW'")

    def watch(
        self, engine: Engine, stimuli: StimulusSet, selections: Sequence[Selection], keep: bool
    ) -> tuple[Spans, Batches]:
        """Show windows."""
        return self._unrolled(engine, stimuli, selections, keep, length=self.length, stride=self.stride)


@dataclass(frozen=True, kw_only=True)
class WithState(Viewing):
    """The network is shown frame after frame and keeps a state, which every clip and every image begins anew.

    Parameters
    ----------
    reset : str
        Method of the network, without arguments, that brings it to the state in which a clip begins.
    """

    reset: str = "reset"

    def watch(
        self, engine: Engine, stimuli: StimulusSet, selections: Sequence[Selection], keep: bool
    ) -> tuple[Spans, Batches]:
        """Show frame after frame."""
        _, spans = unroll(stimuli, frame_rate=self.frame_rate)
        restart, rate = self.restarting(engine), self.frame_rate
        in_order = InOrder(engine, stimuli, selections, keep=keep, restart=restart, frame_rate=rate)
        return spans, in_order.run()

    def restarting(self, engine: Engine) -> Callable[[], None]:
        """What begins the state of a network anew.

        Raises
        ------
        InvalidParameter
            If it has no such method.
        """
        network: Any = engine.network
        held = (getattr(network, name, None) for name in ("module", "model", "function"))
        owner = next((part for part in held if part is not None), network)
        method = getattr(owner, self.reset, None)
        if not callable(method):
            raise InvalidParameter(
                f"{type(owner).__name__} has no method {self.reset!r}",
                expected="one that brings the network to the state in which a clip begins",
                remedy="WithState(reset=NAME)",
            )
        return method


def responses(
    viewing: Viewing,
    engine: Engine,
    stimuli: StimulusSet,
    selections: Sequence[Selection],
    *,
    time_bins: Sequence[tuple[float, float]] | None,
    keep: bool,
    rates: RateMap | None,
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Responses to clips, in time bins; rows are added up as they come.

    Parameters
    ----------
    viewing : Viewing
    engine : Engine
    stimuli : StimulusSet
        Clips, or images: each a clip of one frame that stays.
    selections : sequence of Selection
    time_bins : sequence of (start, end), optional
        In ms after the onset of a clip. None: the mean over each clip.
    keep : bool
        Whether rows are stored.
    rates : RateMap, optional
        From activations to spikes/s, applied to each row.

    Returns
    -------
    array, shape (stimulus, unit[, time bin])
    tuple of int
        Number of units of each selection.

    Raises
    ------
    InvalidParameter
        If a clip has no response at any time of a bin.
    InvalidModelOutput
        If units are not equally many for every frame.
    """
    spans, stream = viewing.watch(engine, stimuli, selections, keep)
    binned, widths = Binned(stimuli, spans, time_bins, viewing.latency_ms), None
    with closing(stream) as batches:
        for positions, blocks in batches:
            now = tuple(block.shape[1] for block in blocks)
            if now != (widths := widths or now):
                raise InvalidModelOutput(
                    f"{sum(now)} units for some frames of {stimuli.identifier!r} and {sum(widths)} for others",
                    expected="equally many for every frame",
                    remedy="let preprocessing= bring frames to one size",
                )
            rows = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)
            binned.add(positions, rows if rates is None else rates(rows))
    return binned.values(), widths or ()
