"""Experiment type: a model is measured as a paper measured brains, and held against the number that it states."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from brainscore_core.contracts import Benchmark, BenchmarkInfo, DataEntry, Presentation
from brainscore_core.scores import Score, normalise

from ..benchmarks.shown import CEILING_UNKNOWN
from ..benchmarks.tuning.experiment import ENOUGH, FEW_UNITS, NO_UNIT_DEFINED
from .measurements.labels import Labels
from .measurements.measurement import Measurement
from .measurements.solution_time import SolutionTime
from .source import PaperSource

UNCONFIRMED = "unconfirmed"
"""Flag: the published numbers were not seen in the source itself."""


@dataclass(frozen=True, kw_only=True)
class PublishedResult(Benchmark):
    """A model is measured as a paper measured brains, and held against the numbers that it states.

    Where the source gives no spread there is no ceiling, and so no normalised value: the comparison stands in ``raw``,
    and the score has the flag ``ceiling-unknown``.

    Parameters
    ----------
    measurement : Measurement
        What is shown and measured.
    source : PaperSource
        The paper, and its words.
    no_ceiling_because : str
        Why there is no `ceiling_metric`.
    """

    domain: ClassVar[str] = "vision"

    measurement: Measurement
    source: PaperSource
    no_ceiling_because: str = ""

    @property
    def region(self) -> tuple[str, ...]:
        """All regions that are recorded."""
        return self.measurement.regions

    @property
    def visual_degrees(self) -> float:
        """Width of the stimuli."""
        return self.measurement.visual_degrees

    @property
    def labels(self) -> tuple[str, ...]:
        """What is chosen from, where labels are given."""
        return self.measurement.labels if isinstance(self.measurement, Labels) else ()

    @property
    def conformance_subject(self) -> str:
        """The subject with which the kit scores it, where it needs time; empty: that of the domain."""
        timed = isinstance(self.measurement, SolutionTime)
        return "brainscore_vision.papers.timed_subject:timed_subject" if timed else ""

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """Descriptions of what is shown."""
        return self.measurement.shows

    def presents(self) -> tuple[Presentation, ...]:
        """What is shown."""
        return self.measurement.presents()

    def __call__(self, model: Any) -> Score:
        """Measure, compare."""
        model.reset()
        samples = self.measurement.measure(model, self.species)
        counts = dict(samples.counts)
        flags: tuple[str, ...] = (UNCONFIRMED,) if self.source.unconfirmed else ()
        defined = int(np.isfinite(samples.values).sum())
        if not defined:
            return self._score(Score(0.0, 0.0), (*flags, NO_UNIT_DEFINED), counts)
        raw = self.metric.load()(samples.assembly(), self.target())
        few = defined < ENOUGH and bool(self.measurement.regions)
        return self._score(raw, (*flags, *raw.flags, *((FEW_UNITS,) if few else ())), {**raw.details, **counts})

    def _score(self, raw: Score, flags: tuple[str, ...], details: dict[str, Any]) -> Score:
        ceiling = self.ceiling
        if ceiling is None or ceiling.value is None:
            told = details | {"ceiling": self.unknown_ceiling}
            return Score(None, raw=raw, flags=(*flags, CEILING_UNKNOWN), details=told)
        return normalise(raw, ceiling, flags=flags, details=details)

    @property
    def info(self) -> BenchmarkInfo:
        """Derived, with the paper's words."""
        derived = super().info
        words = (derived.description, f"{self.source.citation}: {self.source.quote}", self.source.measured_with)
        flags = derived.flags + ((UNCONFIRMED,) if self.source.unconfirmed else ())
        return replace(
            derived,
            description=" ".join(filter(None, words)),
            ceiling=derived.ceiling or self.unknown_ceiling,
            flags=flags if self.ceiling_metric else (*flags, CEILING_UNKNOWN),
        )

    @property
    def unknown_ceiling(self) -> str:
        """What is said where there is no ceiling."""
        return f"unknown: {self.no_ceiling_because}" if self.no_ceiling_because else "unknown"
