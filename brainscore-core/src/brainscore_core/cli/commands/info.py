"""``brainscore info``: what is known of one thing without running it."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from textwrap import wrap
from typing import Any

import click

from ..describing import describe, described_file, found_kinds
from ..output import echo_json

DEFAULT, MEANING = 16, 56
"""Columns of a parameter's default, unless it is longer, and of what the parameter means."""


@click.command(name="info")
@click.argument("identifier")
@click.option("--json", "as_json", is_flag=True, help="Write JSON: a list, since kinds may share a name.")
def command(identifier: str, as_json: bool) -> None:
    """Show what is known of one thing.

    IDENTIFIER may be of a model, model family, benchmark, metric, dataset, stimulus set or domain, or the path of a
    file that describes a benchmark.
    """
    found = described_file(identifier) or [describe(kind, identifier) for kind in found_kinds(identifier)]
    if as_json:
        echo_json(found)
        return
    click.echo("\n\n".join("\n".join(_lines(_readable(about))) for about in found))


def _readable(about: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as one writes them in Python, None and nothing included, each with what it means."""
    shown, said = dict(about), about.get("meanings", {})
    shown.pop("meanings", None)
    parameters = shown.get("parameters")
    if isinstance(parameters, Mapping) and parameters:  # of a model it is how many there are
        texts = {name: value if value == "required" else repr(value) for name, value in parameters.items()}
        width = min(max(map(len, texts.values())), DEFAULT)
        shown["parameters"] = {name: _explained(text, said.get(name, ""), width) for name, text in texts.items()}
    return shown


def _explained(text: str, meaning: str, width: int) -> str:
    """A default and, in a column beside it, what it means; below it where the default is long."""
    beside = wrap(meaning, MEANING, break_long_words=False, break_on_hyphens=False)
    if len(text) > width:
        return "\n".join([*wrap(text, width + 2 + MEANING), *(f"{'':{width}}  {line}" for line in beside)])
    rows = zip_longest([text], beside or [""], fillvalue="")
    return "\n".join(f"{left:{width}}  {right}".rstrip() for left, right in rows)


def _lines(about: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """``name  value`` lines, aligned; what is nested is indented below its name."""
    shown = {name: value for name, value in about.items() if value not in (None, "", [], {})}
    width = max(map(len, shown), default=0)
    for name, value in shown.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and any(isinstance(entry, (Mapping, list)) for entry in value):
            yield f"{indent}{name}"
            yield from _entries(value, indent + "  ")
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            head, *more = text.splitlines() or [""]
            yield f"{indent}{name:{width}}  {head}"
            yield from (f"{indent}{'':{width}}  {line}" for line in more)


def _entries(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            first, *rest = _lines(value, indent + "  ")
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}- {', '.join(map(str, value)) if isinstance(value, list) else value}"
