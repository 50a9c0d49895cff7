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
    for place in _places():
        index, _ = _index(place)
        inside = next((index[digest] for digest in source.digests.values() if digest in index), None)
        if inside is not None:
            yield place / inside if isinstance(place, Path) else f"{place}/{quote(inside)}"


def in_folder(source: Source) -> Path | None:
    """The file in a mirror that is a folder, if one holds it; only its size is looked at."""
    for folder in (place for place in _places() if isinstance(place, Path)):
        index, _ = _folder_index(folder)
        for inside in (index[digest] for digest in source.digests.values() if digest in index):
            path = folder / inside
            if path.is_file() and source.size in (None, path.stat().st_size):
                return path
    return None


def unusable() -> dict[str, str]:
    """Mirrors that nothing can be had from, each with the reason, as ``has no index.csv``."""
    return {str(place): reason for place in _places() if (reason := _index(place)[1])}


def folder_fault(folder: Path) -> str:
    """Why nothing can be had from a mirror that is a folder; empty where all is well."""
    return _folder_index(folder)[1]


def _places() -> Iterator[Path | str]:
    """The mirrors that may be asked now: folders as paths, the others as addresses."""
    for mirror in mirrors():
        if mirror.startswith("file://"):
            mirror = unquote(mirror.removeprefix("file://"))
        if "://" not in mirror:
            yield Path(mirror)
        elif not offline():
            yield mirror


def _index(place: Path | str) -> tuple[_Index, str]:
    """What a mirror holds, and why it holds nothing where its index cannot be read."""
    if isinstance(place, str):
        return _url_index(place)
    index, reason = _folder_index(place)
    if reason:
        _warn(place, reason)
    return index, reason


def _folder_index(folder: Path) -> tuple[_Index, str]:
    path = folder / "index.csv"
    try:
        if not folder.is_dir():
            return {}, "is no folder"
        stat = path.stat()
        return _read_index(path, (stat.st_mtime_ns, stat.st_size)), ""
    except FileNotFoundError:
        return {}, "has no index.csv"
    except (OSError, ValueError) as error:
        return {}, f"has an index.csv that cannot be read ({error})"


@lru_cache
def _url_index(mirror: str) -> tuple[_Index, str]:
    """Asked for once a process; a mirror that does not answer is left alone from then on."""
    try:
        with tempfile.TemporaryDirectory(prefix="brainscore-") as folder:
            path = Path(folder) / "index.csv"
            read_into(f"{mirror}/index.csv", PartFile(path))
            return _read_index(path), ""
    except (PlaceFailed, ValueError) as error:
        reason = f"has no index.csv that can be read ({error})"
        _warn(mirror, reason)
        return {}, reason


@lru_cache
def _warn(place: Path | str, reason: str) -> None:
    """Say so once a process, not once a file."""
    _log.warning("mirror %s is skipped: it %s", place, reason)


@lru_cache
def _read_index(path: Path, version: tuple[int, int] | None = None) -> _Index:
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if missing := {"sha256", "sha1", "path"} - set(rows.fieldnames or ()):
            raise ValueError(f"no column {', '.join(sorted(missing))}")
        return {digest.lower(): row["path"] for row in rows for digest in (row["sha256"], row["sha1"]) if digest}
