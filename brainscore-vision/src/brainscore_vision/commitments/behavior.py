"""What of a network stands for behaviour: layers, classes, decoder and temperature, committed before any test."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from ..behavior.classes import IMAGENET, class_names
from ..behavior.decoders import LogisticDecoder
from ..behavior.tasks import ACTIVITIES, Source
from ..model_interface import Task

SIMILARITIES = ("dot", "cosine")
OUTPUTS = ("logits", "probabilities")
TEXT = "text encoder"
"""Non-neural part of a model that names what it sees by comparing it with text."""


@dataclass(frozen=True)
class Behavior:
    """How behaviour is read from a network.

    A task whose commitment is missing is refused with :class:`~brainscore_core.errors.UnsupportedTask`.

    Parameters
    ----------
    readout : str or sequence of str
        Layers that fitted decoders and similarities read. Empty: what is recorded from `region`.
    region : str
        Region that is read where no layer is named.
    scores : str
        Layer with a score for each class, as ``"fc"``; ``"output"`` is what a PyTorch module returns.
    classes : str or sequence of str
        Names of those classes in order; ``"imagenet-1k"``: the WordNet ids of ILSVRC 2012.
    outputs : {'logits', 'probabilities'}
        What `scores` holds.
    labels : mapping of label to class names
        The model's own map, before those that are shipped
        (:func:`brainscore_vision.behavior.classes.label_maps`).
    temperature : float
        Scores and similarities with text are divided by it before the softmax.
    text : callable, optional
        ``text(labels) -> array (label, feature)``: an open vocabulary, compared with `embedding` by cosine. It is no
        hypothesis about neurons and is named among the non-neural parts of the model.
    embedding : str
        Layer that is compared with text.
    similarity : {'dot', 'cosine'}
        Of two stimuli, over the features of `readout`.
    decoder : LogisticDecoder
        From features to the labels of fitting stimuli.
    penalty : float
        Of the ridge regression from z-scored features to the value of a stimulus, in ``discrimination``.
    criterion : float, optional
        Evidence at which a model with time answers: its reaction time.

    Raises
    ------
    InvalidParameter
    """

    readout: str | Sequence[str] = ()
    region: str = "IT"
    scores: str = ""
    classes: str | Sequence[str] = ()
    outputs: str = "logits"
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    temperature: float = 1.0
    text: Callable[[Sequence[str]], np.ndarray] | None = None
    embedding: str = ""
    similarity: str = "dot"
    decoder: LogisticDecoder = LogisticDecoder()
    penalty: float = 1.0
    criterion: float | None = None

    def __post_init__(self) -> None:
        layers = (self.readout,) if isinstance(self.readout, str) else tuple(self.readout)
        object.__setattr__(self, "readout", tuple(filter(None, layers)))
        if not isinstance(self.classes, str):
            object.__setattr__(self, "classes", tuple(self.classes))
        for name, allowed in (("similarity", SIMILARITIES), ("outputs", OUTPUTS)):
            if getattr(self, name) not in allowed:
                raise InvalidParameter(f"{name}={getattr(self, name)!r}", expected=f"one of {list(allowed)}")
        if not 0 < self.temperature < np.inf or not self.penalty > 0:
            raise InvalidParameter(
                f"temperature={self.temperature!r}, penalty={self.penalty!r}", expected="numbers above 0"
            )
        if self.criterion is not None and not np.isfinite(self.criterion):
            raise InvalidParameter(f"criterion={self.criterion!r}", expected="a number that evidence can meet, or None")
        if bool(self.scores) != bool(self.classes):
            raise InvalidParameter(f"scores={self.scores!r}, classes={self.classes!r}", expected="both or neither")
        if (self.text is None) != (not self.embedding):
            raise InvalidParameter("text= and embedding=", expected="both or neither")
        if not isinstance(self.classes, str) or self.classes not in ("", IMAGENET):
            class_names(self.classes)  # a card that only names ImageNet reads no file

    @property
    def layers(self) -> tuple[str, ...]:
        """Every layer that it names."""
        return tuple(dict.fromkeys((*self.readout, *filter(None, (self.scores, self.embedding)))))

    @property
    def non_neural_parts(self) -> tuple[str, ...]:
        """What of it is no hypothesis about neurons."""
        return (TEXT,) if self.text is not None else ()

    def tasks(self, regions: Container[str]) -> tuple[str, ...]:
        """What a model can be asked to do, of which these regions can be recorded from."""
        reads = bool(self.readout) or self.region in regions
        names = bool(self.scores) or self.text is not None
        read = [task for task in ACTIVITIES if names or task is not Task.LABEL]
        does = read if reads else [Task.LABEL] * names
        return tuple(map(str, (Task.PASSIVE, *does)))

    def source(self, task: str) -> Source | None:
        """What a task reads, as long as nothing is fitted for it; None where nothing is."""
        if task == Task.LABEL:
            return "scores" if self.scores else "embedding" if self.embedding else None
        return "readout" if task in ACTIVITIES else None

    def described(self) -> dict[str, Any]:
        """As plain values, for cards and digests; what is empty is left out."""
        classes = self.classes if isinstance(self.classes, str) else list(self.classes)
        found: dict[str, Any] = {
            "readout": list(self.readout),
            "region": self.region,
            "scores": self.scores,
            "classes": classes,
            "outputs": self.outputs,
            "labels": {label: list(names) for label, names in self.labels.items()},
            "temperature": self.temperature,
            "embedding": self.embedding,
            "similarity": self.similarity,
            "decoder": self.decoder.described(),
            "penalty": self.penalty,
            "criterion": self.criterion,
        }
        return {name: value for name, value in found.items() if value not in ("", [], {}, None)}
