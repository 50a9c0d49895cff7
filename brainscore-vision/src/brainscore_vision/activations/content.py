"""The digest of what a network is: parameters, buffers, attributes and code, never its name.

Two networks with equal parameters can differ (ReLU against GELU, a plain attribute, a buffer that is not persistent),
so everything an object holds is read. What cannot be read (a closure, a lambda, a lock) has no digest, and its results
stay in this process.
"""

import enum
import functools
import hashlib
import itertools
import logging
import sys
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from brainscore_core.digests import digest_sequence, digest_value

from .code import UnreadableContent, calls, code_of, functions_of, is_known
from .keras_content import keras_kind, keras_layer, keras_variable

TORCH_BOOKKEEPING = frozenset(
    {
        "training",
        "_is_full_backward_hook",
        "_compiled_call_impl",
        "_backward_hooks",
        "_backward_pre_hooks",
        "_forward_hooks_always_called",
        "_state_dict_hooks",
        "_state_dict_pre_hooks",
        "_load_state_dict_pre_hooks",
        "_load_state_dict_post_hooks",
        "_flat_weight_refs",  # of recurrent layers: weak references to their parameters
    }
)
"""What of a module decides nothing in a forward pass; the engine runs every network in evaluation mode."""

_PLAIN = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented))
_CONTAINERS = (dict, list, tuple, set, frozenset)
_VALUES = (int, float, complex, str, bytes)
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: the class was made by a class statement


@dataclass(frozen=True)
class Content:
    """What a thing is.

    Parameters
    ----------
    state : str
        SHA-256 over everything in it; where something is unreadable, of its identity in this process instead.
    unreadable : str
        What could not be read; empty where all could.
    """

    state: str
    unreadable: str = ""

    @property
    def digest(self) -> str | None:
        """`state` where it means the same in every process."""
        return None if self.unreadable else self.state


def content_of(thing: Any) -> Content:
    """Read a thing. Sharing within it, devices, memory formats and training flags are no content."""
    reader = _Reader()
    try:
        state = reader.read(thing)
    except RecursionError:
        return Content(f"token:{_token(thing)}", f"a {type(thing).__name__} that is nested too deeply")
    return Content(digest_sequence(["content-2", state]), reader.unreadable)


def content_digest(thing: Any) -> str | None:
    """SHA-256 of the content of an object, or None when some of it cannot be read."""
    return content_of(thing).digest


def unreadable_reason(thing: Any) -> str | None:
    """What in `thing` has no content that could be read; None when all has."""
    return content_of(thing).unreadable or None


class _Reader:
    """Reads one thing: digests from the leaves up, each object once."""

    def __init__(self) -> None:
        self.unreadable = ""
        self._done: dict[int, tuple[Any, str]] = {}  # with the object, so that its id is not given to another
        self._open: dict[int, int] = {}

    def read(self, thing: Any) -> str:
        if type(thing) in _PLAIN:
            return f"{type(thing).__name__}:{thing!r}"
        if type(thing) in _CONTAINERS and not thing:
            return f"{type(thing).__name__}:empty"
        key = id(thing)
        if key in self._done:
            return self._done[key][1]
        if key in self._open:
            return f"around:{len(self._open) - self._open[key]}"
        self._open[key] = len(self._open)
        try:
            digest = digest_sequence(self._parts(thing))
        finally:
            del self._open[key]
        self._done[key] = (thing, digest)
        return digest

    @property
    def depth(self) -> int:
        """Of what is being read; 1: the thing itself."""
        return len(self._open)

    def _parts(self, thing: Any) -> Iterator[str]:
        try:
            kind: Any = type(thing)
            yield from _reader_of(kind)(self, thing)
        except UnreadableContent as reason:
            yield self.give_up(thing, str(reason))

    def give_up(self, thing: Any, reason: str) -> str:
        """Note that `thing` cannot be read; what stands for it in this process."""
        self.unreadable = self.unreadable or reason
        return f"token:{_token(thing)}"

    def each(self, things: Iterable[Any]) -> Iterator[str]:
        return map(self.read, things)

    def named(self, things: Iterable[tuple[str, Any]]) -> Iterator[str]:
        """Names with what they stand for, in the order of the names."""
        for name, value in sorted(things, key=lambda pair: str(pair[0])):
            yield str(name)
            yield self.read(value)


_tokens: dict[int, tuple[Callable[[], Any], int]] = {}
_numbers = itertools.count()


def _token(thing: Any) -> int:
    """A number for this very object, never given to another."""
    known = _tokens.get(id(thing))
    if known is None or known[0]() is not thing:
        try:
            known = weakref.ref(thing), next(_numbers)
        except TypeError:  # then it is kept, so that its id is not given to another
            known = (lambda: thing), next(_numbers)
        _tokens[id(thing)] = known
    return known[1]


