"""What a domain names in text, as ``"module:attribute"``."""

from functools import reduce
from importlib import import_module
from typing import Any


def named(place: str) -> Any:
    """The object at ``"module:attribute"``."""
    module, _, attribute = place.partition(":")
    found: Any = import_module(module)
    return reduce(getattr, attribute.split("."), found)
