"""AlexNet up to its seventh layer, and the attractor network on top."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from brainscore_core import load_stimulus_set
from brainscore_core.registry import resolve
from brainscore_vision.families import VISUAL_DEGREES, ImageInput, Row
from brainscore_vision.families.reading import load_state
from brainscore_vision.screen import place_on_screen

from .attractor import Attractor, signs
from .table import DEGREES, RANDOM_PATTERNS, STORED

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet
    from brainscore_vision.families.reading import State

BATCH = 16


class Completing(nn.Module):
    """Features and their attractor network.

    Parameters
    ----------
    alexnet : torch.nn.Module
        AlexNet of torchvision; its last layer, which names classes, is left out.
    """

    def __init__(self, alexnet: Any):
        super().__init__()
        self.features, self.avgpool = alexnet.features, alexnet.avgpool
        self.classifier = alexnet.classifier[:5]  # dropout, fc6, rectification, dropout, fc7
        self.attractor: nn.Module = nn.Identity()

    def fc7(self, images: torch.Tensor) -> torch.Tensor:
        """What the attractor network starts from, before rectification, shape (image, unit)."""
        return self.classifier(torch.flatten(self.avgpool(self.features(images)), 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The last state of the attractor network."""
        return self.attractor(self.fc7(images))

    def store(self, patterns: np.ndarray) -> None:
        """Make patterns of -1 and 1, shape (pattern, unit), the attractors."""
        self.attractor = Attractor(patterns)


def build(row: Row, state: "State | None") -> Completing:
    """The network of a row in training mode.

    With weights, it has stored the objects of :data:`~.table.STORED` as they are seen at their size; without, as many
    random patterns as the authors stored images.

    Raises
    ------
    InvalidFile
        If `state` is not of AlexNet.
    DataUnavailable
        If the objects cannot be had.
    """
    alexnet = _alexnet()
    if state is not None:
        load_state(alexnet, state, row.name)
    network = Completing(alexnet)
    if state is not None:
        seen = place_on_screen(load_stimulus_set(STORED), VISUAL_DEGREES, DEGREES)
        network.store(patterns_of(network, seen, row.input))
        return network
    units = network.classifier[4].out_features
    generator = np.random.default_rng(0)
    network.store(generator.choice((-1.0, 1.0), (RANDOM_PATTERNS, units)))
    return network


def patterns_of(network: Completing, stimuli: "StimulusSet", prepare: ImageInput) -> np.ndarray:
    """The patterns of images, shape (image, unit).

    Parameters
    ----------
    network : Completing
    stimuli : StimulusSet
        Placed: they fill the field of view.
    prepare : ImageInput
    """
    training = network.training
    network.eval()
    inputs = [torch.from_numpy(prepare(stimuli.open(stimulus_id))) for stimulus_id in stimuli]
    with torch.no_grad():
        features = [network.fc7(torch.stack(inputs[at : at + BATCH])).numpy() for at in range(0, len(inputs), BATCH)]
    network.train(training)
    return signs(np.concatenate(features))


def _alexnet() -> nn.Module:
    """AlexNet as its library draws it."""
    model: Any = resolve("models", "torchvision:alexnet-untrained").build()
    return model.engine.network.module.requires_grad_(True).train()