def _array(reader: _Reader, thing: Any) -> Iterator[str]:
    if thing.dtype.hasobject:
        raise UnreadableContent("an array of Python objects")
    yield f"array:{thing.dtype!r}:{digest_value(np.asarray(thing))}"
    if isinstance(thing, np.ndarray) and type(thing) not in (np.ndarray, np.memmap):
        yield reader.read(type(thing))
        yield from reader.named(vars(thing).items())


def _tensor(reader: _Reader, thing: Any) -> Iterator[str]:
    import torch

    try:
        values = thing.detach().resolve_conj().resolve_neg().cpu().contiguous()
        raw: Any = values.flatten().view(torch.uint8).numpy() if values.numel() else np.zeros(0, np.uint8)
    except (RuntimeError, NotImplementedError, ValueError, TypeError) as error:
        raise UnreadableContent(f"a tensor of layout {thing.layout} and dtype {thing.dtype}") from error
    yield f"tensor:{values.dtype}:{tuple(values.shape)}:{hashlib.sha256(memoryview(raw)).hexdigest()}"
    if type(thing) not in (torch.Tensor, torch.nn.Parameter):
        yield reader.read(type(thing))


def _constant(reader: _Reader, thing: Any) -> Iterator[str]:
    yield f"{type(thing).__name__}:{thing!r}"


def _path(reader: _Reader, thing: PurePath) -> Iterator[str]:
    raise UnreadableContent(f"a path ({thing.name}): a path says nothing about the file")


def _logger(reader: _Reader, thing: logging.Logger) -> Iterator[str]:
    yield "logger"


def _member(reader: _Reader, thing: enum.Enum) -> Iterator[str]:
    yield f"member:{type(thing).__qualname__}.{thing.name}:{code_of(type(thing).__module__)}"
    yield reader.read(thing.value)


def _mapping(reader: _Reader, thing: Any) -> Iterator[str]:
    """In its own order: what a loop over it computes hangs on that."""
    yield f"mapping:{len(thing)}"
    for key, value in thing.items():
        yield reader.read(key)
        yield reader.read(value)


def _container(reader: _Reader, thing: Any) -> Iterator[str]:
    if type(thing) not in _CONTAINERS:
        yield from _instance(reader, thing)
    else:
        yield from _contained(reader, thing)


