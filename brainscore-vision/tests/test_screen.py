"""Placing stimuli: pixel for pixel what Brain-Score 2 shows, and nothing is ever changed in place."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from brainscore_core.errors import InvalidParameter, InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import place_on_screen
from brainscore_vision.screen import place, resample

RNG = np.random.default_rng(0)


def image(*shape):
    return RNG.integers(0, 256, shape, dtype=np.uint8)


def images(values, **columns):
    """A set of in-memory images whose keys are cheap."""
    table = pd.DataFrame({"stimulus_id": list(values), **columns})
    return StimulusSet(table, identifier="images", open=values.__getitem__, key=lambda id: f"key of {id}")


def placed_by_brainscore_2(pixels, source_degrees, target_degrees):
    """What `ImageConverter` of brainscore_vision 2.4 does with Pillow, on pixels instead of files."""
    if source_degrees == target_degrees:
        return pixels
    ratio = target_degrees / source_degrees
    picture = Image.fromarray(pixels)
    size = np.array(picture.size)
    target = (ratio * size).round().astype(int)
    if ratio >= 1:
        background = Image.new("RGB", tuple(target.tolist()), "gray")
        background.paste(picture, tuple(((target - size) / 2).round().astype(int).tolist()))
        return np.asarray(background)
    left, upper = ((size - target) / 2).round().astype(int).tolist()
    return np.asarray(picture.crop((left, upper, left + int(target[0]), upper + int(target[1]))))


def as_rgb(pixels):
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


SIZES = [1, 2, 3, 7, 16, 31]
DEGREES = [(4, 8), (8, 4), (2, 2.9), (8, 7.77), (3, 8), (8, 3), (1, 5), (6.4, 8), (8, 8)]


@pytest.mark.parametrize(("source", "target"), DEGREES)
@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "colour"])
def test_equal_to_brainscore_2(source, target, channels):
    for height, width in itertools.product(SIZES, SIZES):
        if min(round(target / source * height), round(target / source * width)) == 0:
            continue  # Brain-Score 2 fails there
        pixels = image(height, width, *channels)
        ours = place_on_screen(images({"a": pixels}), target, source).open("a")
        assert ours.ndim == pixels.ndim and ours.dtype == np.uint8
        np.testing.assert_array_equal(as_rgb(ours), as_rgb(placed_by_brainscore_2(pixels, source, target)))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.3, 20), st.floats(0.3, 20))
def test_equal_to_brainscore_2_at_any_size(height, width, source, target):
    if not 0.1 < target / source < 8 or min(np.round(target / source * np.array([height, width]))) < 1:
        return
    pixels = np.arange(height * width, dtype=np.uint8).reshape(height, width)
    ours = place_on_screen(images({"a": pixels}), target, source).open("a")
    np.testing.assert_array_equal(as_rgb(ours), as_rgb(placed_by_brainscore_2(pixels, source, target)))


def test_each_stimulus_has_its_own_size():
    values = {"a": image(8, 8), "b": image(8, 8), "c": image(6, 8, 3)}
    placed = place_on_screen(images(values, degrees=[4.0, 16.0, 8.0]), 8)
    assert [placed.open(id).shape for id in placed] == [(16, 16), (4, 4), (6, 8, 3)]
    np.testing.assert_array_equal(placed.open("a")[4:12, 4:12], values["a"])
    np.testing.assert_array_equal(placed.open("b"), values["b"][2:6, 2:6])
    np.testing.assert_array_equal(placed.open("c"), values["c"])
    assert (placed["degrees"] == 8).all() and list(placed) == list(values)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.2, 5), st.floats(-2, 2), st.floats(-2, 2), st.integers(1, 12), st.integers(1, 12))
def test_nothing_is_changed_in_place(ratio, x, y, height, width):
    pixels = image(height, width)
    before, pixels.flags.writeable = pixels.copy(), False
    stimuli = images({"a": pixels}, degrees=[2.0])
    table = stimuli.table.copy()
    place_on_screen(stimuli, 2 * ratio, position=(x, y)).open("a")
    np.testing.assert_array_equal(pixels, before)
    pd.testing.assert_frame_equal(stimuli.table, table)


def test_position_is_in_degrees_and_upwards():
    pixels = np.full((4, 4), 255, np.uint8)
    moved = place_on_screen(images({"a": pixels}), 20, 4, position=(5, 2)).open("a")
    rows, columns = np.nonzero(moved == 255)
    assert moved.shape == (20, 20) and len(rows) == 16
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == (10 + 5, 10 - 2)


@pytest.mark.parametrize("position", [(8, 0), (-6, 0), (0, 8), (0, -6), (40, 40), (-40, -40)])
@pytest.mark.parametrize("source", [4, 8, 16])
def test_what_lies_outside_the_field_is_not_seen(position, source):
    pixels = np.full((8, 8), 7, np.uint8)
    field = place_on_screen(images({"a": pixels}), 8, source, position=position).open("a")
    expected = np.full_like(field, 128)
    x, y = position[0] / 8 * field.shape[1], position[1] / 8 * field.shape[1]
    rows = np.arange(field.shape[0]) + 0.5 - (field.shape[0] / 2 - y)
    columns = np.arange(field.shape[1]) + 0.5 - (field.shape[1] / 2 + x)
    expected[np.ix_(np.abs(rows) < 4, np.abs(columns) < 4)] = 7
    np.testing.assert_array_equal(field, expected)


def test_a_shift_at_its_own_size():
    pixels = image(8, 8)
    moved = place_on_screen(images({"a": pixels}), 8, 8, position=(2, 0)).open("a")
    np.testing.assert_array_equal(moved[:, 2:], pixels[:, :-2])
    assert (moved[:, :2] == 128).all()


def test_one_pixel_is_never_cropped_to_none():
    assert place_on_screen(images({"a": image(1, 1)}), 1, 9).open("a").shape == (1, 1)
    assert place_on_screen(images({"a": image(1, 1)}), 3, 1).open("a").shape == (3, 3)


def test_resampling():
    pixels = image(20, 10, 3)
    stimuli = images({"a": pixels})
    shown = place_on_screen(stimuli, 8, 8, pixels=5).open("a")
    expected = np.asarray(Image.fromarray(pixels).resize((5, 10), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(shown, expected)
    assert resample(image(3, 30), 5).shape == (1, 5)
    np.testing.assert_array_equal(place_on_screen(stimuli, 8, 8, pixels=10).open("a"), pixels)


def test_keys():
    stimuli = images({"a": image(4, 4)})

    def key(*arguments, **options):
        return place_on_screen(stimuli, *arguments, **options).key("a")

    assert key(8, 8) == stimuli.key("a") == key(3.5, 3.5), "what fills the field is what it was"
    assert key(8, 4) == key(4, 2), "only the ratio decides"
    different = [
        key(8, 8), key(8, 4), key(8, 4.0000001), key(8, 4, position=(1, 0)), key(8, 4, position=(0, 1)),
        key(8, 8, position=(1, 0)), key(8, 8, pixels=4), key(8, 4, pixels=4), key(8, 4, pixels=5),
    ]  # fmt: skip
    assert len(set(different)) == len(different)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([2.0, 3, 4.5]), st.sampled_from([2.0, 4, 4.5]), st.sampled_from([0.0, 0.1, 1])))
)
def test_equal_keys_are_equal_pixels(choices):
    stimuli = images({"a": np.arange(30, dtype=np.uint8).reshape(5, 6)})
    shown = {}
    for target, source, x in choices:
        placed = place_on_screen(stimuli, target, source, position=(x, 0))
        np.testing.assert_array_equal(shown.setdefault(placed.key("a"), placed.open("a")), placed.open("a"))


def test_without_keys_pixels_are_the_name():
    table = pd.DataFrame({"stimulus_id": ["a"]})
    stimuli = StimulusSet(table, identifier="x", open=lambda id: np.zeros((2, 2), np.uint8))
    placed = place_on_screen(stimuli, 8, 4)
    assert not placed.has_keys and placed.key("a") == placed.digest_of("a")


def test_placed_again():
    pixels = image(8, 8)
    once = place_on_screen(images({"a": pixels}, degrees=[4]), 8)
    np.testing.assert_array_equal(place_on_screen(once, 4).open("a"), pixels)


@pytest.mark.parametrize(
    ("columns", "arguments", "options", "words"),
    [
        ({}, (8,), {}, "nobody states the size"),
        ({"degrees": [4]}, (8, 5), {}, "disagree"),
        ({"degrees": [np.nan]}, (8,), {}, "is nan"),
        ({"degrees": [0]}, (8,), {}, "is 0"),
        ({"degrees": ["wide"]}, (8,), {}, "'wide'"),
        ({}, (0, 4), {}, "target_visual_degrees is 0"),
        ({}, (-8, 4), {}, "target_visual_degrees is -8"),
        ({}, (float("inf"), 4), {}, "target_visual_degrees is inf"),
        ({}, (None, 4), {}, "target_visual_degrees is None"),
        ({}, (8, 4), {"position": (float("nan"), 0)}, "position"),
        ({}, (8, 4), {"pixels": 0}, "pixels=0"),
        ({}, (8, 4), {"pixels": 1.5}, "pixels=1.5"),
    ],
)
def test_sizes_that_mean_nothing(columns, arguments, options, words):
    with pytest.raises(InvalidParameter, match=words):
        place_on_screen(images({"a": image(2, 2)}, **columns), *arguments, **options)


def test_a_column_that_agrees_may_be_stated_again():
    assert place_on_screen(images({"a": image(2, 2)}, degrees=[4]), 8, 4).open("a").shape == (4, 4)


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((2, 2)), np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 1), np.uint8), np.zeros(3, np.uint8),
        np.zeros((0, 3), np.uint8), "text", np.zeros((4, 2, 2, 3), np.uint8),
    ],
)  # fmt: skip
def test_what_is_no_image(value):
    with pytest.raises(InvalidStimulusSet, match=r"stimulus 'a' of 'images'.*expected an image"):
        place_on_screen(images({"a": value}), 8, 4).open("a")


def test_a_field_that_no_memory_holds():
    with pytest.raises(InvalidStimulusSet, match=r"stimulus 'a'.*pixels wide"):
        place_on_screen(images({"a": image(100, 100)}), 1e6, 1).open("a")


def test_place_returns_the_image_itself_when_nothing_changes():
    pixels = image(3, 3)
    assert place(pixels, 1.0) is pixels and place(pixels, 1.0, (0.01, 0.0)) is pixels
