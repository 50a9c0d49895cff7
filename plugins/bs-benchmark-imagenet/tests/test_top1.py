"""The benchmark: models whose accuracy is known, its error, and what happens without images."""

import numpy as np
import pytest
from PIL import Image

from brainscore_core import load_benchmark, score
from brainscore_core.errors import DataUnavailable
from brainscore_vision import wrap
from brainscore_vision.behavior.classes import IMAGENET
from brainscore_vision.commitments.behavior import Behavior
from bs_benchmark_imagenet import labels, validation

COUNT = 40


@pytest.fixture
def own(monkeypatch, tmp_path):
    """Images whose grey value says which one of the first forty it is."""
    numbers = labels.class_numbers()[:COUNT]
    monkeypatch.setattr(labels, "class_numbers", lambda: numbers)
    for number, name in enumerate(labels.stimulus_ids()):
        Image.fromarray(np.full((16, 16, 3), 6 * number, np.uint8)).save(tmp_path / name, quality=95)
    monkeypatch.setenv(validation.PLACE, str(tmp_path))
    monkeypatch.delenv(validation.HASHES, raising=False)
    return numbers


def network(numbers, wrong):
    """Knows each image by its grey value; errs on the first ones."""

    def respond(batch):
        shown = np.rint(np.array([image.mean() for image in batch]) / 6).astype(int)
        logits = np.zeros((len(shown), 1000), np.float32)
        answered = np.where(shown < wrong, (numbers[shown].astype(int) + 1) % 1000, numbers[shown])
        logits[np.arange(len(shown)), answered] = 10
        return {"logits": logits, "readout": logits[:, :4]}

    return wrap(
        respond,
        preprocessing=lambda image: image.astype(np.float32),
        layers={},
        visual_degrees=8,
        identifier="knows",
        behavior=Behavior(scores="logits", readout="readout", classes=IMAGENET),
    )


@pytest.mark.parametrize("wrong", [0, 10])
def test_accuracy_and_binomial_error(own, wrong):
    found = score(network(own, wrong), "ImageNet-top1")
    expected = 1 - wrong / COUNT
    assert found.value == expected
    assert found.error == pytest.approx(np.sqrt(expected * (1 - expected) / COUNT), rel=0.1, abs=1e-12)
    assert found.ceiling is None and "ceiling-unknown" in found.flags


def test_a_network_without_these_classes_is_refused_before_images_are_asked_for(monkeypatch):
    from brainscore_core.errors import UnsupportedTask

    monkeypatch.delenv(validation.PLACE, raising=False)
    nameless = wrap(np.stack, preprocessing=np.ravel, layers={}, visual_degrees=8)
    with pytest.raises(UnsupportedTask):
        score(nameless, "ImageNet-top1")


def test_without_images_the_pair_is_unavailable(monkeypatch, own):
    monkeypatch.delenv(validation.PLACE)
    with pytest.raises(DataUnavailable, match="set BRAINSCORE_IMAGENET to the folder or tar file"):
        score(network(own, 0), "ImageNet-top1")


def test_it_is_engineering_and_fills_the_field():
    benchmark = load_benchmark("ImageNet-top1")
    assert benchmark.parent == "engineering_vision" and benchmark.visual_degrees is None
    assert benchmark.human_details["human_top5_error_of_a_trained_person"] == 0.051
    assert benchmark.info.experiment["geometry"]["visual_degrees"] == "not stated"