def _contained(reader: _Reader, thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        yield from _mapping(reader, thing)
        return
    kind = next(kind.__name__ for kind in _CONTAINERS if isinstance(thing, kind))
    yield f"{kind}:{len(thing)}"
    yield from sorted(reader.each(thing)) if isinstance(thing, (set, frozenset)) else reader.each(thing)


def _generator(reader: _Reader, thing: np.random.Generator) -> Iterator[str]:
    yield "generator"
    yield reader.read(dict(thing.bit_generator.state))


def _partial(reader: _Reader, thing: "functools.partial[Any]") -> Iterator[str]:
    yield "partial"
    yield from reader.each((thing.func, thing.args))
    yield from reader.named(thing.keywords.items())


def _method(reader: _Reader, thing: types.MethodType) -> Iterator[str]:
    yield "method"
    yield from reader.each((thing.__func__, thing.__self__))


def _builtin(reader: _Reader, thing: Any) -> Iterator[str]:
    """A function written in C: its name, and what it is bound to."""
    yield f"builtin:{getattr(thing, '__qualname__', thing.__name__)}:{thing.__name__}"
    owner = getattr(thing, "__self__", None) if not hasattr(thing, "__objclass__") else thing.__objclass__
    yield reader.read(owner) if owner is not None else code_of(thing.__module__)


def _ufunc(reader: _Reader, thing: np.ufunc) -> Iterator[str]:
    if thing.__name__.endswith("(vectorized)"):
        raise UnreadableContent(f"a function made by numpy.frompyfunc ({thing.__name__})")
    yield f"ufunc:{thing.__name__}:{thing.signature}:{code_of('numpy')}"


def _module(reader: _Reader, thing: types.ModuleType) -> Iterator[str]:
    yield f"module:{thing.__name__}:{code_of(thing.__name__)}"


def _wrapped(reader: _Reader, thing: Any) -> Iterator[str]:
    """What a cache or descriptor stands for, without what it has remembered."""
    yield type(thing).__name__
    inner = getattr(thing, "__wrapped__", None) or getattr(thing, "fget", None) or getattr(thing, "func", None)
    yield reader.read(inner)


def _class(reader: _Reader, thing: type) -> Iterator[str]:
    yield f"class:{thing.__qualname__}:{code_of(thing.__module__)}"
    yield from reader.each(base for base in thing.__bases__ if base is not object)
    if issubclass(thing, enum.Enum):
        yield from reader.named((name, member.value) for name, member in thing.__members__.items())
    elif not is_known(thing.__module__):
        yield from reader.named(functions_of(thing))


def _function(reader: _Reader, thing: types.FunctionType) -> Iterator[str]:
    """Its code, what it defaults to, closes over, and reads from its module: arrays, numbers, other functions."""
    home = str(thing.__globals__.get("__name__", ""))
    called = calls(thing)
    yield f"function:{thing.__qualname__}:{code_of(home)}:{called.code}"
    yield from reader.each(called.closed_over.values())
    if is_known(home):
        return
    if thing.__name__ == "<lambda>":
        yield reader.give_up(thing, "a lambda")
    elif called.closed_over:
        yield reader.give_up(thing, f"a closure ({thing.__qualname__})")
    yield from reader.each((thing.__defaults__, thing.__kwdefaults__))
    yield from reader.named(vars(thing).items())
    yield from map(_imported, called.imports)
    yield from reader.named(called.globals.items())


def _imported(name: str) -> str:
    try:
        return f"imports:{code_of(name)}"
    except UnreadableContent:  # not installed: whoever imports it gets along without
        return f"imports:{name}:absent"


def _instance(reader: _Reader, thing: Any) -> Iterator[str]:
    yield "instance"
    kind = type(thing)
    yield reader.read(kind)
    if _is_torch(kind, "nn.Module"):
        yield from reader.named(_module_state(thing))
        return
    if is_known(kind.__module__) or any(_is_opaque(base) for base in kind.__mro__):
        yield from reader.each(_reduced(thing))
        return
    yield from reader.named(_attributes(thing))
    if isinstance(thing, _CONTAINERS):
        yield from _contained(reader, thing)
    elif isinstance(thing, _VALUES):
        yield next(base for base in _VALUES if isinstance(thing, base)).__repr__(thing)


def _module_state(thing: Any) -> Iterator[tuple[str, Any]]:
    """Attributes of a PyTorch module; the graph of a traced one stands in its code."""
    state = dict(_attributes(thing))
    if "_code" in state:
        state.pop("_graph", None)
    return ((name, value) for name, value in state.items() if name not in TORCH_BOOKKEEPING)


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    """Attributes and slots of an instance, without what a ``cached_property`` has remembered."""
    own = getattr(thing, "__dict__", {})
    for name, value in own.items():
        if not isinstance(getattr(type(thing), name, None), functools.cached_property):
            yield name, value
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            name = f"_{kind.__name__.lstrip('_')}{slot}" if slot[:2] == "__" != slot[-2:] else slot
            if name not in ("__dict__", "__weakref__") and hasattr(thing, name):
                yield name, getattr(thing, name)


def _is_opaque(base: type) -> bool:
    """Whether instances of a class keep state where Python does not see it."""
    return not base.__flags__ & _HEAP_TYPE and base not in (object, *_CONTAINERS, *_VALUES)


def _reduced(thing: Any) -> Iterator[Any]:
    """What pickling would keep of an object of a library."""
    try:
        reduced = thing.__reduce_ex__(4)
        if isinstance(reduced, str):
            return iter([reduced])
        make, arguments, state, items, pairs = (*reduced, *[None] * 5)[:5]
        return iter([make, arguments, state, list(items or ()), list(pairs or ())])
    except Exception as error:  # it is foreign code that runs here
        raise UnreadableContent(f"a {type(thing).__module__}.{type(thing).__qualname__}") from error


def _is_torch(kind: type, name: str) -> bool:
    torch = sys.modules.get("torch")
    base: Any = functools.reduce(lambda found, part: getattr(found, part, None), name.split("."), torch)
    return isinstance(base, type) and issubclass(kind, base)


def _torch_constant(reader: _Reader, thing: Any) -> Iterator[str]:
    yield "device" if type(thing).__name__ == "device" else repr(thing)


@functools.lru_cache(maxsize=4096)
def _reader_of(kind: Any) -> Callable[[_Reader, Any], Iterator[str]]:
    if kind.__module__ == "torch" and kind.__name__ in ("dtype", "device", "memory_format", "layout"):
        return _torch_constant
    if _is_torch(kind, "Tensor"):
        return _tensor
    if keras_kind(kind, "Layer"):  # with PyTorch as backend it is a module too
        return keras_layer
    if keras_kind(kind, "Variable"):
        return keras_variable
    return next((read for kinds, read in _READERS if issubclass(kind, kinds)), _instance)


_READERS: tuple[tuple[Any, Callable[[_Reader, Any], Iterator[str]]], ...] = (
    ((np.ndarray, np.generic), _array),
    (np.dtype, _constant),
    (PurePath, _path),
    (logging.Logger, _logger),
    (enum.Enum, _member),
    (np.random.Generator, _generator),
    (functools.partial, _partial),
    (types.MethodType, _method),
    (
        (
            types.BuiltinFunctionType,
            types.MethodWrapperType,
            types.MethodDescriptorType,
            types.WrapperDescriptorType,
            types.ClassMethodDescriptorType,
        ),
        _builtin,
    ),
    (np.ufunc, _ufunc),
    (types.ModuleType, _module),
    ((staticmethod, classmethod, property, functools.cached_property, functools._lru_cache_wrapper), _wrapped),
    (type, _class),
    (types.FunctionType, _function),
    (types.MappingProxyType, _mapping),
    (_CONTAINERS, _container),
)
