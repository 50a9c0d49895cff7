"""One recording: stimuli are decoded ahead in threads, and run batch by batch where their rows are not stored."""

import logging
import os
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from brainscore_core.cache import digest_memo
from brainscore_core.digests import digest_value
from brainscore_core.errors import InvalidModelOutput
from brainscore_core.stimuli import StimulusSet

from .draws import differing, generators
from .memory import is_out_of_memory
from .stored import Selection, Store

if TYPE_CHECKING:
    from .engine import Engine

_logger = logging.getLogger(__name__)

AHEAD = 2
"""Batches that are decoded before the network asks for them."""


@dataclass
class _Shown:
    """One stimulus on its way.

    `name` is its key, where it has one that costs no decoding; `needs` are the numbers of the selections that it is
    recorded for; `digest` names its pixels.
    """

    stimulus_id: str
    name: str
    needs: tuple[int, ...]
    digest: str = ""
    input: Any = None
    coming: "Future[None] | None" = None


class Recording:
    """Runs `stimuli` through the network of an engine once.

    Parameters
    ----------
    engine : Engine
    stimuli : StimulusSet
    wanted : sequence of Selection
        What is handed over.
    later : sequence of Selection
        What is recorded in the same pass, of stimuli for which the engine expects it.
    keep : bool
        Whether rows are stored.
    """

    def __init__(
        self,
        engine: "Engine",
        stimuli: StimulusSet,
        wanted: Sequence[Selection],
        later: Sequence[Selection],
        keep: bool,
    ):
        self.engine, self.stimuli, self.keep = engine, stimuli, keep
        self.selections = [*wanted, *later]
        self.stores: list[Store] = [engine.store(selection) for selection in self.selections] if engine.keep else []
        self.ran = False
        self._wanted = tuple(range(len(wanted)))
        self._later = {selection.layer: len(wanted) + number for number, selection in enumerate(later)}
        self._memo = digest_memo() if engine.keep else None
        self._trusts: bool | None = None
        self._steady = False

    def run(self) -> Generator[tuple[slice, list[np.ndarray]]]:
        """Batch by batch: positions, and an array (stimulus, unit) for each wanted selection."""
        ids, start = list(self.stimuli), 0
        pool = ThreadPoolExecutor(self.engine.workers or processors(), thread_name_prefix="brainscore-decode")
        pending: deque[tuple[slice, list[_Shown]]] = deque()
        # Workers already use every core. BLAS threads on top of them wait for each other: on two busy cores one matrix
        # product took 35 times as long.
        with threadpool_limits(1, user_api="blas"):
            try:
                while start < len(ids):
                    chunk = slice(start, min(start + self.engine.next_batch(), len(ids)))
                    start = chunk.stop
                    pending.append((chunk, [self._begin(pool, stimulus_id) for stimulus_id in ids[chunk]]))
                    if len(pending) > AHEAD:
                        yield self._finish(*pending.popleft())
                while pending:
                    yield self._finish(*pending.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, pool: ThreadPoolExecutor, stimulus_id: str) -> _Shown:
        """Name a stimulus from memory where its key is known there, and have it decoded only where it must be run."""
        shown = _Shown(stimulus_id, "", self._wanted)
        if self._memo is not None and self.stimuli.has_keys:
            shown.name = self.stimuli.key(stimulus_id)
            shown.digest = self._remembered(shown.name, stimulus_id)
            shown.needs = self._needs(shown.name)
        if not shown.digest or not self._is_stored(shown):
            shown.coming = pool.submit(self._prepare, shown)
        return shown

    def _remembered(self, name: str, stimulus_id: str) -> str:
        """The digest that is known of a key, or nothing; the first one of a recording is compared with the pixels."""
        digest = self._memo.get(name) if self._memo is not None and self._trusts is not False else None
        if digest is not None and self._trusts is None:
            self._trusts = digest == digest_value(self.stimuli.open(stimulus_id))
            if not self._trusts:
                self._warn(stimulus_id)
        return digest if digest is not None and self._trusts else ""

    def _warn(self, stimulus_id: str) -> None:
        _logger.warning(
            "the key of stimulus %r of %r stood for other pixels before: keys must name the content, with the version "
            "of whatever makes it; its stimuli are decoded again",
            stimulus_id,
            self.stimuli.identifier,
        )

    def _needs(self, name: str) -> tuple[int, ...]:
        later = self.engine.expected.get(name, ()) if self._later else ()
        return self._wanted + tuple(self._later[layer] for layer in sorted(later) if layer in self._later)

    def _prepare(self, shown: _Shown) -> None:
        """Decode, name the pixels, and preprocess where that is needed. Runs in a worker."""
        try:
            image = self.stimuli.open(shown.stimulus_id)
            shown.digest = digest_value(image)
            if self._memo is not None and shown.name:
                self._memo.put(shown.name, shown.digest)
            elif self._memo is not None:
                shown.needs = self._needs(shown.digest)
            if not self._is_stored(shown):
                shown.input = self._preprocessed(image)
        except Exception as error:
            error.add_note(f"while stimulus {shown.stimulus_id!r} of {self.stimuli.identifier!r} was prepared")
            raise

    def _preprocessed(self, image: Any) -> Any:
        return image if self.engine.preprocessing is None else self.engine.preprocessing(image)

    def _is_stored(self, shown: _Shown) -> bool:
        return bool(self.stores) and all(shown.digest in self.stores[number] for number in shown.needs)

    def _finish(self, chunk: slice, batch: list[_Shown]) -> tuple[slice, list[np.ndarray]]:
        for shown in batch:
            if shown.coming is not None:
                shown.coming.result()
        self._check_stored(batch)
        missing: dict[str, _Shown] = {}
        for shown in batch:
            if not self._is_stored(shown):
                first = missing.setdefault(shown.digest, shown)
                first.needs = tuple(sorted({*first.needs, *shown.needs}))
        fresh = self._compute(list(missing.values()))
        rows = {digest: row for row, digest in enumerate(missing)}
        digests = [shown.digest for shown in batch]
        return chunk, [self._gathered(number, digests, rows, fresh.get(number)) for number in self._wanted]

    def _check_stored(self, batch: list[_Shown]) -> None:
        """Once an entry: run two stimuli that were stored before; what the network contradicts is set aside."""
        if not self.stores:
            return
        stores = [self.stores[number] for number in sorted({number for shown in batch for number in shown.needs})]
        due = [store for store in stores if any(store.unchecked(shown.digest) for shown in batch)]
        if not due:
            return
        hits = [shown for shown in batch if all(store.unchecked(shown.digest) for store in due)]
        hits = hits or [shown for shown in batch if any(store.unchecked(shown.digest) for store in due)]
        chosen = hits if len(hits) < 3 else [hits[0], hits[-1]]
        recorded = self._record(chosen, [store.selection.layer for store in due])
        for store in due:
            store.check([shown.digest for shown in chosen], recorded[store.selection.layer])

    def _compute(self, missing: list[_Shown]) -> dict[int, np.ndarray]:
        """Rows of what was not stored, for every selection that one of these stimuli is recorded for."""
        if not missing:
            return {}
        numbers = sorted({number for shown in missing for number in shown.needs})
        recorded = self._record(missing, [self.selections[number].layer for number in numbers])
        fresh = {number: self.selections[number].of(recorded[self.selections[number].layer]) for number in numbers}
        if self.keep:
            for number, block in fresh.items():
                rows = [row for row, shown in enumerate(missing) if number in shown.needs]
                kept = block if len(rows) == len(missing) else block[rows]
                self.stores[number].append([missing[row].digest for row in rows], kept)
        return fresh

    def _record(self, batch: list[_Shown], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """One forward pass."""
        for shown in batch:
            if shown.input is None:
                shown.input = self._preprocessed(self.stimuli.open(shown.stimulus_id))
        self._check_inputs(batch)
        self.ran = True
        asked, before = list(dict.fromkeys(layers)), generators() if not self._steady else ""
        recorded = self._forward([shown.input for shown in batch], asked)
        if not self._steady and generators() != before:
            self._require_steady(batch[0], asked)
        for layer, block in recorded.items():
            if block.dtype.kind == "f" and not np.isfinite(block).all():
                first = batch[int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])]
                raise InvalidModelOutput(
                    f"layer {layer!r} computed NaN or infinity for stimulus {first.stimulus_id!r} of "
                    f"{self.stimuli.identifier!r}",
                    expected="finite activations for every stimulus",
                )
        return {layer: self.engine.reduce(layer, block) for layer, block in recorded.items()}

    def _require_steady(self, shown: _Shown, layers: list[str]) -> None:
        """Random numbers were drawn meanwhile: two passes over one stimulus show whether it was for the layers."""
        one, other = (self._forward([shown.input], layers) for _ in range(2))
        if (layer := differing(one, other)) is not None:
            _logger.warning(
                "layer %r computes different rows for stimulus %r of %r each time: the network draws random numbers. "
                "Switch dropout and noise off in evaluation mode (self.training), or draw them from a generator that "
                "is seeded in each pass; variability from trial to trial is asked for by trials=",
                layer,
                shown.stimulus_id,
                self.stimuli.identifier,
            )
        self._steady = True

    def _forward(self, inputs: list[Any], layers: list[str]) -> dict[str, np.ndarray]:
        """One pass, or several smaller ones where memory does not suffice."""
        network, sizes = self.engine.network, self.engine.sizes
        if sizes.limit is not None and len(inputs) > sizes.limit:  # decoded before memory was seen to fail
            return self._in_parts(inputs, layers, sizes.limit)
        started = perf_counter()
        try:
            recorded = network.record(inputs, layers)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            if len(inputs) == 1:
                error.add_note("for a single input: ask for fewer layers at once, another device, or autocast=")
                raise
        else:
            sizes.ran(len(inputs), perf_counter() - started)
            return recorded
        network.free()  # only here, where the frames of the failed pass are gone
        return self._in_parts(inputs, layers, sizes.too_many(len(inputs)))

    def _in_parts(self, inputs: list[Any], layers: list[str], size: int) -> dict[str, np.ndarray]:
        parts = [self._forward(inputs[at : at + size], layers) for at in range(0, len(inputs), size)]
        return {layer: np.concatenate([part[layer] for part in parts]) for layer in layers}

    def _check_inputs(self, batch: list[_Shown]) -> None:
        for shown in batch:
            if not hasattr(shown.input, "shape") and _kind(shown.input) not in "biuf":
                raise InvalidModelOutput(
                    f"preprocessing made a {type(shown.input).__name__} of stimulus {shown.stimulus_id!r}",
                    expected="an array or tensor: one input of the network",
                )
        shapes = [tuple(getattr(shown.input, "shape", ())) for shown in batch]
        odd = next((index for index, shape in enumerate(shapes) if shape != shapes[0]), None)
        if odd is not None:
            raise InvalidModelOutput(
                f"the input made of stimulus {batch[odd].stimulus_id!r} has shape {shapes[odd]}, that of "
                f"{batch[0].stimulus_id!r} has {shapes[0]}",
                expected="inputs of one shape",
                remedy="let preprocessing= bring images to one size",
            )

    def _gathered(
        self, number: int, digests: list[str], rows: Mapping[str, int], fresh: np.ndarray | None
    ) -> np.ndarray:
        """Rows of one selection in the order of the stimuli, from what was computed now or is stored."""
        stored = [index for index, digest in enumerate(digests) if fresh is None or digest not in rows]
        if fresh is None or len(stored) == len(digests):
            return self.stores[number].read(digests)
        if not stored:
            order = [rows[digest] for digest in digests]
            return fresh if order == list(range(len(fresh))) else fresh[order]
        block = self.stores[number].read([digests[index] for index in stored])
        if block.shape[1] != fresh.shape[1]:
            raise InvalidModelOutput(
                f"layer {self.selections[number].layer!r} computed {fresh.shape[1]} units, and {block.shape[1]} before",
                expected="equally many for every stimulus",
            )
        out = np.empty((len(digests), fresh.shape[1]), np.result_type(fresh, block))
        out[stored] = block
        for index, digest in enumerate(digests):
            if digest in rows:
                out[index] = fresh[rows[digest]]
        return out


def _kind(entry: Any) -> str:
    """Kind of the numbers in something that is no array; ``O`` where they are none."""
    try:
        return np.asarray(entry).dtype.kind
    except ValueError:  # rows of different lengths
        return "O"


def processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
