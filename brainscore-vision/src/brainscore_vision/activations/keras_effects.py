"""Effects on the layers of a Keras model: methods that return another output, so that everything downstream sees it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import numpy as np

from brainscore_core.errors import InvalidModelOutput

from .effects import Effect, Effects
from .keras_network import KerasNetwork, wrapped_calls
from .replacing import Edit, replaced
from .taps import split


@contextmanager
def edited(network: KerasNetwork, effects: Effects, seeds: Sequence[Sequence[int]]) -> Iterator[None]:
    """Apply an effect to the output of each layer named.

    Parameters
    ----------
    network : KerasNetwork
    effects : mapping of layer to callable
        See :data:`~.effects.Effects`. A layer is a path or a name that is alone, or ``name:part``.
    seeds : sequence, one entry for each input of the batch
        Of its noise.
    """
    edits: dict[str, list[tuple[str, Edit]]] = {}
    for layer, effect in effects.items():
        name, part = split(network.path(layer), network.layers())
        edits.setdefault(name, []).append((part, _applied(network.keras, layer, effect, seeds)))

    def change(names: Sequence[str]) -> Callable[[Any], Any]:
        coming = iter(names)
        name = names[-1]

        def changed(output: Any) -> Any:
            nonlocal name
            name = next(coming, name)  # its first call is that of the first name, as it is recorded
            for part, edit in edits.get(name, ()):
                output = replaced(name, output, part, edit, network.keras.ops.is_tensor)
            return output

        return changed

    with wrapped_calls(network.parts(list(edits)), change):
        yield


def _applied(
    keras: Any, layer: str, effect: Callable[[tuple[int, ...]], Effect], seeds: Sequence[Sequence[int]]
) -> Edit:
    ops = keras.ops

    def edit(output: Any) -> Any:
        dtype = keras.backend.standardize_dtype(output.dtype)
        shape = tuple(int(size) for size in output.shape[1:])
        if "float" not in dtype or int(output.shape[0]) != len(seeds):
            raise InvalidModelOutput(
                f"layer {layer!r} returned a tensor of shape {tuple(output.shape)} and dtype {dtype}",
                expected=f"floating numbers, one row for each of {len(seeds)} inputs",
            )
        found = effect(shape)
        gain, shift, noise = (
            ops.convert_to_tensor(part.reshape(shape), dtype=dtype) for part in (found.gain, found.shift, found.noise)
        )
        values = output + shift
        if found.noise.any():
            salt = crc32(layer.encode())
            drawn = np.stack([np.random.default_rng([*seed, salt]).standard_normal(shape) for seed in seeds])
            values = values + noise * ops.convert_to_tensor(drawn, dtype=dtype)
        return ops.where(gain == 0, ops.zeros_like(values), values * gain)

    return edit
