"""How results are written: JSON, aligned tables, and files that are whole or not there."""

import json
import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill, wrap
from typing import Any

import click

from ..errors import InvalidParameter

GAP = "  "
EMPTY = "-"
FIRST = 20
"""Columns that the first cell of a row must have, or it gets a line of its own in every row."""
LEAST = 40
"""Columns of a terminal so narrow that wrapping what is in it helps no more."""


def echo_json(content: Any) -> None:
    """Write `content` as JSON to standard output."""
    click.echo(to_json(content))


def to_json(content: Any) -> str:
    """JSON text; what JSON has no word for (NaN, infinity) becomes null."""
    return json.dumps(_finite(content), indent=1, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_json_file(path: Path, content: Any) -> None:
    """Write `content` to a file that is the old one until the new one is complete."""
    from ..data.writing import replacing

    with replacing(path.absolute()) as temporary:
        temporary.write_text(to_json(content) + "\n", encoding="utf-8")


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before hours are spent on what it would hold.

    Raises
    ------
    InvalidParameter
        Naming the folder.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InvalidParameter(f"{path} cannot be written: there is no folder {folder}", remedy="make it first")
    if not os.access(folder, os.W_OK) or path.is_dir():
        raise InvalidParameter(f"{path} cannot be written", expected="a file name in a folder that you may write to")


def terminal_width() -> int | None:
    """Columns of the terminal; None when standard output is no terminal, and nothing has to fit."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def symbols() -> bool:
    """Whether standard output is a terminal that can show more than ASCII."""
    return sys.stdout.isatty() and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def number(value: float | None, error: float | None = None) -> str:
    """A number with its error, as ``0.912 ± 0.013``; empty for None."""
    if value is None:
        return ""
    plus_minus = "±" if _encodes("±") else "+-"
    return f"{value:.3f}" if error is None else f"{value:.3f} {plus_minus} {error:.3f}"


def _encodes(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def size(count: int) -> str:
    """A number of bytes for people, in powers of 1000: ``12.3 MB``."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> str:
    """Rows as aligned columns, at least two blanks apart; nothing is cut off or wrapped.

    Where the columns need more than `width`, the first gets what the others leave, and a first cell that needs more has
    a line of its own above the rest of its row. Where the others leave next to nothing, they follow on the next lines,
    each behind the name of its column.

    Parameters
    ----------
    headers : sequence of str
    rows : sequence of sequence of str
        Empty cells are shown as ``-``. The first cell may be indented.
    width : int, optional
        Columns there are; None: as many as it takes.
    """
    shown = [[cell.rstrip() or EMPTY for cell in row] for row in rows]
    if not fits(headers, rows, width):
        return "\n".join(line for row in shown for line in _stacked(headers, row, max(width or 0, LEAST)))
    widths = _widths(headers, rows)
    if width is not None:
        widths[0] = min(widths[0], _left(widths, width))
    return "\n".join(line for row in (headers, *shown) for line in _aligned(row, widths))


def fits(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> bool:
    """Whether the columns of :func:`table` can stand side by side."""
    widths = _widths(headers, rows)
    return width is None or _left(widths, width) >= min(widths[0], FIRST)


def _widths(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(len(cell.rstrip() or EMPTY) for cell in column) for column in zip(headers, *rows, strict=True)]


def _left(widths: Sequence[int], width: int) -> int:
    """Columns that the first has where the others have what they need."""
    return width - sum(widths[1:]) - len(GAP) * (len(widths) - 1)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    head = [row[0]] if len(row[0]) > widths[0] else []
    cells = ["", *row[1:]] if head else row
    return [*head, GAP.join(cell.ljust(n) for cell, n in zip(cells, widths, strict=True)).rstrip()]


def _stacked(headers: Sequence[str], row: Sequence[str], width: int) -> list[str]:
    indent = " " * (len(row[0]) - len(row[0].lstrip()) + 4)
    lines = [row[0]]
    for part in (f"{name} {cell}" for name, cell in zip(headers[1:], row[1:], strict=True) if cell != EMPTY):
        if len(lines) > 1 and len(f"{lines[-1]}{GAP}{part}") <= width:
            lines[-1] += f"{GAP}{part}"
        else:
            lines += _folded(part, width, indent)
    return lines


def _folded(text: str, width: int, indent: str) -> list[str]:
    further = f"{indent}  "
    return wrap(
        text, width, initial_indent=indent, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def echo_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table to standard output, in the form that fits."""
    click.echo(table(headers, rows, terminal_width()))


def echo_headed(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """As :func:`echo_table`; what heads the first column is written where there are no columns, too."""
    if not fits(headers, rows, terminal_width()):
        click.echo(headers[0])
    echo_table(headers, rows)


def echo_wrapped(text: str, indent: str = "") -> None:
    """Write a paragraph to standard output, within the columns there are."""
    width = terminal_width()
    if width is not None:
        text = fill(text, width - 4, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    click.echo(indent + text)
