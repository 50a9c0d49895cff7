"""``brainscore data``: files that data packages name, and those that lie here."""

import re
from typing import Any

import click

from ..files import Named, named_files, wanted_files
from ..output import echo_json, echo_table, size
from ..sizes import Size


@click.group(name="data")
def command() -> None:
    """List, fetch, verify and prune files of data."""


@command.command(name="list")
@click.argument("patterns", nargs=-1, metavar="[IDENTIFIER|PATTERN]...")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_files(patterns: tuple[str, ...], as_json: bool) -> None:
    """Show the files of installed datasets and stimulus sets, and what else is stored.

    A file that is not stored since it is read where it lies, in a folder of BRAINSCORE_MIRRORS, says mirror.
    """
    from ...data import list_stored

    stored = {file.key: file for file in list_stored()}
    named = wanted_files(patterns) if patterns else named_files()
    rows = [_row(file, stored) for file in named]
    if not patterns:
        used = {row["key"] for row in rows}
        rows += [_orphan(file) for key, file in stored.items() if key not in used]
    if as_json:
        echo_json(rows)
        return
    cells = [
        [
            ", ".join(row["identifiers"]) or "(no installed package)",
            row["filename"],
            "" if row["bytes"] is None else size(row["bytes"]),
            "yes" if row["stored"] else "mirror" if row["path"] else "no",
            row["key"][:12],
            row["licence"],
        ]
        for row in rows
    ]
    echo_table(["used by", "file", "size", "stored", "digest", "licence"], cells)


@command.command(name="fetch")
@click.argument("patterns", nargs=-1, required=True, metavar="IDENTIFIER|PATTERN...")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def fetch_files(patterns: tuple[str, ...], as_json: bool) -> int:
    """Fetch the files of datasets, stimulus sets and benchmarks, so that scoring needs no network."""
    rows = [_fetch(file) for file in wanted_files(patterns)]
    if as_json:
        echo_json(rows)
    else:
        if here := [[row["filename"], row["path"]] for row in rows if row["path"]]:
            echo_table(["file", "path"], here)
        for row in rows:
            if not row["path"]:
                click.echo(row["reason"], err=True)
    return int(any(not row["path"] for row in rows))


@command.command(name="verify")
@click.argument("asked", nargs=-1, metavar="[DIGEST|IDENTIFIER|PATTERN]...")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def verify_files(asked: tuple[str, ...], as_json: bool) -> int:
    """Read the stored files again and compare them with their digests; all of them by default.

    A file that is not right any more is fetched again when it is next needed.
    """
    from ...data import verify

    found = verify([key for each in asked for key in _keys(each)] if asked else None)
    if as_json:
        echo_json([{"key": file.key, "path": str(file.path), "ok": file.ok, "reason": file.reason} for file in found])
    else:
        rows = [[file.key[:12], file.path.name, "ok" if file.ok else "corrupt", file.reason] for file in found]
        echo_table(["digest", "file", "state", "reason"], rows)
    return int(any(not file.ok for file in found))


@command.command(name="prune")
@click.option("--max-size", type=Size(), required=True, help="How much may stay, as 20GB; 0 removes everything.")
def prune_files(max_size: int) -> None:
    """Remove stored files that were not used for longest; they are fetched again when they are needed."""
    from ...data import prune

    removed = prune(max_size=max_size)
    click.echo(f"removed {len(removed)} files, {size(sum(file.size for file in removed))}")


def _keys(asked: str) -> list[str]:
    """A digest or its beginning as it is; else the digests under which files of that name are stored."""
    from ...data import list_stored

    if re.fullmatch("[0-9a-f]+", asked):
        return [asked]
    stored = {file.key: file for file in list_stored()}
    return [row["key"] for row in (_row(file, stored) for file in wanted_files([asked])) if row["stored"]]


def _row(named: Named, stored: dict[str, Any]) -> dict[str, Any]:
    from ...data.mirrors import in_folder

    source = named.source
    here = next((stored[digest] for digest in source.digests.values() if digest in stored), None)
    path = here.path if here else in_folder(source)
    return {
        "identifiers": list(named.identifiers),
        "filename": source.filename,
        "bytes": source.size,
        "key": here.key if here else source.key,
        "stored": here is not None,
        "path": str(path or ""),
        "licence": source.licence,
        "access": source.access,
        "places": list(source.places) if source.access == "public" else [],
    }


def _orphan(file: Any) -> dict[str, Any]:
    return {
        "identifiers": [],
        "filename": file.path.name,
        "bytes": file.size,
        "key": file.key,
        "stored": True,
        "path": str(file.path),
        "licence": file.licence,
        "access": file.access,
        "places": [],
    }


def _fetch(named: Named) -> dict[str, Any]:
    from ...data import fetch
    from ...errors import DataError

    row = {"identifiers": list(named.identifiers), "filename": named.source.filename, "path": "", "reason": ""}
    try:
        return row | {"path": str(fetch(named.source))}
    except DataError as error:
        return row | {"reason": str(error)}
