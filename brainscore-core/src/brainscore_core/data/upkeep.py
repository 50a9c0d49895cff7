"""What lies in the store, whether it is still right, and how to make room."""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidParameter
from .archives import members
from .home import data_folder
from .store import locked, memory_path, mismatch, read_memory
from .writing import storage_errors

_KEY = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ALGORITHM = {40: "sha1", 64: "sha256"}


@dataclass(frozen=True)
class StoredFile:
    """One content in the store.

    ``path`` is the file, or the folder ``unpacked`` where the archive itself is read in place from a mirror. ``size``
    is in bytes, with what was unpacked; ``last_used`` is in seconds since the epoch, to the day.
    """

    key: str
    path: Path
    size: int
    last_used: float
    unpacked: bool
    licence: str
    citation: str
    access: str


@dataclass(frozen=True)
class Verified:
    """Whether a stored content is still what its name says; `reason` says how not."""

    key: str
    path: Path
    ok: bool
    reason: str = ""


def list_stored() -> list[StoredFile]:
    """Everything complete in the store, ordered by name; what lies in a mirror is not in it."""
    return sorted((_describe(path) for path in _stored()), key=lambda stored: (stored.path.name, stored.key))


def verify(keys: Iterable[str] | None = None) -> list[Verified]:
    """Read the stored files again and compare them with their digests, and what was unpacked with its archive.

    A file found corrupt is fetched again when it is next asked for; a folder that lacks something is removed.

    Parameters
    ----------
    keys : iterable of str, optional
        Digests, or unambiguous beginnings of at least 6 digits; everything by default.
    """
    wanted = None if keys is None else [_complete_key(key) for key in keys]
    return [_verify(path) for path in _stored() if wanted is None or path.parent.name in wanted]


def prune(*, max_size: int) -> list[StoredFile]:
    """Remove what was not used for longest until at most `max_size` bytes are left; 0 removes everything.

    What another process is fetching or unpacking right now stays. What was cut off is removed.

    Returns
    -------
    list of StoredFile
        What was removed.
    """
    if max_size < 0:
        raise InvalidParameter(f"max_size={max_size}", expected="a number of bytes")
    stored = sorted(list_stored(), key=lambda each: each.last_used)
    excess = sum(each.size for each in stored) - max_size
    removed = []
    for each in stored:
        with locked(each.key, wait=False) as held:
            if held and excess > 0:
                with storage_errors(each.path.parent):
                    shutil.rmtree(each.path.parent)
                excess -= each.size
                removed.append(each)
    for folder in _folders():
        _remove_unfinished(folder)
    return removed


def _folders() -> Iterator[Path]:
    base = data_folder()
    if base.is_dir():
        yield from sorted(path for path in base.iterdir() if _KEY.fullmatch(path.name) and path.is_dir())


def _stored() -> Iterator[Path]:
    for folder in _folders():
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        yield from files or [path for path in (folder / "unpacked",) if path.is_dir()]


def _describe(path: Path) -> StoredFile:
    key, unpacked = path.parent.name, path.parent / "unpacked"
    memory = read_memory(key)
    size = sum(each.stat().st_size for each in {path, *unpacked.rglob("*")} if each.is_file())
    last_used = (memory_path(key) if memory else path).stat().st_mtime
    about = {name: str(memory.get(name, "")) for name in ("licence", "citation", "access")}
    return StoredFile(key, path, size, last_used, unpacked.is_dir(), **about)


def _verify(path: Path) -> Verified:
    key, file, unpacked = path.parent.name, path, path.parent / "unpacked"
    if path.is_dir():  # the archive itself lies in a mirror, if it is still there
        file = Path(str(read_memory(key).get("file", [path])[0]))
        if not file.is_file():
            return Verified(key, path, True)
    try:
        reason = mismatch(file, {_ALGORITHM[len(key)]: key})
    except OSError as error:
        reason = f"cannot be read ({error.strerror or error})"
    with storage_errors(path.parent):
        if reason:  # so that the next fetch reads it again, and replaces it
            memory_path(key).unlink(missing_ok=True)
        elif unpacked.is_dir() and (wrong := _first_difference(file, unpacked)):
            reason = f"{wrong!r} is missing or damaged in the unpacked folder, which was removed"
            shutil.rmtree(unpacked)
    return Verified(key, path, not reason, reason)


def _first_difference(archive: Path, folder: Path) -> str:
    for member in members(archive):
        path = folder / member.path
        if member.stream and not (path.is_file() and path.stat().st_size == member.size):
            return str(member.path)
    return ""


def _complete_key(start: str) -> str:
    matches = [folder.name for folder in _folders() if len(start) >= 6 and folder.name.startswith(start.lower())]
    if len(matches) != 1:
        what = f"{start!r} names {len(matches)} stored files"
        remedy = "`brainscore data list` shows them"
        raise InvalidParameter(what, expected="a digest, or how one begins", remedy=remedy)
    return matches[0]


def _remove_unfinished(folder: Path) -> None:
    with locked(folder.name, wait=False) as held, storage_errors(folder):
        if not held:
            return
        for leftover in (*folder.glob(".*.part"), *folder.glob(".*.tmp")):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
