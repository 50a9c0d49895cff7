"""A plain function as a network: anything that maps a batch to an array, or to one array a layer."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidModelOutput

from .content import Content, content_of
from .form import Form, form_of
from .network import refuse_unknown, rows_of, say_where

OUTPUT = "output"
"""Name of the one layer of a function that returns an array."""


class CallableNetwork:
    """Adapter for ``function(batch) -> array`` and ``function(batch) -> {layer: array}``.

    Parameters
    ----------
    function : callable
        `batch` is the stack of what preprocessing returned, shape (input, ...). A function that also takes ``layers=``
        is told which ones are asked for, and need not compute others. With an attribute ``layer_names``, names are
        checked before it runs; with ``channels_last = True``, three dimensions are (y, x, channel).
    """

    def __init__(self, function: Callable[..., Any]):
        self.function = function
        self._name = getattr(function, "__name__", type(function).__name__)
        self._takes_layers = _accepts(function, "layers")
        self._channels_last = bool(getattr(function, "channels_last", False))
        self.forms: dict[str, Form] = {}
        self.autocast: str | None = None

    @property
    def batch_size(self) -> int:
        """Enough that calling it costs nothing."""
        return 32

    @property
    def device(self) -> None:
        """A plain function does not say where it runs."""

    def content(self) -> Content:
        """The function, what it holds and what it uses."""
        return content_of(self.function)

    def check(self, layers: Sequence[str]) -> None:
        """Names are checked here only if the function says which it has (``layer_names``); else when it first runs."""
        names = getattr(self.function, "layer_names", None)
        if names is not None:
            refuse_unknown(layers, list(names), self._name)

    def layers(self) -> list[str]:
        """Those that the function names."""
        return list(getattr(self.function, "layer_names", None) or ())

    def to(self, device: str | None) -> None:
        """A plain function runs where it runs."""

    def free(self) -> None:
        """Nothing of its own is reserved."""

    def forget(self) -> None:
        """Nothing is known of its course."""

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """Call the function once."""
        batch = np.stack([np.asarray(entry) for entry in inputs])
        try:
            answer = self.function(batch, layers=list(layers)) if self._takes_layers else self.function(batch)
        except Exception as error:
            told = say_where(error, self._name, batch.shape)
            raise told from (error if told is not error else error.__cause__)
        answer = answer if isinstance(answer, Mapping) else {OUTPUT: answer}
        refuse_unknown(layers, list(answer), self._name)
        arrays = {layer: self._array(layer, answer[layer]) for layer in layers}
        self.forms |= {
            layer: form_of(values.shape[1:], channels_last=self._channels_last) for layer, values in arrays.items()
        }
        return {
            layer: rows_of(f"layer {layer!r} of {self._name}", values, len(inputs)) for layer, values in arrays.items()
        }

    def _array(self, layer: str, values: Any) -> np.ndarray:
        try:
            return np.array(np.asarray(values))  # a function may write its next answer into the same memory
        except (TypeError, ValueError, RuntimeError) as error:
            raise InvalidModelOutput(
                f"layer {layer!r} of {self._name} returned a {type(values).__name__} that is no array ({error})",
                expected="an array, or what numpy.asarray takes",
            ) from error


def _accepts(function: Callable[..., Any], name: str) -> bool:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return name in parameters
