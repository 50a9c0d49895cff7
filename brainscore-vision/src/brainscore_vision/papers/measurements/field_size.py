"""How large every unit's receptive field is, from stimuli on a grid of positions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation

from ...benchmarks.tuning.mapping import stream
from ...benchmarks.tuning.presenting import Presenter
from ...benchmarks.tuning.receptive_field import PositionGrid, map_fields
from .images import grey
from .measurement import Measurement, Samples, Stimuli, entry_of, load

if TYPE_CHECKING:
    from ...model_interface import BrainModel, TimeBins

HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class FieldSize(Measurement):
    """The diameter, in degrees, of a disk as large as the positions that evoke at least half of the largest response.

    What lies beyond a model's field of view is not seen, so no field is found larger than that.

    Parameters
    ----------
    stimuli : str or DataEntry
        Columns ``position_y`` and ``position_x`` in degrees: a full, evenly spaced grid, x fastest but for what is
        shown at each position.
    regions : tuple of str
        The condition is the region.
    visual_degrees : float
        Width of the stimuli.
    number_of_trials : int
    time_bins : sequence of one (start, end)
        In ms after stimulus onset.
    """

    stimuli: Stimuli
    regions: tuple[str, ...]
    visual_degrees: float
    number_of_trials: int = 1
    time_bins: "TimeBins" = ((70.0, 170.0),)

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """What is shown at each position."""
        return (entry_of(self.stimuli),)

    def presents(self) -> tuple[Presentation, ...]:
        """The set, in every region; reduced in a stream."""
        stimuli = load(self.stimuli)
        return tuple(
            Presentation(stimuli, self.visual_degrees, region, self.number_of_trials, whole=False)
            for region in self.regions
        )

    def measure(self, model: "BrainModel", species: str) -> Samples:
        """Samples are units; a unit that answers nowhere is undefined."""
        stimuli = load(self.stimuli)
        blank = grey(stimuli, self.visual_degrees)
        grid = PositionGrid.of(stimuli["position_y"].to_numpy(dtype=float), stimuli["position_x"].to_numpy(dtype=float))
        area = _spacing(grid.y) * _spacing(grid.x)
        values, conditions = [], []
        counts: dict[str, int] = {}
        for region in self.regions:
            presenter = Presenter(model, region, self.visual_degrees, self.time_bins, species)
            rest = presenter.show(blank, self.number_of_trials, keep=False).values[0]
            maps = map_fields(stream(presenter, stimuli, grid, self.number_of_trials, len(rest)), rest, grid)
            peak = maps.max(axis=0)
            positions = (maps >= HALF * peak).sum(axis=0)
            diameter = np.where(peak > 0, 2 * np.sqrt(positions * area / np.pi), np.nan)
            values.append(diameter)
            conditions.append(np.full(len(diameter), region))
            several = f" {region}" if len(self.regions) > 1 else ""
            counts |= {f"units_recorded{several}": len(rest), f"units_defined{several}": int((peak > 0).sum())}
        return Samples(np.concatenate(values), np.concatenate(conditions), counts)


def _spacing(axis: np.ndarray) -> float:
    return float(np.diff(axis).mean()) if len(axis) > 1 else 1.0
