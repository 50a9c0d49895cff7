"""Rows that wait to be written, copied into memory of their own."""

from collections.abc import Sequence

import numpy as np


class Gathering:
    """Rows of one form below each other, in memory that is taken once and used again for every shard.

    Kept as they came, in the arrays of several batches, rows outlive what was computed beside them and leave holes in
    the heap: after 3,000 images these were a third of a process's memory. Copied here, all of a batch goes at once.

    Parameters
    ----------
    most : int
        Bytes.
    """

    def __init__(self, most: int):
        self._memory = np.empty(most, np.uint8)
        self._form: tuple[tuple[int, ...], np.dtype] | None = None
        self.keys: list[str] = []
        self.nbytes = 0

    def fits(self, block: np.ndarray) -> bool:
        """Whether there is room for these rows."""
        return self.nbytes + block.nbytes <= len(self._memory)

    def is_like(self, block: np.ndarray) -> bool:
        """Whether these rows are of the form of those that are here."""
        return not self.keys or self._form == (block.shape[1:], block.dtype)

    def add(self, keys: Sequence[str], block: np.ndarray) -> np.ndarray:
        """Copy rows that fit and are alike.

        Parameters
        ----------
        keys : sequence of str
        block : array, shape (key, unit)

        Returns
        -------
        array, shape (key, unit)
            The copies, good until :meth:`clear`.
        """
        place = self._memory[self.nbytes : self.nbytes + block.nbytes].view(block.dtype).reshape(block.shape)
        place[...] = block
        self._form = block.shape[1:], block.dtype
        self.keys.extend(keys)
        self.nbytes += block.nbytes
        return place

    def blocks(self) -> list[np.ndarray]:
        """All rows that are here, as one array (key, unit); none where there are none."""
        if self._form is None or not self.keys:
            return []
        shape, dtype = self._form
        return [self._memory[: self.nbytes].view(dtype).reshape(len(self.keys), *shape)]

    def clear(self) -> None:
        """Forget the rows; the memory is used for the next."""
        self.keys, self.nbytes = [], 0
