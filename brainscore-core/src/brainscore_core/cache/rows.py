"""Rows of activations: the unit of the cache is what one network computed in one layer for one placed image.

An entry is a folder named by its recipe (network digest, preprocessing, layer, reduction, units, dtype), which holds
immutable shards; a row in it is named by the digest of the placed pixels, with the seed of the trial where there is one.
Benchmark, stimulus set, path and name are in neither, so every benchmark shares what any other recorded.
"""

import json
import logging
import secrets
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..data.home import cache_folder
from ..data.writing import replacing, storage_errors, write_json
from ..digests import canonical_json, digest_json
from ..errors import StorageError

_logger = logging.getLogger(__name__)

SHARD_BYTES = 16 * 2**20
"""New rows are gathered up to this size before a shard is written."""


class Rows:
    """The rows of one recipe: shards on disk that are there already, and new rows gathered into the next.

    Parameters
    ----------
    folder : Path
    recipe : mapping
        Written beside the shards as ``recipe.json``.
    """

    def __init__(self, folder: Path, recipe: Mapping[str, Any]):
        self.folder, self.recipe = folder, dict(recipe)
        self._shards: list[Path | np.ndarray] = []
        self._places: dict[str, tuple[int, int]] = {}
        self._gathered: list[tuple[list[str], np.ndarray]] = []
        self._fresh: dict[str, np.ndarray] = {}
        self.width: int | None = None
        self.checked = False
        self._scan()

    def __contains__(self, key: str) -> bool:
        return key in self._fresh or key in self._places

    def __len__(self) -> int:
        return len(self._fresh.keys() | self._places.keys())

    def stored_before(self, key: str) -> bool:
        """Whether this row comes from disk, not from this entry's own pass."""
        return key in self._places and key not in self._fresh

    def read(self, keys: Sequence[str], columns: np.ndarray | None = None) -> np.ndarray:
        """Rows in the order of `keys`, shape (key, unit), float of the recorded dtype; or only these columns of them."""
        if not keys:
            return np.zeros((0, len(columns) if columns is not None else self.width or 0), np.float32)
        first = self._row(keys[0])
        out = np.empty((len(keys), len(columns) if columns is not None else len(first)), first.dtype)
        for position, key in enumerate(keys):
            row = self._row(key)
            out[position] = row if columns is None else row[columns]
        return out

    def append(self, keys: Sequence[str], block: np.ndarray) -> None:
        """Add rows; a shard is written whenever enough are gathered. A full or read-only disk stops keeping, no more."""
        new = [index for index, key in enumerate(keys) if key not in self]
        if not new:
            return
        block = np.ascontiguousarray(block[new])
        self.width = block.shape[1]
        self._gathered.append(([keys[index] for index in new], block))
        self._fresh.update(zip(self._gathered[-1][0], block, strict=True))
        if sum(part.nbytes for _, part in self._gathered) >= SHARD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered as one shard: rows first, then the index that makes them visible."""
        gathered, self._gathered = self._gathered, []
        if not gathered:
            return
        keys = [key for part, _ in gathered for key in part]
        path = self.folder / f"{secrets.token_hex(8)}.npy"
        try:
            self._write(path, keys, np.concatenate([block for _, block in gathered]))
        except StorageError as error:
            _logger.warning("%d rows were computed but not kept: %s", len(keys), error)
            return
        self._adopt(path, keys)
        for key in keys:
            self._fresh.pop(key, None)

    def set_aside(self, reason: str) -> None:
        """Move the stored shards out of the way, with the reason beside them; rows of this pass stay."""
        target = self.folder.with_name(f"{self.folder.name}.set-aside-{secrets.token_hex(4)}")
        with storage_errors(self.folder.parent):
            self.folder.rename(target)
        write_json(target / "reason.json", {"reason": reason})
        self._shards, self._places = [], {}

    def _write(self, path: Path, keys: Sequence[str], block: np.ndarray) -> None:
        recipe = self.folder / "recipe.json"
        if not recipe.exists():
            write_json(recipe, json.loads(canonical_json(self.recipe)))
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, block, allow_pickle=False)
        write_json(path.with_suffix(".json"), {"keys": list(keys), "bytes": path.stat().st_size})

    def _scan(self) -> None:
        for index in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            if index.name in ("recipe.json", "reason.json"):
                continue
            path = index.with_suffix(".npy")
            try:
                content = json.loads(index.read_text(encoding="utf-8"))
                if path.stat().st_size != content["bytes"]:
                    raise ValueError("its size is not the one its index states")
                self._adopt(path, content["keys"])
            except (OSError, ValueError, KeyError, TypeError) as error:
                _logger.warning("%s is unreadable and is computed again (%s)", path, error)

    def _adopt(self, path: Path, keys: Sequence[str]) -> None:
        number = len(self._shards)
        self._shards.append(path)
        self._places.update((key, (number, position)) for position, key in enumerate(keys))

    def _row(self, key: str) -> np.ndarray:
        if key in self._fresh:
            return self._fresh[key]
        number, position = self._places[key]
        shard = self._shards[number]
        if isinstance(shard, Path):
            shard = self._shards[number] = np.load(shard, mmap_mode="r", allow_pickle=False)
        self.width = shard.shape[1]
        return shard[position]


class RowCache:
    """Entries by recipe.

    Parameters
    ----------
    folder : Path, optional
        Default ``BRAINSCORE_HOME/cache/rows``. A recipe whose ``network`` is None says of something that cannot be read:
        its rows lie in a temporary folder that goes with the cache object.
    """

    def __init__(self, folder: Path | None = None):
        self._folder = folder
        self._entries: dict[str, Rows] = {}
        self._temporary: Path | None = None

    def entry(self, recipe: Mapping[str, Any]) -> Rows:
        """The rows of `recipe`; the same object for the same recipe."""
        digest = digest_json(recipe)
        root = self._private() if recipe.get("network") is None else self._folder or cache_folder() / "rows"
        place = f"{root}/{digest}"
        if place not in self._entries:
            self._entries[place] = Rows(root / digest[:40], recipe)
        return self._entries[place]

    def flush(self) -> None:
        """Bring everything gathered to disk."""
        for rows in self._entries.values():
            rows.flush()

    def _private(self) -> Path:
        if self._temporary is None:
            holder = tempfile.TemporaryDirectory(prefix="brainscore-rows-")
            weakref.finalize(self, holder.cleanup)
            self._temporary = Path(holder.name)
        return self._temporary
