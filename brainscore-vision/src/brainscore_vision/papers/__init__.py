"""From a paper to a benchmark without code: a TOML file says what was measured and found.

See docs/paper-to-benchmark.md. Names are imported on use.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .files import described_in, read_benchmark
    from .numbers import with_numbers

__all__ = ["described_in", "read_benchmark", "with_numbers"]

_PLACES = {"described_in": "files", "read_benchmark": "files", "with_numbers": "numbers"}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_PLACES[name]}", __name__), name)
