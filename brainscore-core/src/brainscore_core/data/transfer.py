"""Bytes from an address into a file, continuing where an earlier attempt was cut off."""

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

from brainscore_core.data.writing import storage_errors
from brainscore_core.errors import BrainScoreError, HashMismatch

if TYPE_CHECKING:
    from fsspec.implementations.http import HTTPFileSystem

CHUNK = 1 << 20
_SILENCE = 60.0  # seconds without a byte before a connection counts as cut off
_REFUSALS = {401: "access refused", 403: "access refused", 404: "not found", 410: "no longer there"}
_BUSY = (408, 425, 429)


class PlaceFailed(Exception):
    """One address did not deliver; `again` says whether another attempt there may."""

    def __init__(self, reason: str, *, again: bool = False):
        self.reason, self.again = reason, again
        super().__init__(reason)


class PartFile:
    """The file a transfer fills; what is in it survives the transfer, so that the next can go on.

    Parameters
    ----------
    path : Path
        Where the bytes go.
    limit : int, optional
        Size beyond which the bytes cannot be those of the file.
    advance : callable
        Told the number of bytes that are there.
    """

    def __init__(self, path: Path, limit: int | None, advance: Callable[[int], None]):
        self.path, self._limit, self._advance = path, limit, advance
        self._file: BinaryIO | None = None
        self._position = 0

    def __enter__(self) -> Self:
        with storage_errors(self.path.parent):
            self._file = self.path.open("r+b" if self.path.exists() else "w+b", buffering=0)
            self._position = os.fstat(self._file.fileno()).st_size
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def size(self) -> int:
        """Number of bytes that are there."""
        return self._position

    def begin(self, offset: int) -> None:
        """Drop everything from `offset` on; the next bytes go there."""
        with storage_errors(self.path.parent):
            self._open.truncate(offset)
            self._open.seek(offset)
        self._position = offset

    def write(self, chunk: bytes) -> None:
        """Append; what is written here is in the hands of the system, not of this process."""
        if self._limit is not None and self._position + len(chunk) > self._limit:
            raise HashMismatch(f"more than {self._limit} bytes")
        view = memoryview(chunk)
        with storage_errors(self.path.parent):
            while view:
                written = self._open.write(view)
                view = view[written:]
                self._position += written
        self._advance(self._position)

    @property
    def _open(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("the part file is used outside its with block")
        return self._file


def read_into(url: str, part: PartFile) -> None:
    """Append to `part` what `url` has beyond the bytes already there; start over where it cannot continue.

    Raises
    ------
    PlaceFailed
        The address does not deliver.
    HashMismatch
        More arrives than the file has bytes.
    StorageError
        The part file cannot be written.
    """
    read = _read_http if urlsplit(url).scheme in ("http", "https") else _read_other
    try:
        read(url, part)
    except (PlaceFailed, BrainScoreError):
        raise
    except ImportError as error:
        raise PlaceFailed(f"cannot open such an address here ({error}; s3:// needs brainscore-core[s3])") from error
    except FileNotFoundError as error:
        raise PlaceFailed("not found") from error
    except PermissionError as error:
        raise PlaceFailed("access refused") from error
    except Exception as error:  # each of fsspec's backends raises its own types; none of them may hide the next place
        raise PlaceFailed(f"{type(error).__name__}: {error}".rstrip(": "), again=True) from error


def _read_http(url: str, part: PartFile) -> None:
    import aiohttp
    import fsspec
    from fsspec.asyn import sync

    # aiohttp ends every request after five minutes, and knows no proxy, unless told otherwise
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=_SILENCE, sock_read=_SILENCE)
    system = fsspec.filesystem("https", encoded=True, client_kwargs={"timeout": timeout, "trust_env": True})
    sync(system.loop, _get, system, url, part)


async def _get(system: "HTTPFileSystem", url: str, part: PartFile) -> None:
    session = await system.set_session()
    headers = {"Accept-Encoding": "identity"}
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
    async with session.get(system.encode_url(url), headers=headers) as answer:
        if answer.status == 416 and part.size:  # nothing lies beyond what is there
            return
        if answer.status not in (200, 206):
            raise PlaceFailed(
                f"{_REFUSALS.get(answer.status, answer.reason or 'failed')} (HTTP {answer.status})",
                again=answer.status >= 500 or answer.status in _BUSY,
            )
        if answer.status == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {part.size}-"):
            raise PlaceFailed("answers with another range than was asked for")
        part.begin(part.size if answer.status == 206 else 0)
        async for chunk in answer.content.iter_chunked(CHUNK):
            part.write(chunk)


def _read_other(url: str, part: PartFile) -> None:
    import fsspec

    options: dict[str, Any] = {}
    split = urlsplit(url)
    if split.scheme == "file":
        url = f"file://{url2pathname(split.path)}"
    elif split.scheme == "s3" and "versionId=" in split.query:
        options["version_aware"] = True
    system, path = fsspec.core.url_to_fs(url, **options)
    with system.open(path, "rb") as file:
        part.begin(part.size)
        file.seek(part.size)
        while chunk := file.read(CHUNK):
            part.write(chunk)
