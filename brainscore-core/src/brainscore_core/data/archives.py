"""Unpack zip and tar files that somebody else made, without trusting them.

A member is refused that is absolute, climbs with ``..``, is a link or a device, or exists twice; an archive is refused
as a bomb when it declares more bytes than 1 GiB and than a hundred times its own size, or more than two million files.
Permissions and owners are not taken over.
"""

import secrets
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from ..errors import BrainScoreError, DataUnavailable, InvalidFile, UnsafeArchive
from .writing import storage_errors

_RATIO, _FLOOR, _MEMBERS = 100, 1 << 30, 2_000_000
_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError, OSError, RuntimeError)


class Member(NamedTuple):
    """A file or folder in an archive: its path inside, its size in bytes, its content (None for a folder)."""

    path: PurePosixPath
    size: int
    stream: IO[bytes] | None


def unpack_archive(archive: Path, to: Path, *, max_size: int | None = None) -> Path:
    """Unpack into a temporary folder beside `to`, then rename it.

    Parameters
    ----------
    archive : Path
        A zip or tar file, compressed or not, whatever its name.
    to : Path
        Folder that is not there yet, or is empty; another one is refused with `StorageError`.
    max_size : int, optional
        Bytes that may be unpacked: the larger of 1 GiB and a hundred times the size of the archive by default.

    Returns
    -------
    Path
        `to`, complete.

    Raises
    ------
    UnsafeArchive, InvalidFile, DataUnavailable, StorageError
        Nothing is left of what was unpacked.
    """
    if not archive.is_file():
        raise DataUnavailable(f"there is no archive {archive}")
    limit = max(_FLOOR, _RATIO * archive.stat().st_size) if max_size is None else max_size
    temporary = to.with_name(f".{to.name}.{secrets.token_hex(6)}.tmp")
    with storage_errors(to.parent):
        temporary.mkdir(parents=True)
    try:
        with _damage(archive):
            _extract(archive, temporary, limit)
        with storage_errors(to.parent):
            temporary.rename(to)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return to


def members(archive: Path) -> Iterator[Member]:
    """What an archive holds, one by one; each can be read until the next is asked for.

    Raises
    ------
    UnsafeArchive
        At the first member that has no place in a data archive.
    """
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                odd = info.external_attr >> 16 & 0o170000 not in (0, 0o100000, 0o040000)
                path = _safe(info.filename, archive, odd)
                if info.is_dir():
                    yield Member(path, 0, None)
                else:
                    with zipped.open(info) as stream:
                        yield Member(path, info.file_size, stream)
    elif tarfile.is_tarfile(archive):
        with tarfile.open(archive) as tarred:
            for entry in tarred:
                path = _safe(entry.name, archive, not (entry.isdir() or entry.isreg()))
                yield Member(path, entry.size, tarred.extractfile(entry))
            while tarred.fileobj is not None and tarred.fileobj.read(1 << 20):  # the checksum stands at the end
                continue
    else:
        raise InvalidFile(f"{archive.name} is neither a zip nor a tar file, or is truncated", remedy="fetch it again")


def _safe(name: str, archive: Path, odd: bool) -> PurePosixPath:
    """The name as a relative path; backslashes separate folders too, as they would on Windows."""
    if odd:
        raise UnsafeArchive(f"{archive.name} holds {name!r}, which is a link or a device")
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":" or "\0" in name:
        remedy = "do not unpack it; report it to whoever offers it"
        raise UnsafeArchive(f"{archive.name} would write outside its folder ({name!r})", remedy=remedy)
    return path


def _extract(archive: Path, folder: Path, limit: int) -> None:
    total = 0
    seen: set[Path] = set()
    for member in members(archive):
        total += member.size
        if total > limit or len(seen) >= _MEMBERS:
            what = f"{archive.name} unpacks to more than {limit} bytes or {_MEMBERS} files"
            raise UnsafeArchive(what, remedy="if that is right, say how much with max_size=")
        path = folder / member.path
        with storage_errors(folder):
            (path.parent if member.stream else path).mkdir(parents=True, exist_ok=True)
        if member.stream is None:
            continue
        if path in seen:
            raise UnsafeArchive(f"{archive.name} holds {str(member.path)!r} twice")
        seen.add(path)
        with storage_errors(folder):
            file = path.open("xb")
        with file:
            while chunk := member.stream.read(1 << 20):
                with storage_errors(folder):
                    file.write(chunk)
                    file.flush()


@contextmanager
def _damage(archive: Path) -> Iterator[None]:
    try:
        yield
    except BrainScoreError:
        raise
    except _DAMAGE as error:
        what = f"{archive.name} cannot be unpacked ({error or type(error).__name__})"
        raise InvalidFile(what, remedy="fetch it again") from error
