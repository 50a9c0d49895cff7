"""Files as benchmarks: one at a path that a user names, or those that lie in a package."""

import hashlib
import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from brainscore_core import registry
from brainscore_core.contracts import Benchmark

from .paper import parse
from .reading import read_text


def read_benchmark(path: str | os.PathLike[str]) -> Benchmark:
    """The benchmark that a TOML file describes.

    A score of it names the file and the SHA-256 of its bytes where it names distribution and version of others.

    Raises
    ------
    InvalidFile
        Naming file, line and key, what was found and what was expected.
    """
    path = Path(path)
    text = read_text(path)
    benchmark = parse(text, path.name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    registry.remember(benchmark, (path.name, f"sha256:{digest}"))
    return benchmark


def described_in(package: str) -> tuple[list[str], Callable[[str], Benchmark]]:
    """What a package of such files is: ``__all__, __getattr__ = described_in(__name__)``.

    Each file is a module-level name, its stem; it is read when that name is asked for, and no other is. To read it is
    to import it: it is the source of the description.

    Parameters
    ----------
    package : str
        Its name; the files ``*.toml`` lie beside its ``__init__.py``.
    """
    folder = files(package)
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    read: dict[str, Benchmark] = {}

    def describe(name: str) -> Benchmark:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if name not in read:
            file = f"{name}.toml"
            read[name] = parse(folder.joinpath(file).read_text(encoding="utf-8"), file)
        return read[name]

    return names, describe
