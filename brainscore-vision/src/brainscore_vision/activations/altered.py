"""An engine whose network, or preprocessing, something is done to: its rows are never those of the unaltered one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import numpy as np

from brainscore_core.digests import digest_sequence

from .content import Content
from .engine import Engine
from .network import Network
from .watched import Watched

Around = Callable[[list[Any]], AbstractContextManager[None]]
"""``around(inputs)``: what is in force while these inputs are run."""


class AlteredNetwork:
    """A network that something is done to while it runs; all else is asked of the network itself.

    Parameters
    ----------
    network : Network
    around : callable
        See :data:`Around`.
    required : list of str
        Layers that must take part: recorded in the first pass, which refuses one that is never called. Emptied then.
    """

    def __init__(self, network: Network, around: Around, required: list[str]):
        self._network, self._around, self._required = network, around, required

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """One forward pass; see :class:`~.network.Network`."""
        with self._around(inputs):
            recorded = self._network.record(inputs, list(dict.fromkeys((*layers, *self._required))))
        self._required.clear()
        return {layer: recorded[layer] for layer in layers}


class _Following:
    """What a thing is once something is done to it; whether somebody changed the thing itself is noticed there."""

    def __init__(self, watched: Watched, alteration: Content):
        self._watched, self._alteration = watched, alteration

    @property
    def content(self) -> Content:
        before, done = self._watched.content, self._alteration
        return Content(digest_sequence(["altered-1", before.state, done.state]), before.unreadable or done.unreadable)

    def look(self) -> bool:
        return self._watched.look()

    def settle(self) -> None:
        self._watched.settle()


def with_network(engine: Engine, around: Around, alteration: Content, required: list[str]) -> Engine:
    """The engine with its network altered; it shares the cache, and no row.

    Parameters
    ----------
    engine : Engine
    around : callable
    alteration : Content
        Names what is done, in every process; where that cannot be read, rows stay in this one.
    required : list of str
        See :class:`AlteredNetwork`.
    """
    made = replace(engine, network=AlteredNetwork(engine.network, around, required), expected={})
    made._network = _Following(engine._network, alteration)  # type: ignore[assignment]
    made._preprocessing = engine._preprocessing
    return made


def with_preprocessing(engine: Engine, preprocessing: Callable[[np.ndarray], Any], alteration: Content) -> Engine:
    """The engine with another preprocessing, named by what is done to its own."""
    made = replace(engine, preprocessing=preprocessing, expected={})
    made._network = engine._network
    made._preprocessing = _Following(engine._preprocessing, alteration)  # type: ignore[assignment]
    return made
