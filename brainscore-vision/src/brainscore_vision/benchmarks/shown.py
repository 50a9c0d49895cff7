"""What experiment types share: stimuli shown at a size."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from brainscore_core.contracts import Benchmark, BenchmarkInfo, DataEntry
from brainscore_core.digests import digest_sequence
from brainscore_core.errors import InvalidParameter, StimulusMismatch

from ..geometry import StimulusGeometry

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

CEILING_UNKNOWN = "ceiling-unknown"
"""Flag: nothing in the data tells how well a perfect model would do."""


@dataclass(frozen=True, kw_only=True)
class ShownExperiment(Benchmark):
    """Stimuli are shown; subclasses say what is measured.

    Parameters
    ----------
    stimuli : str or DataEntry
        The stimulus set: an identifier, or a description with ``load()``.
    visual_degrees : float
        Width of the stimuli in the experiment.
    number_of_trials : int
        Presentations of each stimulus.
    geometry : StimulusGeometry
        What the source states of the display besides.
    stimulus_digest : str, optional
        Digest of the stimulus set that was shown; a set of another digest is refused.
    notes : str
        What a reader of the result should know of the experiment; part of its description.
    no_ceiling_because : str
        Why there is no `ceiling_metric`.
    """

    domain: ClassVar[str] = "vision"
    may_fill: ClassVar[bool] = False

    stimuli: Any
    visual_degrees: float
    number_of_trials: int = 1
    geometry: StimulusGeometry = StimulusGeometry()
    stimulus_digest: str | None = None
    notes: str = ""
    no_ceiling_because: str = ""

    def __post_init__(self) -> None:
        for name in ("data", "stimuli"):
            require_entry(self.identifier, name, getattr(self, name))
        if not (self.may_fill if self.visual_degrees is None else self.visual_degrees > 0):
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has visual_degrees={self.visual_degrees!r}", expected="above 0"
            )

    @property
    def stimulus_entry(self) -> DataEntry:
        """The description of what is shown."""
        return entry_of(self.stimuli)

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


def require_entry(benchmark: str, name: str, given: Any) -> None:
    """Refuse data or stimuli that are neither an identifier nor a description.

    Raises
    ------
    InvalidParameter
    """
    if not isinstance(given, (str, DataEntry)):
        raise InvalidParameter(
            f"benchmark {benchmark!r} has {name} of type {type(given).__name__}",
            expected="an identifier, or a DataEntry",
            remedy=f"{name}=DataEntry({benchmark!r}, lambda: ..., DataInfo(...))",
        )


def entry_of(stimuli: "str | DataEntry") -> DataEntry:
    """The description of a stimulus set."""
    if isinstance(stimuli, str):
        from brainscore_core.registry import resolve

        return resolve("stimulus_sets", stimuli)
    return stimuli


_digests: dict[str, str] = {}
"""Of the names of all stimuli of a set, to the digest of what they are: pixels are read once a process."""


def _digest(stimuli: "StimulusSet") -> str:
    if not stimuli.has_keys:
        return stimuli.digest()
    names = digest_sequence(part for id in stimuli for part in (id, stimuli.key(id)))
    if names not in _digests:
        _digests[names] = stimuli.digest()
    return _digests[names]
