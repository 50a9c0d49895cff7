"""`hmax` as the registry and the vision domain see it."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_model
from brainscore_core.errors import UnsupportedRegion
from brainscore_core.stimuli import StimulusSet
from bs_model_hmax import hmax


@pytest.fixture
def model():
    loaded = load_model("hmax")
    loaded.configure(cache=False)
    return loaded


def test_the_entry_is_inert():
    code = "import sys, bs_model_hmax; print(*sorted(m for m in ('torch', 'PIL', 'scipy') if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_what_is_known_without_building():
    assert hmax.identifier == "hmax"
    assert hmax.info.layers == {"V1": ("C1",), "V2": ("C1",), "V4": ("C2",), "IT": ("C2",)}
    assert hmax.info.visual_degrees == 8
    assert "riesenhuber1999" in hmax.info.bibtex


def test_its_content_has_a_digest_that_lasts(model):
    assert model.digest() is not None
    assert model.digest() == load_model("hmax").digest()


@pytest.mark.parametrize(("region", "units"), [("V1", 42548), ("V2", 42548), ("V4", 256), ("IT", 256)])
def test_recordings(model, region, units):
    generator = np.random.default_rng(0)
    images = {name: generator.integers(0, 256, (64, 64, 3)).astype(np.uint8) for name in "ab"}
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)
    model.start_recording(region)
    recording = model.look_at(stimuli)
    assert recording.shape == (2, units)
    assert np.isfinite(recording.values).all()
    model.start_recording(region, units=list(recording["neuroid_id"].values[[7, 3]]))
    np.testing.assert_array_equal(model.look_at(stimuli).values, recording.values[:, [7, 3]])


def test_other_regions_are_refused(model):
    with pytest.raises(UnsupportedRegion, match="MT"):
        model.start_recording("MT")
