"""Mirrors: folders or URLs whose ``index.csv`` (sha256, sha1, size, path) says which contents they hold."""

import csv
import logging
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

from .home import mirrors, offline
from .source import Source
from .transfer import PartFile, PlaceFailed, read_into

_log = logging.getLogger(__name__)
_Index = dict[str, str]  # digest of either kind -> path inside the mirror


def mirrored(source: Source) -> Iterator[Path | str]:
    """Where the configured mirrors hold the content: a path for a folder, an address for a URL. Nothing is verified."""
    for mirror in mirrors():
        if mirror.startswith("file://"):
            mirror = unquote(mirror.removeprefix("file://"))
        is_url = "://" in mirror
        if is_url and offline():
            continue
        index = _url_index(mirror) if is_url else _folder_index(Path(mirror))
        inside = next((index[digest] for digest in source.digests.values() if digest in index), None)
        if inside is not None:
            yield f"{mirror}/{quote(inside)}" if is_url else Path(mirror) / inside


def _folder_index(folder: Path) -> _Index:
    path = folder / "index.csv"
    try:
        stat = path.stat()
        return _read_index(path, (stat.st_mtime_ns, stat.st_size))
    except (OSError, ValueError) as error:
        _log.warning("mirror %s is skipped: its index.csv cannot be read (%s)", folder, error)
        return {}


@lru_cache
def _url_index(mirror: str) -> _Index:
    """Asked for once a process; a mirror that does not answer is left alone from then on."""
    try:
        with tempfile.TemporaryDirectory(prefix="brainscore-") as folder:
            path = Path(folder) / "index.csv"
            read_into(f"{mirror}/index.csv", PartFile(path))
            return _read_index(path)
    except (PlaceFailed, ValueError) as error:
        _log.warning("mirror %s is skipped: its index.csv cannot be read (%s)", mirror, error)
        return {}


@lru_cache
def _read_index(path: Path, version: tuple[int, int] | None = None) -> _Index:
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if missing := {"sha256", "sha1", "path"} - set(rows.fieldnames or ()):
            raise ValueError(f"no column {', '.join(sorted(missing))}")
        return {digest.lower(): row["path"] for row in rows for digest in (row["sha256"], row["sha1"]) if digest}
