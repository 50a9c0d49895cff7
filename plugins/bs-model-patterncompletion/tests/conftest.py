"""A folder that a web server has, and images."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.stimuli import StimulusSet
from brainscore_core.testing.fixtures import harmful, home, served

__all__ = ["harmful", "home", "served", "stimuli"]


@pytest.fixture
def stimuli() -> StimulusSet:
    generator = np.random.default_rng(0)
    images = {name: generator.integers(0, 256, (224, 224, 3)).astype(np.uint8) for name in "ab"}
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)
