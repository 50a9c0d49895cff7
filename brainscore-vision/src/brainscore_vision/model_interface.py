"""What a visual brain model is: an experimental subject that looks, is recorded from, and reports."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from brainscore_core.contracts import ModelInfo
from brainscore_core.errors import InvalidParameter

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from brainscore_core.contracts import Plan
    from brainscore_core.stimuli import StimulusSet

TimeBins = Sequence[tuple[float, float]]


class Task(StrEnum):
    """What a subject can be asked to do. A model does a task or refuses it with ``UnsupportedTask``."""

    PASSIVE = "passive"
    """Fixate and do nothing."""
    LABEL = "label"
    """Name each stimulus, out of given labels."""
    PROBABILITIES = "probabilities"
    """A probability for each label, by a decoder fitted on given stimuli."""
    ODD_ONE_OUT = "odd_one_out"
    """Which of three stimuli does not belong."""
    MATCH_TO_SAMPLE = "match_to_sample"
    """Which of two choices goes with a sample that was shown before."""
    DISCRIMINATION = "discrimination"
    """Which of two intervals held more of something: two-interval, two-alternative forced choice."""
    VISUAL_SEARCH = "visual_search"
    """Where to look, fixation by fixation, until the target is found in an array."""
    RATING = "rating"
    """How similar two stimuli are."""

    passive = PASSIVE  # the spellings of Brain-Score 2
    label = LABEL
    probabilities = PROBABILITIES
    odd_one_out = ODD_ONE_OUT
    match_to_sample = MATCH_TO_SAMPLE
    discrimination = DISCRIMINATION
    visual_search = VISUAL_SEARCH
    rating = RATING


class RecordingTarget(StrEnum):
    """Regions that most benchmarks ask for. Any other name may be recorded from where a model has a map for it."""

    V1 = "V1"
    V2 = "V2"
    V4 = "V4"
    IT = "IT"


AnyTask = Task | str
AnyRegion = RecordingTarget | str


class BrainModel(ABC):
    """A visual brain model: stateful, single-threaded, committed to regions before any benchmark is seen.

    Its input is pixels at a stated visual angle. Every task is either done or refused with
    :class:`~brainscore_core.errors.UnsupportedTask`.
    """

    Task: ClassVar = Task
    RecordingTarget: ClassVar = RecordingTarget

    @property
    @abstractmethod
    def identifier(self) -> str:
        """Name of the model."""

    @property
    @abstractmethod
    def info(self) -> ModelInfo:
        """What is known of it; `non_neural_parts` names everything that is no hypothesis about neurons."""

    @abstractmethod
    def visual_degrees(self) -> float:
        """Width of the field of view, in degrees of visual angle. Images passed to `look_at` fill it."""

    @abstractmethod
    def configure(
        self, *, seed: int = 0, device: str | None = None, batch_size: int | None = None, cache: bool = True
    ) -> None:
        """Set how it runs. `seed` governs its trials only."""

    @abstractmethod
    def reset(self) -> None:
        """Forget task, recording and all state."""

    @abstractmethod
    def digest(self) -> str | None:
        """SHA-256 of its content; None when that cannot be read, and results then stay in this process."""

    @abstractmethod
    def start_task(
        self,
        task: AnyTask,
        fitting_stimuli: "StimulusSet | Sequence[str] | str | None" = None,
        *,
        trials: "pd.DataFrame | None" = None,
        aggregation: str | None = None,
        keep: bool = True,
    ) -> None:
        """Do `task` from now on; replaces a recording.

        Parameters
        ----------
        task : str
            A :class:`Task`.
        fitting_stimuli : StimulusSet, sequence of str or str, optional
            For ``label``: the labels, ``"imagenet"``, or stimuli with a column ``image_label``. For ``probabilities``:
            such stimuli. For ``discrimination``: stimuli with a column ``value`` of numbers. Stimuli fill the field of
            view, as those of `look_at`. Other tasks take none.
        trials : pandas.DataFrame, optional
            For tasks whose trials show several stimuli: a row a trial, a column of stimulus ids for each role
            (``odd_one_out``: stimulus_1, stimulus_2, stimulus_3; ``match_to_sample``: sample, choice_1, choice_2;
            ``discrimination``: interval_1, interval_2; ``rating``: stimulus_1, stimulus_2; ``visual_search``: target,
            item_1, item_2 and so on, and target_item, the number of the item that is the target). None: consecutive
            stimuli form a trial, except in ``visual_search``.
        aggregation : {"mean", "max", "sum"}, optional
            For ``label``: from the probabilities of a label's classes to that of the label; default: the mean.
        keep : bool
            False: nothing of what is shown is stored.

        Raises
        ------
        UnsupportedTask
            If the model does not do it, or cannot name a label.
        InvalidParameter
            If something is asked for that means nothing.
        """

    @abstractmethod
    def start_recording(
        self,
        recording_target: AnyRegion,
        *,
        time_bins: TimeBins | None = None,
        species: str | None = None,
        hemisphere: str | None = None,
        units: Sequence[str] | None = None,
        keep: bool = True,
    ) -> None:
        """Record from a region from now on; replaces a task.

        Parameters
        ----------
        recording_target : str
            As ``"V1"``.
        time_bins : sequence of (start, end), optional
            In ms after stimulus onset. The answer has the dimension ``time_bin`` exactly when they are given.
        species, hemisphere : str, optional
            A model without a map for them is ``unsupported`` there; None: any.
        units : sequence of str, optional
            ``neuroid_id`` (``layer.index``) of an earlier recording: only these, in this order.
        keep : bool
            False: the caller reduces the rows as they come, and nothing is stored.

        Raises
        ------
        UnsupportedRegion
        """

    @abstractmethod
    def look_at(self, stimuli: "StimulusSet", number_of_trials: int = 1) -> "xr.DataArray | None":
        """Look at each stimulus and answer.

        Parameters
        ----------
        stimuli : StimulusSet
            Images that fill the field of view (:func:`brainscore_vision.screen.place_on_screen`).
        number_of_trials : int
            A deterministic model returns one row a stimulus whatever it is.

        Returns
        -------
        xarray.DataArray or None
            ``presentation x neuroid [x time_bin]`` while recording; None when passive; in a task a BehavioralAssembly:
            ``presentation`` (a stimulus, or a trial where those show several), for ``probabilities`` also ``choice``.
        """

    def expect(self, plan: "Plan") -> None:  # noqa: B027 - a model need not plan
        """Learn what the run will present, so that one pass records the union of layers. Optional."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.identifier!r})"


def bins(time_bins: TimeBins | None) -> tuple[tuple[float, float], ...] | None:
    """Validated time bins in ms.

    Raises
    ------
    InvalidParameter
    """
    if time_bins is None:
        return None
    checked = [_bin(entry) for entry in time_bins]
    if not checked:
        raise InvalidParameter("no time bins given", expected="at least one, or time_bins=None")
    return tuple(checked)


def _bin(entry: Any) -> tuple[float, float]:
    try:
        start, end = (float(value) for value in entry)
    except (TypeError, ValueError):
        start = end = math.nan
    if not (math.isfinite(start) and math.isfinite(end) and start < end):
        raise InvalidParameter(f"time bin {entry!r}", expected="(start, end) in ms with start < end")
    return start, end
