"""``brainscore list``: what is installed. Imports no plugin, but for families, which alone know how many they are."""

from typing import Any

import click

from ... import registry
from ...errors import PluginError, UnknownIdentifier
from ...registry import Entry
from ..kinds import LISTED, complete_kind, kind_named, matches, provided, spelled
from ..output import echo_json, echo_table


@click.command(name="list")
@click.argument("what", nargs=-1, metavar="[KIND] [PATTERN]...", shell_complete=complete_kind)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(what: tuple[str, ...], as_json: bool) -> None:
    """List what is installed.

    KIND is one of models, benchmarks, metrics, datasets, stimulus-sets and domains; all of them by default. PATTERN is
    an identifier, or has * and ? in it: 'timm:*' lists the models of a family, which are one line otherwise.
    """
    kinds, patterns = _split(what)
    rows = [row for kind in kinds for row in (_matching(kind, patterns) if patterns else _all(kind))]
    if patterns and not rows:
        where = spelled(kinds[0]) if len(kinds) == 1 else "what is installed"
        raise UnknownIdentifier(
            f"nothing in {where} matches {' or '.join(map(repr, patterns))}",
            expected=f"a pattern, or one of {', '.join(map(spelled, LISTED))}",
            remedy="`brainscore list` shows everything",
        )
    if as_json:
        echo_json(rows)
        return
    columns = ["kind", "identifier", "distribution", "version"][len(kinds) == 1 :]
    echo_table(columns, [[_cell(row, column) for column in columns] for row in rows])


def _split(what: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kind = kind_named(what[0]) if what else None
    return ((kind,), what[1:]) if kind else (LISTED, what)


def _all(kind: str) -> list[dict[str, Any]]:
    rows = [_row(kind, entry.identifier, entry) for entry in registry.entries(kind)]
    if kind == "models":
        rows += [_row(kind, f"{entry.identifier}:*", entry, members=_count(entry)) for entry in registry.families()]
    return rows


def _count(entry: Entry) -> int | None:
    """How many models a family has; None where it cannot be loaded, which must not hide the others."""
    try:
        return len(registry.members(f"{entry.provider}::{entry.identifier}"))
    except PluginError:
        return None


def _matching(kind: str, patterns: tuple[str, ...]) -> list[dict[str, Any]]:
    names = dict.fromkeys(name for pattern in patterns for name in matches(kind, pattern))
    return [_row(kind, name, entry) for name in names for entry in provided(kind, name)]


def _row(kind: str, identifier: str, entry: Entry, **more: Any) -> dict[str, Any]:
    return {
        "kind": spelled(kind),
        "identifier": identifier,
        "domain": entry.domain,
        "distribution": entry.distribution,
        "version": entry.version,
        **more,
    }


def _cell(row: dict[str, Any], column: str) -> str:
    text = str(row[column] or "")
    if column == "identifier" and "members" in row:
        count = row["members"]
        return f"{text} ({'cannot be loaded' if count is None else count})"
    return text
