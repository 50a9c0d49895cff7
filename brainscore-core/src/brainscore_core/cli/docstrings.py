"""What numpydoc docstrings say of parameters."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=\n\n|\n\S[^\n]*\n-+\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^(\w[\w, ]*?) ?:[^\n]*\n((?:[ \t]+\S[^\n]*(?:\n|\Z))+)", re.MULTILINE)
_SENTENCE = re.compile(r"(?<!\bal\.)(?<=\.) (?=[A-Z`])")


def first_line(thing: Any) -> str:
    """Of its docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def meanings(thing: Any) -> dict[str, str]:
    """The first sentence about each parameter in the docstring of a class or function."""
    section = _SECTION.search(inspect.getdoc(thing) or "")
    found: dict[str, str] = {}
    for names, text in _ENTRY.findall(section.group(1) if section else ""):
        found |= dict.fromkeys(names.split(", "), _SENTENCE.split(" ".join(text.split()))[0])
    return found


def explained_by(factory: Any, made: Any) -> Iterator[Any]:
    """Where the parameters of a factory may be explained: itself, and the types of what it makes and of its parts."""
    yield factory
    if made is not None:
        yield type(made)
        yield from (type(part) for part in vars(made).values() if is_dataclass(part)) if is_dataclass(made) else ()
