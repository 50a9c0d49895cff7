"""A PyTorch module as a network: hooks that keep what a layer computed, and stop after the deepest one asked for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from brainscore_core.errors import InvalidModelOutput, InvalidParameter

from .content import content_digest
from .network import refuse_unknown


class _Stop(Exception):
    """All layers asked for have been seen."""


class TorchNetwork:
    """Adapter for :class:`torch.nn.Module`.

    The module runs in evaluation and inference mode, channels last; parameters, buffers, training flags and hooks are
    afterwards what they were. What is recorded is what the layer computed, also when an in-place operation follows.

    Parameters
    ----------
    module : torch.nn.Module
    """

    def __init__(self, module: torch.nn.Module):
        self.module = module
        self._modules = {name: part for name, part in module.named_modules() if name}
        self._device = next((part.device for part in module.parameters()), torch.device("cpu"))

    def digest(self) -> str | None:
        """SHA-256 of parameters, all buffers, attributes and code of every module."""
        return content_digest(self.module)

    def check(self, layers: Sequence[str]) -> None:
        """Layers are dotted module names."""
        refuse_unknown(layers, list(self._modules), type(self.module).__name__)

    def to(self, device: str | None) -> None:
        """Move the module; None: CUDA where there is one, else where it is."""
        if device is None:
            device = "cuda" if torch.cuda.is_available() else str(self._device)
        try:
            self._device = torch.device(device)
            self.module.to(self._device)
        except (RuntimeError, AssertionError) as error:
            raise InvalidParameter(f"device {device!r} cannot be used ({error})", expected="'cpu', 'cuda' or 'mps'") from error

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """One forward pass over a batch."""
        batch = self._batch(inputs)
        with _evaluation(self.module), self._hooks(layers) as kept, torch.inference_mode():
            try:
                self.module(batch)
            except _Stop:
                pass
        missing = [layer for layer in layers if layer not in kept]
        if missing:
            raise InvalidModelOutput(
                f"layer {missing[0]!r} of {type(self.module).__name__} was never called",
                expected="a layer that takes part in the forward pass",
            )
        return {layer: _rows(layer, kept[layer], len(inputs)) for layer in layers}

    def _batch(self, inputs: list[Any]) -> torch.Tensor:
        batch = torch.stack([torch.as_tensor(entry) for entry in inputs]).to(self._device)
        return batch.contiguous(memory_format=torch.channels_last) if batch.ndim == 4 else batch

    @contextmanager
    def _hooks(self, layers: Sequence[str]) -> Iterator[dict[str, np.ndarray]]:
        kept: dict[str, np.ndarray] = {}

        def keep(name: str) -> Any:
            def hook(_module: Any, _inputs: Any, output: Any) -> None:
                kept.setdefault(name, _copy(name, output))
                if len(kept) == len(layers):
                    raise _Stop

            return hook

        handles = [self._modules[name].register_forward_hook(keep(name)) for name in layers]
        try:
            yield kept
        finally:
            for handle in handles:
                handle.remove()


@contextmanager
def _evaluation(module: torch.nn.Module) -> Iterator[None]:
    """Evaluation mode for a while; each part gets its own training flag back."""
    flags = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, training in flags:
            part.training = training


def _copy(name: str, output: Any) -> np.ndarray:
    """The values now, before a later in-place operation reaches them."""
    if isinstance(output, (tuple, list)):
        output = next((part for part in output if isinstance(part, torch.Tensor)), None)
    if not isinstance(output, torch.Tensor):
        raise InvalidModelOutput(f"layer {name!r} returned a {type(output).__name__}", expected="a tensor")
    values = output.detach().to("cpu", torch.float32 if output.dtype == torch.bfloat16 else None, copy=True)
    return values.contiguous(memory_format=torch.contiguous_format).numpy()


def _rows(layer: str, values: np.ndarray, count: int) -> np.ndarray:
    if values.ndim == 0 or len(values) != count:
        raise InvalidModelOutput(
            f"layer {layer!r} returned shape {values.shape}", expected=f"one row for each of {count} inputs"
        )
    return values.reshape(count, -1)
