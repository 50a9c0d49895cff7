"""``label``: which of given labels names each stimulus."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnsupportedTask
from brainscore_core.stimuli import StimulusSet

from .activity import Activity, Features, answers
from .classes import IMAGENET, class_names, classes_of, distinct, imagenet_classes
from .decoders import softmax
from .probabilities import fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AGGREGATIONS: "Mapping[str, Callable[..., np.ndarray]]" = {"mean": np.mean, "max": np.max, "sum": np.sum}
"""From the probabilities of a label's classes to that of the label; the mean is that of Geirhos et al. 2021."""


class Label(Activity):
    """The label whose classes are most probable on average.

    Labels come as a sequence, as ``"imagenet"`` (answers are WordNet ids), or with fitting stimuli, whose column
    ``image_label`` a decoder is fitted to. Without the latter a model answers from the scores of its own classes or,
    with an open vocabulary, by the similarity of what it sees with the text of each label.
    """

    takes = frozenset({"fitting_stimuli", "aggregation"})

    def start(self, features: Features) -> None:
        """Find out how each label is known."""
        given, behavior = self.request.fitting_stimuli, self.behavior
        self._probabilities: Callable[[np.ndarray], np.ndarray]
        if given is None:
            raise InvalidParameter("the task 'label' without labels", expected="labels, 'imagenet', or fitting stimuli")
        self._pool = AGGREGATIONS[self._aggregation()]
        if isinstance(given, StimulusSet):
            self._decoder = fitted(given, behavior, features)
            self._labels, self._probabilities = self._decoder.labels, self._decoder.probabilities
            return
        named = isinstance(given, str) and given.lower() == "imagenet"
        self._labels = imagenet_classes() if named else distinct(given)
        if behavior.scores and (not named or behavior.classes == IMAGENET):
            self.source = "scores"
            self._classes = classes_of(self._labels, behavior.classes, behavior.labels, self.who)
            self._probabilities = self._from_scores
        elif behavior.text is not None and not named:
            self.source = "embedding"
            self._text = _unit(np.asarray(behavior.text(list(self._labels)), np.float64))
            self._probabilities = self._from_text
        else:
            raise UnsupportedTask(
                f"{self.who} cannot name things: no scores of {'ImageNet' if named else 'any'} classes are committed",
                expected="Behavior(scores=LAYER, classes=...), Behavior(text=..., embedding=LAYER), or fitting stimuli",
            )

    def answer(self, features: np.ndarray, stimuli: StimulusSet) -> xr.DataArray:
        """Text labels (presentation), the first of equals; ``evidence``: the probability of the label."""
        probabilities = self._probabilities(features)
        best = probabilities.argmax(axis=1)
        return answers(np.asarray(self._labels)[best], stimuli, evidence=probabilities[np.arange(len(best)), best])

    def _aggregation(self) -> str:
        asked = self.request.aggregation or "mean"
        if asked not in AGGREGATIONS:
            raise InvalidParameter(f"aggregation={asked!r}", expected=f"one of {list(AGGREGATIONS)}")
        return asked

    def _from_scores(self, scores: np.ndarray) -> np.ndarray:
        names = class_names(self.behavior.classes)
        if scores.shape[1] != len(names):
            raise InvalidModelOutput(
                f"layer {self.behavior.scores!r} of {self.who} has {scores.shape[1]} units",
                expected=f"{len(names)}, one a class that is committed",
            )
        if self.behavior.outputs == "logits":
            scores = softmax(np.asarray(scores, np.float64) / self.behavior.temperature)
        return np.stack([self._pool(scores[:, members], axis=1) for members in self._classes], axis=1)

    def _from_text(self, embedded: np.ndarray) -> np.ndarray:
        if embedded.shape[1] != self._text.shape[1]:
            raise InvalidModelOutput(
                f"text of {self.who} has {self._text.shape[1]} features", expected=f"{embedded.shape[1]}, as its images"
            )
        return softmax(_unit(np.asarray(embedded, np.float64)) @ self._text.T / self.behavior.temperature)


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1; one without any response is orthogonal to all."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
