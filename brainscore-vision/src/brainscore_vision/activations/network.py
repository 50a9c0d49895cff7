"""What the engine asks of a network, whatever its framework."""

import difflib
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from brainscore_core.errors import UnknownLayer


class Network(Protocol):
    """A network that can be recorded from. Frameworks are imported by their adapter only."""

    def digest(self) -> str | None:
        """SHA-256 of its content, or None."""

    def check(self, layers: Sequence[str]) -> None:
        """Raise :class:`~brainscore_core.errors.UnknownLayer`, with the closest names, before anything runs."""

    def to(self, device: str | None) -> None:
        """Move to a device; None: the best there is."""

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """Run once on a batch.

        Returns
        -------
        {layer: array of shape (input, unit)}
            What each layer computed, flattened in C order (channel, row, column).
        """


def refuse_unknown(layers: Sequence[str], known: Sequence[str], network: str) -> None:
    """Raise for the first layer that is not known, offering the closest names."""
    for layer in layers:
        if layer not in known:
            close = difflib.get_close_matches(layer, known, n=5, cutoff=0.4) or list(known)[:5]
            raise UnknownLayer(
                f"{network} has no layer {layer!r}",
                expected=f"one of its {len(known)} layers",
                remedy=f"closest: {', '.join(close)}",
            )
