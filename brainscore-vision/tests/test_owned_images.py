"""Images that a user owns: folder and tar alike, damage named, hashes checked as they are read."""

import hashlib
import tarfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile, InvalidStimulusSet, UnreadableStimulus
from brainscore_vision.owned_images import md5_of, owned_images, owned_place, owned_set, read_hash_list

NAMES = [f"class_{number % 2}/image_{number}.png" for number in range(6)]


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(NAMES):
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4, 5, 3), number, np.uint8)).save(path)
    (tmp_path / "own" / "read.me").write_text("no image", encoding="utf-8")
    return tmp_path / "own"


@pytest.fixture
def archive(folder, tmp_path):
    path = tmp_path / "own.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(folder, arcname=".")
    return path


def table(names=NAMES):
    return pd.DataFrame({"stimulus_id": [str(number) for number in range(len(names))]})


def test_folder_and_tar_hold_the_same(folder, archive):
    one, other = owned_images(folder), owned_images(archive)
    assert list(one.files) == list(other.files) == sorted(NAMES)
    for number, name in enumerate(NAMES):
        assert one.read(name) == other.read(name)
        assert (other.open(name) == np.full((4, 5, 3), number)).all()


def test_threads_may_read_one_tar(archive):
    images = owned_images(archive)
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(images.read, NAMES * 20))
    assert read == [images.read(name) for name in NAMES] * 20


def test_set_is_named_by_content_wherever_it_lies(folder, archive):
    one, other = (owned_set("own", table(), owned_images(place), NAMES) for place in (folder, archive))
    assert one.digest() == other.digest()
    assert [one.key(id) for id in one] == [other.key(id) for id in other]
    assert len({one.key(id) for id in one}) == len(NAMES)
    verified = owned_set("own", table(), owned_images(archive), NAMES, content=lambda name: f"md5:{name}")
    assert verified.key("0") == f"image-1:md5:{NAMES[0]}"


def test_hash_list_is_checked_as_images_are_read(folder, tmp_path):
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  ./{name}" for name in NAMES]
    lines[3] = f"{'0' * 40} *{NAMES[3]}"
    listed = tmp_path / "sums"
    listed.write_text("\n".join(lines), encoding="utf-8")
    images = owned_set("own", table(), owned_images(folder), NAMES, digests=read_hash_list(listed))
    assert images.open("2").mean() == 2
    with pytest.raises(HashMismatch, match=r"class_1/image_3.png has sha1 .*: expected 0{40}"):
        images.open("3")
    with pytest.raises(InvalidStimulusSet, match=r"no 'image_0.png'"):
        owned_set("own", table(), owned_images(folder), NAMES, digests={"image_1.png": "0" * 40})


@pytest.mark.parametrize("line", ["abc  image.png", f"{'g' * 40}  image.png", "0" * 64])
def test_line_of_a_hash_list_that_is_none_is_named(tmp_path, line):
    listed = tmp_path / "sums"
    listed.write_text(f"{'0' * 64}  a.png\n\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match="line 3 of sums"):
        read_hash_list(listed)


def test_missing_damaged_and_cut_off_images_are_named(folder, archive):
    with pytest.raises(InvalidStimulusSet, match=r"lacks 1 of 6 images, as 'class_9/image_9.png'"):
        owned_set("own", table(), owned_images(folder), [*NAMES[:5], "class_9/image_9.png"])
    images = owned_images(folder)
    (folder / NAMES[0]).write_bytes(b"no image")
    with pytest.raises(UnreadableStimulus, match=r"class_0/image_0.png"):
        images.open(NAMES[0])
    inside = owned_images(archive)
    archive.write_bytes(archive.read_bytes()[:600])
    with pytest.raises(UnreadableStimulus, match="ends after"):
        inside.read(NAMES[-1])


def test_what_is_no_tar_is_refused(tmp_path):
    path = tmp_path / "own.tar"
    path.write_bytes(b"x" * 2000)
    with pytest.raises(InvalidFile, match=r"own.tar cannot be read as a tar file"):
        owned_images(path)


def test_place_is_unavailable_until_the_user_says_where(monkeypatch, tmp_path):
    monkeypatch.delenv("BRAINSCORE_OWN", raising=False)
    with pytest.raises(DataUnavailable, match="BRAINSCORE_OWN does not say where yours are.*Ask them"):
        owned_place("BRAINSCORE_OWN", "these images", "ask them")
    monkeypatch.setenv("BRAINSCORE_OWN", str(tmp_path / "nowhere"))
    with pytest.raises(DataUnavailable, match="nothing lies"):
        owned_place("BRAINSCORE_OWN", "these images", "ask them")
    monkeypatch.setenv("BRAINSCORE_OWN", str(tmp_path))
    assert owned_place("BRAINSCORE_OWN", "these images", "ask them") == tmp_path


def test_md5_follows_the_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"one")
    first = md5_of(path)
    path.write_bytes(b"other")
    assert first == hashlib.md5(b"one").hexdigest() and md5_of(path) == hashlib.md5(b"other").hexdigest()
