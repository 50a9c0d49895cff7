"""The extraction engine: stimuli in, rows of activations out, and no placed image through a network twice."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from brainscore_core.cache import RowCache, digest_memo
from brainscore_core.stimuli import StimulusSet

from .content import Content, content_of
from .network import Network
from .recording import Recording
from .stored import Selection, Store
from .watched import Watched


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
        Stimuli in one forward pass.
    keep : bool
        False: nothing is looked up and nothing is left, not even in memory.
    expected : mapping of stimulus key to layers
        What later benchmarks of the run will ask for.
    """

    network: Network
    preprocessing: Callable[[np.ndarray], Any] | None = None
    digest: str | None = None
    workers: int | None = None
    batch_size: int | None = None
    keep: bool = True
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _cache: RowCache = field(default_factory=RowCache, repr=False)

    def __post_init__(self) -> None:
        self._network = Watched(lambda: Content(self.digest) if self.digest else self.network.content())
        self._preprocessing = Watched(self._read_preprocessing)

    def network_digest(self) -> str | None:
        """What the network is: stated, or read; None where neither."""
        return self._network.content.digest

    def preprocessing_digest(self) -> str | None:
        """What the preprocessing is; None where it cannot be read."""
        return self._preprocessing.content.digest

    def unreadable(self) -> str:
        """What of network or preprocessing cannot be read; empty where all can."""
        return self._network.content.unreadable or self._preprocessing.content.unreadable

    def look(self) -> None:
        """Notice that somebody has changed the network or its preprocessing since it last ran here."""
        self._network.look()
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
        keep = keep and self.keep
        recording = Recording(self, stimuli, wanted, self._later(wanted) if keep else (), keep)
        try:
            with closing(recording.run()) as batches:
                yield from batches
        finally:
            self._leave(recording.ran)

    def store(self, selection: Selection) -> Store:
        """Where rows of a selection lie, by what they are made of."""
        network, preprocessing = self._network.content, self._preprocessing.content
        named = not (network.unreadable or preprocessing.unreadable)
        recipe: dict[str, Any] = {
            "kind": "activations-1",
            "network": network.digest if named else None,
            "preprocessing": preprocessing.digest if named else None,
            "layer": selection.layer,
            "reduction": None,
            "units": None,
            "dtype": "as computed",
            "autocast": None,
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

    def _leave(self, ran: bool) -> None:
        if self.keep:
            self._cache.flush()
            digest_memo().flush()
        if ran:
            self._network.settle()
            self._preprocessing.settle()

    def _read_preprocessing(self) -> Content:
        content = content_of(self.preprocessing)
        return Content(f"stated:{self.digest}") if self.digest and content.unreadable else content
