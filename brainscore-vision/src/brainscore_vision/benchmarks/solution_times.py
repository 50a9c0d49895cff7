"""Experiment type: when a population tells which object is shown, image by image."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import BenchmarkInfo
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from .recorded import RecordingExperiment
from .recording import REPEATS, record, repeats
from .shown import CEILING_UNKNOWN

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

CEILING_QUOTED = "ceiling-quoted"
"""Flag: the ceiling is a number that a source states, and cannot be computed from the data."""
NORMALISATION = "raw / ceiling"


@dataclass(frozen=True, kw_only=True)
class SolutionTimes(RecordingExperiment):
    """Moments at which a model's units suffice to tell objects apart, in the order of those of a brain.

    Kar et al. 2019 (Nat Neurosci 22:974); Kubilius, Schrimpf et al. 2019 (NeurIPS 32). The model is recorded in
    `time_bins`; the metric decodes objects from it in each. A model that repeats one response in all bins solves an
    image at once or never, which orders nothing: it is shown one image, its score is null, and flagged.

    Parameters
    ----------
    decoder : str
        Which solution times: an entry of the data's ``decoder``.
    quoted_ceiling : float
        What a perfect model would get, as a source states it; the score is the metric's value divided by it.
    quoted_from : str
        The source.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.recorded.RecordingExperiment`.
    """

    decoder: str
    quoted_ceiling: float
    quoted_from: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.quoted_ceiling <= 1:
            raise InvalidParameter(f"quoted_ceiling={self.quoted_ceiling!r}", expected="above 0, up to 1")
        if self.time_bins is None or len(self.time_bins) < 2:
            raise InvalidParameter(f"{self.identifier!r} has time_bins={self.time_bins!r}", expected="several")

    @property
    def ceiling(self) -> Score:
        """The quoted number."""
        return Score(self.quoted_ceiling, flags=(CEILING_QUOTED,), details={"quoted_from": self.quoted_from})

    @property
    def info(self) -> BenchmarkInfo:
        """Derived; the ceiling is the quoted number."""
        derived = super().info
        flags = tuple(CEILING_QUOTED if flag == CEILING_UNKNOWN else flag for flag in derived.flags)
        return replace(derived, ceiling=f"{self.quoted_ceiling:g}, quoted: {self.quoted_from}", flags=flags)

    def target(self) -> "xr.DataArray":
        """Solution times in ms, one row an image; of an image that stands twice, the first.

        Raises
        ------
        InvalidParameter
            If the data have no such decoder.
        """
        times = self.dataset.load()
        decoders = times["decoder"].values.astype(str)
        if self.decoder not in decoders:
            raise InvalidParameter(
                f"no decoder {self.decoder!r} in {self.dataset.identifier!r}", expected=f"one of {decoders.tolist()}"
            )
        chosen = times.isel(decoder=int(np.flatnonzero(decoders == self.decoder)[0]), drop=True)
        return chosen.isel(presentation=np.unique(chosen["stimulus_id"].values.astype(str), return_index=True)[1])

    def stimulus_set(self) -> "StimulusSet":
        """The images that have a row in the data."""
        stimuli = super().stimulus_set()
        timed = set(self.target()["stimulus_id"].values.astype(str).tolist())
        return stimuli.take([index for index, stimulus_id in enumerate(stimuli) if stimulus_id in timed])

    def __call__(self, model: Any) -> Score:
        """Show one image; where the answer changes over time, show all, decode, compare."""
        self.ask(model)
        details: dict[str, str | int | float] = {
            "region": self.region,
            "visual_degrees": float(self.visual_degrees),
            "number_of_trials": self.number_of_trials,
            "decoder": self.decoder,
            "ceiling_quoted_from": self.quoted_from,
        }
        if self._repeats(model):
            told = details | {"reason": "the model gives one response at all times: no image is solved after another"}
            return Score(None, ceiling=self.ceiling, flags=(CEILING_QUOTED, REPEATS), details=told)
        target = self.target()
        metric: Any = self.metric.load()
        raw = metric(self.record(model, self.time_bins), target)
        flags = (*raw.flags, CEILING_QUOTED)
        if raw.value is None:
            return Score(None, ceiling=self.ceiling, raw=raw, flags=flags, details=details | dict(raw.details))
        error = None if raw.error is None else raw.error / self.quoted_ceiling
        draws = None if raw.draws is None else raw.draws.copy(data=raw.draws.values / self.quoted_ceiling)
        return Score(
            raw.value / self.quoted_ceiling,
            error,
            ceiling=self.ceiling,
            raw=raw,
            draws=draws,
            normalisation=NORMALISATION,
            flags=flags,
            details=details | dict(raw.details),
        )

    def _repeats(self, model: Any) -> bool:
        """Whether the answer to the first image is the same at all times."""
        model.reset()
        one = record(
            model,
            lambda: self.stimulus_set().take([0]),
            visual_degrees=self.visual_degrees,
            region=self.region,
            time_bins=self.time_bins,
            species=self.species or None,
            keep=False,
        )
        return repeats(one)
