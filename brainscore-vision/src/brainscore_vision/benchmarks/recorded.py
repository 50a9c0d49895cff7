"""What neural experiment types share: stimuli shown at a size, one region recorded."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from brainscore_core.contracts import Benchmark, BenchmarkInfo, DataEntry, Presentation
from brainscore_core.digests import digest_sequence
from brainscore_core.errors import InvalidParameter, StimulusMismatch

from ..geometry import StimulusGeometry

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

    from ..model_interface import TimeBins

CEILING_UNKNOWN = "ceiling-unknown"
"""Flag: nothing in the data tells how well a perfect model would do."""


@dataclass(frozen=True, kw_only=True)
class RecordingExperiment(Benchmark):
    """Stimuli are shown, one region is recorded; subclasses compare.

    Parameters
    ----------
    stimuli : str or DataEntry
        The stimulus set: an identifier, or a description with ``load()``.
    region : str
        As ``"IT"``: of the data, and of the model.
    visual_degrees : float
        Width of the stimuli in the experiment.
    number_of_trials : int
        Presentations of each stimulus; a model that differs between them is averaged over them.
    time_bins : sequence of (start, end), optional
        In ms after stimulus onset.
    geometry : StimulusGeometry
        What the source states of the display besides.
    stimulus_digest : str, optional
        Digest of the stimulus set that was recorded; a set of another digest is refused.
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
    stimulus_digest: str | None = None
    notes: str = ""
    no_ceiling_because: str = ""

    def __post_init__(self) -> None:
        from ..model_interface import bins

        for name in ("data", "stimuli"):
            given = getattr(self, name)
            if not isinstance(given, (str, DataEntry)):
                raise InvalidParameter(
                    f"benchmark {self.identifier!r} has {name} of type {type(given).__name__}",
                    expected="an identifier, or a DataEntry",
                    remedy=f"{name}=DataEntry({self.identifier!r}, lambda: ..., DataInfo(...))",
                )
        object.__setattr__(self, "time_bins", bins(self.time_bins))
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
    def shows(self) -> tuple[DataEntry, ...]:
        """The description of what is shown."""
        return (self.stimulus_entry,)

    def stimulus_set(self) -> "StimulusSet":
        """What is shown.

        Raises
        ------
        StimulusMismatch
            If it is not the set that was recorded.
        """
        stimuli = self.stimulus_entry.load()
        if self.stimulus_digest is not None and (found := _digest(stimuli)) != self.stimulus_digest:
            raise StimulusMismatch(
                f"stimulus set {stimuli.identifier!r} has digest {found[:12]}",
                expected=f"{self.stimulus_digest[:12]}, the one that was recorded",
                remedy="fetch it again after `brainscore data verify`, or install the version of the data package"
                " that it belongs to",
            )
        return stimuli

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli."""
        return (Presentation(self.stimulus_set(), self.visual_degrees, self.region, self.number_of_trials),)

    def ask(self, model: Any, region: str | None = None) -> None:
        """Refuse a model without a map for the region before data are fetched for it.

        Raises
        ------
        UnsupportedRegion
        """
        model.reset()
        model.start_recording(region or self.region, **({"species": self.species} if self.species else {}))

    def record(self, model: Any, time_bins: "TimeBins | None" = None, *, region: str | None = None) -> "xr.DataArray":
        """Show the stimuli and record the region; trials averaged.

        Parameters
        ----------
        model : BrainModel
        time_bins : sequence of (start, end), optional
            In ms after stimulus onset; one bin leaves no time dimension.
        region : str, optional
            Of the model, where it is not the one that was recorded from.
        """
        from brainscore_core.statistics.averaging import average_repetitions

        from .recording import record

        model.reset()
        recording = record(
            model,
            self.stimulus_set,
            visual_degrees=self.visual_degrees,
            region=region or self.region,
            number_of_trials=self.number_of_trials,
            time_bins=time_bins,
            species=self.species or None,
            keep=self.access != "private",
            position=self.geometry.position or (0.0, 0.0),
        )
        averaged = average_repetitions(recording)
        return averaged.isel(time_bin=0, drop=True) if averaged.sizes.get("time_bin") == 1 else averaged

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
            ceiling=derived.ceiling or self.unknown_ceiling,
            flags=derived.flags if self.ceiling_metric else (*derived.flags, CEILING_UNKNOWN),
            experiment=experiment,
        )

    @property
    def unknown_ceiling(self) -> str:
        """What is said where there is no ceiling."""
        return f"unknown: {self.no_ceiling_because}" if self.no_ceiling_because else "unknown"


_digests: dict[str, str] = {}
"""Of the names of all stimuli of a set, to the digest of what they are: pixels are read once a process."""


def _digest(stimuli: "StimulusSet") -> str:
    if not stimuli.has_keys:
        return stimuli.digest()
    names = digest_sequence(part for id in stimuli for part in (id, stimuli.key(id)))
    if names not in _digests:
        _digests[names] = stimuli.digest()
    return _digests[names]
