"""Experiment type: what a model has made of an object by the time a mask would have stopped it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import Presentation
from brainscore_core.errors import UnsupportedTask
from brainscore_vision.benchmarks.behavior.held_out import HeldOutComparison
from brainscore_vision.benchmarks.recording import record

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

LABEL = "image_label"


@dataclass(frozen=True, kw_only=True)
class MaskOnset(HeldOutComparison):
    """A decoder reads IT as it is when a mask would have reached it, onset by onset, and is compared with people.

    A mask that follows after `soa` ms is taken to let IT come as far as it is `latency` + `soa` ms after the object
    appeared, and to end it there (interruption; Rolls & Tovee 1994). The mask itself is not shown: its images are not
    published. A model whose responses are alike in all time bins makes no claim about time and is ``unsupported``.

    Parameters
    ----------
    onsets : sequence of int
        Times from object to mask, ms.
    latency : float
        First response of IT, ms.
    width : float
        Of the time bin that ends there, ms.
    region : str
        That is read.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.behavior.held_out.HeldOutComparison`.
    """

    conformance_subject: ClassVar[str] = "bs_benchmark_tang2018.random_subject:in_time"

    onsets: Sequence[int]
    latency: float = 100
    width: float = 25
    region: str = "IT"

    @property
    def time_bins(self) -> tuple[tuple[float, float], ...]:
        """What is recorded, ms after the object appeared."""
        ends = [self.latency + onset for onset in self.onsets]
        return tuple((end - self.width, end) for end in ends)

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli, recorded in the region."""
        return (Presentation(self.stimulus_set(), self.visual_degrees, self.region, self.number_of_trials),)

    def ask(self, model: Any) -> None:
        """Refuse a model without a map for the region, before data are fetched.

        Raises
        ------
        UnsupportedRegion
        """
        model.reset()
        model.start_recording(self.region, time_bins=self.time_bins, species=self.species or None)

    def answers(self, model: Any) -> "xr.DataArray":
        """The category read at each onset, rows (onset, image).

        Raises
        ------
        UnsupportedTask
            If the model is alike at all times.
        """
        stimuli = self.stimulus_set()
        responses = self._responses(model, stimuli)
        if all(np.array_equal(responses[..., 0], responses[..., later]) for later in range(1, len(self.onsets))):
            raise UnsupportedTask(
                f"{model.identifier} responds alike in all time bins", expected="a model that commits steps to ms"
            )
        behavior = getattr(model, "behavior", None)
        decoder = behavior.decoder if behavior is not None else _default()
        labels, splits = stimuli[LABEL].to_numpy().astype(str), list(self.splits(stimuli))
        read = [_read(responses[..., place], labels, splits, decoder) for place in range(len(self.onsets))]
        coords = {
            "stimulus_id": np.tile(stimuli.ids, len(self.onsets)),
            "soa": np.repeat(np.asarray(self.onsets), len(stimuli)),
        }
        return BehavioralAssembly(
            np.concatenate(read),
            dims=("presentation",),
            coords={name: ("presentation", values) for name, values in coords.items()},
        )

    def _responses(self, model: Any, stimuli: "StimulusSet") -> np.ndarray:
        """(stimulus, unit, time bin)."""
        from brainscore_core.statistics.averaging import average_repetitions

        model.reset()
        recording = record(
            model,
            stimuli,
            visual_degrees=self.visual_degrees,
            region=self.region,
            number_of_trials=self.number_of_trials,
            time_bins=self.time_bins,
            species=self.species or None,
        )
        return average_repetitions(recording).transpose("presentation", "neuroid", "time_bin").values


def _default() -> Any:
    from brainscore_vision.behavior import LogisticDecoder

    return LogisticDecoder()


def _read(
    responses: np.ndarray, labels: np.ndarray, splits: Sequence[tuple[np.ndarray, np.ndarray]], decoder: Any
) -> np.ndarray:
    """Labels read from responses (stimulus, unit), each by a decoder that was fitted on other stimuli."""
    answers = np.empty(len(labels), labels.dtype)
    for train, test in splits:
        fitted = decoder.fit(responses[train], labels[train].tolist())
        answers[test] = np.asarray(fitted.labels)[fitted.probabilities(responses[test]).argmax(1)]
    return answers
