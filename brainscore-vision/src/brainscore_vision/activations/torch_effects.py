"""Effects on the layers of a PyTorch module: hooks that replace outputs, so that everything downstream sees them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from zlib import crc32

import numpy as np
import torch

from brainscore_core.errors import InvalidModelOutput, InvalidParameter

from .effects import Effect, Effects
from .replacing import replaced
from .taps import split

DROPOUT = (torch.nn.Dropout, torch.nn.Dropout1d, torch.nn.Dropout2d, torch.nn.Dropout3d)

Edit = Callable[[torch.Tensor], torch.Tensor]


@contextmanager
def edited(module: torch.nn.Module, effects: Effects, seeds: Sequence[Sequence[int]]) -> Iterator[None]:
    """Apply an effect to the output of each layer named.

    Parameters
    ----------
    module : torch.nn.Module
    effects : mapping of layer to callable
        See :data:`~.effects.Effects`. A layer is a dotted module name, or ``name:part``.
    seeds : sequence, one entry for each input of the batch
        Of its noise.
    """
    parts = dict(module.named_modules(remove_duplicate=False))
    edits: dict[str, list[tuple[str, Edit]]] = {}
    for layer, effect in effects.items():
        name, part = split(layer, parts)
        edits.setdefault(name, []).append((part, _applied(layer, effect, seeds)))
    names: dict[int, list[str]] = {}
    for name, part in parts.items():
        names.setdefault(id(part), []).append(name)
    with ExitStack() as hooks:
        for key in {id(parts[name]): None for name in edits}:
            owner = parts[names[key][0]]
            handle = owner.register_forward_hook(_hook(names[key], edits))
            hooks.callback(handle.remove)
        yield


def _hook(names: Sequence[str], edits: Mapping[str, list[tuple[str, Edit]]]) -> Any:
    """For a module of these names: its first call is that of the first name, and so on, as it is recorded."""
    coming, name = iter(names), names[-1]

    def hook(_module: torch.nn.Module, _inputs: Any, output: Any) -> Any:
        nonlocal name
        name = next(coming, name)
        for part, edit in edits.get(name, ()):
            output = replaced(name, output, part, edit, _is_tensor)
        return output

    return hook


def _applied(layer: str, effect: Callable[[tuple[int, ...]], Effect], seeds: Sequence[Sequence[int]]) -> Edit:
    def edit(output: torch.Tensor) -> torch.Tensor:
        if not output.is_floating_point() or len(output) != len(seeds):
            raise InvalidModelOutput(
                f"layer {layer!r} returned a tensor of shape {tuple(output.shape)} and dtype {output.dtype}",
                expected=f"floating numbers, one row for each of {len(seeds)} inputs",
            )
        shape = tuple(output.shape[1:])
        found = effect(shape)
        gain, shift, noise = (_like(part.reshape(shape), output) for part in (found.gain, found.shift, found.noise))
        values = output + shift
        if found.noise.any():
            salt = crc32(layer.encode())
            drawn = [np.random.default_rng([*seed, salt]).standard_normal(shape) for seed in seeds]
            values = values + noise * _like(np.stack(drawn), output)
        return torch.where(gain == 0, torch.zeros((), dtype=output.dtype, device=output.device), values * gain)

    return edit


def _is_tensor(thing: Any) -> bool:
    return isinstance(thing, torch.Tensor)


def _like(values: np.ndarray, output: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values)).to(output.device, output.dtype)


@contextmanager
def dropping(module: torch.nn.Module, seeds: Sequence[Sequence[int]]) -> Iterator[None]:
    """Let dropout layers drop, each input by a mask of its own seed: the same in every batch.

    Raises
    ------
    InvalidParameter
        If the module has none.
    """
    found = [(name, part) for name, part in module.named_modules() if isinstance(part, DROPOUT) and part.p > 0]
    if not found:
        raise InvalidParameter(
            f"{type(module).__name__} has no dropout that could be active at test",
            expected="a torch.nn.Dropout with p above 0",
        )
    with ExitStack() as hooks:
        for name, part in found:
            hooks.callback(part.register_forward_hook(_dropped(name, part, seeds)).remove)
        yield


def _dropped(name: str, part: Any, seeds: Sequence[Sequence[int]]) -> Any:
    calls, salt, keep = iter(range(2**31)), crc32(name.encode()), 1 - part.p

    def hook(_module: torch.nn.Module, _inputs: Any, output: torch.Tensor) -> torch.Tensor:
        call, shape = next(calls), tuple(output.shape[1:])
        whole = shape if type(part) is torch.nn.Dropout else (shape[0], *(1 for _ in shape[1:]))
        masks = [np.random.default_rng([*seed, salt, call]).random(whole) < keep for seed in seeds]
        return output * _like(np.stack(masks) / keep if keep else np.stack(masks), output)

    return hook
