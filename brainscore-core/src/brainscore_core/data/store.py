"""Fetch a file once, verify it, keep it: the one door through which data enter.

Below ``data_folder()``, ``<digest>/<filename>`` is complete and was verified when it got its name. Beside it lie hidden
files: ``.<filename>.part`` (a transfer that was cut off) and ``.verified.json`` (what was verified, so that it need not
be read each time), and ``unpacked/`` where an archive was unpacked. ``.locks/`` holds one lock a digest.
"""

import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import DataError, DataUnavailable, HashMismatch, InvalidParameter, StorageError
from .archives import unpack_archive
from .home import data_folder, offline
from .mirrors import mirrored, unusable
from .source import Source
from .transfer import HostUnreachable, PartFile, PlaceFailed, leave_alone, progress_bar, read_into, refuse_left_alone
from .writing import discard, settle, storage_errors, write_json

_log = logging.getLogger(__name__)
_ATTEMPTS = 4  # at one address, while it may still deliver
_DAY = 86_400.0
_PAUSE = 0.5  # seconds before the second attempt, doubled before each further one


def fetch(source: Source) -> Path:
    """The file, on this machine: stored, from a mirror, or downloaded; verified in any case.

    Returns
    -------
    Path
        A readable file named ``source.filename``. Never write to it. A mirror that is a folder and holds the file under
        that name is read in place, because a shared folder of recordings need not lie on every disk twice.

    Raises
    ------
    DataUnavailable
        No place delivers it, or ``BRAINSCORE_OFFLINE`` is set and it is not stored.
    HashMismatch
        What arrived is something else. None of it is kept.
    StorageError
        The store cannot be written.
    """
    if not isinstance(source, Source):
        raise InvalidParameter(f"cannot fetch {source!r}", expected="a Source, which says what the bytes must be")
    path = stored_path(source)
    if _is_good(path, source):
        return path
    places: list[str] = []
    for place in mirrored(source):
        if isinstance(place, str):
            places.append(place)
        elif place.name != source.filename:
            places.append(place.as_uri())
        elif _is_good(place, source):
            return place
        else:
            _log.warning("%s is not what the index of its mirror says; trying elsewhere", place)
    with locked(source.key):
        if not _is_good(path, source):  # another process may have been faster
            if path.exists():
                _log.warning("%s is corrupt and is fetched again", path)
                with storage_errors(path.parent):
                    path.unlink()
            _obtain(source, [*places, *source.places], path)
    return path


def fetch_weights(source: Source) -> Path:
    """`fetch` for the weights of a model. Reading them without unpickling is the caller's part.

    Load with ``torch.load(path, weights_only=True)``, safetensors, or HDF5. A `Source` always carries a digest, so no
    weights come in that nobody named.
    """
    return fetch(source)


def unpack(archive: Source, *, max_size: int | None = None) -> Path:
    """The folder with the content of a zip or tar file, which is fetched and unpacked once.

    Parameters
    ----------
    archive : Source
    max_size : int, optional
        Bytes that may be unpacked; by default see `brainscore_core.data.archives.unpack_archive`.

    Returns
    -------
    Path
        The folder. It gets its name when it is complete, so one that is there is complete. Never write to it.

    Raises
    ------
    UnsafeArchive, InvalidFile
        Nothing is left of what was unpacked.
    DataUnavailable, HashMismatch, StorageError
        As for `fetch`.
    """
    folder = data_folder() / archive.key / "unpacked"
    if folder.is_dir():
        _note_use(archive.key)
        return folder
    path = fetch(archive)
    with locked(archive.key):
        for leftover in folder.parent.glob(".unpacked.*.tmp"):  # of a process that was killed: we hold the lock
            shutil.rmtree(leftover, ignore_errors=True)
        if not folder.is_dir():
            unpack_archive(path, folder, max_size=max_size)
    return folder


def stored_path(source: Source) -> Path:
    """Where the file lies, or would lie."""
    return data_folder() / source.key / source.filename


