"""Grating stimuli as a grid of parameters: from rows of responses to one axis a parameter."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidStimulusSet

if TYPE_CHECKING:
    import pandas as pd

PARAMETERS = ("position_y", "position_x", "contrast", "radius", "spatial_frequency", "orientation", "phase")


@dataclass(frozen=True, eq=False)
class GratingGrid:
    """The parameters of a grating set, slowest first.

    Parameters
    ----------
    size : numpy.ndarray
        The radius (degrees) of each size where sizes are common to all spatial frequencies, else the index of the
        size: shape (sizes,).
    spatial_frequency : numpy.ndarray
        In cycles per degree, increasing.
    orientation, phase : numpy.ndarray
        In degrees, increasing.
    position : numpy.ndarray
        (y, x) in degrees.
    """

    size: np.ndarray
    spatial_frequency: np.ndarray
    orientation: np.ndarray
    phase: np.ndarray
    position: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(sizes, spatial frequencies, orientations, phases)."""
        return len(self.size), len(self.spatial_frequency), len(self.orientation), len(self.phase)

    def unfold(self, responses: np.ndarray) -> np.ndarray:
        """Responses (presentations, units) as (units, sizes, spatial frequencies, orientations, phases), float64."""
        by_unit = np.ascontiguousarray(np.asarray(responses).T, dtype=np.float64)
        return by_unit.reshape(by_unit.shape[0], *self.shape)

    @classmethod
    def of(cls, table: "pd.DataFrame") -> "GratingGrid":
        """Read the grid off the rows of a stimulus set.

        Parameters
        ----------
        table : pandas.DataFrame
            With the columns ``PARAMETERS``; one position and contrast; size, spatial frequency, orientation and phase
            vary in that order, phase fastest.

        Raises
        ------
        InvalidStimulusSet
            If a column is missing, or the rows are no such grid.
        """
        _require_columns(table)
        values = {name: table[name].to_numpy(dtype=np.float64) for name in PARAMETERS}
        axes = {name: np.unique(values[name]) for name in PARAMETERS}
        if any(len(axes[name]) != 1 for name in ("position_y", "position_x", "contrast")):
            raise InvalidStimulusSet("the gratings vary in position or contrast", expected="one position, one contrast")
        inner = axes["spatial_frequency"], axes["orientation"], axes["phase"]
        sizes, rest = divmod(len(table), int(np.prod([len(axis) for axis in inner])))
        if rest or not _is_grid(values, inner, sizes):
            raise InvalidStimulusSet(
                "the gratings are no full grid in order",
                expected="size, spatial frequency, orientation and phase, phase fastest",
            )
        radii = values["radius"].reshape(sizes, -1)
        common = (radii == radii[:, :1]).all()
        position = np.array([axes["position_y"][0], axes["position_x"][0]])
        size = radii[:, 0] if common else np.arange(float(sizes))
        return cls(size, axes["spatial_frequency"], axes["orientation"], axes["phase"], position)


def _require_columns(table: "pd.DataFrame") -> None:
    missing = [name for name in PARAMETERS if name not in table]
    if missing:
        raise InvalidStimulusSet(f"the stimuli have no column {missing[0]!r}", expected=f"columns {PARAMETERS}")


def _is_grid(values: dict[str, np.ndarray], inner: tuple[np.ndarray, ...], sizes: int) -> bool:
    expected = np.meshgrid(np.arange(sizes), *inner, indexing="ij")
    names = ("spatial_frequency", "orientation", "phase")
    return all(np.array_equal(values[name], axis.ravel()) for name, axis in zip(names, expected[1:], strict=True))
