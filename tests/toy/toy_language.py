"""A second domain in thirty lines: text in, reading times out. Core serves it without a change."""

from dataclasses import dataclass
from typing import ClassVar

from brainscore_core.assemblies import BehavioralAssembly, align
from brainscore_core.contracts import Benchmark, DataEntry, DataInfo, MetricSpec, ModelEntry, ModelInfo, Presentation
from brainscore_core.domains import Domain
from brainscore_core.scores import Score, normalise
from brainscore_core.stimuli import StimulusSet

READ = {"the": 190.0, "cat": 215.0, "sat": 220.0, "nonetheless": 340.0, "on": 185.0, "linoleum": 330.0}  # ms a word
domain = Domain("language", "toy_language:Reader", {"average_language": "", "reading": "average_language"}, ("text",))


def times(values):
    return BehavioralAssembly(
        list(values), dims=("presentation",), coords={"stimulus_id": ("presentation", list(READ))}
    )


def words():
    import pandas as pd

    return StimulusSet(pd.DataFrame({"stimulus_id": list(READ)}), identifier="words", open=str, key=str)


class Reader:
    """Reads a word in a time that grows with its letters."""

    identifier, info = "letters", ModelInfo("Reading times grow with the letters of a word.")

    def configure(self, *, seed=0, device=None, batch_size=None, cache=True): ...

    def reset(self): ...

    def digest(self):
        return "1" * 64

    def read(self, stimuli):
        return times(200.0 + 10 * len(stimuli.open(word)) for word in stimuli)


class Correlation:
    """Pearson's r over words."""

    inputs = "pair"

    def __call__(self, source, target):
        import numpy as np

        source, target = align(source, target)
        return Score(np.corrcoef(source, target)[0, 1])

    def ceiling(self, target):
        return Score(0.95, 0.01)


@dataclass(frozen=True)
class Reading(Benchmark):
    """Correlates reading times of people and model."""

    domain: ClassVar[str] = "language"

    def presents(self):
        return (Presentation(words(), None, None),)

    def __call__(self, model):
        return normalise(self.metric.load()(model.read(words()), self.target()), self.ceiling)


letters = ModelEntry("letters", Reader, Reader.info)
data = DataEntry("Toy2020", lambda: times(READ.values()), DataInfo("Reading times of six words.", licence="CC0"))
spec = MetricSpec("toy_pearson")
reading = Reading("Toy2020-reading", data="Toy2020", metric=spec, ceiling_metric=spec, parent="reading", version=1)
