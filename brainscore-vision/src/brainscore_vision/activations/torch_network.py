"""A PyTorch module as a network: hooks that keep what a layer computed, and stop after the last one asked for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from brainscore_core.errors import InvalidModelOutput, InvalidParameter

from .content import Content, content_of
from .network import refuse_unknown, rows_of

_NUMPY_HAS = frozenset(
    {torch.float16, torch.float32, torch.float64, torch.bool}
    | {torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64}
)


class _Stop(BaseException):
    """All layers asked for have been seen. No Exception, so that no network catches it."""


class TorchNetwork:
    """Adapter for :class:`torch.nn.Module`.

    The module runs in evaluation and inference mode, channels last; parameters, buffers, training flags and hooks are
    afterwards what they were. What is recorded is what the layer computed, also when an in-place operation follows; of
    a layer that is called several times in one pass, its last call; of one that has several names, a call for each.

    Parameters
    ----------
    module : torch.nn.Module
    """

    def __init__(self, module: torch.nn.Module):
        self.module = module
        self._modules: dict[str, torch.nn.Module] = {}
        self._names: dict[int, list[str]] = {}
        self._calls: dict[frozenset[str], int] = {}
        self._look()

    @property
    def batch_size(self) -> int:
        """On a processor few, which stay in its caches: EfficientNet-Lite0 takes 19 ms an image at 16, 25 at 32."""
        return 16 if self._device().type == "cpu" else 64

    @property
    def device(self) -> str:
        """Where its parameters lie, as ``cuda:0 (NVIDIA H100 80GB HBM3)``."""
        device = self._device()
        return f"{device} ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)

    def content(self) -> Content:
        """Parameters, all buffers, attributes and code of every module."""
        return content_of(self.module)

    def check(self, layers: Sequence[str]) -> None:
        """Layers are dotted module names."""
        self._look()
        refuse_unknown(layers, list(self._modules), type(self.module).__name__)

    def to(self, device: str | None) -> None:
        """Move the module; None: to CUDA where there is one and it lies on the processor, else it stays."""
        if device is None:
            if self._device().type != "cpu" or not torch.cuda.is_available():
                return
            device = "cuda"
        try:
            self.module.to(torch.device(device))
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            raise InvalidParameter(
                f"device {device!r} cannot be used ({error})", expected="'cpu', 'cuda' or 'mps'"
            ) from error

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """One forward pass over a batch."""
        batch = self._batch(inputs)
        asked = frozenset(layers)
        seen = _Seen(self._calls.get(asked))
        with _evaluation(self.module), self._hooks(layers, seen), torch.inference_mode():
            try:
                self.module(batch)
            except _Stop:
                pass
            except Exception as error:
                error.add_note(f"in the forward pass of {type(self.module).__name__} over a batch {tuple(batch.shape)}")
                raise
        missing = [layer for layer in layers if layer not in seen.kept]
        if missing:
            raise InvalidModelOutput(
                f"layer {missing[0]!r} of {type(self.module).__name__} was never called",
                expected="a layer that takes part in the forward pass",
            )
        self._calls.setdefault(asked, seen.calls)
        return {layer: rows_of(f"layer {layer!r}", seen.kept[layer], len(inputs)) for layer in layers}

    def _look(self) -> None:
        """Find the modules, which may have been replaced since."""
        modules = {name: part for name, part in self.module.named_modules(remove_duplicate=False) if name}
        if modules == self._modules:
            return
        self._modules, self._names, self._calls = modules, {}, {}
        for name, part in modules.items():
            self._names.setdefault(id(part), []).append(name)

    def _device(self) -> torch.device:
        parts = (*self.module.parameters(), *self.module.buffers())
        return parts[0].device if parts else torch.device("cpu")

    def _batch(self, inputs: list[Any]) -> torch.Tensor:
        """Inputs stacked, in the floating type of the parameters where they are floating numbers."""
        if isinstance(inputs[0], torch.Tensor):
            batch = torch.stack(inputs)
        else:
            batch = torch.from_numpy(np.stack([np.asarray(entry) for entry in inputs]))
        parameter = next((part for part in self.module.parameters() if part.is_floating_point()), None)
        dtype = parameter.dtype if parameter is not None and batch.is_floating_point() else batch.dtype
        batch = batch.to(self._device(), dtype)
        return batch.contiguous(memory_format=torch.channels_last) if batch.ndim == 4 else batch

    @contextmanager
    def _hooks(self, layers: Sequence[str], seen: "_Seen") -> Iterator[None]:
        parts = {id(part): part for part in (self._modules[name] for name in layers)}
        handles = [part.register_forward_hook(seen.hook(self._names[id(part)], layers)) for part in parts.values()]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


class _Seen:
    """What hooks have kept in one pass.

    Parameters
    ----------
    calls_expected : int, optional
        Calls of the layers, all together, after which the pass can stop; None: not known, the pass ends by itself.
    """

    def __init__(self, calls_expected: int | None):
        self.kept: dict[str, np.ndarray] = {}
        self.calls = 0
        self._expected = calls_expected

    def hook(self, names: Sequence[str], asked: Sequence[str]) -> Any:
        """For a module of these names: its first call is that of the first name, and so on."""
        coming = iter(names)
        name = names[-1]

        def keep(_module: Any, _inputs: Any, output: Any) -> None:
            nonlocal name
            name = next(coming, name)
            if name in asked:
                self.kept[name] = _copy(name, output)
            self.calls += 1
            if self.calls == self._expected:
                raise _Stop

        return keep


@contextmanager
def _evaluation(module: torch.nn.Module) -> Iterator[None]:
    """Evaluation mode for a while; each part gets its own training flag back."""
    flags = [(part, part.training) for part in module.modules()]
    if not any(training for _, training in flags):
        yield
        return
    module.eval()
    try:
        yield
    finally:
        if flags[0][1]:
            module.train()  # some modules do more than set a flag
        for part, training in flags:
            part.training = training


def _copy(name: str, output: Any) -> np.ndarray:
    """The values now, before a later in-place operation reaches them, in C order of their dimensions."""
    if isinstance(output, Mapping):
        output = tuple(output.values())
    if isinstance(output, (tuple, list)):
        output = next((part for part in output if isinstance(part, torch.Tensor)), None)
    if not isinstance(output, torch.Tensor) or output.is_complex():
        found = f"a {type(output).__name__}" if not isinstance(output, torch.Tensor) else f"a tensor of {output.dtype}"
        raise InvalidModelOutput(f"layer {name!r} returned {found}", expected="a tensor of real numbers")
    output = output.dequantize() if output.is_quantized else output
    values = torch.empty(output.shape, dtype=output.dtype if output.dtype in _NUMPY_HAS else torch.float32)
    return values.copy_(output.detach()).numpy()
