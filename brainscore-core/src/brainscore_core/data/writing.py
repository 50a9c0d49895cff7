"""Writing so that a file is either the old one, the new one, or not there."""

import errno
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..errors import BrainScoreError, StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about writing in `folder` into `StorageError`."""
    try:
        yield
    except BrainScoreError:
        raise
    except OSError as error:
        remedy = "make the folder writable or set BRAINSCORE_HOME to a folder that is"
        if error.errno in _FULL:
            remedy = "free some space (`brainscore data prune`, `brainscore cache prune`) or set BRAINSCORE_HOME to a "
            remedy += "folder on a larger disk"
        raise StorageError(f"cannot write in {folder} ({error.strerror or error})", remedy=remedy) from error


def is_unwritten(error: BaseException) -> bool:
    """Whether something could not be written for want of room, or of a place to write: by the type, never by the words.

    Parameters
    ----------
    error : BaseException
        It, or what it was raised from. EFBIG counts where we wrote ourselves only: files may be too large for a reason.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, StorageError) or (isinstance(seen, OSError) and seen.errno in _NO_ROOM):
            return True
        seen = seen.__cause__
    return False


@contextmanager
def replacing(path: Path, *, wait: bool = True) -> Iterator[Path]:
    """A temporary name beside `path`, renamed to it when the block ends well and removed when it does not.

    The name is hidden and unique, so writers do not disturb each other and readers never see half a file. Without
    `wait` it may lie in the system's memory when this ends: a power failure then costs it, which a checksum must tell.

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
            if wait:
                settle(temporary, path)
            else:
                os.replace(temporary, path)
        finally:
            discard(temporary)


def settle(temporary: Path, path: Path) -> None:
    """Bring a finished file to disk and give it its name."""
    with temporary.open("r+b") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)


def write_json(path: Path, content: Any, *, wait: bool = True) -> None:
    """Write `content` as one JSON file, all or nothing; see :func:`replacing`."""
    with replacing(path, wait=wait) as temporary:
        temporary.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")


def discard(path: Path) -> None:
    """Remove a file of ours; where even that is refused, the first error is the one worth reporting."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
