"""Shards: arrays of rows too large for memory, in files that are written once and read in place.

A shard is ``NAME.npy`` with the rows and ``NAME.json`` with their keys. The index is written last, so that a shard
that has one is complete: many processes may write into one folder, and readers take the union. Rows are read by
ordinary reads: pages of a mapped file count as memory of the process until the system wants them back.
"""

import json
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ..errors import InvalidFile
from .held_files import HeldFiles
from .row_file import RowFile, sums_of, write_blocks, write_rows
from .writing import replacing, storage_errors, write_json

HELD = 256
"""Files that a process holds open at once; systems often allow 1,024."""

_held: "HeldFiles[Shard]" = HeldFiles(HELD)


class Shard:
    """One array of rows with their keys. It is opened, and compared with its checksum, when it is first read.

    Parameters
    ----------
    path : Path
        A ``.npy`` file; or the folder in which a file without a name lies.
    keys : sequence of str
        Of its rows, in order.
    own : bool
        Written by this very process.
    sums : mapping
        ``bytes`` and ``checksum`` of the file.
    file : RowFile, optional
        The file, where it is open already and cannot be opened again.
    """

    def __init__(
        self,
        path: Path,
        keys: Sequence[str],
        *,
        own: bool = False,
        sums: Mapping[str, int] | None = None,
        file: RowFile | None = None,
    ):
        self.path, self.keys, self.own = path, tuple(keys), own
        self._sums, self._file, self._nameless = sums, file, file is not None
        self._form = None if file is None else file.form
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether its rows are readable even when somebody deletes the file."""
        return self._file is not None

    @property
    def form(self) -> tuple[int, np.dtype]:
        """Units of a row, and their type.

        Raises
        ------
        InvalidFile
            If the file is gone or damaged.
        """
        if self._form is None:
            self.secure()
        return self._form  # type: ignore[return-value]

    def secure(self) -> None:
        """Open the file; it stays so until :data:`HELD` others were opened after it.

        Raises
        ------
        InvalidFile
            If the file is gone or damaged.
        """
        with self._lock:
            self._opened()
        if not self._nameless:
            for other in _held.take(self):
                other.close()

    def open(self) -> np.ndarray:
        """The rows, mapped from the file, shape (key, unit).

        Raises
        ------
        InvalidFile
            If the file is gone or damaged.
        """
        self.secure()
        with self._lock:
            return self._opened().mapped()

    def read(self, places: Iterable[tuple[int, int]], out: np.ndarray) -> None:
        """Copy rows.

        Parameters
        ----------
        places : iterable of (int, int)
            Which row of `out` becomes which row of the shard.
        out : array, shape (any, unit)
            In C order, of the form of the shard.

        Raises
        ------
        InvalidFile
            If the file is gone or damaged.
        """
        self.secure()
        with self._lock:
            file = self._opened()
            try:
                file.read(places, out)
            except OSError as error:
                raise self._unreadable(error) from error

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        with self._lock:
            if self._file is not None and not self._nameless:
                self._file.close()
                self._file = None

    def _opened(self) -> RowFile:
        if self._file is None:
            try:
                if self._sums is not None and sums_of(self.path) != self._sums:
                    raise ValueError("it is not what its index states")
                file = RowFile.of(self.path, len(self.keys))
            except (OSError, ValueError, EOFError) as error:
                raise self._unreadable(error) from error
            self._sums, self._file, self._form = None, file, file.form
        return self._file

    def _unreadable(self, error: Exception) -> InvalidFile:
        return InvalidFile(f"shard {self.path} cannot be read ({error})", remedy="remove it and its .json")


def write_shard(path: Path, keys: Sequence[str], *blocks: np.ndarray) -> Shard:
    """Write rows: the array first, then the index that makes it visible.

    What a power failure leaves half written has another checksum, so nothing waits for the disk.

    Parameters
    ----------
    path : Path
        Ends in ``.npy``.
    keys : sequence of str
    *blocks : arrays, shape (key, unit)
        One below the other.

    Raises
    ------
    StorageError
    """
    with replacing(path, wait=False) as temporary, temporary.open("wb") as file:
        sums = write_rows(file, blocks)
    with storage_errors(path.parent):
        write_json(path.with_suffix(".json"), {"keys": list(keys), **sums}, wait=False)
    return Shard(path, keys, own=True)


def open_shard(path: Path) -> Shard:
    """A shard that somebody has written, by its ``.npy`` or its ``.json``; its rows are not read yet.

    Raises
    ------
    InvalidFile
        If the index is damaged, or the array is not there or has another size.
    """
    index, path = path.with_suffix(".json"), path.with_suffix(".npy")
    try:
        content = json.loads(index.read_text(encoding="utf-8"))
        keys, sums = [str(key) for key in content["keys"]], {name: int(content[name]) for name in ("bytes", "checksum")}
        if path.stat().st_size != sums["bytes"]:
            raise ValueError("its size is not the one that its index states")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidFile(f"shard {path} cannot be read ({error})", remedy="remove it and its .json") from error
    return Shard(path, keys, sums=sums)


def write_without_name(keys: Sequence[str], *blocks: np.ndarray) -> Shard:
    """Keep rows in a temporary file without a name, which outlives neither the object nor a killed process.

    Raises
    ------
    StorageError
    """
    folder = Path(tempfile.gettempdir())
    with storage_errors(folder):
        file = tempfile.TemporaryFile(prefix="brainscore-rows-", buffering=0)
        try:
            write_blocks(file, blocks)
        except BaseException:
            file.close()
            raise
    return Shard(folder, keys, own=True, file=RowFile(file, 0, blocks[0].dtype, blocks[0].shape[1], len(keys)))
