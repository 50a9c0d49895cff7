"""A Keras 3 model as a network, on whatever backend Keras runs."""

import contextlib
import importlib
import importlib.util
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidModelOutput, InvalidParameter

from .content import Content, content_of
from .course import Course
from .form import Form, form_of
from .keras_content import as_array, keras_kind, sublayers
from .network import refuse_unknown, rows_of, say_where
from .taps import PART, Seen, Stop, split

_CALLS = ("call", "quantized_call")
"""Methods in which a layer computes; which of them runs hangs on whether it is quantised."""


def import_keras() -> Any:
    """The module ``keras``, on the backend it is set to; where none was chosen and only PyTorch is there, on that.

    Raises
    ------
    InvalidParameter
        Where it, or its backend, is not installed: saying what to install.
    """
    try:
        return importlib.import_module("keras")
    except ImportError as error:
        if error.name == "tensorflow" and "KERAS_BACKEND" not in os.environ and importlib.util.find_spec("torch"):
            return _import_on_torch()
        missing = (error.name or "keras").partition(".")[0]
        raise InvalidParameter(
            f"a Keras model cannot be used: {missing} is not installed",
            expected="Keras 3 with a backend",
            remedy='`pip install "brainscore-vision[tensorflow]"`, or `pip install keras` and set KERAS_BACKEND=torch '
            "where PyTorch is there",
        ) from error


def _import_on_torch() -> Any:
    """Keras is set to TensorFlow unless somebody says otherwise, and what has been imported by then stays half made."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "keras"]:
        del sys.modules[name]
    os.environ["KERAS_BACKEND"] = "torch"
    return importlib.import_module("keras")


class KerasNetwork:
    """Adapter for Keras models: functional, sequential, subclassed, nested.

    A layer is named as Keras names it; one within another layer by its path, as ``backbone/conv1``, or by its own name
    alone where no other has it. In functional models so are operations between layers, as the ``add_2`` of ``x + y``.
    The model runs with ``training=False``; afterwards it is what it was. What is recorded is the output of a layer
    flattened in C order of its own dimensions: row, column, channel where Keras puts channels last.

    Parameters
    ----------
    model : keras.Layer
        One without weights yet gets them from its first batch.
    """

    def __init__(self, model: Any):
        self.keras = import_keras()
        self.model = model
        self.forms: dict[str, Form] = {}
        self.autocast: str | None = None
        self._device: str | None = None
        self._paths: dict[str, Any] = {}
        self._short: dict[str, str] = {}
        self._names: dict[int, list[str]] = {}
        self._course = Course(model.name)
        self._look()

    @property
    def batch_size(self) -> int:
        """Enough that what Keras does around each layer costs little."""
        return 32

    @property
    def device(self) -> str | None:
        """Where its weights lie; None where it has none."""
        weights = self.model.weights
        return str(getattr(weights[0].value, "device", "")).rpartition("device:")[2].lower() if weights else None

    def content(self) -> Content:
        """Configuration, weights, and code and attributes of classes that are not Keras's."""
        return content_of(self.model)

    def check(self, layers: Sequence[str]) -> None:
        """Layers are names or paths; ``name:part`` where a layer returns several things."""
        self._look()
        known = [*self._paths, *self._short]
        refuse_unknown([split(layer, known)[0] for layer in layers], known, self.model.name)

    def layers(self) -> list[str]:
        """Paths of all layers."""
        self._look()
        return list(self._paths)

    def to(self, device: str | None) -> None:
        """Run on ``cpu``, ``cuda`` (or ``gpu``), with PyTorch as backend also ``mps``; None: where Keras puts it."""
        if device is None:
            return
        name = device if ":" in device else f"{device}:0"
        name = name.replace("cuda", "gpu") if self.keras.backend.backend() != "torch" else name
        try:
            with self.keras.device(name):
                as_array(self.keras.ops.zeros((1,)))
            if self.keras.backend.backend() == "torch":
                self.model.to(name.replace("gpu", "cuda"))
        except Exception as error:  # each backend has its own
            raise InvalidParameter(
                f"device {device!r} cannot be used ({error})", expected="'cpu', 'cuda' or, with PyTorch, 'mps'"
            ) from error
        self._device = name

    def free(self) -> None:
        """What PyTorch keeps reserved on a GPU is given back."""
        if self.keras.backend.backend() == "torch":
            importlib.import_module("torch").cuda.empty_cache()

    def forget(self) -> None:
        """Where the last layer asked for is seen anew: a changed attribute may let layers be called more often."""
        self._course = Course(self.model.name)
        self._course.hangs_on_values = self._may_branch()

    def record(self, inputs: list[Any], layers: Sequence[str]) -> dict[str, np.ndarray]:
        """One forward pass over a batch."""
        self._look()
        batch = np.stack([np.asarray(entry) for entry in inputs])
        paths = {layer: self.path(layer) for layer in layers}
        asked = frozenset(paths.values())
        what = (asked, batch.shape)
        seen = Seen(self._paths, sorted(asked), self._copy, self.keras.ops.is_tensor, self._course.end(what))
        with self._running(), self._tapped(seen):
            try:
                self.model(self._input(batch), training=False)
            except Stop:
                pass
            except Exception as error:
                told = say_where(error, self.model.name, batch.shape)
                raise told from (error if told is not error else error.__cause__)
        seen.require(paths.values(), self.model.name)
        self._course.ran(what, seen.calls)
        for layer, path in paths.items():
            part = self._paths[split(path, self._paths)[0]]
            self.forms[layer] = form_of(seen.kept[path].shape[1:], channels_last=self._channels_last(part))
        return {layer: rows_of(f"layer {layer!r}", seen.kept[path], len(inputs)) for layer, path in paths.items()}

    def _look(self) -> None:
        """Find the layers: a subclassed model gets its own when it is first called, and any may be replaced."""
        paths = dict(_walk(self.model, self.keras.layers.InputLayer))
        if paths.keys() == self._paths.keys() and all(paths[name] is self._paths[name] for name in paths):
            return
        self._paths, self._names = paths, {}
        self.forget()
        for name, layer in paths.items():
            self._names.setdefault(id(layer), []).append(name)
        ends = Counter(name.rpartition("/")[2] for name in paths)
        self._short = {end: name for name in paths if ends[end := name.rpartition("/")[2]] == 1 and end not in paths}

    def _may_branch(self) -> bool:
        """Whether code that is not Keras's calls layers, and so may call them as the values are."""
        holders = {name.rpartition("/")[0] for name in self._paths}
        made = (self.model, *(self._paths[name] for name in holders if name))
        return not all(
            isinstance(part, self.keras.Sequential)
            or hasattr(part, "_inputs_struct")  # a functional model
            or type(part).__module__.startswith("keras.")
            for part in made
        )

    def parts(self, names: Sequence[str]) -> list[tuple[Any, Sequence[str]]]:
        """The layers of these paths, each once, with all paths that it has."""
        found = {id(part): part for part in (self._paths[name] for name in names)}
        return [(part, self._names[key]) for key, part in found.items()]

    def path(self, layer: str) -> str:
        """The path of a layer, with the part that is asked for."""
        name, part = split(layer, [*self._paths, *self._short])
        name = self._short.get(name, name)
        return f"{name}{PART}{part}" if part else name

    def _input(self, batch: np.ndarray) -> Any:
        """A batch as the model takes it: some were made with a list or mapping of one input, and warn otherwise."""
        tensor = self.keras.ops.convert_to_tensor(batch)
        structure = getattr(self.model, "_inputs_struct", None)
        if structure is None or len(self.keras.tree.flatten(structure)) != 1:
            return tensor
        return self.keras.tree.pack_sequence_as(structure, [tensor])

    def _channels_last(self, layer: Any) -> bool:
        return getattr(layer, "data_format", None) != "channels_first" and (
            hasattr(layer, "data_format") or self.keras.config.image_data_format() == "channels_last"
        )

    def _copy(self, name: str, output: Any) -> np.ndarray:
        """The values now, in C order of their dimensions."""
        values = np.array(as_array(output), order="C")
        if values.dtype.kind not in "biuf":
            raise InvalidModelOutput(f"layer {name!r} returned a tensor of {values.dtype}", expected="real numbers")
        return values

    @contextmanager
    def _running(self) -> Iterator[None]:
        """On the device, without gradients, without graphs in which nothing could be kept, errors as they are."""
        with contextlib.ExitStack() as stack:
            if self._device is not None:
                stack.enter_context(self.keras.device(self._device))
            settings = self.keras.config
            if settings.is_traceback_filtering_enabled():  # it makes other errors of those that are raised within
                stack.callback(settings.enable_traceback_filtering)
                settings.disable_traceback_filtering()
            backend = self.keras.backend.backend()
            if backend == "torch":
                stack.enter_context(importlib.import_module("torch").no_grad())
            elif backend == "tensorflow":
                config = importlib.import_module("tensorflow").config
                stack.callback(config.run_functions_eagerly, config.functions_run_eagerly())
                config.run_functions_eagerly(True)
            yield

    @contextmanager
    def _tapped(self, seen: Seen) -> Iterator[None]:
        """Each layer asked for, its methods replaced on the instance while the pass lasts."""

        def kept(names: Sequence[str]) -> Callable[[Any], Any]:
            keep = seen.tap(names)

            def pass_on(output: Any) -> Any:
                keep(output)
                return output

            return pass_on

        with wrapped_calls(self.parts(seen.names), kept):
            yield


