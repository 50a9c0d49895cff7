"""The user's images: folder, folder a class and archive alike; whatever differs from the official set is named."""

import hashlib
import tarfile

import numpy as np
import pytest
from PIL import Image

from brainscore_core import load_dataset, load_stimulus_set
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidStimulusSet
from bs_benchmark_imagenet import labels, validation

COUNT = 12


@pytest.fixture
def few(monkeypatch):
    """The first images stand for all."""
    numbers = labels.class_numbers()[:COUNT]
    monkeypatch.setattr(labels, "class_numbers", lambda: numbers)
    monkeypatch.delenv(validation.HASHES, raising=False)


@pytest.fixture
def flat(few, tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for number, name in enumerate(labels.stimulus_ids()):
        Image.fromarray(np.full((8, 8, 3), 20 * number, np.uint8)).save(folder / name, quality=95)
    return folder


@pytest.fixture
def by_class(flat, tmp_path):
    for name, truth in zip(labels.stimulus_ids(), labels.truths(), strict=True):
        path = tmp_path / "ImageNet" / "val" / truth / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((flat / name).read_bytes())
    return tmp_path / "ImageNet"


@pytest.fixture
def archive(flat, tmp_path, monkeypatch):
    path = tmp_path / validation.ARCHIVE
    with tarfile.open(path, "w") as tar:
        for image in sorted(flat.iterdir()):
            tar.add(image, arcname=image.name)
    monkeypatch.setattr(validation, "MD5", hashlib.md5(path.read_bytes()).hexdigest())
    return path


def test_labels_are_the_official_ones():
    """The first ten of the list that all frameworks ship; 50 images a class."""
    numbers = labels.class_numbers()
    assert numbers[:10].tolist() == [65, 970, 230, 809, 516, 57, 334, 415, 674, 332]
    assert (np.bincount(numbers, minlength=1000) == 50).all() and len(numbers) == labels.COUNT
    answers = load_dataset("ImageNet-val")
    assert answers.values[:2].tolist() == ["n01751748", "n09193705"]
    assert answers["stimulus_id"].values[-1] == "ILSVRC2012_val_00050000.JPEG"


def test_labels_agree_with_those_of_people_who_looked_again():
    """Beyer et al. 2020 asked people anew: the official label is among theirs for nine of ten images."""
    import json
    from importlib.resources import files

    timm = pytest.importorskip("timm", reason="carries the labels of Beyer et al. 2020")
    anew = json.loads((files(timm.data) / "_info" / "imagenet_real_labels.json").read_text())
    agree = [number in known for number, known in zip(labels.class_numbers().tolist(), anew, strict=True) if known]
    assert np.mean(agree) == pytest.approx(0.9002, abs=1e-4)


def test_folder_classes_and_archive_give_one_set(flat, by_class, archive):
    sets = [load_stimulus_set("ImageNet-val", place=place) for place in (flat, by_class, archive)]
    assert len({images.digest() for images in sets}) == 1
    assert [images["verified"].iloc[0] for images in sets] == [
        "names, number and classes only",
        "names, number and classes only",
        "MD5 of the archive",
    ]
    assert sets[0]["truth"].tolist() == labels.truths()
    assert sets[2].key(sets[2].ids[0]) == f"image-1:{validation.MD5}:ILSVRC2012_val_00000001.JPEG"


def test_archive_in_the_folder_is_found(archive):
    assert load_stimulus_set("ImageNet-val", place=archive.parent)["verified"].iloc[0] == "MD5 of the archive"


def test_another_archive_is_refused(archive, monkeypatch):
    monkeypatch.setattr(validation, "MD5", "0" * 32)
    with pytest.raises(HashMismatch, match=r"ILSVRC2012_img_val.tar has MD5 .*0{32}"):
        load_stimulus_set("ImageNet-val", place=archive)


def test_hash_list_of_the_user_is_checked(flat, tmp_path, monkeypatch):
    sums = {path.name: hashlib.sha1(path.read_bytes()).hexdigest() for path in flat.iterdir()}
    sums["ILSVRC2012_val_00000003.JPEG"] = "0" * 40
    (tmp_path / "sums").write_text("".join(f"{digest}  val/{name}\n" for name, digest in sums.items()))
    monkeypatch.setenv(validation.PLACE, str(flat))
    monkeypatch.setenv(validation.HASHES, str(tmp_path / "sums"))
    images = load_stimulus_set("ImageNet-val")
    assert images["verified"].iloc[0] == "hash list" and images.open(images.ids[1]).shape == (8, 8, 3)
    with pytest.raises(HashMismatch, match="ILSVRC2012_val_00000003.JPEG"):
        images.open(images.ids[2])


def test_missing_double_and_misplaced_images_are_named(flat, by_class):
    first, second = labels.stimulus_ids()[:2]
    (flat / "again").mkdir()
    (flat / "again" / second).write_bytes((flat / second).read_bytes())
    with pytest.raises(InvalidStimulusSet, match=f"has {second} 2 times, and 1 images not once.*each of 12 once"):
        load_stimulus_set("ImageNet-val", place=flat)
    home, other = (by_class / "val" / truth for truth in labels.truths()[:2])
    (home / first).rename(other / first)
    with pytest.raises(InvalidStimulusSet, match=f"{first} lies in n09193705.*n01751748"):
        load_stimulus_set("ImageNet-val", place=by_class)
    (other / first).unlink()
    with pytest.raises(InvalidStimulusSet, match=f"has {first} 0 times"):
        load_stimulus_set("ImageNet-val", place=by_class)


def test_without_images_it_says_what_to_do(monkeypatch):
    monkeypatch.delenv(validation.PLACE, raising=False)
    with pytest.raises(DataUnavailable, match="BRAINSCORE_IMAGENET.*image-net.org"):
        load_stimulus_set("ImageNet-val")
