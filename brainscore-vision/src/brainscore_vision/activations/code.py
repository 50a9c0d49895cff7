"""Which code something runs: versions of well-known libraries, files of everything else, and what a function reads."""

import dis
import functools
import hashlib
import importlib.util
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

VERSIONED: Mapping[str, str] = {
    "PIL": "pillow",
    "functorch": "torch",
    "jax": "jax",
    "keras": "keras",
    "numpy": "numpy",
    "pandas": "pandas",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow",
    "timm": "timm",
    "torch": "torch",
    "torchvision": "torchvision",
    "transformers": "transformers",
    "xarray": "xarray",
}
"""Modules named by the version of their distribution; of others outside the standard library the files are read."""

_STANDARD = sys.stdlib_module_names | {"builtins"}
_MAIN = ("__main__", "__mp_main__")
_IMPORT = dis.opmap["IMPORT_NAME"]


class UnreadableContent(Exception):
    """Something has no content that could be read; carries what."""


@dataclass(frozen=True)
class Calls:
    """What a function runs and reads.

    Parameters
    ----------
    code : str
        SHA-256 of its instructions, constants and names, nested functions included.
    closed_over : mapping
        Variables of enclosing functions.
    globals : mapping
        What it reads from its module, and from modules of ours that it reads attributes of.
    imports : tuple of str
        Modules that it imports when it runs.
    """

    code: str
    closed_over: Mapping[str, Any]
    globals: Mapping[str, Any]
    imports: tuple[str, ...]


def is_known(module_name: str | None) -> bool:
    """Whether the code of a module is named by a version: a well-known library or the standard library."""
    top = (module_name or "").partition(".")[0]
    return top in VERSIONED or top in _STANDARD or top.startswith("namedtuple_")


def code_of(module_name: str | None) -> str:
    """Names the code of a module: version of a well-known library, else the files of its top-level package.

    Code that was typed in (``__main__``) is named by what it compiles to, see :func:`calls`.

    Raises
    ------
    UnreadableContent
    """
    if not module_name:
        raise UnreadableContent("code without a module")
    top = module_name.partition(".")[0]
    if top in _MAIN:
        return "typed"
    if top in VERSIONED:
        return f"{module_name}@{_version(top)}"
    if is_known(top):
        return f"{module_name}@python-{sys.version_info.major}.{sys.version_info.minor}"
    return f"{module_name}:{_files(top, module_name)}"


def calls(function: types.FunctionType) -> Calls:
    """Read a function without running it."""
    code, names, imports = _read(function.__code__)
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    own = {name: function.__globals__[name] for name in names if name in function.__globals__}
    modules = [value for value in own.values() if isinstance(value, types.ModuleType) and not is_known(value.__name__)]
    reached = {
        f"{module.__name__}.{name}": vars(module)[name] for module in modules for name in names & vars(module).keys()
    }
    closed_over = {name: _cell(cell) for name, cell in cells if name != "__class__"}
    return Calls(code, closed_over, {**own, **reached}, imports)


def functions_of(kind: type) -> Iterator[tuple[str, Any]]:
    """Methods and attributes that a class of ours adds; not what ``class`` and ``dataclass`` write by themselves."""
    for name, value in vars(kind).items():
        hidden = name.startswith("__") and name.endswith("__")
        is_function = isinstance(value, (types.FunctionType, staticmethod, classmethod, property))
        if name in ("__repr__", "__str__", "_abc_impl") or hidden and not is_function:
            continue
        if isinstance(value, (types.GetSetDescriptorType, types.MemberDescriptorType)):
            continue
        if hidden and isinstance(value, types.FunctionType) and value.__code__.co_filename == "<string>":
            continue
        if type(value).__name__ != "_tuplegetter":
            yield name, value


def _cell(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not set yet
        return None


@functools.lru_cache(maxsize=4096)
def _read(code: types.CodeType) -> tuple[str, frozenset[str], tuple[str, ...]]:
    """Digest of code, names that it may look up, and modules that it imports; nested functions included."""
    nested = [_read(const) for const in code.co_consts if isinstance(const, types.CodeType)]
    names = frozenset(code.co_names).union(*(inner[1] for inner in nested))
    imports = set(_imports(code)).union(*(inner[2] for inner in nested))
    return _digest_code(code), names, tuple(sorted(imports))


def _imports(code: types.CodeType) -> Iterator[str]:
    """Absolute imports; relative ones stay within a package, which is read as a whole anyway."""
    if _IMPORT not in code.co_code[::2]:
        return
    steps = list(dis.get_instructions(code))
    for level, _, step in zip(steps, steps[1:], steps[2:], strict=False):
        if step.opname == "IMPORT_NAME" and level.argval == 0:
            yield str(step.argval)


def _digest_code(code: types.CodeType) -> str:
    digest = hashlib.sha256(code.co_code)
    shape = (code.co_names, code.co_varnames, code.co_freevars, code.co_argcount, code.co_kwonlyargcount, code.co_flags)
    digest.update(repr(shape).encode())
    for constant in code.co_consts:
        digest.update(_constant(constant).encode())
    return digest.hexdigest()


def _constant(value: Any) -> str:
    if isinstance(value, types.CodeType):
        return _digest_code(value)
    if isinstance(value, frozenset):
        return f"frozenset:{sorted(map(_constant, value))}"
    if isinstance(value, tuple):
        return f"tuple:{list(map(_constant, value))}"
    return f"{type(value).__name__}:{value!r}"


@functools.cache
def _version(top: str) -> str:
    try:
        return metadata.version(VERSIONED[top])
    except metadata.PackageNotFoundError:
        return str(getattr(sys.modules.get(top), "__version__", "unknown"))


@functools.cache
def _files(top: str, module_name: str) -> str:
    """SHA-256 over the files of a top-level package, data included, or of one module's file. Read once a process."""
    digest = hashlib.sha256()
    for name, file in sorted(_found(top, module_name)):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _found(top: str, module_name: str) -> set[tuple[str, Path]]:
    """(name within its folder, path) of each file."""
    folders, origin = _places(top)
    if not folders and module_name != top:
        origin = _places(module_name)[1] or origin
    files = ((file.relative_to(folder), file) for folder in folders for file in folder.rglob("*"))
    found = {
        (name.as_posix(), file)
        for name, file in files
        if not any(part.startswith(".") or part == "__pycache__" for part in name.parts) and file.is_file()
    }
    if not found and origin is not None and origin.is_file():
        found = {(origin.name, origin)}
    if not found:
        raise UnreadableContent(f"module {module_name!r} has no file")
    return found


def _places(module_name: str) -> tuple[list[Path], Path | None]:
    """Folders of a package, and its file; without importing what is not imported yet."""
    module = sys.modules.get(module_name)
    if module is not None:
        origin = getattr(module, "__file__", None)
        return [Path(path) for path in getattr(module, "__path__", [])], Path(origin) if origin else None
    try:
        spec = importlib.util.find_spec(module_name)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return [], None
    return [Path(path) for path in spec.submodule_search_locations or []], Path(spec.origin) if spec.origin else None
