"""Unpack zip and tar files that somebody else made, without trusting them.

A member is refused that is absolute, climbs with ``..``, is a link, a device or encrypted, or exists twice; an archive
is refused as a bomb when it declares more bytes than 1 GiB and than a hundred times its own size, or more than two
million files. Permissions and owners are not taken over.
"""

import os
import re
import secrets
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from brainscore_core.data.writing import storage_errors
from brainscore_core.errors import DataUnavailable, InvalidFile, StorageError, UnsafeArchive

_RATIO, _FLOOR, _MEMBERS = 100, 1 << 30, 2_000_000
_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError)


class _Member(NamedTuple):
    name: str
    size: int
    stream: IO[bytes] | None  # None for a folder


def unpack_archive(archive: Path, to: Path, *, max_size: int | None = None) -> Path:
    """Unpack into a temporary folder beside `to`, then rename it.

    Parameters
    ----------
    archive : Path
        A zip or tar file, compressed or not, whatever its name.
    to : Path
        Folder that is not there yet, or is empty.
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
    if to.exists() and not (to.is_dir() and not any(to.iterdir())):
        raise StorageError(
            f"cannot unpack {archive.name} to {to}",
            remedy="remove it or choose another",
            expected="a folder that is not there yet or is empty",
        )
    limit = max(_FLOOR, _RATIO * archive.stat().st_size) if max_size is None else max_size
    temporary = to.with_name(f".{to.name}.{secrets.token_hex(6)}.tmp")
    with storage_errors(to.parent):
        temporary.mkdir(parents=True)
    try:
        _extract(archive, temporary, limit)
        with storage_errors(to.parent):
            _rename_folder(temporary, to)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return to


def _extract(archive: Path, folder: Path, limit: int) -> None:
    total = 0
    seen: set[PurePosixPath] = set()
    members = _members(archive)
    while (member := _next(members, archive)) is not None:
        inside = _safe_name(member.name, archive)
        total += member.size
        if total > limit or len(seen) >= _MEMBERS:
            raise UnsafeArchive(
                f"{archive.name} unpacks to more than {limit} bytes or {_MEMBERS} files",
                remedy="if that is right, say how much with max_size=",
            )
        if member.stream is None:
            with storage_errors(folder):
                (folder / inside).mkdir(parents=True, exist_ok=True)
            continue
        if inside in seen:
            raise UnsafeArchive(f"{archive.name} holds {member.name!r} twice")
        seen.add(inside)
        _write(member, folder / inside, archive)


def _next(members: Iterator[_Member], archive: Path) -> _Member | None:
    try:
        return next(members, None)
    except (*_DAMAGE, OSError, NotImplementedError, RuntimeError) as error:
        raise _damaged(archive, error) from error


def _members(archive: Path) -> Iterator[_Member]:
    if zipfile.is_zipfile(archive):
        return _zip_members(archive)
    if tarfile.is_tarfile(archive):
        return _tar_members(archive)
    raise InvalidFile(f"{archive.name} is neither a zip nor a tar file, or is truncated", remedy="fetch it again")


def _zip_members(archive: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(archive) as file:
        for info in file.infolist():
            kind = info.external_attr >> 16 & 0o170000
            if kind not in (0, 0o100000, 0o040000):
                raise UnsafeArchive(f"{archive.name} holds {info.filename!r}, which is a link or a device")
            if info.flag_bits & 0x1:
                raise UnsafeArchive(
                    f"{archive.name} is encrypted ({info.filename!r})", remedy="decrypt it and unpack that"
                )
            if info.is_dir():
                yield _Member(info.filename, 0, None)
            else:
                with file.open(info) as stream:
                    yield _Member(info.filename, info.file_size, stream)


def _tar_members(archive: Path) -> Iterator[_Member]:
    with tarfile.open(archive) as file:
        for info in file:
            if info.isdir():
                yield _Member(info.name, 0, None)
            elif info.isreg() and (stream := file.extractfile(info)) is not None:
                yield _Member(info.name, info.size, stream)
            else:
                raise UnsafeArchive(f"{archive.name} holds {info.name!r}, which is a link or a device")
        while file.fileobj is not None and file.fileobj.read(1 << 20):  # the checksum stands at the end
            continue


def _safe_name(name: str, archive: Path) -> PurePosixPath:
    """The name as a relative path; backslashes separate folders too, as they would on Windows."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise UnsafeArchive(
            f"{archive.name} would write outside its folder ({name!r})",
            remedy="do not unpack it; report it to whoever offers it",
        )
    return path


def _write(member: _Member, path: Path, archive: Path) -> None:
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("xb")
    with file:
        while chunk := _read(member, archive):
            with storage_errors(path.parent):
                file.write(chunk)
                file.flush()


def _read(member: _Member, archive: Path) -> bytes:
    try:
        return member.stream.read(1 << 20) if member.stream else b""
    except (*_DAMAGE, OSError) as error:
        raise _damaged(archive, error) from error


def _damaged(archive: Path, error: Exception) -> InvalidFile:
    return InvalidFile(f"{archive.name} cannot be unpacked ({error or type(error).__name__})", remedy="fetch it again")


def _rename_folder(temporary: Path, to: Path) -> None:
    try:
        temporary.rename(to)
    except OSError:
        if not to.is_dir() or not any(to.iterdir()):
            with suppress(FileNotFoundError):
                os.rmdir(to)  # some systems do not rename onto an empty folder
            temporary.rename(to)
