"""On which line of a TOML text each key stands: the standard parser gives the values, not their places."""

import re

Path = tuple[str, ...]
_NAME = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]\]?")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_QUOTES = ('"""', "'''", '"', "'")


def key_lines(text: str) -> dict[Path, int]:
    """Tables and keys by their path, with the line, counted from 1, on which each first stands.

    Keys within an inline table are not told apart: they stand where their table does.

    Parameters
    ----------
    text : str
        A text that ``tomllib`` reads.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        rest = line
        if depth == 0 and not quote:
            if header := _HEADER.match(line):
                table = _split(header[1])
                _note(found, table, number)
                rest = ""
            elif key := _KEY.match(line):
                _note(found, table + _split(key[1]), number)
                rest = line[key.end() :]
        depth, quote = _scan(rest, depth, quote)
    return found


def _note(found: dict[Path, int], path: Path, number: int) -> None:
    for length in range(1, len(path) + 1):
        found.setdefault(path[:length], number)


def _split(dotted: str) -> Path:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))


def _scan(text: str, depth: int, quote: str) -> tuple[int, str]:
    """Depth of brackets, and the quote that is still open, after a piece of one line."""
    position = 0
    while position < len(text):
        if quote:
            if text[position] == "\\" and quote in ('"', '"""'):
                position += 2
            elif text.startswith(quote, position):
                position, quote = position + len(quote), ""
            else:
                position += 1
            continue
        if text[position] == "#":
            break
        if opened := next((mark for mark in _QUOTES if text.startswith(mark, position)), ""):
            position, quote = position + len(opened), opened
            continue
        depth += (text[position] in "[{") - (text[position] in "]}")
        position += 1
    return depth, quote if len(quote) == 3 else ""
