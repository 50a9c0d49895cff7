"""What a model calls each stimulus: right or wrong by condition, or which label for which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation
from brainscore_core.errors import InvalidModelOutput

from ...model_interface import Task
from ...screen import place_on_screen
from .measurement import Measurement, Samples, Stimuli, column, entry_of, load

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import BrainModel


@dataclass(frozen=True, kw_only=True)
class Labels(Measurement):
    """The task ``label`` on every stimulus.

    Parameters
    ----------
    stimuli : str or DataEntry
    visual_degrees : float
        Width of the stimuli.
    labels : tuple of str
        To choose from.
    truth : str
        The column of the right label.
    by : str
        The column of the condition; empty: the samples are the confusions, of condition ``"truth>answer"``, 1 where the
        stimulus got that label and 0 where not.
    """

    stimuli: Stimuli
    visual_degrees: float
    labels: tuple[str, ...]
    truth: str
    by: str = ""
    number_of_trials: int = 1
    regions: tuple[str, ...] = ()

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """The stimuli."""
        return (entry_of(self.stimuli),)

    def presents(self) -> tuple[Presentation, ...]:
        """The stimuli."""
        return (Presentation(load(self.stimuli), self.visual_degrees, None, self.number_of_trials, task=Task.LABEL),)

    def measure(self, model: "BrainModel", species: str) -> Samples:
        """Samples are answers, or confusions."""
        model.start_task(Task.LABEL, list(self.labels))
        stimuli = load(self.stimuli)
        placed = place_on_screen(stimuli, model.visual_degrees(), self.visual_degrees)
        answer = model.look_at(placed, self.number_of_trials)
        answers, rows = self._answers(answer, stimuli, model.identifier)
        truth = column(stimuli, self.truth)[rows]
        counts = {"answers": len(answers)}
        if self.by:
            return Samples((answers == truth).astype(float), column(stimuli, self.by)[rows], counts)
        values = (answers[:, None] == np.asarray(self.labels)[None, :]).astype(float)
        names = np.array([confusions([one], self.labels) for one in truth])
        return Samples(values.ravel(), names.ravel(), counts)

    def _answers(self, answer: object, stimuli: "StimulusSet", model: str) -> tuple[np.ndarray, np.ndarray]:
        """The labels given, and the row of the stimulus that each belongs to."""
        import xarray as xr

        place = {stimulus_id: index for index, stimulus_id in enumerate(stimuli.ids.tolist())}
        ids = answer["stimulus_id"].values.astype(str).tolist() if isinstance(answer, xr.DataArray) else []
        given = answer.values.astype(str) if isinstance(answer, xr.DataArray) else np.empty(0, dtype=str)
        if set(ids) != set(place) or not set(given.tolist()) <= set(self.labels):
            raise InvalidModelOutput(
                f"{model} answered {len(ids)} times to {len(place)} stimuli, with {sorted(set(given.tolist()))[:3]}",
                expected="one of the labels given, for every stimulus",
            )
        return given, np.array([place[one] for one in ids])


def confusions(truths: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The conditions of a confusion matrix, row by row."""
    return [f"{truth}>{label}" for truth in truths for label in labels]
