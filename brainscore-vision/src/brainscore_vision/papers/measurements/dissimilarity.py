"""How different the responses to each pair of stimuli are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation

from .measurement import Measurement, Samples, Stimuli, entry_of, load

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import BrainModel


@dataclass(frozen=True, kw_only=True)
class Dissimilarity(Measurement):
    """One minus Pearson's correlation over the units, of each pair of stimuli.

    Parameters
    ----------
    stimuli : str or DataEntry
    regions : tuple of one str
    visual_degrees : float
        Width of the stimuli.
    order : tuple of str
        Stimulus ids in the order of the published matrix; the condition of a pair is ``"a|b"``.
    """

    stimuli: Stimuli
    regions: tuple[str, ...]
    visual_degrees: float
    order: tuple[str, ...]
    number_of_trials: int = 1

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """The stimuli."""
        return (entry_of(self.stimuli),)

    def presents(self) -> tuple[Presentation, ...]:
        """The stimuli."""
        return (Presentation(load(self.stimuli), self.visual_degrees, self.regions[0], self.number_of_trials),)

    def measure(self, model: "BrainModel", species: str) -> Samples:
        """Samples are pairs."""
        from brainscore_core.statistics.averaging import average_repetitions

        from ...benchmarks.recording import record

        answer = average_repetitions(
            record(
                model,
                self._ordered,
                visual_degrees=self.visual_degrees,
                region=self.regions[0],
                number_of_trials=self.number_of_trials,
                species=species or None,
            )
        )
        responses = answer.transpose("presentation", "neuroid").values.astype(np.float64)
        one, other = np.triu_indices(len(self.order), k=1)
        values = 1 - np.corrcoef(responses)[one, other]
        pairs = [f"{self.order[i]}|{self.order[j]}" for i, j in zip(one, other, strict=True)]
        return Samples(values, np.asarray(pairs), {"units_recorded": responses.shape[1]})

    def _ordered(self) -> "StimulusSet":
        from brainscore_core.errors import InvalidStimulusSet

        stimuli = load(self.stimuli)
        place = {stimulus_id: index for index, stimulus_id in enumerate(stimuli.ids.tolist())}
        if missing := [stimulus_id for stimulus_id in self.order if stimulus_id not in place]:
            raise InvalidStimulusSet(
                f"stimulus set {stimuli.identifier!r} has no stimulus {missing[0]!r}", expected="those of the matrix"
            )
        return stimuli.take([place[stimulus_id] for stimulus_id in self.order])
