"""The receptive fields of a model's units, recorded in a stream and remembered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .presenting import Presenter
from .receptive_field import PositionGrid, field_centres, map_fields

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

# Raised when the same responses give other centres.
VERSION = 1
# Responses held at a time: 64 MB of float32.
VALUES_AT_ONCE = 16_000_000


@dataclass(frozen=True, eq=False)
class ReceptiveFields:
    """Where each unit looks.

    Parameters
    ----------
    units : numpy.ndarray
        ``neuroid_id``, shape (units,).
    centres : numpy.ndarray
        (y, x) relative to the centre of the field of view, in degrees, y downwards: shape (units, 2); NaN for a unit
        that answers nowhere.
    """

    units: np.ndarray
    centres: np.ndarray


def receptive_fields(
    presenter: Presenter, stimuli: "StimulusSet", blank: "StimulusSet", trials: int
) -> ReceptiveFields:
    """Map the fields of all units.

    Parameters
    ----------
    presenter : Presenter
    stimuli : StimulusSet
        Small gratings on a grid of positions, columns ``position_y`` and ``position_x`` in degrees.
    blank : StimulusSet
        One stimulus, without a grating.
    trials : int
        Presentations of each stimulus.
    """
    grid = PositionGrid.of(stimuli["position_y"].to_numpy(dtype=float), stimuli["position_x"].to_numpy(dtype=float))

    def compute() -> dict[str, np.ndarray]:
        rest = presenter.show(blank, trials, keep=False)
        baseline = rest.values[0]
        maps = map_fields(stream(presenter, stimuli, grid, trials, len(baseline)), baseline, grid)
        return {"units": rest["neuroid_id"].values.astype(str), "centres": field_centres(maps, grid)}

    found = presenter.once(f"receptive-fields-{VERSION}", (blank, stimuli), {"trials": trials}, compute)
    return ReceptiveFields(found["units"], found["centres"])


def stream(
    presenter: Presenter, stimuli: "StimulusSet", grid: PositionGrid, trials: int, units: int
) -> Iterator[np.ndarray]:
    """Responses to some positions after the other, as many at a time as memory has room for."""
    positions = max(1, VALUES_AT_ONCE // (units * grid.per_position))
    step = positions * grid.per_position
    for start in range(0, len(stimuli), step):
        yield presenter.show(stimuli.take(slice(start, start + step)), trials, keep=False).values
