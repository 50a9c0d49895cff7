import numpy as np
import pandas as pd
import pytest

from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.commitments.behavior import Behavior

PATTERNS = np.random.default_rng(3).standard_normal((4, 6))


def grey(image):
    """What is encoded in the first row of an image: six numbers."""
    image = np.asarray(image)
    return (image if image.ndim == 2 else image[..., 0])[0, :6].astype(np.float32) / 64 - 2


def network(inputs):
    """Features are what an image encodes; scores their products with the pattern of each class."""
    features = np.stack(inputs).astype(np.float64)
    return {"features": features, "scores": features @ PATTERNS.T}


@pytest.fixture
def subject():
    """Makes models whose features are known."""

    def make(layers=None, physiology=None, **behavior):
        return wrap(
            network,
            preprocessing=grey,
            layers=layers or {"IT": "features"},
            physiology=physiology,
            visual_degrees=8,
            identifier="known",
            behavior=Behavior(**behavior),
        )

    return make


@pytest.fixture
def shown():
    """Makes stimuli that encode rows of six numbers, to 1/64."""

    def make(rows, **columns):
        rows = np.atleast_2d(np.asarray(rows, float))
        images = {}
        for index, row in enumerate(rows):
            image = np.zeros((8, 8), np.uint8)
            image[0, :6] = np.clip(np.rint((row + 2) * 64), 0, 255)
            images[f"s{index}"] = image
        table = pd.DataFrame({"stimulus_id": list(images), **columns})
        return StimulusSet(table, identifier="made", open=images.__getitem__)

    return make


@pytest.fixture
def seen():
    """The features that the network has of each stimulus."""
    return lambda stimuli: np.stack([grey(stimuli.open(id)) for id in stimuli]).astype(np.float64)


@pytest.fixture
def patterns():
    """Weights (class, feature) of the scores."""
    return PATTERNS
