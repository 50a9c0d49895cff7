"""A TOML file as tables from which values are taken by name and type; every refusal names file, line and key."""

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from brainscore_core.errors import InvalidFile

from .lines import key_lines

_REQUIRED: Any = object()


class Table:
    """One table of a file. What is in it and is not taken is an unknown key (:meth:`end`).

    Parameters
    ----------
    values : mapping
        As ``tomllib`` reads them.
    file : str
        Name, for messages.
    lines : mapping of path to int
        See :func:`~brainscore_vision.papers.lines.key_lines`.
    path : tuple of str
        Where the table is; empty: the whole file.
    """

    def __init__(
        self, values: Mapping[str, Any], *, file: str, lines: Mapping[tuple[str, ...], int], path: tuple[str, ...] = ()
    ):
        self._values, self._lines = values, lines
        self.file, self.path = file, path
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def peek(self, key: str) -> Any:
        """What stands there, as it was read; None where nothing does."""
        return self._values.get(key)

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        """A text that is not empty."""
        value = self._take(key, default, "text in quotes")
        if value is default:
            return value
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, expected="text in quotes")
        return value

    def choice(self, key: str, options: Iterable[str], default: Any = _REQUIRED) -> str:
        """One of these texts; where it is nearly one, that is offered."""
        options = sorted(options)
        expected = f"one of {', '.join(map(repr, options))}"
        value = self._take(key, default, expected)
        if value is not default and value not in options:
            self.refuse(key, expected=expected, remedy=_nearest(value, options))
        return value

    def number(self, key: str, default: Any = _REQUIRED, *, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number from `low` to `high`, kept as it is written."""
        expected = "a number" + _range(low, high)
        value = self._take(key, default, expected)
        if value is default:
            return value
        if not _is_number(value) or not low <= value <= high:
            self.refuse(key, expected=expected)
        return value

    def integer(self, key: str, default: Any = _REQUIRED, *, low: int = 0) -> int:
        """A whole number, at least `low`."""
        value = self._take(key, default, f"a whole number, at least {low}")
        if value is default:
            return value
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            self.refuse(key, expected=f"a whole number, at least {low}")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where it is not there."""
        value = self._take(key, False, "true or false")
        if not isinstance(value, bool):
            self.refuse(key, expected="true or false")
        return value

    def numbers(
        self, key: str, default: Any = _REQUIRED, *, low: float = -math.inf, high: float = math.inf
    ) -> tuple[float, ...]:
        """A list of finite numbers, not empty; kept as they are written."""
        expected = f"a list of numbers{_range(low, high)}, as [1, 2.5]"
        value = self._take(key, default, expected)
        if value is default:
            return value
        if not isinstance(value, list) or not value:
            self.refuse(key, expected=expected)
        if odd := [entry for entry in value if not _is_number(entry) or not low <= entry <= high]:
            self.refuse(key, odd[0], expected=expected)
        return tuple(value)

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        """A list of texts, each once."""
        value = self._take(key, default, 'a list of texts, as ["V1", "V2"]')
        if value is default:
            return value
        if not isinstance(value, list) or not value or not all(isinstance(entry, str) and entry for entry in value):
            self.refuse(key, expected='a list of texts, as ["V1", "V2"]')
        if len(set(value)) != len(value):
            self.refuse(key, expected="each once")
        return tuple(value)

    def rows(self, key: str, default: Any = _REQUIRED, *, width: int | None = None) -> tuple[tuple[float, ...], ...]:
        """A list of lists of numbers, each of `width` or, without it, all of one length."""
        expected = f"a list of lists of {width or 'equally many'} numbers"
        value = self._take(key, default, expected)
        if value is default:
            return value
        if not isinstance(value, list) or not value or not all(isinstance(row, list) and row for row in value):
            self.refuse(key, expected=expected)
        for row in value:
            if len(row) != (width or len(value[0])) or not all(map(_is_number, row)):
                self.refuse(key, row, expected=expected)
        return tuple(map(tuple, value))

    def table(self, key: str, *, optional: bool = False) -> "Table":
        """A table within this one; an optional one that is not there is empty."""
        value = self._take(key, {} if optional else _REQUIRED, f"a table [{'.'.join((*self.path, key))}]")
        if not isinstance(value, dict):
            self.refuse(key, expected=f"a table [{'.'.join((*self.path, key))}]")
        return Table(value, file=self.file, lines=self._lines, path=(*self.path, key))

    def end(self, known: Iterable[str] = ()) -> None:
        """Refuse keys that were not taken, offering the nearest of those that were, and of `known`."""
        for key in self._values:
            if key not in self._taken:
                options = sorted({*self._taken, *known})
                self._raise(
                    f"unknown key {self._name(key)}",
                    self.line(key),
                    expected=f"one of {', '.join(options)}" if options else "nothing",
                    remedy=_nearest(key, options),
                )

    def refuse(self, key: str, found: Any = _REQUIRED, *, expected: str, remedy: str = "") -> NoReturn:
        """Refuse the value of a key.

        Raises
        ------
        InvalidFile
        """
        shown = repr(self._values.get(key) if found is _REQUIRED else found)
        shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
        self._raise(f"{self._name(key)} is {shown}", self.line(key), expected=expected, remedy=remedy)

    def miss(self, key: str, expected: str) -> NoReturn:
        """Refuse the table for want of a key.

        Raises
        ------
        InvalidFile
        """
        where = f"[{'.'.join(self.path)}]" if self.path else "the file"
        self._raise(f"{where} has no {key!r}", self.line(), expected=expected)

    def line(self, key: str | None = None) -> int:
        """Where the key stands, or its table."""
        path = self.path if key is None else (*self.path, key)
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _take(self, key: str, default: Any, expected: str) -> Any:
        self._taken.add(key)
        if key in self._values:
            return self._values[key]
        if default is _REQUIRED:
            self._refuse_nearly(key)
            self.miss(key, expected)
        return default

    def _refuse_nearly(self, key: str) -> None:
        """Where a key that is needed is misspelt, say that rather than that it is missing."""
        others = [other for other in self._values if other not in self._taken]
        if near := difflib.get_close_matches(key, others, n=1, cutoff=0.75):
            line = self.line(near[0])
            self._raise(f"unknown key {self._name(near[0])}", line, expected=repr(key), remedy=f"did you mean {key!r}?")

    def _name(self, key: str) -> str:
        return ".".join((*self.path, key))

    def _raise(self, what: str, line: int, *, expected: str, remedy: str = "") -> NoReturn:
        raise InvalidFile(f"{self.file}, line {line}: {what}", expected=expected, remedy=remedy)


def read_table(text: str, file: str) -> Table:
    """The whole of a file.

    Raises
    ------
    InvalidFile
        If it is no TOML.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{file} is no TOML: {error}", expected="TOML 1.0") from error
    return Table(values, file=file, lines=key_lines(text))


def read_text(path: Path) -> str:
    """The text of a file.

    Raises
    ------
    InvalidFile
        If there is no such file, or it is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidFile(f"{path.name} cannot be read: {error.strerror}", expected="a TOML file") from error
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{path.name} is no text in UTF-8", expected="a TOML file") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _range(low: float, high: float) -> str:
    if math.isfinite(low) and math.isfinite(high):
        return f" from {low:g} to {high:g}"
    return f", at least {low:g}" if math.isfinite(low) else f", at most {high:g}" if math.isfinite(high) else ""


def _nearest(found: Any, options: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(found), options, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else ""
