"""Where each unit's receptive field lies, mapped in a stream, and which units see a stimulus.

Small gratings are shown on a grid of positions. A unit's map is its largest response above the blank at each position;
its field is centred at the centroid of the positions that reach a share of the maximum (Marques, Schrimpf & DiCarlo
2021, Methods). Only the running maximum per position is kept, never the responses.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from brainscore_core.errors import InvalidModelOutput, InvalidStimulusSet

THRESHOLD = 0.05
REACH = 0.15
UNITS_AT_ONCE = 8192


@dataclass(frozen=True, eq=False)
class PositionGrid:
    """The positions that a mapping set shows, row by row.

    Parameters
    ----------
    y, x : numpy.ndarray
        In degrees, increasing.
    per_position : int
        Stimuli shown at each position, in consecutive rows.
    """

    y: np.ndarray
    x: np.ndarray
    per_position: int

    @classmethod
    def of(cls, position_y: np.ndarray, position_x: np.ndarray) -> "PositionGrid":
        """Read the grid off the positions of the stimuli, shape (presentations,) each.

        Raises
        ------
        InvalidStimulusSet
            Unless ``position_y`` varies slowest, ``position_x`` next, and each position is shown equally often.
        """
        y, x = np.unique(position_y), np.unique(position_x)
        times, rest = divmod(len(position_y), len(y) * len(x))
        expected_y, expected_x = np.repeat(y, len(x) * times), np.tile(np.repeat(x, times), len(y))
        if rest or not (np.array_equal(position_y, expected_y) and np.array_equal(position_x, expected_x)):
            raise InvalidStimulusSet(
                "the receptive-field stimuli are no full grid of positions in order",
                expected="position_y slowest, then position_x, the same number of stimuli at each position",
            )
        return cls(y, x, times)

    @property
    def count(self) -> int:
        """How many positions there are."""
        return len(self.y) * len(self.x)


def map_fields(blocks: Iterable[np.ndarray], blank: np.ndarray, grid: PositionGrid) -> np.ndarray:
    """Reduce a stream of responses to one map a unit.

    Parameters
    ----------
    blocks : iterable of numpy.ndarray
        Responses in the order of the stimuli, shape (presentations, units); each block holds whole positions.
    blank : numpy.ndarray
        Response to the blank, shape (units,). Negative responses count as 0, here and above.
    grid : PositionGrid

    Returns
    -------
    numpy.ndarray
        Shape (positions, units), not negative, in the blocks' dtype.

    Raises
    ------
    InvalidModelOutput
        If a block cuts a position, or the stream is too long or too short.
    """
    maps = np.empty((grid.count, len(blank)), dtype=np.asarray(blank).dtype)
    baseline, filled = np.maximum(blank, 0), 0
    for block in blocks:
        positions, rest = divmod(len(block), grid.per_position)
        if rest or filled + positions > grid.count:
            raise InvalidModelOutput(
                f"a block of {len(block)} responses after {filled} positions",
                expected=f"whole positions of {grid.per_position} stimuli, {grid.count} positions in all",
            )
        strongest = block.reshape(positions, grid.per_position, -1).max(axis=1)
        maps[filled : filled + positions] = np.maximum(np.maximum(strongest, 0) - baseline, 0)
        filled += positions
    if filled != grid.count:
        raise InvalidModelOutput(f"responses to {filled} positions", expected=f"{grid.count}")
    return maps


def field_centres(maps: np.ndarray, grid: PositionGrid, threshold: float = THRESHOLD) -> np.ndarray:
    """Centroid of each map over the positions above ``threshold`` times its maximum.

    Parameters
    ----------
    maps : numpy.ndarray
        Shape (positions, units).
    grid : PositionGrid
    threshold : float

    Returns
    -------
    numpy.ndarray
        (y, x) in degrees, float64, shape (units, 2). NaN where the unit answers nowhere, or not with finite numbers.
    """
    row, column = np.divmod(np.arange(grid.count, dtype=np.float64), len(grid.x))
    coordinates = np.stack([row, column])
    centres = np.full((maps.shape[1], 2), np.nan)
    for start in range(0, maps.shape[1], UNITS_AT_ONCE):
        units = slice(start, start + UNITS_AT_ONCE)
        weights = maps[:, units].astype(np.float64)
        peak = weights.max(axis=0)
        weights[weights <= peak * threshold] = 0
        valid = np.isfinite(peak) & (peak > 0)
        total = weights[:, valid].sum(axis=0)
        index = coordinates @ weights[:, valid] / total
        inside = np.flatnonzero(valid) + start
        centres[inside, 0] = np.interp(index[0], np.arange(len(grid.y)), grid.y)
        centres[inside, 1] = np.interp(index[1], np.arange(len(grid.x)), grid.x)
    return centres


def units_at(centres: np.ndarray, position: np.ndarray, reach: float = REACH) -> np.ndarray:
    """Indices of the units whose field is centred within ``reach`` degrees of ``position`` (y, x)."""
    return np.flatnonzero(np.linalg.norm(centres - position, axis=1) <= reach)
