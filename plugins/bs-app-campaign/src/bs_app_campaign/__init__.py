"""Many models on many benchmarks: a database of scores, and campaigns that survive whatever happens to them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .campaign import Campaign
    from .database import Database

__all__ = ["Campaign", "Database"]


def __getattr__(name: str) -> Any:
    # the process of an attempt imports this package, and no database
    if name in __all__:
        return getattr(import_module(f".{name.lower()}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
