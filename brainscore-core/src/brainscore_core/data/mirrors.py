"""Mirrors: folders or URLs whose ``index.csv`` (sha256, sha1, size, path) says which contents they hold."""

import csv
import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from brainscore_core.data.home import mirrors, offline
from brainscore_core.data.source import Source
from brainscore_core.data.transfer import PartFile, PlaceFailed, read_into

_log = logging.getLogger(__name__)
_Index = dict[str, str]  # digest of either kind -> path inside the mirror
_RETRY_AFTER = 300.0  # seconds for which a mirror that did not answer is left alone
_known: dict[object, _Index] = {}
_silent: dict[str, float] = {}


def mirrored(source: Source) -> Iterator[Path | str]:
    """Where the configured mirrors hold the content: a path for a folder, an address for a URL. Nothing is verified."""
    for mirror in mirrors():
        folder = _as_folder(mirror)
        index = _folder_index(folder) if folder else _url_index(mirror)
        inside = next((index[digest] for digest in source.digests.values() if digest in index), None)
        if inside is not None:
            yield folder / inside if folder else f"{mirror}/{quote(inside)}"


def _as_folder(mirror: str) -> Path | None:
    if "://" not in mirror:
        return Path(mirror)
    split = urlsplit(mirror)
    return Path(url2pathname(split.path)) if split.scheme == "file" else None


def _folder_index(folder: Path) -> _Index:
    path = folder / "index.csv"
    try:
        stat = path.stat()
        version = (path, stat.st_mtime_ns, stat.st_size)
        if version not in _known:
            _known[version] = _read_index(path)
        return _known[version]
    except (OSError, ValueError) as error:
        _log.warning("mirror %s is skipped: its index.csv cannot be read (%s)", folder, error)
        return {}


def _url_index(mirror: str) -> _Index:
    if offline() or time.monotonic() < _silent.get(mirror, 0.0):
        return {}
    if mirror not in _known:
        try:
            with tempfile.TemporaryDirectory(prefix="brainscore-") as folder:
                path = Path(folder) / "index.csv"
                with PartFile(path, None, lambda position: None) as part:
                    read_into(f"{mirror}/index.csv", part)
                _known[mirror] = _read_index(path)
        except (PlaceFailed, ValueError) as error:
            _log.warning("mirror %s is skipped: its index.csv cannot be read (%s)", mirror, error)
            _silent[mirror] = time.monotonic() + _RETRY_AFTER
            return {}
    return _known[mirror]


def _read_index(path: Path) -> _Index:
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if missing := {"sha256", "sha1", "path"} - set(rows.fieldnames or ()):
            raise ValueError(f"no column {', '.join(sorted(missing))}")
        return {digest.lower(): row["path"] for row in rows for digest in (row["sha256"], row["sha1"]) if digest}
