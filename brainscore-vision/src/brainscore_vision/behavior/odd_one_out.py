"""``odd_one_out``: which of three stimuli belongs least with the others."""

import numpy as np

from brainscore_core.stimuli import StimulusSet

from .activity import SequenceActivity
from .similarity import similarities


class OddOneOut(SequenceActivity):
    """The stimulus outside the most similar pair (Hebart et al. 2020, doi 10.1038/s41562-020-00951-3).

    Of equally similar pairs the first counts, in the order (1, 2), (1, 3), (2, 3), as in Brain-Score 2.
    """

    roles = ("stimulus_1", "stimulus_2", "stimulus_3")
    distinct = roles

    def choose(self, features: np.ndarray, positions: np.ndarray, stimuli: StimulusSet) -> dict[str, np.ndarray]:
        """The id of the odd one of each triplet.

        ``odd``: its place, 1 to 3; ``evidence``: by how much the most similar pair is more similar than the next.
        """
        between = similarities(features, positions, ((0, 1), (0, 2), (1, 2)), self.behavior.similarity)
        odd = 2 - between.argmax(axis=1)
        _, second, first = np.sort(between, axis=1).T
        chosen = stimuli.ids[positions[np.arange(len(positions)), odd]]
        return {"answer": chosen, "odd": odd + 1, "evidence": first - second}
