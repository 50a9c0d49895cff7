"""The extraction engine: stimuli in, rows of activations out, and no placed image through a network twice."""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brainscore_core.cache import RowCache, Rows, digest_memo
from brainscore_core.digests import digest_value
from brainscore_core.errors import CacheDisagreement, InvalidModelOutput
from brainscore_core.stimuli import StimulusSet

from .content import content_digest
from .network import Network

_logger = logging.getLogger(__name__)

BATCH = 32
AHEAD = 3
"""Batches that are decoded before the network asks for them."""
TOLERANCE = 1e-4
"""Of a layer's maximum: how far a stored row may be from what the network computes now."""


@dataclass(frozen=True)
class Selection:
    """Units of one layer that are asked for; `columns` None: all."""

    layer: str
    columns: np.ndarray | None = None

    @property
    def recipe(self) -> str | None:
        """Names the selection in the cache."""
        return None if self.columns is None else digest_value(np.asarray(self.columns, np.int64))


@dataclass
class Engine:
    """Runs one network on placed stimuli.

    Parameters
    ----------
    network : Network
        The adapter.
    preprocessing : callable, optional
        One placed uint8 image, (height, width) or (height, width, 3), to one input. Called in worker threads.
    digest : str, optional
        Says what the network is, where its content cannot be read.
    workers : int, optional
        Threads that decode and preprocess; default: the number of processors.
    """

    network: Network
    preprocessing: Callable[[np.ndarray], Any] | None = None
    digest: str | None = None
    workers: int | None = None
    batch_size: int | None = None
    keep: bool = True
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _cache: RowCache = field(default_factory=RowCache, repr=False)
    _digests: dict[str, str | None] = field(default_factory=dict, repr=False)

    def network_digest(self) -> str | None:
        """What the network is: stated, or read; None where neither."""
        return self._remember("network", lambda: self.digest or self.network.digest())

    def preprocessing_digest(self) -> str | None:
        """What the preprocessing is; None where it cannot be read."""
        return self._remember("preprocessing", lambda: content_digest(self.preprocessing))

    def stream(
        self, stimuli: StimulusSet, wanted: Sequence[Selection], *, keep: bool = True
    ) -> Iterator[tuple[slice, list[np.ndarray]]]:
        """Record `stimuli` batch by batch.

        Parameters
        ----------
        stimuli : StimulusSet
            Placed: they fill the field of view.
        wanted : sequence of Selection
        keep : bool
            False: rows are handed over and not stored.

        Yields
        ------
        slice, list of arrays
            Positions in `stimuli`, and for each selection an array (stimulus, unit).
        """
        self.network.check([selection.layer for selection in wanted])
        keep = keep and self.keep
        extra = self._expected_layers(stimuli, wanted) if keep else []
        selections = [*wanted, *extra]
        stores = [self._store(selection) if self.keep else None for selection in selections]
        try:
            for positions, rows in self._run(stimuli, selections, stores, keep):
                yield positions, rows[: len(wanted)]
        finally:
            if self.keep:
                self._cache.flush()
                digest_memo().flush()

    def _run(
        self, stimuli: StimulusSet, selections: Sequence[Selection], stores: Sequence["_Store | None"], keep: bool
    ) -> Iterator[tuple[slice, list[np.ndarray]]]:
        ids = list(stimuli)
        size = self.batch_size or BATCH
        chunks = [slice(start, min(start + size, len(ids))) for start in range(0, len(ids), size)]
        workers = self.workers or os.cpu_count() or 1

        def prepare(stimulus_id: str) -> "_Prepared":
            return self._prepare(stimuli, stimulus_id, stores)

        with ThreadPoolExecutor(workers, thread_name_prefix="brainscore-decode") as pool:
            pending: deque[tuple[slice, list[Future[_Prepared]]]] = deque()
            waiting = iter(chunks)
            try:
                for chunk in waiting:
                    pending.append((chunk, [pool.submit(prepare, id) for id in ids[chunk]]))
                    if len(pending) >= AHEAD:
                        yield self._finish(*pending.popleft(), stimuli, selections, stores, keep)
                while pending:
                    yield self._finish(*pending.popleft(), stimuli, selections, stores, keep)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _prepare(self, stimuli: StimulusSet, stimulus_id: str, stores: Sequence["_Store | None"]) -> "_Prepared":
        """In a worker: name the placed pixels, from memory where they are known, and decode only what must be run."""
        memo = digest_memo() if self.keep else None
        key = stimuli.key(stimulus_id) if memo else ""
        digest = memo.get(key) if memo else None
        if digest is not None and all(store is not None and digest in store for store in stores):
            return _Prepared(digest, None)
        image = stimuli.open(stimulus_id)
        digest = digest_value(image)
        if memo:
            memo.put(key, digest)
        if all(store is not None and digest in store for store in stores):
            return _Prepared(digest, None)
        return _Prepared(digest, self._input(image))

    def _input(self, image: np.ndarray) -> Any:
        return image if self.preprocessing is None else self.preprocessing(image)

    def _finish(
        self,
        chunk: slice,
        futures: "Sequence[Future[_Prepared]]",
        stimuli: StimulusSet,
        selections: Sequence[Selection],
        stores: Sequence["_Store | None"],
        keep: bool,
    ) -> tuple[slice, list[np.ndarray]]:
        prepared = [future.result() for future in futures]
        self._check_stored(prepared, stimuli, chunk, selections, stores)
        have = {entry.digest for entry in prepared if all(s is not None and entry.digest in s for s in stores)}
        inputs: dict[str, Any] = {}
        for index, entry in enumerate(prepared):
            if entry.digest not in have and entry.digest not in inputs:
                inputs[entry.digest] = (
                    entry.input if entry.input is not None else self._input(stimuli.open(list(stimuli)[chunk][index]))
                )
        fresh = self._compute(list(inputs.values()), selections) if inputs else []
        order = {digest: position for position, digest in enumerate(inputs)}
        if keep:
            for store, block in zip(stores, fresh, strict=False):
                if store is not None:
                    store.append(list(inputs), block)
        digests = [entry.digest for entry in prepared]
        return chunk, [
            _gather(digests, order, fresh[number] if fresh else None, stores[number]) for number in range(len(selections))
        ]

    def _compute(self, inputs: list[Any], selections: Sequence[Selection]) -> list[np.ndarray]:
        recorded = self.network.record(inputs, list(dict.fromkeys(selection.layer for selection in selections)))
        blocks = []
        for selection in selections:
            block = recorded[selection.layer]
            if block.dtype.kind == "f" and not np.isfinite(block).all():
                raise InvalidModelOutput(
                    f"layer {selection.layer!r} computed NaN or infinity", expected="finite activations for every stimulus"
                )
            blocks.append(block if selection.columns is None else block[:, selection.columns])
        return blocks

    def _check_stored(
        self,
        prepared: Sequence["_Prepared"],
        stimuli: StimulusSet,
        chunk: slice,
        selections: Sequence[Selection],
        stores: Sequence["_Store | None"],
    ) -> None:
        """Once an entry: run two stimuli that disk already has; set the entry aside where the network disagrees."""
        due = [
            (selection, store)
            for selection, store in zip(selections, stores, strict=True)
            if store is not None and not store.checked and any(store.stored_before(entry.digest) for entry in prepared)
        ]
        if not due:
            return
        ids = list(stimuli)[chunk]
        hits = [index for index, entry in enumerate(prepared) if all(s.stored_before(entry.digest) for _, s in due)]
        hits = hits or [i for i, entry in enumerate(prepared) if any(s.stored_before(entry.digest) for _, s in due)]
        chosen = sorted({hits[0], hits[-1]})
        inputs = [self._input(stimuli.open(ids[index])) for index in chosen]
        fresh = self._compute(inputs, [selection for selection, _ in due])
        for (selection, store), block in zip(due, fresh, strict=True):
            store.check([prepared[index].digest for index in chosen], block, selection.layer)

    def _store(self, selection: Selection) -> "_Store":
        recipe = {
            "kind": "activations-1",
            "network": self.network_digest() if self.preprocessing_digest() else None,
            "preprocessing": self.preprocessing_digest(),
            "layer": selection.layer,
            "reduction": None,
            "units": None,
            "dtype": "as computed",
            "autocast": None,
        }
        whole = self._cache.entry(recipe)
        if selection.columns is None:
            return _Store(whole, None, None)
        return _Store(self._cache.entry({**recipe, "units": selection.recipe}), whole, selection.columns)

    def _expected_layers(self, stimuli: StimulusSet, wanted: Sequence[Selection]) -> list[Selection]:
        """Layers that later benchmarks of the run will ask for on these very images."""
        if not self.expected:
            return []
        asked = {selection.layer for selection in wanted if selection.columns is None}
        later = frozenset().union(*(self.expected.get(stimuli.key(id), frozenset()) for id in stimuli))
        return [Selection(layer) for layer in sorted(later - asked)]

    def _remember(self, name: str, compute: Callable[[], str | None]) -> str | None:
        if name not in self._digests:
            self._digests[name] = compute()
        return self._digests[name]


