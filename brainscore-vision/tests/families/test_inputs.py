"""Inputs as data."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from brainscore_core.errors import InvalidParameter
from brainscore_vision.activations.content import content_digest
from brainscore_vision.families import ImageInput


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic", "lanczos"])
def test_it_is_what_pillow_and_pytorch_compute(interpolation):
    image, prepare = noise(90, 90, 3), ImageInput(64, 64, interpolation)
    resized = Image.fromarray(image).resize((64, 64), Image.Resampling[interpolation.upper()])
    values = torch.from_numpy(np.array(resized)).permute(2, 0, 1).float().div(255)
    mean, std = (torch.tensor(part)[:, None, None] for part in (prepare.mean, prepare.std))
    found = prepare(image)
    assert found.dtype == np.float32 and found.flags.c_contiguous
    np.testing.assert_allclose(found, values.sub(mean).div(std).numpy(), rtol=0, atol=1e-6)


def test_grey_is_equal_channels():
    grey, prepare = noise(70, 70), ImageInput(32, 32, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    np.testing.assert_array_equal(prepare(grey), prepare(np.stack([grey] * 3, axis=-1)))
    assert prepare(np.full((40, 40), 255, np.uint8)).max() == 1
    assert prepare(np.zeros((40, 40), np.uint8)).min() == -1


@pytest.mark.parametrize(
    ("shape", "part"),
    [((40, 60), np.s_[:, 10:50]), ((60, 40), np.s_[10:50]), ((40, 40), np.s_[:])],
)
def test_the_central_square_is_shown_whole(shape, part):
    image, prepare = noise(*shape, 3), ImageInput(40, 40)
    np.testing.assert_array_equal(prepare(image), prepare(image[part]))


def test_the_central_part_has_the_proportions_of_the_input():
    image, prepare = noise(40, 40), ImageInput(20, 40)
    np.testing.assert_array_equal(prepare(image), prepare(image[10:30]))


def test_it_is_data_and_its_key_hangs_on_every_number():
    one = ImageInput(32, 32)
    assert ImageInput(**one.to_dict()).to_dict() == one.to_dict()
    assert json.loads(json.dumps(one.to_dict())) == one.to_dict()
    others = [
        ImageInput(32, 33),
        ImageInput(33, 32),
        ImageInput(32, 32, "bicubic"),
        ImageInput(32, 32, mean=(0.485, 0.456, 0.407)),
        ImageInput(32, 32, std=(0.229, 0.224, 0.226)),
    ]
    digests = [content_digest(entry) for entry in (one, *others)]
    assert None not in digests
    assert len(set(digests)) == len(digests)
    assert content_digest(ImageInput(32, 32)) == digests[0]
    assert str(one).startswith("32 x 32 pixels, RGB, bilinear")


@pytest.mark.parametrize(
    "wrong", [{"height": 0}, {"interpolation": "cubic"}, {"std": (1.0, 0.0, 1.0)}, {"mean": (0.5,)}]
)
def test_what_means_nothing_is_refused(wrong):
    with pytest.raises(InvalidParameter):
        ImageInput(**{"height": 32, "width": 32} | wrong)
