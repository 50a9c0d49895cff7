"""Results over a whole set: ceilings, receptive fields. One recipe, one result."""

import copy
import functools
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np

from ..data.home import cache_folder
from ..data.writing import replacing, storage_errors, write_json
from ..digests import canonical_json, digest_json
from ..errors import BrainScoreError, StorageError
from ..scores import Score

_logger = logging.getLogger(__name__)
_on_disk: ContextVar[bool] = ContextVar("on_disk", default=True)


@contextmanager
def on_disk(allowed: bool) -> Iterator[None]:
    """Let results be looked up and stored on disk meanwhile, or (False) in this process only, whoever asks."""
    token = _on_disk.set(allowed and _on_disk.get())
    try:
        yield
    finally:
        _on_disk.reset(token)


class ResultCache:
    """JSON values and named arrays by recipe.

    A recipe is a mapping of plain values that holds everything the result depends on: digests of the content that went
    in, parameters, and the version of the computation. One whose ``network`` is None belongs to something unreadable
    and names nothing: its result is computed whenever it is asked for. What is returned is the caller's own to change.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._memory: dict[str, Any] = {}

    def json(self, recipe: Mapping[str, Any], compute: Callable[[], Any], *, keep: bool = True) -> Any:
        """The JSON value of `recipe`, computed once.

        Parameters
        ----------
        recipe : mapping
        compute : callable
            ``compute() -> value``, of JSON types.
        keep : bool
            False: neither looked up nor stored on disk.
        """
        return self._get(recipe, compute, "result.json", _read_json, lambda path, value: write_json(path, value), keep)

    def arrays(
        self, recipe: Mapping[str, Any], compute: Callable[[], Mapping[str, np.ndarray]], *, keep: bool = True
    ) -> dict[str, np.ndarray]:
        """The named arrays of `recipe`, computed once; as for :meth:`json`."""
        return self._get(recipe, lambda: dict(compute()), "result.npz", _read_arrays, _write_arrays, keep)

    def score(self, recipe: Mapping[str, Any], compute: Callable[[], Score], *, keep: bool = True) -> Score:
        """The score of `recipe` with all its values, computed once; as for :meth:`json`."""
        return self._get(recipe, compute, "result.json", _read_score, lambda path, value: value.save(path), keep)

    def _get(
        self,
        recipe: Mapping[str, Any],
        compute: Callable[[], Any],
        name: str,
        read: Callable[[Path], Any],
        write: Callable[[Path, Any], None],
        keep: bool,
    ) -> Any:
        if recipe.get("network", "") is None:
            return compute()
        digest, keep = digest_json(recipe), keep and _on_disk.get()
        if digest not in self._memory:
            path = self.folder / digest[:40] / name
            value = read(path) if keep and path.exists() else None
            if value is None:
                value = compute()
                if keep:
                    self._store(path, recipe, value, write)
            self._memory[digest] = value
        return copy.deepcopy(self._memory[digest])

    def _store(self, path: Path, recipe: Mapping[str, Any], value: Any, write: Callable[[Path, Any], None]) -> None:
        """Keep a result; a disk that is full or read-only costs the cache, never the score."""
        try:
            with storage_errors(path.parent):
                path.parent.mkdir(parents=True, exist_ok=True)
            write_json(path.parent / "recipe.json", json.loads(canonical_json(recipe)))
            write(path, value)
        except StorageError as error:
            _logger.warning("a result was computed but not kept: %s", error)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        _logger.warning("%s is unreadable and is computed again (%s)", path, error)
        return None


def _read_score(path: Path) -> Score | None:
    try:
        return Score.load(path)
    except (BrainScoreError, OSError) as error:
        _logger.warning("%s is unreadable and is computed again (%s)", path, error)
        return None


def _read_arrays(path: Path) -> dict[str, np.ndarray] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as error:  # a broken zip raises half a dozen types; each means the same
        _logger.warning("%s is unreadable and is computed again (%s)", path, error)
        return None


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


@functools.cache
def _at(folder: Path) -> ResultCache:
    return ResultCache(folder)


def result_cache() -> ResultCache:
    """The cache of results below the present ``BRAINSCORE_HOME``."""
    return _at(cache_folder() / "results")
