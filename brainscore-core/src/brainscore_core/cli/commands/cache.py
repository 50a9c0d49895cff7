"""``brainscore cache``: what was computed and kept, and making room."""

from datetime import datetime
from typing import Any

import click

from ..output import echo_json, echo_table, size
from ..sizes import Size


@click.group(name="cache")
def command() -> None:
    """List and prune what was computed and kept."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, with everything an entry was made of.")
def list_entries(as_json: bool) -> None:
    """Show what is kept and what it was made of, largest first."""
    from ...cache import entries

    found = entries()
    if as_json:
        echo_json([_row(entry) for entry in found])
        return
    rows = [
        [entry.digest[:12], entry.kind, str(entry.rows), size(entry.bytes), _day(entry.last_used), _made_of(entry)]
        for entry in found
    ]
    echo_table(["entry", "kind", "rows", "size", "last used", "made of"], rows)
    click.echo(f"{len(found)} entries, {size(sum(entry.bytes for entry in found))}", err=True)


@command.command(name="prune")
@click.option("--max-size", type=Size(), required=True, help="How much may stay, as 2GB; 0 removes everything.")
def prune_entries(max_size: int) -> None:
    """Remove what was not used for longest; it is computed again when it is needed."""
    from ...cache import prune

    removed = prune(max_size)
    click.echo(f"removed {len(removed)} entries, {size(sum(entry.bytes for entry in removed))}")


def _row(entry: Any) -> dict[str, Any]:
    return {
        "digest": entry.digest,
        "kind": entry.kind,
        "rows": entry.rows,
        "bytes": entry.bytes,
        "last_used": datetime.fromtimestamp(entry.last_used).astimezone().isoformat(timespec="seconds"),
        "set_aside": entry.set_aside,
        "path": str(entry.path),
        "recipe": dict(entry.recipe),
    }


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d")


def _made_of(entry: Any) -> str:
    """The recipe in one line; digests shortened."""
    if entry.set_aside:
        return f"set aside: {entry.set_aside}"
    return " ".join(
        f"{name}={_short(value)}" for name, value in entry.recipe.items() if value not in (None, "", [], {})
    )


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    is_digest = len(text) in (40, 64) and all(character in "0123456789abcdef" for character in text)
    return text[:8] if is_digest else text
