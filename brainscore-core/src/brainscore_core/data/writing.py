"""Writing so that a file is either the old one, the new one, or not there."""

import errno
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brainscore_core.errors import BrainScoreError, StorageError

_REMEDIES = {
    errno.ENOSPC: "free some space (`brainscore data prune`, `brainscore cache prune`) or set BRAINSCORE_HOME to a "
    "folder on a larger disk",
    errno.EDQUOT: "your quota there is used up: free some space or set BRAINSCORE_HOME to another disk",
    errno.EFBIG: "the limit on the size of a file is reached: raise it (`ulimit -f`)",
}
_REMEDY = "make the folder writable or set BRAINSCORE_HOME to a folder that is"


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about writing in `folder` into `StorageError`."""
    try:
        yield
    except BrainScoreError:
        raise
    except OSError as error:
        raise StorageError(
            f"cannot write in {folder} ({error.strerror or error})", remedy=_REMEDIES.get(error.errno or 0, _REMEDY)
        ) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`, renamed to it when the block ends well and removed when it does not.

    The name is hidden and unique, so writers do not disturb each other and readers never see half a file.

    Raises
    ------
    StorageError
        The folder cannot be written, or the disk is full.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            settle(temporary, path)
        finally:
            discard(temporary)


def settle(temporary: Path, path: Path) -> None:
    """Bring a finished file to disk and give it its name."""
    with temporary.open("r+b") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as one JSON file, all or nothing."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")


def discard(path: Path) -> None:
    """Remove a file of ours; where even that is refused, the first error is the one worth reporting."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def remove_leftovers(folder: Path, *, older_than: float = 86_400.0) -> None:
    """Remove temporary files directly in `folder` that a killed process left, by age in seconds."""
    limit = time.time() - older_than
    for leftover in folder.glob(".*.tmp"):
        with storage_errors(folder):
            if leftover.is_file() and leftover.stat().st_mtime < limit:
                leftover.unlink(missing_ok=True)


def hash_file(path: Path, algorithms: tuple[str, ...] = ("sha256", "sha1")) -> dict[str, str]:
    """Hexadecimal digests of the bytes of a file, in one pass."""
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            for each in hashes.values():
                each.update(chunk)
    return {name: each.hexdigest() for name, each in hashes.items()}
