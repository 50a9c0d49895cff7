"""The folder of a leaderboard: told from anything else, replaced whole, found again after a build that was killed."""

import json
import secrets
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from brainscore_core.errors import InvalidParameter

CORE = "data.js"
HEAD = "window.BRAINSCORE="
"""What the core payload begins with."""
WRITTEN = frozenset({CORE, "citations.js", "intervals.js", "models", "benchmarks", "draws", "samples"})
"""Entries that a build adds to those of the site."""


def core_payload(folder: Path) -> dict[str, Any] | None:
    """What the first page of a leaderboard is made of; None where the folder holds none."""
    try:
        text = (folder / CORE).read_text(encoding="utf-8")
        content = json.loads(text.removeprefix(HEAD).rstrip(";\n")) if text.startswith(HEAD) else None
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and "models" in content else None


def check_replaceable(folder: Path) -> int:
    """How many models the leaderboard of a folder shows; 0 where nothing lies there.

    Raises
    ------
    InvalidParameter
        If there is a file, or anything that no build of ours left.
    """
    if folder.exists() and not folder.is_dir():
        raise InvalidParameter(f"{folder} is a file", expected="a folder, or a name that is free")
    entries = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if not entries:
        return 0
    payload = core_payload(folder)
    foreign = sorted(entries - _ours(payload)) if payload else sorted(entries)
    if payload is None or foreign:
        beside = "beside its leaderboard" if payload else "and no leaderboard"
        raise InvalidParameter(
            f"{folder} holds something else {beside}: {', '.join(foreign[:5])}",
            expected="an empty folder, or one with a leaderboard and nothing else, since all of it is replaced",
            remedy="build into a folder of its own, and copy from there",
        )
    return len(payload["models"])


def recover(folder: Path) -> None:
    """Put back the board that a build had set aside when it was killed, and remove those it had replaced already."""
    aside = sorted(folder.parent.glob(f".{folder.name}.*.old"), key=lambda path: path.stat().st_mtime)
    if aside and not folder.exists():
        aside.pop().rename(folder)
    for path in aside:
        shutil.rmtree(path, ignore_errors=True)


def settle(fresh: Path, folder: Path) -> None:
    """Give the new folder its name; the old one goes when that is done, and comes back where it cannot be."""
    old = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}.old")
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _ours(payload: dict[str, Any]) -> set[str]:
    """Names that a build leaves: that of this version, and that which made the folder."""
    with as_file(files(__package__) / "site") as site:
        now = {entry.name for entry in site.iterdir()}
    before = payload.get("files")
    return now | WRITTEN | set(map(str, before if isinstance(before, list) else ()))
