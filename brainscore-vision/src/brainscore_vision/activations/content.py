"""The digest of what a network is: parameters, buffers, attributes and code, never its name.

Two networks with equal parameters can differ (ReLU against GELU, a plain attribute, a buffer that is not persistent), so
everything an object holds is read. What cannot be read (a closure, a lambda, a lock) has no digest, and its results stay
in this process.
"""

import functools
import hashlib
import inspect
import sys
import types
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from brainscore_core.digests import digest_sequence, digest_value

VERSIONED = frozenset(
    {"torch", "torchvision", "numpy", "scipy", "PIL", "tensorflow", "keras", "jax", "sklearn", "pandas", "xarray"}
)
"""Libraries named by version; of every other module outside the standard library the files themselves are read."""

IGNORED_ATTRIBUTES = frozenset({"training", "_compiled_call_impl", "__dict__", "__weakref__"})
"""State that decides nothing: the engine runs every network in evaluation mode."""


class UnreadableContent(Exception):
    """Something has no content that could be read; carries what."""


def content_digest(thing: Any) -> str | None:
    """SHA-256 of the content of an object, or None when some of it cannot be read."""
    try:
        return digest_sequence(_parts(thing, {}))
    except UnreadableContent:
        return None


def unreadable_reason(thing: Any) -> str | None:
    """What in `thing` has no content that could be read; None when all has."""
    try:
        digest_sequence(_parts(thing, {}))
    except UnreadableContent as reason:
        return str(reason)
    return None


def _parts(thing: Any, seen: dict[int, int]) -> Iterator[str]:
    if thing is None or isinstance(thing, (bool, int, float, complex, str, bytes)):
        yield f"{type(thing).__name__}:{thing!r}"
        return
    if id(thing) in seen:
        yield f"again:{seen[id(thing)]}"
        return
    if isinstance(thing, np.dtype) or type(thing).__module__ == "torch" and type(thing).__name__ in _TORCH_CONSTANTS:
        yield f"constant:{thing!r}"
        return
    seen[id(thing)] = len(seen)
    reader = next((read for kinds, read in _READERS if isinstance(thing, kinds)), None)
    if reader is not None:
        yield from reader(thing, seen)
    elif _is_tensor(thing):
        yield f"tensor:{_digest_tensor(thing)}"
    else:
        yield from _instance(thing, seen)


_TORCH_CONSTANTS = frozenset({"dtype", "device", "memory_format", "layout", "Size"})


def _array(thing: Any, seen: dict[int, int]) -> Iterator[str]:
    if thing.dtype.hasobject:
        raise UnreadableContent("an array of Python objects")
    yield f"array:{digest_value(np.asarray(thing))}"


def _path(thing: Path, seen: dict[int, int]) -> Iterator[str]:
    raise UnreadableContent(f"a path ({thing.name}): a path says nothing about the file")


def _mapping(thing: Mapping[Any, Any], seen: dict[int, int]) -> Iterator[str]:
    yield f"{type(thing).__name__}:{len(thing)}"
    for key, value in thing.items():
        yield from _parts(key, seen)
        yield from _parts(value, seen)


def _sequence(thing: Any, seen: dict[int, int]) -> Iterator[str]:
    yield f"{type(thing).__name__}:{len(thing)}"
    for value in sorted(thing, key=repr) if isinstance(thing, (set, frozenset)) else thing:
        yield from _parts(value, seen)


def _generator(thing: np.random.Generator, seen: dict[int, int]) -> Iterator[str]:
    yield f"generator:{thing.bit_generator.state!r}"


def _partial(thing: functools.partial, seen: dict[int, int]) -> Iterator[str]:
    yield "partial"
    for part in (thing.func, thing.args, thing.keywords):
        yield from _parts(part, seen)


def _method(thing: types.MethodType, seen: dict[int, int]) -> Iterator[str]:
    yield "method"
    yield from _parts(thing.__func__, seen)
    yield from _parts(thing.__self__, seen)


def _builtin(thing: Any, seen: dict[int, int]) -> Iterator[str]:
    owner = thing.__module__ or type(getattr(thing, "__self__", None)).__module__
    yield f"builtin:{thing.__qualname__ if hasattr(thing, '__qualname__') else thing!r}:{_code_of(owner)}"


def _module(thing: types.ModuleType, seen: dict[int, int]) -> Iterator[str]:
    yield f"module:{_code_of(thing.__name__)}"


def _class(thing: type, seen: dict[int, int]) -> Iterator[str]:
    yield f"class:{thing.__qualname__}:{_code_of(thing.__module__, thing)}"
    if thing.__module__.partition(".")[0] in VERSIONED | sys.stdlib_module_names:
        return
    for base in thing.__bases__:
        yield from _parts(base, seen)
    for name, value in sorted(vars(thing).items()):
        if name.startswith("__") and name not in ("__init__", "__call__"):
            continue
        function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        if isinstance(function, property):
            function = function.fget
        if isinstance(function, types.FunctionType):
            yield from _uses(function, seen, name)
        elif isinstance(value, (bool, int, float, str, bytes, tuple, list, dict, np.ndarray)):
            yield name
            yield from _parts(value, seen)


