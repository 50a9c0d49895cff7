"""Shards: arrays of rows too large for memory, in files that are written once and read in place.

A shard is ``NAME.npy`` with the rows and ``NAME.json`` with their keys. The index is written last, so that a shard
that has one is complete: many processes may write into one folder, and readers take the union.
"""

import json
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..errors import InvalidFile
from .writing import replacing, storage_errors, write_json


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
    array : array, optional
        The rows, where they are open already.
    """

    def __init__(
        self,
        path: Path,
        keys: Sequence[str],
        *,
        own: bool = False,
        sums: Mapping[str, int] | None = None,
        array: np.ndarray | None = None,
    ):
        self.path, self.keys, self.own = path, tuple(keys), own
        self._sums, self._array = sums, array
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether its rows are known to be readable: they are from then on, even when somebody deletes the file."""
        return self._array is not None

    def open(self) -> np.ndarray:
        """The rows, mapped from the file, shape (key, unit).

        Raises
        ------
        InvalidFile
            If the file is gone or damaged.
        """
        with self._lock:
            if self._array is None:
                self._array = self._mapped()
            return self._array

    def _mapped(self) -> np.ndarray:
        try:
            if self._sums is not None and _sums(self.path) != self._sums:
                raise ValueError("it is not what its index states")
            array = np.load(self.path, mmap_mode="r", allow_pickle=False)
            if array.ndim != 2 or len(array) != len(self.keys):
                raise ValueError(f"an array of shape {array.shape} for {len(self.keys)} rows")
            return np.asarray(array)
        except (OSError, ValueError, EOFError) as error:
            raise InvalidFile(
                f"shard {self.path} cannot be read ({error})", remedy="remove it and its .json"
            ) from error


def write_shard(path: Path, keys: Sequence[str], block: np.ndarray) -> Shard:
    """Write rows: the array first, then the index that makes it visible.

    Parameters
    ----------
    path : Path
        Ends in ``.npy``.
    keys : sequence of str
    block : array, shape (key, unit)

    Raises
    ------
    StorageError
    """
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.save(file, block, allow_pickle=False)
    with storage_errors(path.parent):
        write_json(path.with_suffix(".json"), {"keys": list(keys), **_sums(path)})
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


def write_without_name(keys: Sequence[str], block: np.ndarray) -> Shard:
    """Keep rows in a temporary file without a name, which outlives neither the object nor a killed process.

    Raises
    ------
    StorageError
    """
    folder = Path(tempfile.gettempdir())
    with storage_errors(folder), tempfile.TemporaryFile(prefix="brainscore-rows-") as file:
        block.tofile(file)
        file.flush()
        array = np.memmap(file, dtype=block.dtype, mode="r", shape=block.shape)
    return Shard(folder, keys, own=True, array=np.asarray(array))


def _sums(path: Path) -> dict[str, int]:
    """Size of a file, and the sum of its 64-bit words: as fast as reading it, and enough against damage."""
    content = np.memmap(path, np.uint8, mode="r")
    whole = content.size // 8 * 8
    words, rest = content[:whole].view(np.uint64), content[whole:].tobytes()
    return {"bytes": content.size, "checksum": (int(words.sum()) + int.from_bytes(rest, "little")) % 2**64}