@contextmanager
def locked(key: str, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of one content against other processes and threads; yields whether it is held.

    With ``wait=False`` a lock that somebody else holds is left alone and False is yielded.
    """
    from filelock import FileLock, Timeout

    folder = data_folder() / ".locks"
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{key}.lock")
        try:
            lock.acquire(timeout=1.0 if wait else 0.0)
        except Timeout:
            if wait:
                _log.warning("waiting for another process that is fetching %s", key)
                lock.acquire()
        except NotImplementedError as error:
            raise StorageError(f"{folder} knows no locks", remedy="set BRAINSCORE_HOME to another disk") from error
    try:
        yield lock.is_locked
    finally:
        lock.release()


def mismatch(path: Path, digests: dict[str, str], size: int | None = None) -> str:
    """How the bytes of `path` differ from what they should be; empty where they do not."""
    there = path.stat().st_size
    if size is not None and there != size:
        return f"{there} bytes instead of {size}"
    found = {name: hash_file(path, name) for name in digests}
    wrong = (name for name in digests if found[name] != digests[name])
    return "; ".join(f"{name} {found[name]} instead of {digests[name]}" for name in wrong)


def hash_file(path: Path, algorithm: str) -> str:
    """Hexadecimal digest of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def memory_path(key: str) -> Path:
    """The hidden file that remembers what was verified; its time stamp is the day of the last use."""
    return data_folder() / key / ".verified.json"


def read_memory(key: str) -> dict:
    """What was remembered about a content; empty where nothing readable was."""
    try:
        memory = json.loads(memory_path(key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _remember(path: Path, source: Source) -> None:
    """Note that a file was verified, so that the next call need not read it."""
    about = {"licence": source.licence, "citation": source.citation, "access": source.access}
    with suppress(StorageError):  # in a read-only home everything still works, only slower
        write_json(memory_path(source.key), {"file": _signature(path), **about})


def _signature(path: Path) -> list:
    stat = path.stat()
    return [str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino]


def _is_good(path: Path, source: Source) -> bool:
    try:
        if not path.is_file():
            return False
        if read_memory(source.key).get("file") == _signature(path):
            _note_use(source.key)
            return True
        if mismatch(path, source.digests, source.size):
            return False
    except OSError as error:
        _log.warning("%s cannot be read (%s)", path, error)
        return False
    _remember(path, source)
    return True


def _note_use(key: str) -> None:
    """Let `prune`, which removes what was not used for longest, know; in a read-only home it needs not."""
    with suppress(OSError):
        if time.time() - memory_path(key).stat().st_mtime > _DAY:
            os.utime(memory_path(key))


def _obtain(source: Source, places: list[str], path: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    failures: list[str] = []
    wrong = False
    for place in places:
        if offline() and not place.startswith("file:"):
            continue
        try:
            _download(source, place, part)
        except (PlaceFailed, HashMismatch) as failure:
            failures.append(f"{place}: {failure}".rstrip("."))
            wrong = wrong or isinstance(failure, HashMismatch)
            if isinstance(failure, HashMismatch):
                discard(part)
            continue
        with storage_errors(path.parent):
            settle(part, path)
        _remember(path, source)
        return
    failures += [f"the mirror {mirror} {reason}" for mirror, reason in unusable().items()]
    raise _not_to_be_had(source, "; ".join(failures), wrong)


def _download(source: Source, place: str, part_path: Path) -> None:
    """Fill the part file with verified bytes from one place, in as many attempts as make sense."""
    refuse_left_alone(place)
    for attempt in range(_ATTEMPTS):
        try:
            with progress_bar(source.filename, source.size) as advance:
                part = PartFile(part_path, source.size, advance)
                resumed = part.size
                if not resumed or resumed != source.size:
                    read_into(place, part)
            if source.size is not None and part.size < source.size:
                raise PlaceFailed(f"ends after {part.size} of {source.size} bytes", again=True)
        except PlaceFailed as failure:
            if not failure.again or attempt == _ATTEMPTS - 1:
                if isinstance(failure, HostUnreachable):
                    leave_alone(place, failure)
                raise
            _log.info("%s: %s; trying again", place, failure)
            time.sleep(_PAUSE * 2**attempt)
            continue
        if not (difference := mismatch(part_path, source.digests, source.size)):
            return
        discard(part_path)
        if not resumed:
            raise HashMismatch(difference)
        _log.info("%s: what was there from an earlier attempt is not of this file; starting over", place)
    raise PlaceFailed("was cut off again and again")


def _not_to_be_had(source: Source, tried: str, wrong: bool) -> DataError:
    name = f"{source.filename} ({source.key[:12]}...)"
    mirror = "put it into a folder with an index.csv and name that folder in BRAINSCORE_MIRRORS"
    if wrong:
        what, expected = f"{name} arrives as something else ({tried})", "the bytes that its digest names"
        return HashMismatch(what, expected=expected, remedy=f"check the address and your connection, or {mirror}")
    if offline():
        what = f"{name} is not stored here and BRAINSCORE_OFFLINE is set{f' ({tried})' if tried else ''}"
        remedy = "fetch it once without that"
        if source.access == "private":
            remedy += ", with access from its owners, since it is private"
    elif source.access == "private":
        tried = tried if source.places else "; ".join(filter(None, ("no public address", tried)))
        what = f"{name} is private, and there is no access to it here ({tried})"
        remedy = "ask its owners for access; then set their credentials (for s3:// those of AWS)"
    elif source.places:
        what, remedy = f"{name} cannot be had ({tried})", "check your connection"
    else:
        tried = "; ".join(filter(None, ("no address is known", tried)))
        what = f"{name} cannot be had ({tried})"
        remedy = "see in the README of its package what it is made of"
    return DataUnavailable(what, remedy=f"{remedy}, or {mirror}", private=source.access == "private")
