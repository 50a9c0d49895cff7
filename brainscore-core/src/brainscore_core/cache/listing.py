"""What the cache holds, what each entry was made of, and how to make room."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..data.home import cache_folder
from ..data.writing import storage_errors


@dataclass(frozen=True)
class CacheEntry:
    """One entry.

    Parameters
    ----------
    kind : str
        ``rows``, ``results`` or ``digests``.
    digest : str
        Name of its folder.
    recipe : mapping
        What it was made of.
    rows : int
        How many rows or results it holds.
    bytes : int
        On disk.
    last_used : float
        Seconds since the epoch: last access or change of any of its files.
    set_aside : str
        Why it was set aside; empty for one in use.
    """

    kind: str
    digest: str
    path: Path
    recipe: Mapping[str, Any] = field(default_factory=dict)
    rows: int = 0
    bytes: int = 0
    last_used: float = 0.0
    set_aside: str = ""


def entries() -> list[CacheEntry]:
    """Every entry below the present ``BRAINSCORE_HOME``, largest first."""
    return sorted(_entries(cache_folder()), key=lambda entry: -entry.bytes)


def prune(max_bytes: int = 0) -> list[CacheEntry]:
    """Remove entries, set aside ones and then the longest unused first, until at most `max_bytes` are left.

    Returns
    -------
    list of CacheEntry
        What was removed.
    """
    kept = entries()
    size = sum(entry.bytes for entry in kept)
    removed = []
    for entry in sorted(kept, key=lambda entry: (not entry.set_aside, entry.last_used)):
        if size <= max_bytes:
            break
        with storage_errors(entry.path.parent), suppress(FileNotFoundError):  # somebody else may prune too
            shutil.rmtree(entry.path)
        size -= entry.bytes
        removed.append(entry)
    return removed


def _entries(root: Path) -> Iterator[CacheEntry]:
    for kind in ("rows", "results"):
        for folder in sorted((root / kind).glob("*")):
            if folder.is_dir():
                yield _entry(kind, folder)
    if (root / "digests").is_dir():
        yield _entry("digests", root / "digests")


def _entry(kind: str, folder: Path) -> CacheEntry:
    stats = [stat for file in _files(folder) if (stat := _stat(file)) is not None]
    return CacheEntry(
        kind=kind,
        digest=folder.name,
        path=folder,
        recipe=_json(folder / "recipe.json"),
        rows=_count(kind, folder),
        bytes=sum(stat.st_size for stat in stats),
        last_used=max((max(stat.st_atime, stat.st_mtime) for stat in stats), default=0.0),
        set_aside=str(_json(folder / "reason.json").get("reason", "")),
    )


def _files(folder: Path) -> list[Path]:
    try:
        return [file for file in folder.iterdir() if file.is_file()]
    except OSError:  # pruned meanwhile
        return []


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None


def _count(kind: str, folder: Path) -> int:
    if kind == "results":
        return sum(file.name in ("result.json", "result.npz") for file in _files(folder))
    indices = (file for file in folder.glob("*.json") if file.stem not in ("recipe", "reason"))
    return sum(len(content.get("keys", content)) for content in map(_json, indices))


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
