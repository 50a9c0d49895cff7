"""The file of a shard: rows of one width below each other, as NumPy writes an array."""

import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..errors import InvalidParameter

CHUNK = 2**20
"""Bytes that are summed, and written, at once."""


class RowFile:
    """An open file of rows.

    Parameters
    ----------
    file : binary file
        Without a buffer of its own.
    offset : int
        Bytes before the first row.
    dtype : dtype
    width, count : int
        Units of a row, and rows.
    """

    def __init__(self, file: Any, offset: int, dtype: np.dtype, width: int, count: int):
        self._file, self._offset, self._dtype = file, offset, dtype
        self._width, self._count = width, count
        self._close = weakref.finalize(self, file.close)

    @classmethod
    def of(cls, path: Path, count: int) -> "RowFile":
        """Open a ``.npy`` file that has `count` rows.

        Raises
        ------
        OSError, ValueError
            If it cannot be read, or is something else.
        """
        file = path.open("rb", buffering=0)
        try:
            if np.lib.format.read_magic(file) != (1, 0):
                raise ValueError("an array in a later version of the format")
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
            if len(shape) != 2 or shape[0] != count or fortran or dtype.hasobject:
                raise ValueError(f"an array of shape {shape} and dtype {dtype} for {count} rows")
            found = cls(file, file.tell(), dtype, shape[1], count)
            if path.stat().st_size < found._offset + found._bytes * count:
                raise ValueError("it is truncated")
        except BaseException:
            file.close()
            raise
        return found

    @property
    def form(self) -> tuple[int, np.dtype]:
        """Units of a row, and their type."""
        return self._width, self._dtype

    @property
    def _bytes(self) -> int:
        return self._width * self._dtype.itemsize

    def mapped(self) -> np.ndarray:
        """All rows, shape (row, unit), in place."""
        shape = (self._count, self._width)
        if not (self._count and self._width):
            return np.empty(shape, self._dtype)
        return np.asarray(np.memmap(self._file, self._dtype, "r", self._offset, shape))

    def read(self, places: Iterable[tuple[int, int]], out: np.ndarray) -> None:
        """Copy rows: which row of `out` becomes which row of the file.

        Raises
        ------
        OSError
            If they cannot be read.
        """
        for at, row, count in _runs(places):
            target = out[at : at + count].reshape(-1).view(np.uint8)
            offset = self._offset + row * self._bytes
            while target.size:
                got = _read_at(self._file, target, offset)
                if not got:
                    raise OSError("it is truncated")
                target, offset = target[got:], offset + got

    def close(self) -> None:
        """What is mapped stays readable."""
        self._close()


class Sum:
    """Size of a file, and the sum of its 64-bit words: as fast as reading it, and enough against damage."""

    def __init__(self) -> None:
        self._bytes = self._total = 0

    def add(self, content: np.ndarray) -> None:
        """The next bytes, shape (any,), uint8."""
        begun = self._bytes % 8
        rest = min(-begun % 8, len(content))  # of the word in which what came before ended
        whole = rest + (len(content) - rest) // 8 * 8
        self._total += int.from_bytes(content[:rest].tobytes(), "little") << 8 * begun
        self._total += int(content[rest:whole].view(np.uint64).sum())
        self._total += int.from_bytes(content[whole:].tobytes(), "little")
        self._bytes += len(content)

    def state(self) -> dict[str, int]:
        """``bytes`` and ``checksum``."""
        return {"bytes": self._bytes, "checksum": self._total % 2**64}


def write_rows(file: IO[bytes], blocks: Sequence[np.ndarray]) -> dict[str, int]:
    """Write arrays of one width and type, one below the other, as one ``.npy``.

    Returns
    -------
    dict
        ``bytes`` and ``checksum`` of what was written, as :func:`sums_of` finds them.

    Raises
    ------
    InvalidParameter
        For Python objects.
    """
    dtype = blocks[0].dtype
    if dtype.hasobject:
        raise InvalidParameter(f"rows of dtype {dtype}", expected="numbers: no pickle is written (allow_pickle)")
    header = BytesIO()
    shape = sum(map(len, blocks)), blocks[0].shape[1]
    form = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, form)
    return write_blocks(file, [np.frombuffer(header.getvalue(), np.uint8), *blocks])


def write_blocks(file: IO[bytes], blocks: Iterable[np.ndarray]) -> dict[str, int]:
    """Write the numbers of arrays in C order; returns their sums."""
    sums = Sum()
    for block in blocks:
        content = np.ascontiguousarray(block).reshape(-1).view(np.uint8)
        for start in range(0, len(content), CHUNK):  # which then is still in the processor's cache
            chunk = content[start : start + CHUNK]
            sums.add(chunk)
            while chunk.size:
                chunk = chunk[file.write(chunk.data) :]
    return sums.state()


def sums_of(path: Path) -> dict[str, int]:
    """The sums of a file as it now is."""
    buffer, sums = np.empty(CHUNK, np.uint8), Sum()
    with path.open("rb", buffering=0) as file:
        while got := file.readinto(buffer):  # type: ignore[arg-type]
            sums.add(buffer[:got])
    return sums.state()


def _read_at(file: Any, target: np.ndarray, offset: int) -> int:
    """Read into `target`; where the system allows it without moving the position, which forked processes share."""
    if hasattr(os, "preadv"):
        return os.preadv(file.fileno(), [target.data], offset)
    file.seek(offset)
    return int(file.readinto(target))


def _runs(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Places that follow each other on both sides, as one: (first of the one, first of the other, how many)."""
    start = None
    for at, row in places:
        if start is not None and (at, row) == (start[0] + start[2], start[1] + start[2]):
            start = (start[0], start[1], start[2] + 1)
            continue
        if start is not None:
            yield start
        start = (at, row, 1)
    if start is not None:
        yield start
