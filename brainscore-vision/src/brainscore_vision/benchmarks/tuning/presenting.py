"""Showing gratings to a model: rows of responses, and results computed once for each model and set of pixels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.digests import digest_sequence
from brainscore_core.statistics.averaging import average_repetitions

from ...screen import place_on_screen
from ..recording import record

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import BrainModel, TimeBins


@dataclass(frozen=True)
class Presenter:
    """A model, and how it is shown things and recorded from.

    Parameters
    ----------
    model : BrainModel
    region : str
    visual_degrees : float
        Width of the stimuli.
    time_bins : sequence of one (start, end)
        In ms after stimulus onset.
    species : str
        Empty: any.
    """

    model: "BrainModel"
    region: str
    visual_degrees: float
    time_bins: "TimeBins"
    species: str = ""

    def show(
        self, stimuli: "StimulusSet", trials: int, units: Sequence[str] | None = None, keep: bool = True
    ) -> "xr.DataArray":
        """Responses averaged over trials: dims presentation and neuroid, in the order of the stimuli."""
        recording = record(
            self.model,
            stimuli,
            visual_degrees=self.visual_degrees,
            region=self.region,
            number_of_trials=trials,
            time_bins=self.time_bins,
            species=self.species or None,
            units=units,
            keep=keep,
        )
        return average_repetitions(recording.isel(time_bin=0, drop=True)).transpose("presentation", "neuroid")

    def recipe(self, kind: str, *shown: "StimulusSet", **details: Any) -> dict[str, Any]:
        """Everything that a result on these stimuli depends on: the model, the placed pixels, the question."""
        return {
            "kind": kind,
            "network": self.model.digest(),
            "region": self.region,
            "species": self.species,
            "time_bins": [list(window) for window in self.time_bins],
            "pixels": [digest_sequence(self._digests(stimuli)) for stimuli in shown],
            **details,
        }

    def once(
        self,
        kind: str,
        shown: Sequence["StimulusSet"],
        details: Mapping[str, Any],
        compute: Callable[[], Mapping[str, np.ndarray]],
    ) -> dict[str, np.ndarray]:
        """Named arrays, computed once for this model, these placed pixels and details.

        Naming pixels that nobody has named yet would make each of them an extra time: then the model looks first, which
        names them.
        """
        from brainscore_core.cache import result_cache

        if self.model.digest() is None:
            return dict(compute())
        if all(self._named(stimuli) for stimuli in shown):
            return result_cache().arrays(self.recipe(kind, *shown, **details), compute)
        answer = dict(compute())
        return result_cache().arrays(self.recipe(kind, *shown, **details), lambda: answer)

    def _placed(self, stimuli: "StimulusSet") -> "StimulusSet":
        return place_on_screen(stimuli, self.model.visual_degrees(), self.visual_degrees)

    def _named(self, stimuli: "StimulusSet") -> bool:
        """Whether the digests of the placed pixels are known, or will not be learnt by looking."""
        from brainscore_core.cache import digest_memo

        if not stimuli.has_keys:
            return True
        memo, placed = digest_memo(), self._placed(stimuli)
        return all(memo.get(placed.key(stimulus_id)) is not None for stimulus_id in placed)

    def _digests(self, stimuli: "StimulusSet") -> list[str]:
        """SHA-256 of the placed pixels, from memory where they are known."""
        from brainscore_core.cache import digest_memo

        memo, placed = digest_memo(), self._placed(stimuli)
        if not stimuli.has_keys:
            return [placed.digest_of(stimulus_id) for stimulus_id in placed]
        return [memo.get(placed.key(stimulus_id)) or placed.digest_of(stimulus_id) for stimulus_id in placed]
