"""The family as the registry and the vision domain see it."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_model
from brainscore_core.errors import UnsupportedRegion
from brainscore_core.stimuli import StimulusSet


@pytest.fixture(scope="module")
def model():
    loaded = load_model("efficientnet-lite0")
    loaded.configure(cache=False)
    return loaded


def test_the_entries_are_inert():
    code = (
        "import sys, bs_model_efficientnet_lite; "
        "print(*sorted(m for m in ('torch', 'PIL', 'efficientnet_lite_pytorch') if m in sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_its_content_has_a_digest_that_lasts(model):
    assert model.digest() is not None
    assert model.digest() == load_model("efficientnet-lite0").digest()
    assert model.digest() != load_model("efficientnet-lite1").digest()


@pytest.mark.parametrize(
    ("region", "units"), [("V1", 40 * 28**2), ("V2", 80 * 14**2), ("V4", 192 * 7**2), ("IT", 320 * 7**2)]
)
def test_recordings(model, region, units):
    generator = np.random.default_rng(0)
    images = {
        "grey": generator.integers(0, 256, (64, 64)).astype(np.uint8),
        "colour": generator.integers(0, 256, (64, 64, 3)).astype(np.uint8),
    }
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)
    model.start_recording(region)
    recording = model.look_at(stimuli)
    assert recording.shape == (2, units)
    assert set(recording["layer"].values) == set(model.info.layers[region])


def test_v1_units_are_retinotopic(model):
    """A spot moves the strongest response of the map by as many units."""
    model.start_recording("V1")
    images = {}
    for place in (90, 90 + 8 * 12):
        image = np.full((224, 224), 128, np.uint8)
        image[110:118, place : place + 8] = 255
        images[str(place)] = image
    blank = {"blank": np.full((224, 224), 128, np.uint8)}
    stimuli = StimulusSet(
        pd.DataFrame({"stimulus_id": [*images, "blank"]}), identifier="spots", open=(images | blank).__getitem__
    )
    first, second, grey = model.look_at(stimuli).values.reshape(3, 40, 28, 28)
    columns = [np.abs(values - grey).sum(axis=(0, 1)).argmax() for values in (first, second)]
    assert columns[1] - columns[0] == 12
    assert abs(columns[0] - 94 / 8) <= 1


def test_other_regions_are_refused(model):
    with pytest.raises(UnsupportedRegion, match="MT"):
        model.start_recording("MT")
