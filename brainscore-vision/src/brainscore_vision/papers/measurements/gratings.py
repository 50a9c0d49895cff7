"""A tuning property of every unit that sees the stimuli, under one condition or two, in one region or two."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation

from ...benchmarks.tuning.components import mean_and_modulation, preferred
from ...benchmarks.tuning.grid import GratingGrid
from ...benchmarks.tuning.measuring import Tuned, TuningProtocol
from ...benchmarks.tuning.properties import PROPERTIES, grid_of
from ...benchmarks.tuning.receptive_field import REACH
from .measurement import Measurement, Samples, Stimuli, entry_of

if TYPE_CHECKING:
    import pandas as pd

    from ...model_interface import BrainModel, TimeBins

CURVES = {"diameter": 0, "spatial_frequency": 1, "orientation": 2}
"""Parameters of a tuning curve to their axis."""


@dataclass(frozen=True, kw_only=True)
class GratingMeasurement(Measurement):
    """Gratings or bars at one position, shown to the units whose fields lie there (see :class:`TuningProtocol`).

    Parameters
    ----------
    stimuli, blank, mapping, calibration : str or DataEntry
        What is measured on; the blank; what maps fields; what sets firing rates.
    regions : tuple of str
        The condition is the region where there are several.
    visual_degrees : float
        Width of blank, mapping and calibration stimuli.
    stimuli_degrees : float
        Width of the stimuli in question.
    number_of_trials, mapping_trials : int
    time_bins : sequence of one (start, end)
        In ms after stimulus onset.
    reach : float
        How far from the stimuli a field may be centred, in degrees.
    """

    stimuli: Stimuli
    blank: Stimuli
    mapping: Stimuli
    calibration: Stimuli
    regions: tuple[str, ...]
    visual_degrees: float
    stimuli_degrees: float
    number_of_trials: int = 1
    mapping_trials: int = 1
    time_bins: "TimeBins" = ((70.0, 170.0),)
    reach: float = REACH

    @property
    def measured_as(self) -> str:
        """The property whose grid the stimuli form."""
        return "peak_spatial_frequency"

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """The four sets; one that serves twice stands once."""
        return tuple(dict.fromkeys(map(entry_of, (self.blank, self.mapping, self.calibration, self.stimuli))))

    @property
    def protocol(self) -> TuningProtocol:
        """How it is shown."""
        return TuningProtocol(
            stimuli=entry_of(self.stimuli),
            blank=entry_of(self.blank),
            mapping=entry_of(self.mapping),
            calibration=entry_of(self.calibration),
            property_name=self.measured_as,
            visual_degrees=self.visual_degrees,
            number_of_trials=self.number_of_trials,
            mapping_trials=self.mapping_trials,
            time_bins=self.time_bins,
            reach=self.reach,
            stimuli_degrees=self.stimuli_degrees,
        )

    def presents(self) -> tuple[Presentation, ...]:
        """All four sets, in every region."""
        return tuple(shown for region in self.regions for shown in self.protocol.presents(region))

    def measure(self, model: "BrainModel", species: str) -> Samples:
        """Samples are units."""
        protocol, parts = self.protocol, []
        for region in self.regions:
            tuned = protocol.measure(model, region, species)
            parts.append(self._reduce(tuned, region))
        several = len(self.regions) > 1
        counts = {
            f"{name} {region}" if several else name: count
            for region, part in zip(self.regions, parts, strict=True)
            for name, count in part.counts.items()
        }
        values, conditions = (np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS)
        return Samples(values, conditions, counts)

    @abstractmethod
    def _reduce(self, tuned: Tuned, region: str) -> Samples:
        """From the rates of the units of one region to samples."""


_FIELDS = ("values", "conditions")


@dataclass(frozen=True, kw_only=True)
class GratingProperty(GratingMeasurement):
    """One property a unit.

    Parameters
    ----------
    property_name : str
        As :data:`~brainscore_vision.benchmarks.tuning.properties.PROPERTIES` has it.
    by : str
        A column by which the stimuli are split, as ``contrast``: the property is measured on each part. Empty: none.
    paired : tuple of str
        Two of these conditions: the samples are the ratios of the first to the second within a unit, and their
        condition is called ``ratio``.
    """

    property_name: str
    by: str = ""
    paired: tuple[str, ...] = ()

    @property
    def measured_as(self) -> str:
        """The property."""
        return self.property_name

    def _reduce(self, tuned: Tuned, region: str) -> Samples:
        found: dict[str, np.ndarray] = {}
        counts = dict(tuned.counts)
        if tuned.rates is None:
            return Samples(np.empty(0), np.empty(0, dtype=str), counts | {"units_responsive": 0, "units_defined": 0})
        responsive = np.zeros(len(tuned.units), dtype=bool)
        table = entry_of(self.stimuli).load().table
        for name, rows in self._parts(table):
            grid = grid_of(self.property_name, table.iloc[rows])
            values, answers = PROPERTIES[self.property_name](grid.unfold(tuned.rates[rows]), tuned.baseline, grid)
            found[name or region] = values
            responsive |= answers
        if self.paired:
            one, other = (found[name] for name in self.paired)
            ratio = np.divide(one, other, out=np.full(one.shape, np.nan), where=(other > 0) & ~np.isnan(one))
            found = {"ratio": ratio}
        kept = {name: values[responsive] for name, values in found.items()}
        values = np.concatenate(list(kept.values()))
        counts["units_responsive"] = int(responsive.sum())
        counts["units_defined"] = int(np.isfinite(values).sum())
        return Samples(values, np.repeat(list(kept), responsive.sum()), counts)

    def _parts(self, table: "pd.DataFrame") -> list[tuple[str, np.ndarray]]:
        if not self.by:
            return [("", np.arange(len(table)))]
        column = table[self.by].to_numpy(dtype=float)
        return [(f"{value:g}", np.flatnonzero(column == value)) for value in np.unique(column)]


@dataclass(frozen=True, kw_only=True)
class TuningCurve(GratingMeasurement):
    """Responses over one parameter, each unit's as a share of its largest, at its preferred other parameters.

    Parameters
    ----------
    parameter : str
        A name of ``CURVES``; the conditions are its values as ``f"{value:g}"``, the diameter in degrees.
    """

    parameter: str

    def _reduce(self, tuned: Tuned, region: str) -> Samples:
        if tuned.rates is None:
            return Samples(np.empty(0), np.empty(0, dtype=str), dict(tuned.counts))
        grid = GratingGrid.of(entry_of(self.stimuli).load().table)
        axes = (2 * grid.size, grid.spatial_frequency, grid.orientation)
        both = mean_and_modulation(grid.unfold(tuned.rates), tuned.baseline)
        unit, *best, component = preferred(both)
        axis = CURVES[self.parameter]
        at = [index[:, None] for index in best]
        at[axis] = np.arange(len(axes[axis]))[None, :]
        curves = both[unit[:, None], at[0], at[1], at[2], component[:, None]]
        peak = curves.max(axis=1, keepdims=True)
        answering = peak[:, 0] > 0
        shares = curves[answering] / peak[answering]
        names = [f"{value:g}" for value in axes[axis]]
        counts = dict(tuned.counts) | {"units_defined": int(answering.sum())}
        return Samples(shares.ravel(), np.tile(names, len(shares)), counts)
