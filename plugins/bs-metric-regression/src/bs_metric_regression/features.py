"""Products with a feature matrix that may not fit into memory as float64: read in blocks of rows, then centred."""

from collections.abc import Iterator

import numpy as np

IN_MEMORY = 2**29
"""Up to this many bytes as float64, the centred features are held; above, they are read block by block each time."""

BLOCK = 2**26
"""Bytes of one block as float64."""


class Features:
    """Centred features and the products that regressions need of them.

    Parameters
    ----------
    values : array, shape (stimulus, feature)
        Of any real dtype; may be memory-mapped. Never copied as a whole when it is large.
    """

    def __init__(self, values: np.ndarray):
        self.shape = values.shape
        self._values = values
        self.mean = self._mean()
        self._held = self._centred(slice(None)) if self._bytes() <= IN_MEMORY else None

    def blocks(self, rows: np.ndarray | None = None) -> Iterator[tuple[slice, np.ndarray]]:
        """(positions, centred float64 rows), over all rows or these."""
        count = self.shape[0] if rows is None else len(rows)
        step = count if self._held is not None else max(1, BLOCK // (8 * self.shape[1]))
        for start in range(0, count, max(step, 1)):
            part = slice(start, min(start + step, count))
            which = part if rows is None else rows[part]
            yield part, self._held[which] if self._held is not None else self._centred(which)

    def rows(self, rows: np.ndarray) -> np.ndarray:
        """Centred float64 rows, shape (row, feature)."""
        return self._held[rows] if self._held is not None else self._centred(rows)

    def times(self, matrix: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """X @ matrix, shape (stimulus, ...), of all rows or these."""
        count = self.shape[0] if rows is None else len(rows)
        out = np.empty((count, *matrix.shape[1:]))
        for part, block in self.blocks(rows):
            out[part] = block @ matrix
        return out

    def transposed_times(self, matrix: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """X.T @ matrix, shape (feature, ...); `matrix` has one row a row of X."""
        out = np.zeros((self.shape[1], *matrix.shape[1:]))
        for part, block in self.blocks(rows):
            out += block.T @ matrix[part]
        return out

    def covariance(self) -> np.ndarray:
        """X.T @ X, shape (feature, feature): its lower triangle, zeros above, in the order that LAPACK overwrites."""
        from scipy.linalg.blas import dsyrk

        out = np.zeros((self.shape[1],) * 2, order="F")
        for _, block in self.blocks():
            out = dsyrk(1.0, block.T, beta=1.0, c=out, lower=1, overwrite_c=1)
        return out

    def gram(self) -> np.ndarray:
        """X @ X.T, shape (stimulus, stimulus)."""
        if self._held is not None:
            return self._held @ self._held.T
        out = np.empty((self.shape[0],) * 2)
        for part, block in self.blocks():
            out[:, part] = self.times(block.T)
        return out

    def _centred(self, rows: slice | np.ndarray) -> np.ndarray:
        part = np.array(self._values[rows], np.float64)
        part -= self.mean
        return part

    def _bytes(self) -> int:
        return 8 * self.shape[0] * self.shape[1]

    def _mean(self) -> np.ndarray:
        if self._bytes() <= IN_MEMORY:
            return self._values.mean(0, dtype=np.float64)
        step = max(1, BLOCK // (8 * self.shape[1]))
        total = np.zeros(self.shape[1])
        for start in range(0, self.shape[0], step):
            total += self._values[start : start + step].sum(0, dtype=np.float64)
        return total / self.shape[0]
