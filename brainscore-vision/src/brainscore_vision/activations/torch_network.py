"""A PyTorch module as a network: hooks that keep what a layer computed, and stop after the last one asked for."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch

from brainscore_core.errors import InvalidModelOutput, InvalidParameter

from .content import Content, content_of
from .course import Course
from .form import Form, form_of
from .lending import Lending
from .network import refuse_unknown, rows_of, say_where
from .taps import Seen, Stop, split
from .torch_replicas import Replicas, devices_of, is_hooked
from .torch_values import Looking

OUTPUT = "output"
"""Layer: what the network returns."""

_NUMPY_HAS = frozenset(
    {torch.float16, torch.float32, torch.float64, torch.bool}
    | {torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64}
)
_NAMES = frozenset(str(dtype).removeprefix("torch.") for dtype in _NUMPY_HAS)


class TorchNetwork:
    """Adapter for :class:`torch.nn.Module`.

    The module runs in evaluation and inference mode, channels last; parameters, buffers, training flags and hooks are
    afterwards what they were. What is recorded is what the layer computed, also when an in-place operation follows; of
    a layer that is called several times in one pass, its last call; of one that has several names, a call for each.

    Parameters
    ----------
    module : torch.nn.Module
    autocast : {"bfloat16", "float16"}, optional
        Type in which operations compute that allow it (:class:`torch.autocast`).
    """

    def __init__(self, module: torch.nn.Module, autocast: str | None = None):
        if autocast not in (None, "bfloat16", "float16"):
            raise InvalidParameter(f"autocast={autocast!r}", expected="'bfloat16', 'float16' or None")
        self.module, self.autocast = module, autocast
        self._modules: dict[str, torch.nn.Module] = {}
        self._names: dict[int, list[str]] = {}
        self._course = Course(type(module).__name__)
        self._lent: tuple[Any, Lending] = None, Lending()
        self.forms: dict[str, Form] = {}
        self._replicas = Replicas([], self._alone)
        self._look()

    @property
    def batch_size(self) -> int:
        """On a processor few, which stay in its caches: EfficientNet-Lite0 takes 19 ms an image at 16, 25 at 32."""
        return (16 if self._device().type == "cpu" else 64) * (1 + len(self._replicas))

    @property
    def device(self) -> str:
        """Where its parameters lie, as ``cuda:0 (NVIDIA H100 80GB HBM3)``, and those of its copies."""
        return ", ".join(map(_described, (self._device(), *self._replicas.devices)))

    def content(self) -> Content:
        """Parameters, all buffers, attributes and code of every module, and what hooks all modules have."""
        hooks = torch.nn.modules.module
        everywhere = [*hooks._global_forward_pre_hooks.values(), *hooks._global_forward_hooks.values()]
        return content_of([self.module, *everywhere] if everywhere else self.module)

    def check(self, layers: Sequence[str]) -> None:
        """Layers are dotted module names; ``name:part`` where a module returns several things.

        ``output`` is what the whole network returns, unless a module in it has that name.
        """
        self._look()
        self._replicas.forget()
        if isinstance(self.module, torch.jit.ScriptModule):
            raise _frozen(self.module)
        names = [split(layer, self._modules)[0] for layer in layers]
        refuse_unknown([name for name in names if name != OUTPUT], self.layers(), type(self.module).__name__)

    def layers(self) -> list[str]:
        """Dotted names of all modules within it."""
        self._look()
        return [name for name, part in self._modules.items() if part is not self.module]

    def to(self, device: str | None) -> None:
        """Move the module; None: to CUDA where there is one and it lies on the processor, else it stays.

        Several devices, as ``cuda:0,cuda:1`` or ``cuda:*``, share each batch: the module lies on the first, copies of
        it on the others.
        """
        if device is None:
            if self._device().type != "cpu" or not torch.cuda.is_available():
                return
            device = "cuda"
        try:
            first, *others = devices_of(device)
            self.module.to(first)
            for other in others:
                torch.empty(0, device=other)
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            raise InvalidParameter(
                f"device {device!r} cannot be used ({error})",
                expected="'cpu', 'cuda' or 'mps', or several as 'cuda:0,cuda:1'",
            ) from error
        self._replicas = Replicas(others, self._alone)

    def free(self) -> None:
        """What PyTorch keeps reserved on a GPU is given back."""
        torch.cuda.empty_cache()
        if self._device().type == "mps":
            torch.mps.empty_cache()

    def forget(self) -> None:
        """Where the last layer asked for is seen anew: a changed attribute may let layers be called more often."""
        self._course = Course(type(self.module).__name__)

    def mark(self) -> tuple[int, int]:
        """Changes whenever a parameter or buffer is written to or replaced, other than through ``.data``: free to ask.

        Its parts: how often tensors were written to, and where they lie.
        """
        tensors = [part for part in (*self.module.parameters(), *self.module.buffers()) if not part.is_inference()]
        return sum(part._version for part in tensors), hash(tuple((id(part), part.data_ptr()) for part in tensors))

    def flops(self, entry: Any) -> int:
        """Floating-point operations for one input; see :func:`~.torch_flops.count_flops`."""
        from .torch_flops import count_flops

        with _evaluation(self.module):
            return count_flops(self.module, self._batch([entry]))

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """One forward pass over a batch, or one a device over its part."""
        if self._replicas and len(inputs) > 1 and not is_hooked(self.module):
            return self._replicas.record(self.module, self._record, inputs, layers)
        return self._record(inputs, layers)

    def _alone(self, module: torch.nn.Module) -> Callable[[list[Any], Sequence[str]], dict[str, np.ndarray]]:
        return TorchNetwork(module, self.autocast)._record

    def _record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        if self._device().type == "meta":
            raise InvalidParameter(
                f"{type(self.module).__name__} lies on the device 'meta', where parameters have no values",
                expected="a network with its weights loaded",
            )
        batch = self._batch(inputs)
        what, course = (frozenset(layers), tuple(batch.shape)), self._course
        end = course.end(what)
        if self._lent[0] != what:
            self._lent = what, Lending()  # the old one is let go: blocks will have other sizes
        seen = Seen(self._modules, layers, partial(_copy, self._lent[1]), _is_tensor, end)
        with _evaluation(self.module), self._hooks(seen), torch.inference_mode(), self._precision():
            try:
                if end is None and not course.hangs_on_values:
                    with Looking() as looking:
                        self.module(batch)
                    course.hangs_on_values = looking.seen
                else:
                    self.module(batch)
            except Stop:
                pass
            except Exception as error:
                told = say_where(error, type(self.module).__name__, batch.shape)
                raise told from (error if told is not error else error.__cause__)
        seen.require(layers, type(self.module).__name__)
        course.ran(what, seen.calls)
        self.forms |= {layer: form_of(seen.kept[layer].shape[1:]) for layer in layers}
        return {layer: rows_of(f"layer {layer!r}", seen.kept[layer], len(inputs)) for layer in layers}

    def _look(self) -> None:
        """Find the modules, which may have been replaced since."""
        modules = {name: part for name, part in self.module.named_modules(remove_duplicate=False) if name}
        modules.setdefault(OUTPUT, self.module)
        if modules == self._modules:
            return
        self._modules, self._names = modules, {}
        self.forget()
        for name, part in modules.items():
            self._names.setdefault(id(part), []).append(name)

    def _device(self) -> torch.device:
        parts = (*self.module.parameters(), *self.module.buffers())
        return parts[0].device if parts else torch.device("cpu")

    def _batch(self, inputs: list[Any]) -> torch.Tensor:
        """Inputs stacked, in the floating type of the parameters where they are floating numbers."""
        tensors = isinstance(inputs[0], torch.Tensor)
        entries = inputs if tensors else [np.asarray(entry) for entry in inputs]
        parameter = next((part for part in self.module.parameters() if part.is_floating_point()), None)
        device = self._device()
        if device.type == "cpu" and _are_images(entries):
            return self._laid([torch.as_tensor(entry) for entry in entries], parameter)
        batch = torch.stack(entries) if tensors else torch.from_numpy(np.stack(entries))
        batch = batch.to(device, _floating(batch, parameter))
        return batch.contiguous(memory_format=torch.channels_last) if batch.ndim == 4 else batch

    def _laid(self, images: list[torch.Tensor], parameter: torch.Tensor | None) -> torch.Tensor:
        """Images (channel, row, column) as a batch with channels last, in memory that is used for every batch."""
        channels, rows, columns = images[0].shape
        dtype = _floating(images[0], parameter)
        if dtype not in _NUMPY_HAS:
            return torch.stack(images).to(dtype).contiguous(memory_format=torch.channels_last)
        memory = self._lent[1].empty((len(images), rows, columns, channels), _name(dtype))
        batch = torch.from_numpy(memory).permute(0, 3, 1, 2)
        for place, image in zip(batch, images, strict=True):
            place.copy_(image.detach())
        return batch

    def _precision(self) -> AbstractContextManager[Any]:
        if self.autocast is None:
            return nullcontext()
        return torch.autocast(self._device().type, getattr(torch, self.autocast))

    @contextmanager
    def _hooks(self, seen: Seen) -> Iterator[None]:
        parts = {id(part): part for part in (self._modules[name] for name in seen.names)}
        handles = [_tapped(part, seen.tap(self._names[key])) for key, part in parts.items()]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def _described(device: torch.device) -> str:
    return f"{device} ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)


def _tapped(part: torch.nn.Module, keep: Callable[[Any], None]) -> Any:
    return part.register_forward_hook(lambda _module, _inputs, output: keep(output))


@contextmanager
def _evaluation(module: torch.nn.Module) -> Iterator[None]:
    """Evaluation mode for a while; each part gets its own training flag back."""
    flags = [(part, part.training) for part in module.modules()]
    if not any(training for _, training in flags):
        yield
        return
    try:
        module.eval()
    except NotImplementedError as error:  # an exported graph is in one mode for good
        raise _frozen(module) from error
    for part in module.modules():  # a network may keep parts in training mode by a train() of its own
        part.training = False
    try:
        yield
    finally:
        if flags[0][1]:
            module.train()  # some modules do more than set a flag
        for part, training in flags:
            part.training = training


def _frozen(module: torch.nn.Module) -> InvalidParameter:
    return InvalidParameter(
        f"{type(module).__name__} is a frozen graph, whose layers cannot be recorded",
        expected="the torch.nn.Module that it was made of",
        remedy="wrap a function that calls it, to record its output: wrap(lambda batch: ..., layers={...: 'output'})",
    )


def _is_tensor(thing: Any) -> bool:
    return isinstance(thing, torch.Tensor)


def _are_images(entries: Sequence[Any]) -> bool:
    """Whether these are three-dimensional and of one form, and can be copied by PyTorch as they lie."""
    first = entries[0]
    if any((entry.ndim, entry.shape, entry.dtype) != (3, first.shape, first.dtype) for entry in entries):
        return False
    if isinstance(first, torch.Tensor):
        return all(entry.device.type == "cpu" and entry.layout == torch.strided for entry in entries)
    flags = [entry.flags for entry in entries]
    return (
        first.dtype.name in _NAMES
        and first.dtype.isnative
        and all(flag.c_contiguous and flag.writeable for flag in flags)
    )


def _floating(batch: torch.Tensor, parameter: torch.Tensor | None) -> torch.dtype:
    """Type in which a batch is run: that of the parameters, unless it holds whole numbers."""
    return parameter.dtype if parameter is not None and batch.is_floating_point() else batch.dtype


def _name(dtype: torch.dtype) -> str:
    """NumPy's name of a type."""
    return str(dtype).removeprefix("torch.")


def _copy(lending: Lending, name: str, output: torch.Tensor) -> np.ndarray:
    """The values now, before a later in-place operation reaches them, in C order of their dimensions."""
    if output.is_complex():
        raise InvalidModelOutput(f"layer {name!r} returned a tensor of {output.dtype}", expected="real numbers")
    output = output.dequantize() if output.is_quantized else output
    dtype = output.dtype if output.dtype in _NUMPY_HAS else torch.float32
    values = lending.empty(output.shape, _name(dtype))
    torch.from_numpy(values).copy_(output.detach())
    return values
