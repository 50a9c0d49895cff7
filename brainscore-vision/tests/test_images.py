"""Images on disk: what each kind becomes, and what happens to those that cannot be read."""

import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from brainscore_core.errors import InvalidStimulusSet, UnreadableStimulus
from brainscore_vision import image_set, place_on_screen
from brainscore_vision.images import ImageFiles, decode_image

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 7), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)
ALPHA = np.array([[0, 255, 128, 64, 255, 0, 1]] * 5, np.uint8)


def over_grey(pixels, alpha):
    weight = alpha.astype(float) / 255
    weight = weight[..., None] if pixels.ndim == 3 else weight
    return np.rint(pixels * weight + 128 * (1 - weight)).astype(np.uint8)


def saved(tmp_path, picture, name="image.png", **options):
    path = tmp_path / name
    picture.save(path, **options)
    return path


def check(path, expected):
    pixels = decode_image(path)
    assert pixels.dtype == np.uint8 and pixels.flags.writeable
    np.testing.assert_array_equal(pixels, expected)


def test_greyscale_stays_greyscale(tmp_path):
    check(saved(tmp_path, Image.fromarray(GREY)), GREY)


def test_colour(tmp_path):
    check(saved(tmp_path, Image.fromarray(COLOUR)), COLOUR)


@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["LA", "RGBA"])
def test_transparency_lies_over_grey(tmp_path, pixels):
    check(saved(tmp_path, Image.fromarray(np.dstack([pixels, ALPHA]))), over_grey(pixels, ALPHA))


def test_a_transparent_colour(tmp_path):
    pixels = COLOUR.copy()
    pixels[0, 0] = pixels[3, 3] = (1, 2, 3)
    expected = pixels.copy()
    expected[0, 0] = expected[3, 3] = 128
    check(saved(tmp_path, Image.fromarray(pixels), transparency=(1, 2, 3)), expected)


def test_a_transparent_grey(tmp_path):
    pixels = np.where(GREY == 9, 8, GREY).astype(np.uint8)
    pixels[1, 1] = 9
    expected = pixels.copy()
    expected[1, 1] = 128
    check(saved(tmp_path, Image.fromarray(pixels), transparency=9), expected)


def palette():
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 200, 100, 0])
    picture.putpixel((1, 0), 1)
    return picture


def test_palette_is_colour(tmp_path):
    check(saved(tmp_path, palette()), [[[10, 20, 30], [200, 100, 0]]])


def test_palette_with_transparency(tmp_path):
    check(saved(tmp_path, palette(), transparency=1), [[[10, 20, 30], [128, 128, 128]]])


def test_cmyk_is_colour(tmp_path):
    picture = Image.new("CMYK", (2, 1), (0, 0, 0, 0))
    picture.putpixel((1, 0), (255, 0, 0, 0))
    check(saved(tmp_path, picture, "image.tif"), [[[255, 255, 255], [0, 255, 255]]])


def test_cmyk_jpeg(tmp_path):
    pixels = decode_image(saved(tmp_path, Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "image.jpg", quality=100))
    assert pixels.shape == (8, 8, 3)
    np.testing.assert_allclose(pixels.reshape(-1, 3), np.tile([255, 0, 0], (64, 1)), atol=4)


def test_sixteen_bits_are_scaled_to_eight(tmp_path):
    values = np.array([[0, 128, 257, 65535], [129, 32896, 65407, 65406]], np.uint16)
    check(saved(tmp_path, Image.fromarray(values)), [[0, 0, 1, 255], [1, 128, 255, 254]])


def test_sixteen_bits_of_a_tiff(tmp_path):
    values = np.array([[0, 65535]], np.uint16)
    check(saved(tmp_path, Image.fromarray(values), "image.tif"), [[0, 255]])


def test_one_bit(tmp_path):
    picture = Image.fromarray(GREY > 128)
    assert picture.mode == "1"
    check(saved(tmp_path, picture), np.where(GREY > 128, 255, 0))


