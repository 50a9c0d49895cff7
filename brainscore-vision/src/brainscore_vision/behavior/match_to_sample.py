"""``match_to_sample``: a sample is shown, then two choices; which of them goes with it."""

import numpy as np

from brainscore_core.stimuli import StimulusSet

from .activity import Features, SequenceActivity
from .probabilities import fitted
from .similarity import similarities


class MatchToSample(SequenceActivity):
    """The choice that goes better with the sample, as in Rajalingham et al. 2018 (doi 10.1523/JNEUROSCI.0388-18.2018).

    With fitting stimuli (column ``image_label``) a decoder says of every stimulus to which class it belongs, and the
    evidence for a choice is the probability that it and the sample are of one class,
    ``sum over classes of p(class | sample) p(class | choice)``; nobody tells the model what the choices show. Without
    fitting stimuli it is the committed similarity of their features. Of equal choices the first is taken.
    """

    takes = frozenset({"trials", "fitting_stimuli"})
    roles = ("sample", "choice_1", "choice_2")
    distinct = ("choice_1", "choice_2")

    def start(self, features: Features) -> None:
        """Fit the decoder, where there is something to fit it on."""
        given = self.request.fitting_stimuli
        self._decoder = None if given is None else fitted(given, self.behavior, features)

    def choose(self, features: np.ndarray, positions: np.ndarray, stimuli: StimulusSet) -> dict[str, np.ndarray]:
        """The id of the choice taken; ``evidence``: that for choice 1 less that for choice 2."""
        if self._decoder is None:
            between = similarities(features, positions, ((0, 1), (0, 2)), self.behavior.similarity)
        else:
            between = similarities(self._decoder.probabilities(features), positions, ((0, 1), (0, 2)), "dot")
        evidence = between[:, 0] - between[:, 1]
        taken = np.where(evidence >= 0, positions[:, 1], positions[:, 2])
        return {"answer": stimuli.ids[taken], "evidence": evidence}
