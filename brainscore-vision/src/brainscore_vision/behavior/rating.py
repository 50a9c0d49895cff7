"""``rating``: how similar two stimuli are."""

import numpy as np

from brainscore_core.stimuli import StimulusSet

from .activity import SequenceActivity
from .similarity import similarities


class Rating(SequenceActivity):
    """The committed similarity of the features of two stimuli, in their own unit: ranks of ratings are comparable."""

    roles = ("stimulus_1", "stimulus_2")

    def choose(self, features: np.ndarray, positions: np.ndarray, stimuli: StimulusSet) -> dict[str, np.ndarray]:
        """The similarity of each pair, float64."""
        return {"answer": similarities(features, positions, ((0, 1),), self.behavior.similarity)[:, 0]}
