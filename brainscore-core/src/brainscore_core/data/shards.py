"""Rows of numbers that do not fit in memory: immutable ``.npy`` shards with an index each.

A folder holds ``layout.json`` (width and dtype of a row) and, for each shard, ``<number>-<token>.npy`` with its rows
and ``<number>-<token>.json`` with their keys. The index is written last, so a shard that has one is complete: readers
beside a writer, several writers, and whoever comes after a killed one see only complete shards.
"""

import json
import secrets
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from brainscore_core.data.writing import discard, remove_leftovers, replacing, write_json
from brainscore_core.errors import DataUnavailable, InvalidFile, InvalidParameter

_LAYOUT = "layout.json"
_FORMAT = 1
_OPEN = 64  # shards mapped at once: each holds a file descriptor


class ShardWriter:
    """Append blocks of rows to a folder of shards.

    Parameters
    ----------
    folder : Path or str
        Made where it is not there. One that is must have the same width and dtype.
    width : int
        Numbers in a row.
    dtype : dtype
        Of bools, integers, floats or complex numbers. Blocks must have it: nothing is cast.

    Raises
    ------
    InvalidParameter
        The folder holds rows of another width or dtype.
    StorageError
        The folder cannot be written.
    """

    def __init__(self, folder: Path | str, width: int, dtype: Any):
        self.folder, self.width, self.dtype = Path(folder), int(width), np.dtype(dtype)
        if self.width < 1 or self.dtype.kind not in "biufc":
            raise InvalidParameter(f"rows of {width} x {dtype}", expected="at least one number of a numeric dtype")
        layout = {"format": _FORMAT, "width": self.width, "dtype": self.dtype.str}
        if not (self.folder / _LAYOUT).exists():
            write_json(self.folder / _LAYOUT, layout)
        there = _read_layout(self.folder)
        if there != layout:
            raise InvalidParameter(
                f"{self.folder} holds rows of {there['width']} x {there['dtype']}",
                expected=f"{self.width} x {self.dtype.str}",
                remedy="write into another folder",
            )
        remove_leftovers(self.folder)

    def append(self, keys: Sequence[str], block: np.ndarray) -> None:
        """Write one shard; when this returns it survives whatever happens to the process.

        Parameters
        ----------
        keys : sequence of str
            The name of each row, none twice.
        block : np.ndarray, (len(keys), width)

        Raises
        ------
        InvalidParameter
            Keys and block do not fit each other or the folder.
        StorageError
            The disk is full or cannot be written; earlier shards stay as they are.
        """
        keys, block = list(keys), np.asarray(block)
        if block.shape != (len(keys), self.width) or block.dtype != self.dtype:
            raise InvalidParameter(
                f"block of shape {block.shape}, dtype {block.dtype}",
                expected=f"({len(keys)}, {self.width}), dtype {self.dtype}",
            )
        if not all(isinstance(key, str) for key in keys) or len(set(keys)) != len(keys):
            raise InvalidParameter("keys of a block", expected="text, no key twice")
        if not keys:
            return
        number = 1 + max((int(path.name[:8]) for path in _indexes(self.folder)), default=-1)
        rows = self.folder / f"{number:08d}-{secrets.token_hex(4)}.npy"
        with replacing(rows) as temporary, temporary.open("wb") as file:
            np.save(file, block, allow_pickle=False)
        try:
            write_json(rows.with_suffix(".json"), {"keys": keys})
        except BaseException:
            discard(rows)
            raise


def open_shards(folder: Path | str) -> "Shards":
    """The union of the complete shards in a folder; no row is read before it is asked for.

    Raises
    ------
    DataUnavailable
        There is no such folder of shards.
    InvalidFile
        Its layout or an index cannot be read.
    """
    return Shards(Path(folder))


