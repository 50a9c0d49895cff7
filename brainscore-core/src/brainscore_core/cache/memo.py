"""Digests known already: key of a stimulus -> SHA-256 of its pixels, so that nothing is decoded to be named."""

import functools
import json
import logging
import secrets
import threading
from pathlib import Path

from ..data.home import cache_folder
from ..data.writing import replacing
from ..errors import StorageError

_logger = logging.getLogger(__name__)


class DigestMemo:
    """A map from keys to digests, kept in immutable files of lines that many processes may add to.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._known: dict[str, str] = {}
        self._new: dict[str, str] = {}
        self._lock = threading.Lock()
        self._read()

    def get(self, key: str) -> str | None:
        """The digest that was remembered for `key`, or None."""
        return self._known.get(key)

    def put(self, key: str, digest: str) -> None:
        """Remember a digest; :meth:`flush` brings it to disk."""
        with self._lock:
            if self._known.get(key) != digest:
                self._known[key] = self._new[key] = digest

    def flush(self) -> None:
        """Write what is new. A place that cannot be written costs time later, and nothing else."""
        with self._lock:
            new, self._new = self._new, {}
        if not new:
            return
        try:
            with replacing(self.folder / f"{secrets.token_hex(8)}.json") as temporary:
                temporary.write_text(json.dumps(new), encoding="utf-8")
        except StorageError as error:
            _logger.warning("digests of %d stimuli were not kept: %s", len(new), error)

    def _read(self) -> None:
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                self._known.update((str(key), str(value)) for key, value in content.items())
            except (OSError, ValueError, AttributeError) as error:
                _logger.warning("%s is unreadable and is ignored (%s)", path, error)


@functools.cache
def _at(folder: Path) -> DigestMemo:
    return DigestMemo(folder)


def digest_memo() -> DigestMemo:
    """The memo below the present ``BRAINSCORE_HOME``."""
    return _at(cache_folder() / "digests")
