import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `small`


@pytest.fixture
def stimuli():
    from brainscore_core.stimuli import StimulusSet

    generator = np.random.default_rng(0)
    images = {name: generator.integers(0, 256, (96, 96, 3)).astype(np.uint8) for name in "ab"}
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)
