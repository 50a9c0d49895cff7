"""Which units are asked for, where their rows lie, and whether what lies there is what the network computes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brainscore_core.cache import Rows
from brainscore_core.digests import digest_value
from brainscore_core.errors import CacheDisagreement, InvalidParameter

_logger = logging.getLogger(__name__)

TOLERANCE = 1e-4
"""Of a layer's maximum: how far a stored row may be from what the network computes now."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Units of one layer that are asked for.

    Parameters
    ----------
    layer : str
    columns : array of int, optional
        Numbers of the units within the layer; None: all.
    """

    layer: str
    columns: np.ndarray | None = None

    @property
    def recipe(self) -> str | None:
        """Names the selection in the cache."""
        return None if self.columns is None else digest_value(np.asarray(self.columns, np.int64))

    def of(self, block: np.ndarray) -> np.ndarray:
        """These units of an array (stimulus, unit of the layer).

        Raises
        ------
        InvalidParameter
            If the layer has no such unit.
        """
        if self.columns is None:
            return block
        if len(self.columns) and int(self.columns.max()) >= block.shape[1]:
            raise InvalidParameter(
                f"unit '{self.layer}.{int(self.columns.max())}' does not exist",
                expected=f"a unit of {self.layer!r} below {block.shape[1]}",
            )
        return block[:, self.columns]


class Store:
    """Where the rows of one selection lie: its own entry, and the unselected one that it may be served from.

    Parameters
    ----------
    selection : Selection
    own : Rows
        Entry of this very selection.
    whole : Rows, optional
        Entry of the whole layer, where `own` holds a part of it.
    """

    def __init__(self, selection: Selection, own: Rows, whole: Rows | None = None):
        self.selection, self.own, self.whole = selection, own, whole
        self._entries = (own,) if whole is None else (own, whole)

    def __contains__(self, key: str) -> bool:
        return any(key in rows for rows in self._entries)

    def append(self, keys: Sequence[str], block: np.ndarray) -> None:
        """Keep rows that are not there yet."""
        new = [index for index, key in enumerate(keys) if key not in self]
        if new:
            self.own.append([keys[index] for index in new], block if len(new) == len(keys) else block[new])

    def read(self, keys: Sequence[str]) -> np.ndarray:
        """Rows in the order of `keys`, shape (key, unit)."""
        if self.whole is None or all(key in self.own for key in keys):
            return self.own.read(keys)
        if not any(key in self.own for key in keys):
            return self._part(self.whole, keys)
        parts = (self.own.read([key]) if key in self.own else self._part(self.whole, [key]) for key in keys)
        return np.concatenate(list(parts))

    def unchecked(self, key: str) -> bool:
        """Whether this row was stored by somebody else, and its entry has not been compared with the network yet."""
        return any(not rows.checked and rows.stored_before(key) for rows in self._entries)

    def check(self, keys: Sequence[str], block: np.ndarray) -> None:
        """Compare stored rows with what the network computes now; set an entry aside that is something else.

        Parameters
        ----------
        keys : sequence of str
        block : array, shape (key, unit of the layer)
            Computed just now.
        """
        for rows in self._entries:
            shown = [index for index, key in enumerate(keys) if rows.stored_before(key)]
            if rows.checked or not shown:
                continue
            rows.checked = True
            now = block[shown] if rows is self.whole else self.selection.of(block[shown])
            difference = _difference(rows.read([keys[index] for index in shown]), now)
            if difference:
                self._set_aside(rows, difference)

    def _set_aside(self, rows: Rows, difference: str) -> None:
        problem = CacheDisagreement(
            f"stored activations of layer {self.selection.layer!r} and the network now disagree ({difference})",
            remedy="the entry was set aside and is recorded again; `brainscore cache list` shows it",
        )
        _logger.warning("%s", problem)
        rows.set_aside(str(problem))

    def _part(self, whole: Rows, keys: Sequence[str]) -> np.ndarray:
        columns = self.selection.columns
        self.selection.of(whole.read(keys[:1]))  # says which unit does not exist
        return whole.read(keys, columns)


def _difference(stored: np.ndarray, now: np.ndarray) -> str:
    """How stored rows differ from computed ones; empty where they do not."""
    if stored.shape != now.shape:
        return f"{stored.shape[1]} units stored, {now.shape[1]} computed"
    deviation = float(np.abs(stored.astype(np.float64) - now).max(initial=0))
    largest = float(np.abs(now.astype(np.float64)).max(initial=0))
    return "" if deviation <= TOLERANCE * max(largest, 1e-30) else f"a deviation of {deviation:.3g} at {largest:.3g}"
