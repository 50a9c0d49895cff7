"""What a Keras layer or variable is by content: configuration, weights, and the code and attributes of one's own.

Read without importing Keras: whoever has a layer has imported it.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.digests import digest_value

from .code import UnreadableContent, is_known

if TYPE_CHECKING:
    from .content import _Reader

_TRAINING_ONLY = ("initializer", "regularizer", "constraint", "build_config", "compile_config", "trainable")
"""Ends of names in a configuration that decide nothing in a forward pass once the weights are there."""


def keras_kind(kind: type, name: str) -> bool:
    """Whether `kind` is a subclass of ``keras.NAME``; False where Keras was not imported."""
    base: Any = reduce(lambda found, part: getattr(found, part, None), name.split("."), sys.modules.get("keras"))
    return isinstance(base, type) and issubclass(kind, base)


def keras_layer(reader: "_Reader", layer: Any) -> Iterator[str]:
    """Class, configuration, weights, layers within, and what a class of one's own adds.

    Names of the outermost and of its inputs are left out: nothing is looked up by them, and Keras counts them up.
    """
    if reader.depth == 1 and not layer.built:
        raise UnreadableContent(f"a Keras model without weights yet ({layer.name}): call it once on a batch")
    yield "keras layer"
    yield reader.read(type(layer))
    config = _config(layer)
    if reader.depth == 1 or _is_input(layer):
        config.pop("name", None)
    yield reader.read(config)
    yield from reader.each(layer.weights)
    for part in sublayers(layer):
        yield "input" if _is_input(part) else part.name
        yield reader.read(part)
    yield from reader.named(_own(layer))


def keras_variable(reader: "_Reader", variable: Any) -> Iterator[str]:
    """Its numbers; neither its name nor where it lies."""
    values = np.ascontiguousarray(as_array(variable.value))
    yield f"keras variable:{variable.dtype}:{tuple(variable.shape)}:{digest_value(values)}"


def as_array(tensor: Any) -> np.ndarray:
    """The numbers of a tensor of any backend, as float32 where numpy lacks the type; Keras's way warns on numpy 2.4."""
    keras = sys.modules["keras"]
    if keras.backend.standardize_dtype(tensor.dtype) in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        tensor = keras.ops.cast(tensor, "float32")
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu()
    return tensor.numpy() if hasattr(tensor, "numpy") else np.asarray(tensor)


def sublayers(layer: Any) -> list[Any]:
    """Layers directly within a layer, in the order in which it got them; of a subclassed one those it holds."""
    return list(layer._flatten_layers(include_self=False, recursive=False))


def _config(layer: Any) -> dict[str, Any]:
    """Its configuration; empty where its class has none, whose attributes are read instead."""
    try:
        config = layer.get_config()
    except (NotImplementedError, TypeError, ValueError):
        return {}
    inputs = [part.name for part in layer._flatten_layers() if _is_input(part)]
    kept = _tidied(config, {name: f"input {number}" for number, name in enumerate(inputs)})
    kept.pop("function", None)  # of a Lambda: marshalled with the path of its file; the attribute is read instead
    return kept


def _tidied(value: Any, names: Mapping[str, str]) -> Any:
    """Without what only training needs, and with other names."""
    if isinstance(value, Mapping):
        kept = {str(key): entry for key, entry in value.items() if not str(key).endswith(_TRAINING_ONLY)}
        return {key: _tidied(entry, names) for key, entry in kept.items()}
    if isinstance(value, (list, tuple)):
        return [_tidied(entry, names) for entry in value]
    return names.get(value, value) if isinstance(value, str) else value


def _is_input(layer: Any) -> bool:
    return keras_kind(type(layer), "layers.InputLayer")


def _own(layer: Any) -> Iterator[tuple[str, Any]]:
    """Of Keras's own classes the functions that they hold; of others every attribute that Keras did not add."""
    known = is_known(type(layer).__module__)
    for name, value in vars(layer).items():
        if name in _bookkeeping() or name.endswith(_TRAINING_ONLY) or name.startswith("_auto_"):
            continue
        if known and (name.startswith("_") or not callable(value) or _has_config(value)):
            continue
        if not keras_kind(type(value), "random.SeedGenerator"):
            yield name, _untracked(value)


def _untracked(value: Any) -> Any:
    """Keras's own lists and mappings, which note what is put into them, as plain ones."""
    if not is_known(type(value).__module__) or type(value) in (list, tuple, dict, set):
        return value
    kind = next((kind for kind in (list, tuple, dict, set) if isinstance(value, kind)), None)
    return value if kind is None else kind(value)


def _has_config(value: Any) -> bool:
    """Whether it is read elsewhere: a layer, or something that the configuration holds."""
    return isinstance(value, type) or hasattr(value, "get_config")


@cache
def _bookkeeping() -> frozenset[str]:
    """What every layer and model has. All are named, so that automatic names do not count on."""
    keras = sys.modules["keras"]
    inputs = keras.Input((1,), name="input")
    model = keras.Model(inputs, keras.layers.Identity(name="identity")(inputs), name="model")
    empty = type("Empty", (keras.Model,), {"call": lambda self, x: x})(name="empty")
    model.compile()
    return frozenset().union(*(vars(thing) for thing in (keras.layers.Layer(name="layer"), model, empty)))
