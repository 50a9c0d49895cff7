"""What a neurophysiologist shows one unit after the other: find its field, set its firing rate, measure its tuning."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation
from brainscore_core.digests import digest_sequence
from brainscore_core.errors import UnsupportedRegion

from .firing_rate import MACAQUE_V1, Calibration, RateStatistics, calibrate
from .grid import GratingGrid
from .mapping import ReceptiveFields, receptive_fields
from .presenting import Presenter
from .properties import grid_of
from .receptive_field import REACH, units_at

if TYPE_CHECKING:
    from ...model_interface import BrainModel, TimeBins

# Raised when the same responses give another map to firing rates.
VERSION = 1


@dataclass(frozen=True, eq=False)
class Tuned:
    """Units that see the stimuli and their firing rates.

    Parameters
    ----------
    units : numpy.ndarray
        ``neuroid_id``, shape (units,).
    rates : numpy.ndarray
        In spikes/s, shape (presentations, units), in the order of the stimuli; None: no unit responds.
    baseline : numpy.ndarray
        To the blank, shape (units,).
    counts : mapping
        ``units_recorded``, ``units_at_position``.
    """

    units: np.ndarray
    rates: np.ndarray | None
    baseline: np.ndarray
    counts: Mapping[str, int]


@dataclass(frozen=True)
class TuningProtocol:
    """The stimulus sets and how they are shown.

    Parameters
    ----------
    stimuli, blank, mapping, calibration : DataEntry
        The stimuli in question, the blank, the receptive-field stimuli, and the gratings that set the firing rates.
    property_name : str
        Says on what grid the stimuli lie (``brainscore_vision.benchmarks.tuning.properties.grid_of``).
    visual_degrees : float
        Width of blank, mapping and calibration stimuli.
    number_of_trials, mapping_trials : int
        Presentations of each stimulus, and of each receptive-field stimulus.
    time_bins : sequence of one (start, end)
        In ms after stimulus onset.
    rates : RateStatistics
        Firing rates of the region's neurons.
    reach : float
        How far from the stimuli a unit's field may be centred, in degrees.
    stimuli_degrees : float, optional
        Width of the stimuli in question, where it is another.
    """

    stimuli: DataEntry
    blank: DataEntry
    mapping: DataEntry
    calibration: DataEntry
    property_name: str
    visual_degrees: float
    number_of_trials: int
    mapping_trials: int
    time_bins: "TimeBins"
    rates: RateStatistics = MACAQUE_V1
    reach: float = REACH
    stimuli_degrees: float | None = None

    def presents(self, region: str) -> tuple[Presentation, ...]:
        """All four sets. Nothing is recorded whole: fields are mapped in a stream, gratings shown to some units."""
        shown = (
            (self.blank, self.visual_degrees, self.number_of_trials),
            (self.mapping, self.visual_degrees, self.mapping_trials),
            (self.calibration, self.visual_degrees, self.number_of_trials),
            (self.stimuli, self.stimuli_degrees or self.visual_degrees, self.number_of_trials),
        )
        return tuple(
            Presentation(entry.load(), degrees, region, trials, whole=False) for entry, degrees, trials in shown
        )

    def measure(self, model: "BrainModel", region: str, species: str) -> Tuned:
        """Map the fields of all units, and record the firing rates of those that see the stimuli.

        Raises
        ------
        UnsupportedRegion
            If none does.
        """
        presenter = Presenter(model, region, self.visual_degrees, self.time_bins, species)
        stimuli, blank = self.stimuli.load(), self.blank.load()
        position = _position(self.property_name, stimuli.table)
        fields = receptive_fields(presenter, self.mapping.load(), blank, self.mapping_trials)
        units = self._units(fields, position, model.identifier, region)
        counts = {"units_recorded": len(fields.units), "units_at_position": len(units)}
        rest = presenter.show(blank, self.number_of_trials, units).values[0]
        calibration = self._calibration(presenter, units, rest)
        if calibration is None:
            return Tuned(np.asarray(units), None, rest, counts)
        shown = Presenter(model, region, self.stimuli_degrees or self.visual_degrees, self.time_bins, species)
        answers = shown.show(stimuli, self.number_of_trials, units).values
        return Tuned(np.asarray(units), calibration(answers), calibration(rest), counts)

    def _units(self, fields: ReceptiveFields, position: np.ndarray, model: str, region: str) -> list[str]:
        """The units that see the gratings."""
        seen = units_at(fields.centres, position, self.reach)
        if len(seen):
            return fields.units[seen].tolist()
        distances = np.linalg.norm(fields.centres - position, axis=1)
        mapped = np.isfinite(distances)
        nearest = f"the nearest lies {distances[mapped].min():.2f} degrees away" if mapped.any() else "none has a field"
        raise UnsupportedRegion(
            f"of {len(fields.units)} units of {model} in {region}, none has its receptive field at the gratings, "
            f"(x, y) = ({position[1]:g}, {position[0]:g}) degrees right of and below the centre of gaze; {nearest}",
            expected=f"a field centred within {self.reach:g} degrees",
            remedy="commit a layer with fields there, or read this as a model that does not cover the position",
        )

    def _calibration(self, presenter: Presenter, units: list[str], rest: np.ndarray) -> Calibration | None:
        """The firing-rate map over these units, computed once a model."""
        shown, blank = self.calibration.load(), self.blank.load()

        def compute() -> dict[str, np.ndarray]:
            answers = presenter.show(shown, self.number_of_trials, units).values
            found = calibrate(rest, answers, GratingGrid.of(shown.table), self.rates)
            return {"map": np.array([] if found is None else [found.slope, found.offset, found.responsive])}

        details = {"trials": self.number_of_trials, "rates": asdict(self.rates), "units": digest_sequence(units)}
        found = presenter.once(f"firing-rates-{VERSION}", (blank, shown), details, compute)["map"]
        return Calibration(float(found[0]), float(found[1]), int(found[2])) if len(found) else None


def _position(name: str, table: Any) -> np.ndarray:
    """(y, x) of the stimuli; sets with several contrasts are looked at one contrast at a time."""
    if "contrast" in table:
        table = table[table["contrast"] == table["contrast"].iloc[0]]
    return grid_of(name, table).position
