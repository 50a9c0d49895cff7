"""Experiment type: do model and brain find the same stimuli alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from brainscore_core.contracts import Access, Benchmark, BenchmarkInfo, DataEntry, Presentation
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from ..geometry import StimulusGeometry

if TYPE_CHECKING:
    import xarray as xr

    from ..model_interface import TimeBins

CEILING_UNKNOWN = "ceiling-unknown"
"""Flag: nothing in the data tells how well a perfect model would do."""


@dataclass(frozen=True, kw_only=True)
class RepresentationalSimilarity(Benchmark):
    """Dissimilarities between stimuli in the model, correlated with those in the brain.

    The score is null and `raw` is the correlation: no formula that divides it by a ceiling is right, however many
    subjects there are. Where there is a ceiling with a lower bound, `details` says where between the bounds `raw` lies:
    ``position`` = (raw - lower) / (upper - lower), negative below the lower bound.

    Parameters
    ----------
    stimuli : str or DataEntry
        The stimulus set: an identifier, or a description with ``load()``.
    region : str
        As ``"IT"``.
    visual_degrees : float
        Width of the stimuli in the experiment.
    number_of_trials : int
        Presentations of each stimulus; a model that differs between them is averaged over them.
    time_bins : sequence of one (start, end), optional
        In ms after stimulus onset.
    geometry : StimulusGeometry
        What the source states of the display besides.
    notes : str
        What a reader of the result should know of the experiment; part of its description.
    no_ceiling_because : str
        Why there is no `ceiling_metric`.
    """

    domain: ClassVar[str] = "vision"

    stimuli: Any
    region: str
    visual_degrees: float
    number_of_trials: int = 1
    time_bins: "TimeBins | None" = None
    geometry: StimulusGeometry = StimulusGeometry()
    notes: str = ""
    no_ceiling_because: str = ""

    def __post_init__(self) -> None:
        from ..model_interface import bins

        object.__setattr__(self, "time_bins", bins(self.time_bins))
        if self.time_bins is not None and len(self.time_bins) != 1:
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has {len(self.time_bins)} time bins",
                expected="one: dissimilarities of one time window are compared",
            )
        if not self.visual_degrees > 0:
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has visual_degrees={self.visual_degrees!r}", expected="above 0"
            )

    @property
    def stimulus_entry(self) -> DataEntry:
        """The description of what is shown."""
        if isinstance(self.stimuli, str):
            from brainscore_core.registry import resolve

            return resolve("stimulus_sets", self.stimuli)
        return self.stimuli

    @property
    def access(self) -> Access:
        """As private as recordings or stimuli, whichever is more."""
        return "private" if "private" in (super().access, self.stimulus_entry.info.access) else "public"

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli."""
        stimuli = self.stimulus_entry.load()
        return (Presentation(stimuli, self.visual_degrees, self.region, self.number_of_trials),)

    def target(self) -> "xr.DataArray":
        """Dissimilarities, or mean responses, of the region."""
        from brainscore_core.assemblies import select

        from .repetitions import average_repetitions

        assembly = self.dataset.load()
        if "region" in assembly.coords:
            assembly = select(assembly, region=self.region)
        return average_repetitions(self._one_bin(assembly)) if "presentation" in assembly.dims else assembly

    def __call__(self, model: Any) -> Score:
        """Show the stimuli, record the region, correlate dissimilarities."""
        from .recording import record
        from .repetitions import average_repetitions

        target = self.target()
        model.reset()
        recording = record(
            model,
            self.stimulus_entry.load(),
            visual_degrees=self.visual_degrees,
            region=self.region,
            number_of_trials=self.number_of_trials,
            time_bins=self.time_bins,
            species=self.species or None,
            position=self.geometry.position or (0.0, 0.0),
        )
        raw = self.metric.load()(average_repetitions(self._one_bin(recording)), target)
        ceiling = self.ceiling
        unknown = () if ceiling else (CEILING_UNKNOWN,)
        return Score(None, ceiling=ceiling, raw=raw, flags=(*raw.flags, *unknown), details=self._details(raw, ceiling))

    @property
    def info(self) -> BenchmarkInfo:
        """Derived, with the notes, the display and, where there is none, the reason for no ceiling."""
        derived = super().info
        experiment = {name: value for name, value in derived.experiment.items() if name not in ("notes", "geometry")}
        experiment["stimuli"] = self.stimulus_entry.identifier
        experiment["geometry"] = replace(self.geometry, visual_degrees=self.visual_degrees).to_dict()
        return replace(
            derived,
            description=" ".join(filter(None, (derived.description, self.notes))),
            ceiling=derived.ceiling or self._unknown(),
            flags=derived.flags if self.ceiling_metric else (*derived.flags, CEILING_UNKNOWN),
            experiment=experiment,
        )

    def _details(self, raw: Score, ceiling: Score | None) -> Mapping[str, str | int | float]:
        details = dict(raw.details)
        if ceiling is None:
            return details | {"ceiling": self._unknown()}
        details |= ceiling.details
        lower, upper = ceiling.details.get("lower"), float(ceiling)
        if raw.value is not None and isinstance(lower, float) and upper > lower:
            details["position"] = (raw.value - lower) / (upper - lower)
        return details

    def _unknown(self) -> str:
        return f"unknown: {self.no_ceiling_because}" if self.no_ceiling_because else "unknown"

    def _one_bin(self, assembly: "xr.DataArray") -> "xr.DataArray":
        """The time window that is compared, without the dimension; several windows without a choice are an error."""
        if "time_bin" not in assembly.dims:
            return assembly
        starts, ends = (assembly[f"time_bin_{edge}"].values.tolist() for edge in ("start", "end"))
        found = list(zip(starts, ends, strict=True))
        wanted = list(self.time_bins or found)
        if len(wanted) != 1 or wanted[0] not in found:
            raise InvalidParameter(
                f"data of {self.identifier!r} have the time bins {found}", expected="time_bins= with one of them"
            )
        return assembly.isel(time_bin=found.index(wanted[0]), drop=True)
