"""A plain function as a network: anything that maps a batch to an array, or to one array a layer."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from brainscore_core.errors import InvalidModelOutput

from .content import content_digest
from .network import refuse_unknown

OUTPUT = "output"
"""Name of the one layer of a function that returns an array."""


class CallableNetwork:
    """Adapter for ``function(batch) -> array`` and ``function(batch) -> {layer: array}``.

    Parameters
    ----------
    function : callable
        `batch` is the stack of what preprocessing returned, shape (input, ...). A function that also takes ``layers=``
        is told which ones are asked for, and need not compute others.
    """

    def __init__(self, function: Callable[..., Any]):
        self.function = function
        self._takes_layers = _accepts(function, "layers")

    def digest(self) -> str | None:
        """SHA-256 of the function, what it holds and what it uses."""
        return content_digest(self.function)

    def check(self, layers: Sequence[str]) -> None:
        """Names are checked here only if the function says which it has (``layer_names``); else when it first runs."""
        names = getattr(self.function, "layer_names", None)
        if names is not None:
            refuse_unknown(layers, list(names), _name(self.function))

    def to(self, device: str | None) -> None:
        """A plain function runs where it runs."""

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """Call the function once."""
        batch = np.stack([np.asarray(entry) for entry in inputs])
        answer = self.function(batch, layers=list(layers)) if self._takes_layers else self.function(batch)
        answer = answer if isinstance(answer, Mapping) else {OUTPUT: answer}
        refuse_unknown(layers, list(answer), _name(self.function))
        return {layer: self._rows(layer, answer[layer], len(inputs)) for layer in layers}

    def _rows(self, layer: str, values: Any, count: int) -> np.ndarray:
        array = np.asarray(values)
        if array.ndim == 0 or len(array) != count or array.dtype.kind not in "biuf":
            raise InvalidModelOutput(
                f"{_name(self.function)} returned an array of shape {array.shape} and dtype {array.dtype} for layer "
                f"{layer!r}",
                expected=f"numbers, one row for each of {count} inputs",
            )
        return array.reshape(count, -1)


def _accepts(function: Callable[..., Any], name: str) -> bool:
    try:
        return name in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)
