"""Experiment type: are single units tuned as neurons are."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from brainscore_core.contracts import Benchmark, BenchmarkInfo, DataEntry, Presentation
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score, normalise

from ...geometry import StimulusGeometry
from .firing_rate import MACAQUE_V1, RateStatistics
from .measuring import TuningProtocol
from .properties import PROPERTIES, grid_of
from .receptive_field import REACH

if TYPE_CHECKING:
    import xarray as xr

    from ...model_interface import TimeBins

NO_UNIT_DEFINED = "no-unit-defined"
"""Flag: units look there, and none of them responds or has the property; the value is 0."""
FEW_UNITS = "few-units"
"""Flag: the distribution is that of fewer than 20 units."""
ENOUGH = 20
SHOWN = ("blank", "mapping", "calibration", "stimuli")


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

    @property
    def protocol(self) -> TuningProtocol:
        """What is shown, and how."""
        entries = {name: self._entry(name) for name in SHOWN}
        return TuningProtocol(
            **entries,
            property_name=self.property_name,
            visual_degrees=self.visual_degrees,
            number_of_trials=self.number_of_trials,
            mapping_trials=self.mapping_trials,
            time_bins=self.time_bins,
            rates=self.rates,
            reach=self.reach,
            stimuli_degrees=self.stimuli_degrees,
        )

    @property
    def stimuli_degrees(self) -> float | None:
        """Width of the stimuli in question; None: that of the others."""
        return None

    def presents(self) -> tuple[Presentation, ...]:
        """All four sets. Nothing is recorded whole: fields are mapped in a stream, gratings shown to some units."""
        return self.protocol.presents(self.region)

    def __call__(self, model: Any) -> Score:
        """Map receptive fields, set firing rates, measure the property, compare distributions."""
        model.reset()
        protocol = self.protocol
        found = protocol.measure(model, self.region, self.species)
        counts = dict(found.counts)
        if found.rates is None:
            return self._no_unit(counts | {"units_responsive": 0, "units_defined": 0})
        grid = grid_of(self.property_name, protocol.stimuli.load().table)
        values, responsive = PROPERTIES[self.property_name](grid.unfold(found.rates), found.baseline, grid)
        counts["units_responsive"] = int(responsive.sum())
        counts["units_defined"] = int(np.isfinite(values[responsive]).sum())
        if not counts["units_defined"]:
            return self._no_unit(counts)
        return self._compare(values[responsive], found.units[responsive], counts)

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


@dataclass(frozen=True, kw_only=True)
class TextureProperties(TuningProperties):
    """The distribution of one property of responses to textures, compared with that over recorded neurons.

    Fields and firing rates are found with gratings, as in :class:`TuningProperties`.

    Parameters
    ----------
    texture_degrees : float
        Width of the textures.
    """

    texture_degrees: float

    @property
    def stimuli_degrees(self) -> float:
        """Width of the textures."""
        return self.texture_degrees
