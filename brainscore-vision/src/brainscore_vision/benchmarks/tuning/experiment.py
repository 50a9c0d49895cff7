"""Experiment type: are single units tuned as neurons are."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from brainscore_core.contracts import Benchmark, BenchmarkInfo, DataEntry, Presentation
from brainscore_core.digests import digest_sequence
from brainscore_core.errors import InvalidParameter, UnsupportedRegion
from brainscore_core.scores import Score, normalise

from ...geometry import StimulusGeometry
from .firing_rate import MACAQUE_V1, Calibration, RateStatistics, calibrate
from .grid import GratingGrid
from .mapping import ReceptiveFields, receptive_fields
from .presenting import Presenter
from .properties import PROPERTIES
from .receptive_field import REACH, units_at

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import TimeBins

NO_UNIT_DEFINED = "no-unit-defined"
"""Flag: units look there, and none of them responds or has the property; the value is 0."""
FEW_UNITS = "few-units"
"""Flag: the distribution is that of fewer than 20 units."""
ENOUGH = 20
SHOWN = ("blank", "mapping", "calibration", "stimuli")
# Raised when the same responses give another map to firing rates.
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class TuningProperties(Benchmark):
    """The distribution of one tuning property over model units, compared with that over recorded neurons.

    The model sees what a neurophysiologist would show a neuron: small gratings on a grid of positions to find each
    unit's receptive field, then, to the units whose field lies at the position of the gratings, gratings that set the
    scale of their firing rates, and those whose tuning is in question (Marques, Schrimpf & DiCarlo 2021).

    A model without a unit there is unsupported. The property, a name of
    ``brainscore_vision.benchmarks.tuning.properties.PROPERTIES``, is the metric's ``property_name``.

    Parameters
    ----------
    stimuli, blank, mapping, calibration : str or DataEntry
        Stimulus sets: the gratings in question, the blank, the receptive-field stimuli, and the gratings that set the
        firing rates. Identifiers, or descriptions with ``load()``.
    region : str
        As ``"V1"``.
    visual_degrees : float
        Width of all these stimuli.
    number_of_trials, mapping_trials : int
        Presentations of each grating, and of each receptive-field stimulus.
    time_bins : sequence of one (start, end)
        In ms after stimulus onset.
    rates : RateStatistics
        Firing rates of the region's neurons.
    reach : float
        How far from the gratings a unit's field may be centred, in degrees.
    geometry : StimulusGeometry
        What the source states of the display besides.
    """

    domain: ClassVar[str] = "vision"

    stimuli: Any
    blank: Any
    mapping: Any
    calibration: Any
    region: str
    visual_degrees: float
    number_of_trials: int
    mapping_trials: int
    time_bins: "TimeBins"
    rates: RateStatistics = MACAQUE_V1
    reach: float = REACH
    geometry: StimulusGeometry = StimulusGeometry()

    def __post_init__(self) -> None:
        from ...model_interface import bins

        object.__setattr__(self, "time_bins", bins(self.time_bins))
        if self.time_bins is None or len(self.time_bins) != 1:
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has time_bins={self.time_bins!r}", expected="one bin"
            )
        if self.property_name not in PROPERTIES:
            raise InvalidParameter(
                f"benchmark {self.identifier!r}: the metric's property_name is {self.property_name!r}",
                expected=f"one of {sorted(PROPERTIES)}",
            )

    @property
    def property_name(self) -> str:
        """The property that is compared."""
        return str(self.metric.parameters.get("property_name", ""))

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """Descriptions of the four sets; one that serves twice stands once."""
        return tuple(dict.fromkeys(self._entry(name) for name in SHOWN))

    @property
    def info(self) -> BenchmarkInfo:
        """Derived, with the display."""
        derived, display = super().info, replace(self.geometry, visual_degrees=self.visual_degrees).to_dict()
        return replace(derived, experiment={**derived.experiment, "geometry": display})

    def presents(self) -> tuple[Presentation, ...]:
        """All four sets. Nothing is recorded whole: fields are mapped in a stream, gratings shown to some units."""
        trials = {"mapping": self.mapping_trials}
        return tuple(
            Presentation(
                self._load(name),
                self.visual_degrees,
                self.region,
                trials.get(name, self.number_of_trials),
                whole=False,
            )
            for name in SHOWN
        )

    def __call__(self, model: Any) -> Score:
        """Map receptive fields, set firing rates, measure the property, compare distributions."""
        model.reset()
        presenter = Presenter(model, self.region, self.visual_degrees, self.time_bins, self.species)
        stimuli, blank = self._load("stimuli"), self._load("blank")
        grid = GratingGrid.of(stimuli.table)
        fields = receptive_fields(presenter, self._load("mapping"), blank, self.mapping_trials)
        units = self._units(fields, grid.position, model.identifier)
        counts = {"units_recorded": len(fields.units), "units_at_position": len(units)}
        rest = presenter.show(blank, self.number_of_trials, units).values[0]
        calibration = self._calibration(presenter, units, rest)
        if calibration is None:
            return self._no_unit(counts | {"units_responsive": 0, "units_defined": 0})
        answers = presenter.show(stimuli, self.number_of_trials, units).values
        measure = PROPERTIES[self.property_name]
        values, responsive = measure(grid.unfold(calibration(answers)), calibration(rest), grid)
        counts["units_responsive"] = int(responsive.sum())
        counts["units_defined"] = int(np.isfinite(values[responsive]).sum())
        if not counts["units_defined"]:
            return self._no_unit(counts)
        return self._compare(values[responsive], np.asarray(units)[responsive], counts)

    def _units(self, fields: ReceptiveFields, position: np.ndarray, model: str) -> list[str]:
        """The units that see the gratings."""
        seen = units_at(fields.centres, position, self.reach)
        if len(seen):
            return fields.units[seen].tolist()
        distances = np.linalg.norm(fields.centres - position, axis=1)
        mapped = np.isfinite(distances)
        nearest = f"the nearest lies {distances[mapped].min():.2f} degrees away" if mapped.any() else "none has a field"
        raise UnsupportedRegion(
            f"of {len(fields.units)} units of {model} in {self.region}, none has its receptive field at the gratings, "
            f"(x, y) = ({position[1]:g}, {position[0]:g}) degrees right of and below the centre of gaze; {nearest}",
            expected=f"a field centred within {self.reach:g} degrees",
            remedy="commit a layer with fields there, or read this as a model that does not cover the position",
        )

    def _calibration(self, presenter: Presenter, units: list[str], rest: np.ndarray) -> Calibration | None:
        """The firing-rate map over these units, computed once a model."""
        shown, blank = self._load("calibration"), self._load("blank")

        def compute() -> dict[str, np.ndarray]:
            answers = presenter.show(shown, self.number_of_trials, units).values
            found = calibrate(rest, answers, GratingGrid.of(shown.table), self.rates)
            return {"map": np.array([] if found is None else [found.slope, found.offset, found.responsive])}

        details = {"trials": self.number_of_trials, "rates": asdict(self.rates), "units": digest_sequence(units)}
        found = presenter.once(f"firing-rates-{VERSION}", (blank, shown), details, compute)["map"]
        return Calibration(float(found[0]), float(found[1]), int(found[2])) if len(found) else None

    def _compare(self, values: np.ndarray, units: np.ndarray, counts: dict[str, int]) -> Score:
        raw = self.metric.load()(self._assembly(values, units), self.target())
        flags = raw.flags + ((FEW_UNITS,) if counts["units_defined"] < ENOUGH else ())
        return normalise(raw, self.ceiling or Score(None), flags=flags, details={**raw.details, **counts})

    def _no_unit(self, counts: dict[str, int]) -> Score:
        return normalise(
            Score(0.0, 0.0), self.ceiling or Score(None), flags=(NO_UNIT_DEFINED, FEW_UNITS), details=counts
        )

    def _assembly(self, values: np.ndarray, units: np.ndarray) -> "xr.DataArray":
        from brainscore_core.assemblies import PropertyAssembly

        coords = {
            "neuroid_id": ("neuroid", units),
            "region": ("neuroid", np.full(len(units), self.region)),
            "neuronal_property": [self.property_name],
        }
        return PropertyAssembly(values[:, None], dims=("neuroid", "neuronal_property"), coords=coords)

    def _entry(self, name: str) -> DataEntry:
        entry = getattr(self, name)
        if isinstance(entry, str):
            from brainscore_core.registry import resolve

            return resolve("stimulus_sets", entry)
        return entry

    def _load(self, name: str) -> "StimulusSet":
        return self._entry(name).load()
