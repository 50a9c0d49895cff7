"""The extraction engine: stimuli in, rows of activations out, and no placed image through a network twice."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from brainscore_core.cache import RowCache, digest_memo, result_cache
from brainscore_core.digests import digest_json
from brainscore_core.stimuli import StimulusSet

from ..screen import GREY
from .batches import BatchSizes
from .content import Content, content_of
from .form import Form
from .network import Network
from .recording import Recording
from .reduction import Components, Fitted, Reductions, Step, recipe_of, reduced
from .stored import Selection, Store
from .watched import Watched

PROBE = 224
"""Pixels a side of the grey image that is shown to see what form the output of a layer has."""


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
        Says what the network is, and whatever of the preprocessing cannot be read.
    workers : int, optional
        Threads that decode and preprocess; default: the number of processors.
    batch_size : int, optional
        Stimuli in one forward pass; default: found by trying. Where memory does not suffice, fewer.
    keep : bool
        False: nothing is looked up and nothing is left, not even in memory.
    expected : mapping of stimulus key to layers
        What later benchmarks of the run will ask for.
    reductions : mapping of layer to steps
        What becomes of a layer's rows before they are handed over and stored (:mod:`.reduction`).
    """

    network: Network
    preprocessing: Callable[[np.ndarray], Any] | None = None
    digest: str | None = None
    workers: int | None = None
    batch_size: int | None = None
    keep: bool = True
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reductions: Reductions = field(default_factory=dict)
    _sizes: dict[str | None, BatchSizes] = field(default_factory=dict, repr=False)
    _fitted: dict[tuple[str, ...], Fitted] = field(default_factory=dict, repr=False)
    _cache: RowCache = field(default_factory=RowCache, repr=False)
    _mark: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._network = Watched(lambda: Content(self.digest) if self.digest else self.network.content())
        self._preprocessing = Watched(self._read_preprocessing)

    def network_digest(self) -> str | None:
        """What the network is, and what becomes of what it computes: stated, or read; None where neither."""
        digest = self._network.content.digest
        reductions = {layer: recipe_of(steps) for layer, steps in sorted(self.reductions.items())}
        if digest is None or not (reductions or self.network.autocast):
            return digest
        return digest_json({"network": digest, "reductions": reductions, "autocast": self.network.autocast})

    def preprocessing_digest(self) -> str | None:
        """What the preprocessing is; None where it cannot be read."""
        return self._preprocessing.content.digest

    def unreadable(self) -> str:
        """What of network or preprocessing cannot be read; empty where all can."""
        return self._network.content.unreadable or self._preprocessing.content.unreadable

    def look(self) -> None:
        """Notice that somebody has changed the network or its preprocessing since it last ran here."""
        self._mark = self._marked()
        if self._network.look():
            self.network.forget()
        self._preprocessing.look()

    def stream(
        self, stimuli: StimulusSet, wanted: Sequence[Selection], *, keep: bool = True
    ) -> Generator[tuple[slice, list[np.ndarray]]]:
        """Record `stimuli` batch by batch.

        Parameters
        ----------
        stimuli : StimulusSet
            Placed: they fill the field of view.
        wanted : sequence of Selection
        keep : bool
            False: rows are handed over and not stored; those that are stored already are read.

        Yields
        ------
        slice, list of arrays
            Positions in `stimuli`, and for each selection an array (stimulus, unit).

        Raises
        ------
        UnknownLayer
            Before anything runs.
        InvalidModelOutput
            Naming layer and stimulus.
        """
        self.network.check([selection.layer for selection in wanted])
        if self._mark is not None and self._mark != self._marked():
            self.look()  # changed by hand since it was last looked at: not to be stored under what it was
        self._mark = self._marked()
        keep = keep and self.keep
        recording = Recording(self, stimuli, wanted, self._later(wanted) if keep else (), keep)
        try:
            with closing(recording.run()) as batches:
                yield from batches
        finally:
            self._leave(recording.ran)

    @property
    def sizes(self) -> BatchSizes:
        """What is known of batch sizes where the network now is."""
        return self._sizes.setdefault(self.network.device, BatchSizes())

    def next_batch(self) -> int:
        """Stimuli in the next forward pass: as stated, or on an accelerator found by trying; as memory allows."""
        device = self.network.device
        search = device is not None and not device.startswith("cpu")
        return self.sizes.next(self.batch_size, self.network.batch_size, search=search)

    def reduce(self, layer: str, rows: np.ndarray) -> np.ndarray:
        """What becomes of rows (stimulus, unit) that the network has just computed."""
        steps = self.reductions.get(layer, ())
        return reduced(rows, self.network.forms[layer], steps, partial(self._ready, layer))[0] if steps else rows

    def form(self, layer: str) -> Form:
        """The form of one row of a layer, reduced; a grey image is shown where it was not recorded from yet."""
        if layer not in self.network.forms:
            self.probe([layer])
        form, steps = self.network.forms[layer], self.reductions.get(layer, ())
        return reduced(np.zeros((1, form.units), np.float32), form, steps, partial(self._ready, layer))[1]

    def probe(self, layers: Sequence[str]) -> dict[str, Form]:
        """Show a grey image and see the forms of what layers compute, before any reduction."""
        self.network.check(layers)
        self.network.record([self._grey()], list(layers))
        self._network.settle()
        return {layer: self.network.forms[layer] for layer in layers}

    def flops(self) -> int | None:
        """Floating-point operations for one image; None where the network cannot count them."""
        count = getattr(self.network, "flops", None)
        return None if count is None else count(self._grey())

    def _grey(self) -> Any:
        grey = np.full((PROBE, PROBE, 3), GREY, np.uint8)
        return grey if self.preprocessing is None else self.preprocessing(grey)

    def store(self, selection: Selection) -> Store:
        """Where rows of a selection lie, by what they are made of."""
        network, preprocessing = self._network.content, self._preprocessing.content
        named = not (network.unreadable or preprocessing.unreadable)
        recipe: dict[str, Any] = {
            "kind": "activations-1",
            "network": network.digest if named else None,
            "preprocessing": preprocessing.digest if named else None,
            "layer": selection.layer,
            "reduction": recipe_of(self.reductions.get(selection.layer, ())),
            "units": None,
            "dtype": "as computed",
            "autocast": self.network.autocast,
        }
        if not named:
            recipe["process"] = [network.state, preprocessing.state]
        whole = self._cache.entry(recipe)
        if selection.columns is None:
            return Store(selection, whole)
        return Store(selection, self._cache.entry({**recipe, "units": selection.recipe}), whole)

    def _later(self, wanted: Sequence[Selection]) -> tuple[Selection, ...]:
        """Layers that later benchmarks ask for besides."""
        asked = {selection.layer for selection in wanted if selection.columns is None}
        return tuple(map(Selection, sorted(frozenset().union(*set(self.expected.values())) - asked)))

    def _ready(self, layer: str, number: int) -> Step:
        """A step that can be applied: components are fitted first, or read where they were fitted before."""
        step = self.reductions[layer][number]
        if not isinstance(step, Components):
            return step
        network, preprocessing = self._network.content, self._preprocessing.content
        key = (layer, str(number), network.state, preprocessing.state)
        if key not in self._fitted:
            recipe = {
                "kind": "components-1",
                "network": None if network.digest is None or preprocessing.digest is None else network.digest,
                "preprocessing": preprocessing.digest,
                "layer": layer,
                "steps": recipe_of(self.reductions[layer][: number + 1]),
                "autocast": self.network.autocast,
            }
            fit = partial(self._fit, layer, number, step)
            self._fitted[key] = Fitted(step, **result_cache().arrays(recipe, fit, keep=self.keep))
        return self._fitted[key]

    def _fit(self, layer: str, number: int, step: Components) -> dict[str, np.ndarray]:
        before = copy(self)
        before.reductions, before.expected = {layer: self.reductions[layer][:number]}, {}
        stimuli = step.stimuli
        with (
            TemporaryDirectory(prefix="brainscore-components-", ignore_cleanup_errors=True) as folder,
            closing(before.stream(stimuli, [Selection(layer)], keep=False)) as batches,
        ):
            rows = np.empty((0, 0))  # then on disk: what is fitted may be more than memory holds
            for positions, (block,) in batches:
                if not len(rows):
                    shape = (len(stimuli), block.shape[1])
                    rows = np.lib.format.open_memmap(Path(folder) / "rows.npy", "w+", block.dtype, shape)
                rows[positions] = block
            return step.fit(rows)

    def _marked(self) -> Any:
        """What tells cheaply that parameters were changed; None where the network cannot tell."""
        mark = getattr(self.network, "mark", None)
        return None if mark is None else mark()

    def _leave(self, ran: bool) -> None:
        if self.keep:
            self._cache.flush()
            digest_memo().flush()
        if ran:
            self._network.settle()
            self._preprocessing.settle()
            self._mark = self._marked()

    def _read_preprocessing(self) -> Content:
        content = content_of(self.preprocessing)
        return Content(f"stated:{self.digest}") if self.digest and content.unreadable else content
