"""When what a stimulus is can be read from the units, in models whose answers change with time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation
from brainscore_core.errors import UnsupportedTask

from .measurement import Measurement, Samples, Stimuli, column, entry_of, load, species_of

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import BrainModel

LASTS = 2
"""Time bins in a row in which an image must be told right before it counts as solved."""


@dataclass(frozen=True, kw_only=True)
class SolutionTime(Measurement):
    """The time, in ms, from which each image is told right by the mean responses to the other images of each label.

    In each time bin an image gets the label whose mean response, the image itself left out, is correlated best with the
    response to it. It is solved at the start of the first of two bins in a row in which that is right; an image that
    never is, is undefined. A model that answers alike at all times has no such time: it is unsupported, which is found
    out with two patterns of noise before any data are fetched.

    Parameters
    ----------
    stimuli : str or DataEntry
    regions : tuple of one str
    visual_degrees : float
        Width of the images.
    labels : tuple of str
        Columns that are told, each for itself; with several, the condition is the column.
    by : str
        A column that tells the condition of an image; where it is empty, the condition is the label's column.
    step_ms, last_ms : float
        Length of a time bin, and where the last ends, from stimulus onset on.
    """

    stimuli: Stimuli
    regions: tuple[str, ...]
    visual_degrees: float
    labels: tuple[str, ...]
    by: str = ""
    step_ms: float = 10.0
    last_ms: float = 300.0
    number_of_trials: int = 1

    @property
    def time_bins(self) -> tuple[tuple[float, float], ...]:
        """In ms after stimulus onset."""
        starts = np.arange(0.0, self.last_ms - self.step_ms / 2, self.step_ms).tolist()
        return tuple((start, start + self.step_ms) for start in starts)

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """The images."""
        return (entry_of(self.stimuli),)

    def presents(self) -> tuple[Presentation, ...]:
        """The images."""
        return (Presentation(load(self.stimuli), self.visual_degrees, self.regions[0], self.number_of_trials),)

    def measure(self, model: "BrainModel", species: str) -> Samples:
        """Samples are images."""
        model.start_recording(self.regions[0], **species_of(species))
        self._refuse_static(model, species)
        stimuli = load(self.stimuli)
        answers = self._record(model, stimuli, species).transpose("time_bin", "presentation", "neuroid")
        responses = answers.values.astype(np.float64)
        values, conditions = [], []
        for label in self.labels:
            values.append(solution_times(responses, column(stimuli, label), self.step_ms))
            conditions.append(column(stimuli, self.by) if self.by else np.full(len(stimuli), label))
        times = np.concatenate(values)
        return Samples(times, np.concatenate(conditions), {"images_solved": int(np.isfinite(times).sum())})

    def _refuse_static(self, model: "BrainModel", species: str) -> None:
        answers = self._record(model, _noise(self.visual_degrees), species).transpose("time_bin", ...).values
        if (answers == answers[:1]).all():
            raise UnsupportedTask(
                f"{model.identifier} answers alike at all times in {self.regions[0]}, and a time is what is compared",
                expected="a model whose responses change within the time bins",
                remedy="commit its steps to milliseconds: brainscore_vision.commitments.time.in_time",
            )

    def _record(self, model: "BrainModel", stimuli: "StimulusSet", species: str) -> "xr.DataArray":
        from brainscore_core.statistics.averaging import average_repetitions

        from ...benchmarks.recording import record

        return average_repetitions(
            record(
                model,
                stimuli,
                visual_degrees=self.visual_degrees,
                region=self.regions[0],
                number_of_trials=self.number_of_trials,
                time_bins=self.time_bins,
                species=species or None,
            )
        )


def solution_times(responses: np.ndarray, labels: np.ndarray, step_ms: float) -> np.ndarray:
    """When each image is told right, in ms; NaN where it never is.

    Parameters
    ----------
    responses : numpy.ndarray
        Shape (time bins, images, units).
    labels : numpy.ndarray
        Shape (images,); an image that is alone with its label is undefined.
    step_ms : float
        Length of a time bin.
    """
    right = np.array([_told_right(answers, labels) for answers in responses])
    windows = np.lib.stride_tricks.sliding_window_view(right, LASTS, axis=0).all(axis=-1)
    return np.where(windows.any(axis=0), np.argmax(windows, axis=0) * step_ms, np.nan)


def _told_right(answers: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Whether the mean over the other images of an image's label is correlated best with it, shape (images,)."""
    names, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    sums = np.stack([answers[index == label].sum(axis=0) for label in range(len(names))])
    others = (sums[index] - answers) / np.maximum(counts[index] - 1, 1)[:, None]
    own = (_standard(answers) * _standard(others)).sum(axis=1)
    rest = _standard(answers) @ _standard(sums / counts[:, None]).T
    rest[np.arange(len(answers)), index] = -np.inf
    return (counts[index] > 1) & (own > rest.max(axis=1))


def _standard(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.divide(centred, norm, out=np.zeros_like(centred), where=norm > 0)


def _noise(degrees: float) -> "StimulusSet":
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    images = {f"noise-{seed}": np.random.default_rng(seed).integers(0, 256, (64, 64), np.uint8) for seed in range(2)}
    table = pd.DataFrame({"stimulus_id": list(images), "degrees": float(degrees)})
    return StimulusSet(
        table, identifier="noise", open=images.__getitem__, key=lambda stimulus_id: f"brainscore-vision/{stimulus_id}"
    )