class Shards:
    """Rows of all complete shards, in the order in which the shards were written; a snapshot until `refresh`.

    A key that two writers wrote has the row of the first.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        layout = _read_layout(folder)
        self.width, self.dtype = int(layout["width"]), np.dtype(layout["dtype"])
        self._names: list[str] = []
        self._starts = np.zeros(1, dtype=np.int64)  # first row of each shard, then the number of rows
        self._positions: dict[str, int] = {}
        self._maps: OrderedDict[int, np.ndarray] = OrderedDict()
        self.refresh()

    def refresh(self) -> None:
        """Take in the shards that were completed meanwhile; positions that were given stay what they are."""
        known, starts = set(self._names), self._starts.tolist()
        for path in _indexes(self.folder):
            if path.stem in known:
                continue
            keys = _read_keys(path)
            for offset, key in enumerate(keys):
                self._positions.setdefault(key, starts[-1] + offset)
            self._names.append(path.stem)
            starts.append(starts[-1] + len(keys))
        self._starts = np.asarray(starts, dtype=np.int64)

    @property
    def keys(self) -> list[str]:
        """Every key, in the order of its row."""
        return list(self._positions)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, width); rows that were written twice count twice."""
        return int(self._starts[-1]), self.width

    def __len__(self) -> int:
        return self.shape[0]

    def __contains__(self, key: object) -> bool:
        return key in self._positions

    def position(self, key: str) -> int:
        """The row of a key; KeyError where there is none."""
        return self._positions[key]

    def positions(self, keys: Iterable[str]) -> np.ndarray:
        """The rows of keys, as int64 (len(keys),); KeyError at the first that is not there."""
        return np.fromiter((self._positions[key] for key in keys), dtype=np.int64)

    def read(self, rows: int | slice | Sequence[int] | np.ndarray) -> np.ndarray:
        """Rows as an array in memory: (width,) for one number, else (n, width) in the order asked for.

        Raises
        ------
        IndexError
            A row that is not there.
        InvalidFile
            A shard is truncated or not what the index says.
        """
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        wanted = np.asarray(rows)
        if wanted.dtype == bool:
            if wanted.shape != (len(self),):
                raise IndexError(f"mask of shape {wanted.shape} for {len(self)} rows")
            wanted = np.flatnonzero(wanted)
        wanted = wanted.astype(np.int64, casting="same_kind") if wanted.size else wanted.astype(np.int64)
        flat = np.atleast_1d(np.where(wanted < 0, wanted + len(self), wanted))
        if flat.size and (flat.min() < 0 or flat.max() >= len(self)):
            raise IndexError(f"row {int(wanted.flat[0])} or a later one is not among {len(self)} rows")
        out = np.empty((flat.size, self.width), self.dtype)
        shards = np.searchsorted(self._starts, flat, side="right") - 1
        for shard in np.unique(shards):
            here = np.flatnonzero(shards == shard)
            out[here] = self._map(int(shard))[flat[here] - self._starts[shard]]
        return out[0] if wanted.ndim == 0 else out

    __getitem__ = read

    def _map(self, shard: int) -> np.ndarray:
        if shard not in self._maps:
            self._maps[shard] = self._opened(shard)
            if len(self._maps) > _OPEN:
                self._maps.popitem(last=False)
        self._maps.move_to_end(shard)
        return self._maps[shard]

    def _opened(self, shard: int) -> np.ndarray:
        path = self.folder / f"{self._names[shard]}.npy"
        expected = (int(self._starts[shard + 1] - self._starts[shard]), self.width)
        try:
            rows = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise InvalidFile(f"shard {path} cannot be read ({error})", remedy="remove it and its .json") from error
        if rows.shape != expected or rows.dtype != self.dtype:
            raise InvalidFile(
                f"shard {path} holds {rows.shape} {rows.dtype}",
                expected=f"{expected} {self.dtype}",
                remedy="remove it and its .json",
            )
        return rows


def _indexes(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[0-9]*-*.json"))


def _read_layout(folder: Path) -> dict[str, Any]:
    path = folder / _LAYOUT
    if not path.is_file():
        raise DataUnavailable(f"{folder} is no folder of shards", expected=f"a {_LAYOUT} in it")
    layout = _read_json(path)
    if not isinstance(layout, dict) or layout.keys() != {"format", "width", "dtype"} or layout["format"] != _FORMAT:
        raise InvalidFile(f"{path} says {layout!r}"[:300], expected=f"format {_FORMAT} with width and dtype")
    return layout


def _read_keys(path: Path) -> list[str]:
    content = _read_json(path)
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list):
        raise InvalidFile(f"index {path} has no keys", remedy="remove it and its .npy")
    return keys


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidFile(f"{path} cannot be read ({error})", remedy="remove it") from error
