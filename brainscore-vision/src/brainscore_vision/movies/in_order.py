"""Frames of a clip through a network with state, one after another from the first on."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from brainscore_core.cache import digest_memo
from brainscore_core.digests import digest_sequence, digest_value
from brainscore_core.errors import InvalidModelOutput
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine, Selection
from ..activations.stored import Store
from .clip import Clip, clip_in

CHUNK = 16
"""Frames whose rows are handed over at once, and that are decoded ahead."""

Item = TypeVar("Item")


@dataclass
class _Step:
    """A frame, named by the pixels of all frames up to it."""

    name: str
    input: Any


class InOrder:
    """Records clips from a network that keeps a state between frames.

    What a frame's row is depends on every frame before it, and it is stored under the digest of them all: a clip that
    is stored whole is read, any other is run from its first frame on. The pass is not ended after the last layer that
    is asked for: what follows may be what the state is made of.

    Parameters
    ----------
    engine : Engine
    stimuli : StimulusSet
        Clips, or images: each a clip of one frame.
    selections : sequence of Selection
    keep : bool
        Whether rows are stored.
    restart : callable
        Brings the network to the state in which a clip begins.
    frame_rate : float, optional
        In Hz; None: that of each clip.
    """

    def __init__(
        self,
        engine: Engine,
        stimuli: StimulusSet,
        selections: Sequence[Selection],
        *,
        keep: bool,
        restart: Callable[[], None],
        frame_rate: float | None = None,
    ):
        self._engine, self._stimuli, self._selections = engine, stimuli, list(selections)
        self._keep, self._restart, self._rate = keep and engine.keep, restart, frame_rate
        self._stores: list[Store] = [engine.store(part) for part in self._selections] if engine.keep else []
        self._memo = digest_memo() if engine.keep and stimuli.has_keys else None

    def run(self) -> Generator[tuple[slice, list[np.ndarray]]]:
        """Chunk by chunk: places among the frames of all clips, and an array (frame, unit) for each selection."""
        self._engine.network.check([selection.layer for selection in self._selections])
        start = 0
        try:
            for stimulus_id in self._stimuli:
                clip = clip_in(self._stimuli, stimulus_id)
                clip = clip if self._rate is None else clip.at_rate(self._rate)
                for blocks in self._clip(stimulus_id, clip):
                    yield slice(start, start + len(blocks[0])), blocks
                    start += len(blocks[0])
        finally:
            self._restart()  # no state is left of what was shown
            self._engine._leave(True)

    def _clip(self, stimulus_id: str, clip: Clip) -> Iterator[list[np.ndarray]]:
        key = f"{self._stimuli.key(stimulus_id)}|in-order-1:{self._rate!r}" if self._memo is not None else ""
        names = self._remembered(key, clip)
        if self._has(names):
            self._check(clip, names[:2])
        if self._has(names):  # still: what the network contradicts was set aside
            for at in range(0, len(names), CHUNK):
                yield [store.read(names[at : at + CHUNK]) for store in self._stores]
            return
        self._restart()
        chunk: list[_Step] = []
        for number, step in enumerate(ahead(self._steps(clip), CHUNK)):
            if self._memo is not None:
                self._memo.put(f"{key}:{number}", step.name)
            chunk.append(step)
            if len(chunk) == CHUNK:
                yield self._recorded(stimulus_id, chunk)
                chunk = []
        if chunk:
            yield self._recorded(stimulus_id, chunk)

    def _has(self, names: list[str]) -> bool:
        return bool(names) and all(name in store for store in self._stores for name in names)

    def _steps(self, clip: Clip) -> Iterator[_Step]:
        prepare, name = self._engine.preprocessing, "in-order-1"
        for frame in clip.frames():
            name = digest_sequence([name, digest_value(frame)])
            yield _Step(name, frame if prepare is None else prepare(frame))

    def _recorded(self, stimulus_id: str, chunk: list[_Step]) -> list[np.ndarray]:
        rows = self._rows(chunk)
        for layer, block in rows.items():
            if block.dtype.kind == "f" and not np.isfinite(block).all():
                raise InvalidModelOutput(
                    f"layer {layer!r} computed NaN or infinity for a frame of {stimulus_id!r}",
                    expected="finite activations for every frame",
                )
        blocks = [selection.of(rows[selection.layer]) for selection in self._selections]
        if self._keep:
            for store, block in zip(self._stores, blocks, strict=True):
                store.append([step.name for step in chunk], block)
        return blocks

    def _rows(self, steps: list[_Step]) -> dict[str, np.ndarray]:
        """Rows of the layers (frame, unit); the network goes on from where it is."""
        network, layers = self._engine.network, list(dict.fromkeys(part.layer for part in self._selections))
        recorded = []
        for step in steps:
            network.forget()
            recorded.append(network.record([step.input], layers))
        return {
            layer: self._engine.reduce(layer, np.concatenate([rows[layer] for rows in recorded])) for layer in layers
        }

    def _remembered(self, key: str, clip: Clip) -> list[str]:
        """Names of all frames of a clip, where they are known without decoding it and its first frame agrees."""
        if self._memo is None:
            return [step.name for step in self._named(clip)] if self._stores else []
        names = [self._memo.get(f"{key}:{number}") or "" for number in range(clip.frame_count)]
        if not all(names):
            return []
        first = digest_sequence(["in-order-1", digest_value(next(clip.frames(0, 1)))])
        return names if names[0] == first else []

    def _named(self, clip: Clip) -> Iterator[_Step]:
        """Names alone, as long as each is stored: a clip without a key is decoded to be named."""
        name = "in-order-1"
        for frame in clip.frames():
            name = digest_sequence([name, digest_value(frame)])
            yield _Step(name, None)
            if not self._has([name]):
                return

    def _check(self, clip: Clip, names: list[str]) -> None:
        """Once an entry: the first frames of a clip that somebody else has stored are run and compared."""
        if any(store.unchecked(name) for store in self._stores for name in names):
            self._restart()
            steps = [step for _, step in zip(names, self._steps(clip), strict=False)]
            rows = self._rows(steps)
            for store in self._stores:
                store.check(names, rows[store.selection.layer])


def ahead(items: Iterator[Item], count: int) -> Iterator[Item]:
    """The same items, up to `count` of them made before they are asked for, in one thread and in order."""
    end: Any = object()
    with ThreadPoolExecutor(1, thread_name_prefix="brainscore-decode") as pool:
        coming: deque[Future[Any]] = deque(pool.submit(next, items, end) for _ in range(count))
        try:
            while (item := coming.popleft().result()) is not end:
                coming.append(pool.submit(next, items, end))
                yield item
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
