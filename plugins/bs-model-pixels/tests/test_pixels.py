"""`pixels` through the registry, against what it was shown."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_model
from brainscore_core.errors import UnsupportedRegion
from brainscore_core.stimuli import StimulusSet
from bs_model_pixels.network import SIDE, resample


@pytest.fixture
def model():
    loaded = load_model("pixels")
    loaded.configure(cache=False)
    return loaded


def shown(**images):
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="shown", open=images.__getitem__)


def test_the_entry_is_inert():
    code = "import sys, bs_model_pixels; print(*sorted(m for m in ('torch', 'PIL', 'scipy') if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


@pytest.mark.parametrize("region", ["V1", "V2", "V4", "IT"])
def test_every_region_is_the_image(model, region):
    image = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
    model.start_recording(region)
    recording = model.look_at(shown(noise=image, white=np.full((448, 448, 3), 255, np.uint8)))
    np.testing.assert_array_equal(recording.values[0], image.ravel().astype(np.float32) / 255)
    assert (recording.values[1] == 1).all()
    assert set(recording["region"].values) == {region}
    assert recording["neuroid_id"].values[7] == "pixels.7"


def test_its_content_has_a_digest_that_lasts(model):
    assert model.digest() is not None
    assert model.digest() == load_model("pixels").digest()


def test_other_regions_are_refused(model):
    with pytest.raises(UnsupportedRegion, match="MT"):
        model.start_recording("MT")


def test_resampling_keeps_grey_grey_and_averages():
    assert (resample(np.full((448, 448), 128, np.uint8)) == np.float32(128) / np.float32(255)).all()
    checks = np.tile(np.array([[0, 250], [250, 0]], np.uint8), (SIDE, SIDE))
    np.testing.assert_allclose(resample(checks)[2:-2, 2:-2], 125 / 255, atol=0.01)


def test_colour_becomes_luma():
    red = np.zeros((50, 50, 3), np.uint8)
    red[..., 0] = 255
    np.testing.assert_allclose(resample(red), 0.299, atol=1 / 255)


def test_the_central_square_is_what_is_seen():
    image = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE + 60)).astype(np.uint8)
    np.testing.assert_array_equal(resample(image), resample(image[:, 30:-30]))
    np.testing.assert_array_equal(resample(image.T), resample(image.T[30:-30]))
    image = image[:100]
    np.testing.assert_array_equal(resample(image), resample(image[:, 60:-60]))
