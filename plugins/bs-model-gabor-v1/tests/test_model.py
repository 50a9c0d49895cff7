"""`gabor-v1` through the registry."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_model
from brainscore_core.errors import UnsupportedRegion
from brainscore_core.stimuli import StimulusSet
from bs_model_gabor_v1 import CELLS, gabor_v1


@pytest.fixture(scope="module")
def model():
    loaded = load_model("gabor-v1")
    loaded.configure(cache=False)
    return loaded


def test_the_entry_is_inert():
    code = (
        "import sys, bs_model_gabor_v1;"
        "print(*sorted(m for m in ('torch', 'PIL', 'scipy', 'pandas', 'xarray') if m in sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_it_says_what_it_is(model):
    assert model.identifier == gabor_v1.identifier == "gabor-v1"
    assert "positive-control" in model.info.flags
    assert "0.3 degrees of (0.5, 0.5)" in model.info.description
    assert model.visual_degrees() == 8


@pytest.mark.parametrize("region", ["V2", "V4", "IT"])
def test_it_is_of_v1_only(model, region):
    with pytest.raises(UnsupportedRegion, match=region):
        model.start_recording(region)


def test_recording(model):
    noise = np.random.default_rng(0).integers(0, 256, (448, 448), dtype=np.uint8)
    images = {"noise": noise, "grey": np.full((448, 448), 128, np.uint8)}
    shown = StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="shown", open=images.__getitem__)
    model.start_recording("V1", time_bins=[(70, 170)])
    recording = model.look_at(shown, 5)
    assert recording.shape == (2, CELLS, 1)
    assert (recording.values >= 0).all()
    assert (recording.values[1] == 0).all()
    assert (recording.values[0] > 0).mean() > 0.5


def test_its_content_has_a_digest_that_lasts(model):
    assert model.digest() is not None
    assert model.digest() == load_model("gabor-v1").digest()
