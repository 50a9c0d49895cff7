"""Bytes from an address into a file, continuing where an earlier attempt was cut off."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..errors import BrainScoreError, HashMismatch
from .writing import storage_errors

if TYPE_CHECKING:
    from fsspec.implementations.http import HTTPFileSystem

_CHUNK = 1 << 20
_SILENCE = 60.0  # seconds without a byte before a connection counts as cut off
_BUSY = (408, 425, 429)
_LEFT_ALONE = 60.0  # seconds for which a host that could not be reached is not tried again
_unreached: dict[str, tuple[float, str]] = {}  # host -> when that was, and what was said


class PlaceFailed(Exception):
    """One address did not deliver; `again` says whether another attempt there may."""

    def __init__(self, reason: str, *, again: bool = False):
        self.again = again
        super().__init__(reason)


class HostUnreachable(PlaceFailed):
    """Nobody answers at the host of an address: no such name, no connection."""


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

    def __init__(self, path: Path, limit: int | None = None, advance: Callable[[int], None] = lambda size: None):
        self.path, self._limit, self._advance = path, limit, advance
        self.size = path.stat().st_size if path.exists() else 0

    def begin(self, offset: int) -> None:
        """Drop everything from `offset` on; the next bytes go there."""
        with storage_errors(self.path.parent):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.truncate(offset)
        self.size = offset

    def write(self, chunk: bytes) -> None:
        """Append; what is written here is in the hands of the system, not of this process."""
        if self._limit is not None and self.size + len(chunk) > self._limit:
            raise HashMismatch(f"more than {self._limit} bytes")
        with storage_errors(self.path.parent), self.path.open("ab") as file:
            file.write(chunk)
        self.size += len(chunk)
        self._advance(self.size)


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
    except Exception as error:  # each of fsspec's backends raises its own types; none of them may hide the next place
        final = isinstance(error, (ImportError, FileNotFoundError, PermissionError))
        hint = "; s3:// needs brainscore-core[s3]" if isinstance(error, ImportError) else ""
        raise PlaceFailed(f"{type(error).__name__}: {error}{hint}".rstrip(": "), again=not final) from error


def _read_http(url: str, part: PartFile) -> None:
    import aiohttp
    import fsspec
    from fsspec.asyn import sync

    # aiohttp ends every request after five minutes, and knows no proxy, unless told otherwise
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=_SILENCE, sock_read=_SILENCE)
    system = fsspec.filesystem("https", encoded=True, client_kwargs={"timeout": timeout, "trust_env": True})
    try:
        sync(system.loop, _get, system, url, part)
    except aiohttp.ClientConnectorError as error:
        raise HostUnreachable(f"{type(error).__name__}: {error}", again=True) from error


def leave_alone(url: str, failure: HostUnreachable) -> None:
    """Do not try the host of `url` again for a while: without a network, every file of a run would wait for it."""
    _unreached[urlsplit(url).netloc] = time.monotonic(), str(failure)


def refuse_left_alone(url: str) -> None:
    """Raise what was said when the host of `url` could not be reached a moment ago."""
    when, reason = _unreached.get(urlsplit(url).netloc, (-_LEFT_ALONE, ""))
    if time.monotonic() - when < _LEFT_ALONE:
        raise HostUnreachable(reason)


async def _get(system: "HTTPFileSystem", url: str, part: PartFile) -> None:
    session = await system.set_session()
    headers = {"Accept-Encoding": "identity"}
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
    async with session.get(system.encode_url(url), headers=headers) as answer:
        if answer.status == 416 and part.size:  # nothing lies beyond what is there
            return
        if answer.status not in (200, 206):
            again = answer.status >= 500 or answer.status in _BUSY
            raise PlaceFailed(f"HTTP {answer.status} {answer.reason}", again=again)
        if answer.status == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {part.size}-"):
            raise PlaceFailed("answers with another range than was asked for")
        part.begin(part.size if answer.status == 206 else 0)
        async for chunk in answer.content.iter_chunked(_CHUNK):
            part.write(chunk)


def _read_other(url: str, part: PartFile) -> None:
    import fsspec

    split = urlsplit(url)
    if split.scheme == "file":
        url = f"file://{unquote(split.path)}"
    options = {"version_aware": True} if split.scheme == "s3" and "versionId=" in split.query else {}
    system, path = fsspec.core.url_to_fs(url, **options)
    with system.open(path, "rb") as file:
        part.begin(part.size)
        file.seek(part.size)
        while chunk := file.read(_CHUNK):
            part.write(chunk)


@contextmanager
def progress_bar(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told the number of bytes now there. Silent when standard error is no terminal."""
    if not sys.stderr.isatty():
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda size: progress.update(task, completed=size)
