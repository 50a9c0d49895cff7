"""Published and generated sets on a few images, and models whose score is known."""

import hashlib
import tarfile

import numpy as np
import pytest
from PIL import Image

from brainscore_core import load_benchmark, load_stimulus_set, score
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidParameter, InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.behavior.classes import IMAGENET, imagenet_classes
from brainscore_vision.commitments.behavior import Behavior
from bs_benchmark_imagenetc import generated, published
from bs_benchmark_imagenetc.corruptions.parameters import CATEGORIES

COUNT = 4
CLASSES = imagenet_classes()[:COUNT]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Noise images whose grey value says which of four classes they are of."""
    monkeypatch.setattr(published, "IMAGES", COUNT)
    folder = tmp_path / "imagenet-c"
    for corruption in CATEGORIES["noise"]:
        for severity in range(1, 6):
            for number, name in enumerate(CLASSES):
                path = folder / "noise" / corruption / str(severity) / name / f"ILSVRC2012_val_0000000{number}.JPEG"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(np.full((16, 16, 3), 60 * number, np.uint8)).save(path, quality=95)
    monkeypatch.setenv(published.PLACE, str(folder))
    return folder


def knows(wrong):
    """Names classes by grey value, but of the images that `wrong` says, which names corruptions by their number."""

    def respond(batch):
        shown = np.rint(np.array([image.mean() for image in batch]) / 60).astype(int)
        logits = np.zeros((len(shown), 1000), np.float32)
        logits[np.arange(len(shown)), np.where(np.isin(shown, wrong), 999, shown)] = 10
        return {"logits": logits}

    behavior = Behavior(scores="logits", readout="logits", classes=IMAGENET)
    return wrap(
        respond,
        preprocessing=lambda image: image.astype(np.float32),
        layers={},
        visual_degrees=8,
        identifier="knows",
        behavior=behavior,
        digest=f"knows-{wrong}",
    )


@pytest.mark.parametrize(("wrong", "value"), [((), 1.0), ((0,), 0.75), ((0, 2), 0.5)])
def test_accuracy_is_the_mean_over_cells_and_the_error_is_over_images(own, wrong, value):
    found = score(knows(wrong), load_benchmark("ImageNet-C-noise-top1", sampling_factor=1))
    assert found.value == value and found.values.shape == (3, 5) and np.allclose(found.values, value)
    assert found.error == pytest.approx(np.sqrt(value * (1 - value) / (COUNT - 1)))
    assert found.details["accuracy_shot_noise"] == value and found.details["images"] == COUNT


def test_sampling_shows_the_same_images_everywhere(own):
    sampled = load_stimulus_set("ImageNet-C-noise", sampling_factor=2)
    assert len(sampled) == 2 * 15 and set(sampled["image"]) == {f"ILSVRC2012_val_0000000{n}.JPEG" for n in (0, 2)}
    assert sampled["truth"].tolist() == [CLASSES[0], CLASSES[2]] * 15
    assert load_benchmark("ImageNet-C-noise-top1").sampling_factor == 10
    for factor in (0, 2.5, True):
        with pytest.raises(InvalidParameter, match="sampling_factor"):
            load_stimulus_set("ImageNet-C-noise", sampling_factor=factor)


def test_tar_and_folder_are_one_set(own, tmp_path, monkeypatch):
    archive = tmp_path / "noise.tar"
    with tarfile.open(archive, "w") as tar:
        for corruption in CATEGORIES["noise"]:
            tar.add(own / "noise" / corruption, arcname=corruption)
    with pytest.raises(HashMismatch, match=r"noise.tar has MD5 .*zenodo"):
        load_stimulus_set("ImageNet-C-noise", place=archive)
    md5 = hashlib.md5(archive.read_bytes()).hexdigest()
    monkeypatch.setitem(published.MD5, "noise", md5)
    one, other = (load_stimulus_set("ImageNet-C-noise", place=place) for place in (own, tmp_path))
    assert one.digest() == other.digest()
    assert set(one["verified"]) == {"names and number only"} and set(other["verified"]) == {"MD5 of the archive"}
    assert other.key(other.ids[0]).startswith(f"image-1:{md5}:gaussian_noise/1/")


def test_missing_images_are_counted(own):
    next((own / "noise" / "shot_noise" / "2").rglob("*.JPEG")).unlink()
    published._indexed.cache_clear()
    with pytest.raises(InvalidStimulusSet, match=r"3 images of shot_noise at severity 2.*4, each once"):
        load_stimulus_set("ImageNet-C-noise")


def test_without_images_it_says_where_they_are(monkeypatch):
    monkeypatch.delenv(published.PLACE, raising=False)
    monkeypatch.delenv("BRAINSCORE_IMAGENET", raising=False)
    with pytest.raises(DataUnavailable, match=r"2235448/files/blur.tar \(MD5 2d8e81fd.*BRAINSCORE_IMAGENETC"):
        score(knows(()), "ImageNet-C-blur-top1")
    with pytest.raises(DataUnavailable, match="BRAINSCORE_IMAGENET"):
        score(knows(()), "ImageNet-C-generated-blur-top1")


@pytest.fixture
def photographs():
    import pandas as pd

    table = pd.DataFrame({"stimulus_id": [f"{number}.JPEG" for number in range(COUNT)], "truth": CLASSES})
    opened = {f"{n}.JPEG": np.random.default_rng(n).integers(0, 255, (90, 120, 3), np.uint8) for n in range(COUNT)}
    return StimulusSet(table, identifier="own", open=opened.__getitem__, key=lambda id: f"key-{id}")


@pytest.mark.parametrize("category", CATEGORIES)
def test_generated_images_hang_on_nothing_but_their_names(category, photographs):
    whole = generated.corrupted_set(photographs, category)
    some = generated.corrupted_set(photographs.take([2, 1]), category)
    count = len(CATEGORIES[category]) - (category == "weather")
    assert load_benchmark(f"{whole.identifier}-top1").stimulus_entry.identifier == whole.identifier
    assert len(whole) == count * 5 * COUNT and "frost" not in set(whole["corruption"])
    for name in some.ids[[0, -1]]:
        assert some.open(name).shape == (224, 224, 3)
        assert np.array_equal(some.open(name), whole.open(name)) and some.key(name) == whole.key(name)
    assert len({whole.key(name) for name in whole}) == len(whole)
    assert generated.corrupted_set(photographs, category, seed=1).key(whole.ids[0]) != whole.key(whole.ids[0])


def test_generated_benchmarks_are_scored(photographs, monkeypatch):
    monkeypatch.setattr(generated, "read_generated", None)
    from brainscore_core.contracts import DataEntry, DataInfo

    def read(sampling_factor=1):
        return generated.corrupted_set(photographs.take(slice(None, None, sampling_factor)), "digital")

    entry = DataEntry("few", read, DataInfo("few"))
    found = score(knows(()), load_benchmark("ImageNet-C-generated-digital-top1", stimuli=entry, sampling_factor=2))
    assert found.details["human_top1"] == "not published"
    assert 0 <= found.value <= 1 and found.details["images"] == 2 and found.values.shape == (4, 5)


def test_central_crop_is_that_of_the_published_images():
    wide = np.zeros((256, 400, 3), np.uint8)
    wide[16:240, 88:312] = 255
    assert (generated.central(wide) == 255).all() and generated.central(np.zeros((50, 60), np.uint8)).shape == (
        224,
        224,
        3,
    )
