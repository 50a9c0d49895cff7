"""The cells' answers to a batch of pyramids: matrix products, level by level, and one for the surrounds."""

import numpy as np

from . import pyramid
from .population import Population

# A filter stands on the coarsest level that has this many samples a cycle of it.
SAMPLES_A_CYCLE = 4.0


class GaborNetwork:
    """Simple and complex cells with divisive normalisation.

    A simple cell answers ``2 max(d, 0)`` and a complex cell ``sqrt(d^2 + d'^2)``, d and d' being its filter and the one
    in quadrature applied to the contrast; both are divided by ``1 + k S^2`` with S the contrast energy (twice the mean
    square, 1 for a full-contrast grating) under the cell's surround window. Uniform grey gets no answer.

    Parameters
    ----------
    cells : Population
    """

    def __init__(self, cells: Population):
        self.levels = [_LevelFilters(level, cells, chosen) for level, chosen in _assign(cells)]
        self.windows = _surround_windows(cells)
        self.suppression = cells.suppression.astype(np.float32)

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        """Answers to pyramids: (images, 19648) to (images, cells), float32."""
        *levels, energy = pyramid.parts(np.asarray(batch, dtype=np.float32))
        answers = np.empty((len(batch), len(self.suppression)), dtype=np.float32)
        for filters, seen in zip(self.levels, levels, strict=True):
            filters.answer(seen, answers)
        surround = 2 * (energy @ self.windows)
        return answers / (1 + self.suppression * surround**2)


class _LevelFilters:
    """The filters on one level, as matrices."""

    def __init__(self, level: pyramid.Level, cells: Population, chosen: np.ndarray):
        some = cells.take(chosen)
        simple, complex_ = ~some.complex_cell, some.complex_cell
        self.simple, self.complex = chosen[simple], chosen[complex_]
        self.single = _gabors(level, some.take(simple), some.phase[simple])
        pair = some.take(complex_)
        self.even, self.odd = (_gabors(level, pair, np.full(len(pair.x), phase)) for phase in (0.0, np.pi / 2))

    def answer(self, seen: np.ndarray, answers: np.ndarray) -> None:
        """Write the answers to one level's samples (images, samples^2) into their columns."""
        answers[:, self.simple] = 2 * np.maximum(seen @ self.single, 0)
        answers[:, self.complex] = np.sqrt((seen @ self.even) ** 2 + (seen @ self.odd) ** 2)


def _assign(cells: Population) -> list[tuple[pyramid.Level, np.ndarray]]:
    """Each level with the indices of its cells."""
    finest_first = np.array([level.per_degree for level in pyramid.LEVELS])
    enough = finest_first[:, None] >= SAMPLES_A_CYCLE * cells.frequency
    coarsest = np.maximum(enough.sum(axis=0) - 1, 0)
    return [(level, np.flatnonzero(coarsest == index)) for index, level in enumerate(pyramid.LEVELS)]


def _gabors(level: pyramid.Level, cells: Population, phase: np.ndarray) -> np.ndarray:
    """Filters on a level's samples: shape (samples^2, cells), float32."""
    axis = level.axis()
    filters = np.empty((level.samples**2, len(cells.x)), dtype=np.float32)
    for cell in range(len(cells.x)):
        cosine, sine = np.cos(cells.orientation[cell]), np.sin(cells.orientation[cell])
        x, y = axis[None, :] - cells.x[cell], axis[:, None] - cells.y[cell]
        across, along = x * cosine + y * sine, y * cosine - x * sine
        envelope = np.exp(-((across / cells.width[cell]) ** 2 + (along / cells.length[cell]) ** 2) / 2)
        carrier = np.cos(2 * np.pi * cells.frequency[cell] * across + phase[cell])
        light = np.sum(envelope * carrier) / np.sum(envelope) if cells.balanced[cell] else 0.0
        volume = 2 * np.pi * cells.width[cell] * cells.length[cell] * level.per_degree**2
        filters[:, cell] = (envelope * (carrier - light) * cells.gain[cell] / volume).ravel()
    return _cut(filters / _left(level, cells))


def _cut(filters: np.ndarray) -> np.ndarray:
    """Without tails below a 10^9th of each peak: products of denormal numbers take a hundred times as long."""
    filters[np.abs(filters) < 1e-9 * np.abs(filters).max(axis=0)] = 0
    return filters


def _left(level: pyramid.Level, cells: Population) -> np.ndarray:
    """What sampling leaves of each cell's preferred grating."""
    along_x, along_y = np.abs(np.cos(cells.orientation)), np.abs(np.sin(cells.orientation))
    left = pyramid.transfer(level, cells.frequency * along_x) * pyramid.transfer(level, cells.frequency * along_y)
    return left.astype(np.float32)


def _surround_windows(cells: Population) -> np.ndarray:
    """Gaussian windows on the samples of energy, each summing to 1 over the plane: (samples^2, cells), float32."""
    axis = pyramid.ENERGY.axis()
    rows, columns = (_gaussians(axis, centre, cells.surround) for centre in (cells.y, cells.x))
    return _cut((rows[:, None] * columns).reshape(len(axis) ** 2, -1).astype(np.float32))


def _gaussians(axis: np.ndarray, centre: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Gaussians along one side, each summing to 1 over a line of samples without end: shape (samples, cells)."""
    step = axis[1] - axis[0]
    beyond = axis[0] + step * np.arange(-3 * len(axis), 4 * len(axis))
    total = np.exp(-(((beyond[:, None] - centre) / sigma) ** 2) / 2).sum(axis=0)
    return np.exp(-(((axis[:, None] - centre) / sigma) ** 2) / 2) / total
