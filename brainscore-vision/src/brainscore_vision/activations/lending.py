"""Memory for what layers computed, lent again when nobody holds it any more."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


class Lending:
    """Hands out arrays whose memory comes back when the last reference to them, or to a view of them, is gone.

    Whoever reads a stream holds one batch while the next is computed. Taken from the heap, such blocks outlive what was
    computed beside them, and each leaves a hole that a later one does not quite fit: memory grew with every image that
    was recorded. Lent memory stays where it is, for every batch of the same form.
    """

    def __init__(self) -> None:
        self._free: dict[int, list[np.ndarray]] = {}

    def empty(self, shape: Sequence[int], dtype: npt.DTypeLike) -> np.ndarray:
        """An array of this shape whose values mean nothing yet."""
        dtype = np.dtype(dtype)
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        free = self._free.setdefault(size, [])
        try:
            memory = free.pop()
        except IndexError:  # all of it is held
            memory = np.empty(size, np.uint8)
        return np.asarray(_Lent(memory, free)).view(dtype).reshape(shape)


class _Lent:
    """What every view of lent memory refers to; gives it back at its end."""

    def __init__(self, memory: np.ndarray, free: list[np.ndarray]):
        self._memory, self._free = memory, free

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return self._memory.__array_interface__

    def __del__(self) -> None:
        self._free.append(self._memory)