def _function(thing: types.FunctionType, seen: dict[int, int]) -> Iterator[str]:
    if thing.__module__.partition(".")[0] not in VERSIONED | sys.stdlib_module_names:
        if thing.__name__ == "<lambda>":
            raise UnreadableContent("a lambda")
    yield f"function:{thing.__qualname__}:{_code_of(thing.__module__, thing)}"
    yield from _uses(thing, seen, thing.__name__)


def _uses(function: types.FunctionType, seen: dict[int, int], name: str) -> Iterator[str]:
    """What a function of ours closes over, defaults to, and reads from its module: arrays, numbers, other functions."""
    if function.__module__ and function.__module__.partition(".")[0] in VERSIONED | sys.stdlib_module_names:
        return
    cells = [cell for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
             if free != "__class__"]
    if cells:
        raise UnreadableContent(f"a closure ({name})")
    yield f"uses:{name}"
    yield from _parts(function.__defaults__, seen)
    yield from _parts(function.__kwdefaults__, seen)
    for used in sorted(_names(function.__code__)):
        if used not in function.__globals__:
            continue
        value = function.__globals__[used]
        if isinstance(value, types.ModuleType) or value is function:
            continue
        yield used
        yield from _parts(value, seen)


def _names(code: types.CodeType) -> set[str]:
    """Global names that code may read, nested functions and comprehensions included."""
    nested = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return set(code.co_names).union(*(_names(inner) for inner in nested))


def _instance(thing: Any, seen: dict[int, int]) -> Iterator[str]:
    yield "instance"
    yield from _parts(type(thing), seen)
    state = dict(getattr(thing, "__dict__", {}))
    for cls in type(thing).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot not in IGNORED_ATTRIBUTES and hasattr(thing, slot):
                state[slot] = getattr(thing, slot)
    if not state and type(thing).__module__.partition(".")[0] not in ("builtins", "torch") and not _plain(thing):
        raise UnreadableContent(f"a {type(thing).__module__}.{type(thing).__qualname__}")
    for name in sorted(state, key=str):
        if name not in IGNORED_ATTRIBUTES:
            yield str(name)
            yield from _parts(state[name], seen)


def _plain(thing: Any) -> bool:
    """Whether an instance without attributes really has no state: its class is written in Python."""
    return type(thing).__flags__ & (1 << 9) != 0  # Py_TPFLAGS_HEAPTYPE


def _is_tensor(thing: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(thing, torch.Tensor)


def _digest_tensor(tensor: Any) -> str:
    import torch

    tensor = tensor.detach().cpu().contiguous()
    raw = tensor.flatten().view(torch.uint8).numpy() if tensor.numel() else np.zeros(0, np.uint8)
    return digest_sequence([str(tensor.dtype), str(tuple(tensor.shape)), hashlib.sha256(raw).hexdigest()])


def _code_of(module_name: str | None, thing: Any = None) -> str:
    """Names the code of a module: version of a well-known library, else the files of its package, else the source."""
    if not module_name:
        raise UnreadableContent("code without a module")
    top = module_name.partition(".")[0]
    if top in sys.stdlib_module_names or top == "builtins":
        return f"python-{sys.version_info.major}.{sys.version_info.minor}:{module_name}"
    if top in VERSIONED:
        return f"{module_name}@{_version(top)}"
    if top == "__main__" and thing is not None:
        try:
            return "source:" + hashlib.sha256(inspect.getsource(thing).encode()).hexdigest()
        except (OSError, TypeError) as error:
            raise UnreadableContent(f"{thing!r} has no source") from error
    return f"{module_name}:{_files_of(top, module_name)}"


def _version(top: str) -> str:
    module = sys.modules.get(top)
    return str(getattr(module, "__version__", "")) or metadata.version({"PIL": "pillow", "sklearn": "scikit-learn"}[top])


@functools.cache
def _files_of(top: str, module_name: str) -> str:
    """SHA-256 over the Python files of a top-level package, or over one module's file. Read once a process."""
    module = sys.modules.get(top)
    folders = [Path(path) for path in getattr(module, "__path__", [])]
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    if not files:
        origin = getattr(sys.modules.get(module_name), "__file__", None)
        if origin is None:
            raise UnreadableContent(f"module {module_name!r} has no file")
        files = [Path(origin)]
    root = folders[0] if folders else files[0].parent
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(root) if file.is_relative_to(root) else file.name
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


_READERS: tuple[tuple[Any, Any], ...] = (
    ((np.ndarray, np.generic), _array),
    (Path, _path),
    (np.random.Generator, _generator),
    (functools.partial, _partial),
    (types.MethodType, _method),
    ((types.BuiltinFunctionType, types.MethodWrapperType, np.ufunc), _builtin),
    (types.ModuleType, _module),
    (type, _class),
    (types.FunctionType, _function),
    (Mapping, _mapping),
    ((list, tuple, set, frozenset), _sequence),
)
