"""What the engine asks of a network, whatever its framework."""

import difflib
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from brainscore_core.errors import BrainScoreError, InvalidModelOutput, NetworkFailed, UnknownLayer

from .content import Content
from .form import Form
from .memory import is_out_of_memory


class Network(Protocol):
    """A network that can be recorded from. Frameworks are imported by their adapter only."""

    forms: dict[str, Form]
    """What form the output of a layer had when it was last recorded, for one input."""

    autocast: str | None
    """Type in which operations compute that allow it, as ``"bfloat16"``; None: that of the parameters."""

    @property
    def batch_size(self) -> int:
        """How many inputs are best run at once where nobody says."""

    @property
    def device(self) -> str | None:
        """Where it runs, in words; None where nobody can tell."""

    def content(self) -> Content:
        """What it is: parameters, buffers, attributes and code."""

    def check(self, layers: Sequence[str]) -> None:
        """Raise :class:`~brainscore_core.errors.UnknownLayer`, with the closest names, before anything runs."""

    def layers(self) -> list[str]:
        """Names of all layers in the order of the network; empty where only running it would tell."""

    def to(self, device: str | None) -> None:
        """Move to a device; None: the best there is."""

    def free(self) -> None:
        """Give back memory that a failed pass has left reserved."""

    def forget(self) -> None:
        """Somebody changed the network: what earlier passes showed of its course need not hold."""

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """Run once on a batch.

        Returns
        -------
        {layer: array of shape (input, unit)}
            What each layer computed, flattened in C order of its own dimensions (PyTorch: channel, row, column).
        """


def refuse_unknown(layers: Sequence[str], known: Sequence[str], network: str) -> None:
    """Raise for the first layer that is not known, offering the closest names."""
    names = set(known)
    for layer in layers:
        if layer not in names:
            close = difflib.get_close_matches(layer, known, n=5, cutoff=0.4) or list(known)[:5]
            raise UnknownLayer(
                f"{network} has no layer {layer!r}",
                expected=f"one of its {len(known)} layers",
                remedy=f"closest: {', '.join(close)}" if close else "",
            )


def say_where(error: Exception, network: str, shape: Sequence[int]) -> Exception:
    """What to raise instead of an error of a forward pass; one about memory, and one of ours, stays with a note.

    Parameters
    ----------
    error : Exception
    network : str
        Its name.
    shape : sequence of int
        Of the batch.
    """
    if isinstance(error, BrainScoreError) or is_out_of_memory(error):
        error.add_note(f"in the forward pass of {network} over a batch {tuple(shape)}")
        return error
    return NetworkFailed(
        f"{network} fails on a batch of shape {tuple(shape)} ({type(error).__name__}: {error})",
        expected="input of the size and layout that it takes",
        remedy="let preprocessing= make it, and try the network on one prepared image",
    )


def rows_of(what: str, values: np.ndarray, count: int) -> np.ndarray:
    """What a layer computed as an array (input, unit).

    Raises
    ------
    InvalidModelOutput
        If it is not one row of real numbers for each of `count` inputs.
    """
    if values.ndim == 0 or len(values) != count or values.dtype.kind not in "biuf" or values.size == 0:
        raise InvalidModelOutput(
            f"{what} returned an array of shape {values.shape} and dtype {values.dtype}",
            expected=f"real numbers, one row for each of {count} inputs",
        )
    return values.reshape(count, -1)
