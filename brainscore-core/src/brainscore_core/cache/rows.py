"""Rows of activations: the unit of the cache is what one network computed in one layer for one placed image.

An entry is a folder named by its recipe (network digest, preprocessing, layer, reduction, units, dtype), which holds
immutable shards; a row in it is named by the digest of the placed pixels, with the seed of the trial where there is
one. Benchmark, stimulus set, path and name are in neither, so every benchmark shares what any other recorded.
"""

import json
import logging
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..data.home import cache_folder
from ..data.shards import Shard, open_shard, write_shard, write_without_name
from ..data.writing import storage_errors, write_json
from ..digests import canonical_json, digest_json
from ..errors import InvalidFile, InvalidModelOutput, StorageError
from .gathering import Gathering

_logger = logging.getLogger(__name__)

SHARD_BYTES = 8 * 2**20
"""New rows are gathered up to this size before a shard is written,"""
SHARD_SECONDS = 5.0
"""or for this long: what a killed process loses."""


class Rows:
    """The rows of one recipe: shards on disk that are there already, and new rows gathered into the next.

    May be asked from several threads whether it has a row; everything else belongs to one thread.

    Parameters
    ----------
    folder : Path, optional
        None: for this process only; shards then lie in temporary files without a name.
    recipe : mapping
        Written beside the shards as ``recipe.json``.
    """

    def __init__(self, folder: Path | None, recipe: Mapping[str, Any]):
        self.folder, self.recipe = folder, dict(recipe)
        self.checked = False
        self._places: dict[str, tuple[Shard, int]] = {}
        self._shards: list[Shard] = []
        self._fresh: dict[str, np.ndarray] = {}
        self._gathering: Gathering | None = None
        self._since = 0.0
        self._keeps = True
        self._seen: set[str] = set()
        self._changed: int | None = None
        self.refresh()

    def __contains__(self, key: str) -> bool:
        return key in self._fresh or self._place(key) is not None

    def __len__(self) -> int:
        return len(self._fresh.keys() | self._places.keys())

    def refresh(self) -> None:
        """Take in shards that others have written since."""
        if self.folder is None:
            return
        try:
            changed = self.folder.stat().st_mtime_ns
        except OSError:
            return
        if changed != self._changed:
            self._changed = changed
            for index in sorted(self.folder.glob("*.json")):
                if index.name not in self._seen and index.name not in ("recipe.json", "reason.json"):
                    self._take_in(index)

    def secure(self, keys: Iterable[str]) -> None:
        """Open the shards of these rows: what is gone or damaged is forgotten, what is open stays readable."""
        for key in keys:
            self._place(key)

    def stored_before(self, key: str) -> bool:
        """Whether this row was written by another process, earlier or now, and not by a pass of this one."""
        place = None if key in self._fresh else self._place(key)
        return place is not None and not place[0].own

    def read(self, keys: Sequence[str], columns: np.ndarray | None = None) -> np.ndarray:
        """Rows in the order of `keys`, shape (key, unit), in the recorded dtype; or only these columns of them.

        Raises
        ------
        KeyError
            If a row is not there.
        InvalidModelOutput
            If rows are not equally wide.
        """
        fresh, stored = self._found(keys)
        forms = [(len(row), row.dtype) for row in fresh.values()] + [shard.form for shard in stored]
        widths = {width for width, _ in forms}
        if len(widths) > 1:
            raise InvalidModelOutput(f"rows of {sorted(widths)} units", expected="rows that are equally wide")
        width = widths.pop() if widths else 0
        dtype = np.result_type(*[dtype for _, dtype in forms] or [np.dtype(np.float32)])
        out = np.empty((len(keys), width if columns is None else len(columns)), dtype)
        for position, row in fresh.items():
            out[position] = row if columns is None else row[columns]
        for shard, places in stored.items():
            if columns is None and shard.form == (width, dtype):
                shard.read(places, out)
                continue
            scratch = np.empty((1, width), shard.form[1])
            for position, number in places:
                shard.read([(0, number)], scratch)
                out[position] = scratch[0] if columns is None else scratch[0, columns]
        return out

    def append(self, keys: Sequence[str], block: np.ndarray) -> None:
        """Add rows; a shard is written whenever enough are gathered. A full disk stops keeping, and nothing else."""
        new = [index for index, key in enumerate(keys) if key not in self]
        if not new or not self._keeps:
            return
        keys, block = [keys[index] for index in new], block if len(new) == len(keys) else block[new]
        if self._gathering is None:
            self._gathering = Gathering(SHARD_BYTES)
        if not self._gathering.is_like(block):
            self._write()
        if not self._gathering.keys:
            self._since = time.monotonic()
        if not self._gathering.fits(block):
            self._write(keys, block)
            return
        self._fresh.update(zip(keys, self._gathering.add(keys, block), strict=True))
        if time.monotonic() - self._since >= SHARD_SECONDS:
            self._write()

    def flush(self) -> None:
        """Write what is gathered as one shard, and give its memory back."""
        self._write()
        self._gathering = None

    def _write(self, keys: Sequence[str] = (), *blocks: np.ndarray) -> None:
        """Write what is gathered, and these rows below it, as one shard."""
        if self._gathering is None or not (self._gathering.keys or keys):
            return
        try:
            self._adopt(self._written([*self._gathering.keys, *keys], [*self._gathering.blocks(), *blocks]))
        except StorageError as error:
            self._keeps = False  # what cannot be kept must not pile up in memory
            _logger.warning("rows of layer %r are computed but not kept: %s", self.recipe.get("layer"), error)
        self._fresh.clear()
        self._gathering.clear()

    def set_aside(self, reason: str) -> None:
        """Move the stored shards out of the way, with the reason beside them; rows of this pass stay."""
        if self.folder is not None:
            target = self.folder.with_name(f"{self.folder.name}.set-aside-{secrets.token_hex(4)}")
            try:
                with storage_errors(self.folder.parent):
                    self.folder.rename(target)
                write_json(target / "reason.json", {"reason": reason})
            except StorageError as error:
                self._keeps = False
                _logger.warning("%s is not used, but could not be set aside: %s", self.folder, error)
        self._shards, self._places = [], {}

    def _found(self, keys: Sequence[str]) -> tuple[dict[int, np.ndarray], dict[Shard, list[tuple[int, int]]]]:
        """Where the rows are: position in `keys` to one in memory, and shards to (position in `keys`, row)."""
        fresh: dict[int, np.ndarray] = {}
        stored: dict[Shard, list[tuple[int, int]]] = {}
        for position, key in enumerate(keys):
            if key in self._fresh:
                fresh[position] = self._fresh[key]
            elif (place := self._place(key)) is not None:
                stored.setdefault(place[0], []).append((position, place[1]))
            else:
                raise KeyError(key)
        return fresh, stored

    def _place(self, key: str) -> tuple[Shard, int] | None:
        """Where a row lies that can be read."""
        while (place := self._places.get(key)) is not None and not place[0].is_open:
            try:
                place[0].secure()
            except InvalidFile as error:
                self._forget(place[0], error)
        return place

    def _written(self, keys: Sequence[str], blocks: Sequence[np.ndarray]) -> Shard:
        if self.folder is None:
            return write_without_name(keys, *blocks)
        recipe, path = self.folder / "recipe.json", self.folder / f"{secrets.token_hex(8)}.npy"
        if not recipe.exists():
            write_json(recipe, json.loads(canonical_json(self.recipe)))
        self._seen.add(path.with_suffix(".json").name)
        return write_shard(path, keys, *blocks)

    def _take_in(self, index: Path) -> None:
        self._seen.add(index.name)
        try:
            self._adopt(open_shard(index))
        except InvalidFile as error:
            _logger.warning("%s is unreadable and is computed again (%s)", index, error)

    def _adopt(self, shard: Shard) -> None:
        self._shards.append(shard)
        self._places.update((key, (shard, position)) for position, key in enumerate(shard.keys))

    def _forget(self, shard: Shard, error: Exception) -> None:
        """Leave a damaged shard out; a row of it may lie in another one as well."""
        _logger.warning("%s is unreadable and is computed again (%s)", shard.path, error)
        self._shards = [other for other in self._shards if other is not shard]
        self._places = {key: (other, at) for other in self._shards for at, key in enumerate(other.keys)}


class RowCache:
    """Entries by recipe.

    Parameters
    ----------
    folder : Path, optional
        Default ``BRAINSCORE_HOME/cache/rows``. A recipe whose ``network`` is None says that it cannot be read: its rows
        stay with this cache object and go with it.
    """

    def __init__(self, folder: Path | None = None):
        self._folder = folder
        self._entries: dict[str, Rows] = {}

    def entry(self, recipe: Mapping[str, Any]) -> Rows:
        """The rows of `recipe`, up to date; the same object for the same recipe."""
        digest = digest_json(recipe)
        root = None if recipe.get("network") is None else self._folder or cache_folder() / "rows"
        place = f"{root}/{digest}"
        if place in self._entries:
            self._entries[place].refresh()
        else:
            self._entries[place] = Rows(root / digest[:40] if root is not None else None, recipe)
        return self._entries[place]

    def flush(self) -> None:
        """Bring everything gathered to disk."""
        for rows in self._entries.values():
            rows.flush()
