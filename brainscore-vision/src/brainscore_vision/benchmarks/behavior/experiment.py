"""What behavioural experiment types share: stimuli shown at a size, a task, the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from brainscore_core.contracts import DataEntry, Presentation
from brainscore_core.errors import InvalidParameter, StimulusMismatch, UnsupportedTask

from ...model_interface import Task
from ...screen import place_on_screen
from ..shown import ShownExperiment, entry_of, require_entry
from .answers import checked

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

FITTED_ON_TEST = "fitted-on-test-stimuli"
"""Flag: the published experiment fits its decoder on stimuli that it tests with."""

STREAMED = 1024
"""Stimuli that are looked at in one go where answers do not hang on each other."""


@dataclass(frozen=True, kw_only=True)
class BehavioralExperiment(ShownExperiment):
    """Stimuli are shown, a task is done; subclasses compare answers.

    Parameters
    ----------
    visual_degrees : float, optional
        Width of the stimuli. None: they fill the field of every model, which is engineering and no experiment.
    task : str
        A :class:`~brainscore_vision.model_interface.Task`.
    labels : sequence of str or "imagenet"
        To choose from, in ``label``.
    aggregation : {"mean", "max", "sum"}, optional
        Of the probabilities of a label's classes, in ``label``.
    fitting_stimuli : str or DataEntry, optional
        What a decoder is fitted on, with a column ``image_label`` (``value`` for ``discrimination``).
    fitting_degrees : float, optional
        Their width; default: that of the stimuli.
    overlap_published : bool
        The published experiment fits on stimuli that it tests with; else that is refused. The score says so.
    human : mapping of str to number or str
        Human reference points: what a person scores. They stand in the description and in the score's details.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.shown.ShownExperiment`.
    """

    may_fill: ClassVar[bool] = True

    visual_degrees: float | None  # type: ignore[assignment]  # wider than where there is always somebody who saw them
    task: str
    labels: "Sequence[str] | str" = ()
    aggregation: str | None = None
    fitting_stimuli: Any = None
    fitting_degrees: float | None = None
    overlap_published: bool = False
    human: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.task not in list(Task):
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has task={self.task!r}", expected=f"one of {list(map(str, Task))}"
            )
        if self.fitting_stimuli is not None:
            require_entry(self.identifier, "fitting_stimuli", self.fitting_stimuli)
        object.__setattr__(self, "task", str(self.task))
        if not isinstance(self.labels, str):
            object.__setattr__(self, "labels", tuple(self.labels))

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """Descriptions of what is shown, and of what is fitted on."""
        fitting = () if self.fitting_stimuli is None else (entry_of(self.fitting_stimuli),)
        return (self.stimulus_entry, *fitting)

    def trial_table(self) -> "pd.DataFrame | None":
        """Which stimuli form a trial, for tasks whose trials show several; None: consecutive ones."""
        return None

    def fitting_set(self) -> "StimulusSet | None":
        """What a decoder is fitted on.

        Raises
        ------
        StimulusMismatch
            If a stimulus of it is tested with, unless that is published.
        """
        if self.fitting_stimuli is None:
            return None
        fitting = entry_of(self.fitting_stimuli).load()
        if not self.overlap_published:
            require_disjoint(fitting, self.stimulus_set())
        return fitting

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli, those for fitting first."""
        shown = [(self.fitting_set(), self.fitting_degrees or self.visual_degrees)] if self.fitting_stimuli else []
        shown.append((self.stimulus_set(), self.visual_degrees))
        return tuple(
            Presentation(stimuli, degrees, None, self.number_of_trials, task=self.task)
            for stimuli, degrees in shown
            if stimuli is not None
        )

    def ask(self, model: Any) -> None:
        """Refuse a model that does not do the task before data are fetched for it.

        Raises
        ------
        UnsupportedTask
        """
        model.reset()
        fitted = self.fitting_stimuli is not None
        if self.task == Task.LABEL and self.labels and not fitted:
            model.start_task(self.task, self.labels)
            return
        does = getattr(model.info, "tasks", ())
        needed = Task.PROBABILITIES if self.task == Task.LABEL and fitted else self.task  # a decoder names, not classes
        if does and needed not in does:
            raise UnsupportedTask(f"{model.identifier} does not do the task {self.task!r}", expected=f"one of {does}")

    def behave(self, model: Any) -> "xr.DataArray":
        """Show the stimuli and have the task done.

        Returns
        -------
        BehavioralAssembly
            As :meth:`~brainscore_vision.BrainModel.look_at` answers; rows in the order of the stimuli or trials.

        Raises
        ------
        UnsupportedTask, InvalidModelOutput
        """
        self.ask(model)
        degrees, trials = model.visual_degrees(), self.trial_table()
        fitting = self.fitting_set()
        given: Any = self.labels or None
        position = self.geometry.position or (0.0, 0.0)
        if fitting is not None:
            size = self.fitting_degrees or self.visual_degrees or degrees
            given = place_on_screen(fitting, degrees, size, position=position)
        options = {
            "trials": trials,
            "aggregation": self.aggregation,
            "keep": None if self.access == "public" else False,
        }
        model.reset()
        model.start_task(self.task, given, **{name: value for name, value in options.items() if value is not None})
        stimuli = self.stimulus_set()
        placed = place_on_screen(stimuli, degrees, self.visual_degrees or degrees, position=position)
        return checked(self._look(model, placed), stimuli, self, model.identifier, trials)

    def _look(self, model: Any, placed: "StimulusSet") -> "xr.DataArray":
        """Answers; where they do not hang on each other, stimuli are streamed."""
        if self.task not in (Task.LABEL, Task.PROBABILITIES) or len(placed) <= STREAMED:
            return model.look_at(placed, self.number_of_trials)
        import xarray as xr

        parts = [
            model.look_at(placed.take(slice(start, start + STREAMED)), self.number_of_trials)
            for start in range(0, len(placed), STREAMED)
        ]
        return xr.concat(parts, "presentation", coords="minimal", compat="equals", join="exact")

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader of its scores must not miss."""
        return (FITTED_ON_TEST,) if self.overlap_published else ()

    @property
    def human_details(self) -> dict[str, float | str]:
        """The human reference points, as a score's details name them."""
        return {f"human_{name}": value for name, value in self.human.items()}


def require_disjoint(fitting: "StimulusSet", test: "StimulusSet") -> None:
    """Refuse fitting stimuli of which some are tested with, by their pixels: one picture in two files is one stimulus.

    Raises
    ------
    StimulusMismatch
    """
    tested = {_pixels(test, id): id for id in test}
    shared = [(id, tested[key]) for id in fitting if (key := _pixels(fitting, id)) in tested]
    if shared:
        raise StimulusMismatch(
            f"{len(shared)} fitting stimuli of {fitting.identifier!r} are tested with, as {shared[0][0]!r}, which is"
            f" {shared[0][1]!r} of {test.identifier!r}",
            expected="fitting stimuli and test stimuli that share none",
            remedy="fit on others; overlap_published=True where the published experiment does so",
        )


_digests: dict[str, str] = {}
"""Of the name of a stimulus's content, to the digest of its pixels: read once a process."""


def _pixels(stimuli: "StimulusSet", stimulus_id: str) -> str:
    if not stimuli.has_keys:
        return stimuli.digest_of(stimulus_id)
    key = stimuli.key(stimulus_id)
    if key not in _digests:
        _digests[key] = stimuli.digest_of(stimulus_id)
    return _digests[key]
