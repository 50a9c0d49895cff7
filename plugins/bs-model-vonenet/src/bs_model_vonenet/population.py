"""Which simple and complex cells there are: a sample from distributions that were measured in monkey V1."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

ORIENTATION_EDGES = (-22.5, 22.5, 67.5, 112.5, 157.5)
ORIENTATION_COUNTS = (66, 49, 77, 54)
"""Degrees, and cells between them (De Valois, Yund & Hepler 1982)."""

FREQUENCY_EDGES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
FREQUENCY_COUNTS = (4, 4, 8, 25, 32, 26, 28, 12)
"""Cycles per degree at the fovea, and cells between them (De Valois, Albrecht & Thorell 1982)."""

SIZE_EDGES = np.logspace(-1, 0.2, 6)
SIZE_COUNTS = ((2, 0, 1, 0, 0), (8, 9, 4, 1, 0), (1, 2, 19, 17, 3), (0, 0, 1, 7, 4), (0, 0, 0, 0, 0))
"""Standard deviation of the envelope across (rows) and along (columns) the bars, in periods (Ringach 2002)."""

CORRELATION = 0.75
"""Between preferred spatial frequency and number of periods (Schiller, Finlay & Volman 1976)."""


@dataclass(frozen=True, eq=False)
class Population:
    """Gabor parameters of cells, each an array of shape (cell,).

    Parameters
    ----------
    frequency : array
        Cycles per degree.
    orientation, phase : array
        Degrees.
    across, along : array
        Standard deviations of the envelope, in periods of the carrier.
    """

    frequency: np.ndarray
    orientation: np.ndarray
    phase: np.ndarray
    across: np.ndarray
    along: np.ndarray


def population(cells: int = 512, seed: int = 0) -> Population:
    """Draw cells (Dapello, Marques et al. 2020, section 2.1 and appendix B).

    Numbers are drawn in the order of the authors from the generator of numpy that never changes, so that seed 0 gives
    their cells.

    Parameters
    ----------
    cells : int
    seed : int
    """
    draw = np.random.RandomState(seed)
    phase = _drawn(draw.rand(cells), np.ones(1), np.array([0.0, 360.0]))
    orientation = _drawn(draw.rand(cells), np.array(ORIENTATION_COUNTS), np.array(ORIENTATION_EDGES)) % 180
    covariance = [[1, CORRELATION], [CORRELATION, 1]]
    ranks = _cumulative(draw.multivariate_normal([0, 0], covariance, cells))
    joint = np.array(SIZE_COUNTS, dtype=float)
    across = 10 ** _drawn(ranks[:, 0], joint.sum(axis=1), np.log10(SIZE_EDGES))
    along = np.empty(cells)
    for cell, uniform in enumerate(draw.rand(cells)):
        row = joint[np.flatnonzero(SIZE_EDGES < across[cell])[-1]]
        along[cell] = 10 ** _drawn(uniform, row, np.log10(SIZE_EDGES))
    frequency = 2 ** _drawn(ranks[:, 1], np.array(FREQUENCY_COUNTS), np.log2(FREQUENCY_EDGES))
    return Population(frequency, orientation, phase, across, along)


def _drawn(uniform: np.ndarray | float, counts: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Numbers of a histogram from uniform ones, evenly within each of its parts."""
    return np.interp(uniform, np.concatenate([[0], np.cumsum(counts) / np.sum(counts)]), edges)


def _cumulative(normal: np.ndarray) -> np.ndarray:
    return np.vectorize(NormalDist().cdf)(normal)