@dataclass(frozen=True)
class _Prepared:
    digest: str
    input: Any


class _Store:
    """Where the rows of one selection lie: its own entry, and the unselected one it may be served from."""

    def __init__(self, own: Rows, whole: Rows | None, columns: np.ndarray | None):
        self.own, self.whole, self.columns = own, whole, columns

    def __contains__(self, key: str) -> bool:
        return key in self.own or (self.whole is not None and key in self.whole)

    @property
    def checked(self) -> bool:
        return self.own.checked and (self.whole is None or self.whole.checked)

    def stored_before(self, key: str) -> bool:
        return any(not rows.checked and rows.stored_before(key) for rows in self._entries())

    def append(self, keys: list[str], block: np.ndarray) -> None:
        self.own.append(keys, block)

    def read(self, key: str) -> np.ndarray:
        if key in self.own or self.whole is None:
            return self.own.read([key])[0]
        return self.whole.read([key], self.columns)[0]

    def check(self, keys: Sequence[str], block: np.ndarray, layer: str) -> None:
        """Compare stored rows with what the network computed now."""
        for rows in self._entries():
            shown = [index for index, key in enumerate(keys) if rows.stored_before(key)]
            if rows.checked or not shown:
                continue
            rows.checked = True
            columns = self.columns if rows is self.whole else None
            stored = rows.read([keys[index] for index in shown], columns)
            now = block[shown]
            if stored.shape == now.shape and np.abs(stored - now).max() <= TOLERANCE * max(np.abs(now).max(), 1e-30):
                continue
            deviation = "another shape" if stored.shape != now.shape else f"a deviation of {np.abs(stored - now).max():.3g}"
            problem = CacheDisagreement(
                f"stored activations of layer {layer!r} and the network now disagree ({deviation})",
                remedy="the entry was set aside and is recorded again; `brainscore cache list` shows it",
            )
            _logger.warning("%s", problem)
            rows.set_aside(str(problem))

    def _entries(self) -> list[Rows]:
        return [self.own] if self.whole is None else [self.own, self.whole]


def _gather(
    digests: Sequence[str], order: Mapping[str, int], fresh: np.ndarray | None, store: _Store | None
) -> np.ndarray:
    """Rows of one selection in the order of the stimuli, from what was computed now or is stored."""
    if fresh is not None and all(digest in order for digest in digests):
        return fresh[[order[digest] for digest in digests]]
    rows = [fresh[order[d]] if fresh is not None and d in order else store.read(d) for d in digests]  # type: ignore[union-attr]
    return np.stack(rows)