@contextmanager
def wrapped_calls(
    parts: Sequence[tuple[Any, Sequence[str]]], change: Callable[[Sequence[str]], Callable[[Any], Any]]
) -> Iterator[None]:
    """Let layers return what a function makes of their output; afterwards they are what they were.

    Parameters
    ----------
    parts : sequence of (layer, its names)
    change : callable
        Names of a layer to the function, made anew for each layer.
    """
    before = []
    try:
        for layer, names in parts:
            changed = change(names)
            for method in _CALLS:
                if hasattr(layer, method):
                    before.append((vars(layer), method, vars(layer).get(method)))
                    vars(layer)[method] = _then(getattr(layer, method), changed)
        yield
    finally:
        for attributes, method, own in reversed(before):
            if own is None:
                attributes.pop(method, None)
            else:
                attributes[method] = own


def _then(method: Callable[..., Any], changed: Callable[[Any], Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: Any, **named: Any) -> Any:
        return changed(method(*arguments, **named))

    return call


def _parts(layer: Any) -> list[Any]:
    """Layers directly within a layer; of a functional model also its operations, in the order of its graph."""
    graph = layer.operations if keras_kind(type(layer), "Function") else []
    seen = {id(part) for part in graph}
    held = sublayers(layer) if keras_kind(type(layer), "Layer") else []
    return [*graph, *(part for part in held if id(part) not in seen)]


def _walk(layer: Any, inputs: type, path: str = "", within: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Paths of all layers below one, each before those within it; of equal names the second is ``name#2``."""
    count: Counter[str] = Counter()
    for part in _parts(layer):
        if isinstance(part, inputs) or id(part) in within:
            continue
        count[part.name] += 1
        name = part.name if count[part.name] == 1 else f"{part.name}#{count[part.name]}"
        yield f"{path}{name}", part
        yield from _walk(part, inputs, f"{path}{name}/", (*within, id(layer)))