@pytest.mark.parametrize("pixels", [GREY[:1, :1], COLOUR[:1, :1]], ids=["grey", "colour"])
def test_one_pixel(tmp_path, pixels):
    path = saved(tmp_path, Image.fromarray(pixels))
    check(path, pixels)
    stimuli = image_set("one", pd.DataFrame({"stimulus_id": ["a"]}), {"a": path})
    assert place_on_screen(stimuli, 8, 2).open("a").shape[:2] == (4, 4)


def test_orientation_tags_are_ignored(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    check(saved(tmp_path, Image.fromarray(COLOUR), exif=exif), COLOUR)


def test_the_first_frame(tmp_path):
    frames = [Image.fromarray(np.full((2, 2), value, np.uint8)) for value in (0, 255)]
    assert decode_image(saved(tmp_path, frames[0], "image.gif", save_all=True, append_images=frames[1:])).max() == 0


def png(tmp_path):
    return saved(tmp_path, Image.fromarray(COLOUR)).read_bytes()


def jpeg(tmp_path):
    return saved(tmp_path, Image.fromarray(RNG.integers(0, 256, (64, 64, 3), dtype=np.uint8)), "x.jpg").read_bytes()


UNREADABLE = {
    "empty": lambda tmp_path: b"",
    "text": lambda tmp_path: b"no image",
    "truncated png": lambda tmp_path: png(tmp_path)[:-60],
    "header only": lambda tmp_path: png(tmp_path)[:40],
    "truncated jpeg": lambda tmp_path: jpeg(tmp_path)[:300],
    "flipped bits": lambda tmp_path: bytes(b ^ 255 if 45 < i < 90 else b for i, b in enumerate(png(tmp_path))),
    "floats": lambda tmp_path: saved(tmp_path, Image.fromarray(np.ones((2, 2), np.float32)), "x.tif").read_bytes(),
    "32 bits": lambda tmp_path: saved(
        tmp_path, Image.fromarray(np.full((2, 2), 70_000, np.int32)), "x.tif"
    ).read_bytes(),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_files_are_named(tmp_path, kind):
    path = tmp_path / "stimulus.png"
    path.write_bytes(UNREADABLE[kind](tmp_path))
    with pytest.raises(UnreadableStimulus, match=r"cannot decode stimulus\.png \(.+\).*Replace the file"):
        decode_image(path)


def test_a_set_needs_its_files(tmp_path):
    table = pd.DataFrame({"stimulus_id": ["a", "b"]})
    path = saved(tmp_path, Image.fromarray(GREY))
    with pytest.raises(InvalidStimulusSet, match="'b' of 'two' has no file"):
        image_set("two", table, {"a": path})
    with pytest.raises(InvalidStimulusSet, match=r"'b' of 'two'.*gone\.png"):
        image_set("two", table, {"a": path, "b": tmp_path / "gone.png"})
    assert image_set("two", table, {"a": path, "b": path}).open("b").shape == GREY.shape


def test_ids_that_are_numbers(tmp_path):
    path = saved(tmp_path, Image.fromarray(GREY))
    stimuli = image_set("numbers", pd.DataFrame({"stimulus_id": [1, 2]}), {1: path, 2: str(path)})
    assert stimuli.open("1").shape == GREY.shape and stimuli.key("1") == stimuli.key("2")


def test_the_key_is_the_content_of_the_file(tmp_path, monkeypatch):
    one, other = saved(tmp_path, Image.fromarray(GREY), "a.png"), saved(tmp_path, Image.fromarray(GREY), "b.png")
    files = ImageFiles({"a": one, "b": other})
    before = files.key("a")
    assert before == files.key("b")
    reads = []
    read = type(one).read_bytes
    monkeypatch.setattr(type(one), "read_bytes", lambda path: reads.append(path) or read(path))
    assert files.key("a") == before and not reads, "read once"
    Image.fromarray(255 - GREY).save(one)
    os.utime(one, ns=(10**18, 10**18))
    assert files.key("a") != before and len(reads) == 1
    one.unlink()
    with pytest.raises(UnreadableStimulus, match=r"a\.png"):
        files.key("a")
