"""S1, C1 and C2 against direct implementations of their definitions."""

from itertools import product

import numpy as np
import pytest
from scipy.signal import oaconvolve

from bs_model_hmax.c1 import SILENT, positions
from bs_model_hmax.c2 import arrangement, c2
from bs_model_hmax.contrast import CONTRAST_FLOOR
from bs_model_hmax.filters import bank
from bs_model_hmax.network import hmax
from bs_model_hmax.parameters import BANDS, FIELD, ORIENTATIONS
from bs_model_hmax.retina import retina


def c1_of(image):
    row = hmax(image[None], layers=["C1"])["C1"][0]
    ends = np.cumsum([4 * band.side**2 for band in BANDS])
    return [part.reshape(4, band.side, -1) for part, band in zip(np.split(row, ends[:-1]), BANDS, strict=True)]


def direct_c1(image):
    """Every definition written out, in double precision."""
    difference = image.astype(float) - 128
    answer = []
    for band in BANDS:
        s1 = np.zeros((4, FIELD, FIELD))
        for filters, size in zip(bank(band), band.sizes, strict=True):
            box = np.ones((size, size))
            total, squares = (oaconvolve(values, box, mode="same") for values in (difference, difference**2))
            norm = np.sqrt(np.maximum(squares - total**2 / size**2, size**2 * CONTRAST_FLOOR**2))
            correlation = [oaconvolve(difference, one[::-1, ::-1], mode="same") for one in filters]
            s1 = np.maximum(s1, np.abs(correlation) / norm)
        starts = band.origin + band.step * np.arange(band.side)
        windows = [[s1[:, y : y + band.pool, x : x + band.pool].max((1, 2)) for x in starts] for y in starts]
        answer.append(np.array(windows).transpose(2, 0, 1))
    return answer


def patch(height, width, top, left, seed=0):
    image = np.full((FIELD, FIELD), 128.0, dtype=np.float32)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width))
    image[top : top + height, left : left + width] = pixels
    return image


IMAGES = {
    "everywhere": patch(256, 256, 0, 0),
    "small": patch(11, 12, 150, 60),
    "corner": patch(20, 20, 236, 0),
    "edge": patch(6, 90, 0, 166),
    "wide": patch(3, 220, 100, 20),
    "one pixel": patch(1, 1, 40, 200),
}


@pytest.mark.parametrize("name", IMAGES)
def test_c1_is_the_definition_wherever_the_stimulus_lies(name):
    for mine, theirs in zip(c1_of(IMAGES[name]), direct_c1(IMAGES[name]), strict=True):
        theirs = np.where(theirs < SILENT, 0, theirs)
        unsure = np.abs(theirs - SILENT) < 1e-4
        np.testing.assert_allclose(mine[~unsure], theirs[~unsure], atol=5e-5)


def test_grey_and_any_uniform_field_are_silent():
    for level in (0, 128, 131, 255):
        responses = hmax(np.full((1, FIELD, FIELD), level, np.float32), layers=["C1"])["C1"]
        assert not responses.any()


def test_contrast_and_luminance_leave_responses_alone():
    pattern = np.random.default_rng(1).integers(0, 2, (FIELD, FIELD)).astype(np.float32)
    full, half, dark = (hmax(values[None])["C1"] for values in (pattern * 200, pattern * 100 + 60, pattern * 40))
    np.testing.assert_allclose(half, full, atol=2e-4)
    np.testing.assert_allclose(dark, full, atol=2e-4)


def test_below_the_floor_responses_follow_contrast():
    pattern = np.zeros((FIELD, FIELD), np.float32)
    pattern[:, ::16] = 1  # root mean square contrast .24 grey levels
    one, two = (hmax((128 + values)[None])["C1"] for values in (pattern, 2 * pattern))
    strong = one > 0.05
    assert strong.any()
    np.testing.assert_allclose(two[strong], 2 * one[strong], rtol=1e-3)


def test_responses_lie_between_0_and_1():
    responses = hmax(np.stack(list(IMAGES.values())))
    assert all(values.min() >= 0 and values.max() <= 1 for values in responses.values())
    assert {name: values.shape for name, values in responses.items()} == {"C1": (6, 42548), "C2": (6, 256)}
    assert all(values.dtype == np.float32 for values in responses.values())


def test_a_row_does_not_depend_on_its_batch():
    together = hmax(np.stack(list(IMAGES.values())))
    for index, image in enumerate(IMAGES.values()):
        for name, values in hmax(image[None]).items():
            np.testing.assert_array_equal(values[0], together[name][index])


def test_only_what_is_asked_for_is_returned():
    assert set(hmax(IMAGES["small"][None], layers=["C2"])) == {"C2"}


def test_units_look_where_positions_say():
    """Only units within reach of a small stimulus respond, and their middle is where it is."""
    image = np.full((FIELD, FIELD), 128, np.float32)
    image[180:189, 70:79] = 255
    y, x = ((start + 4 - (FIELD - 1) / 2) / 32 for start in (180, 70))
    units = list(positions())
    row = hmax(image[None])["C1"][0]
    starts = np.cumsum([0, *(ys.size for _, _, ys, _ in units)])
    assert starts[-1] == len(row)
    for (band, orientation, ys, xs), start in zip(units, starts[:-1], strict=True):
        response = row[start : start + ys.size].reshape(ys.shape)
        away = np.maximum(abs(ys - y), abs(xs - x))[response > 0]
        assert away.size
        assert away.max() <= (BANDS[band - 1].pool + BANDS[band - 1].sizes[1] + 9) / 2 / 32
        middle = [np.average(where, weights=response) for where in (ys, xs)]
        np.testing.assert_allclose(middle, [y, x], atol=BANDS[band - 1].step / 32 / 2)
        assert orientation in ORIENTATIONS


def test_c2_is_the_definition():
    generator = np.random.default_rng(0)
    bands = [generator.random((4, side, side)).astype(np.float32) for side in (9, 5)]
    expected = []
    for upper_left, lower_left, upper_right, lower_right in product(range(4), repeat=4):
        best = 0.0
        for band in bands:
            left = band[upper_left, :-2, :-2], band[lower_left, 2:, :-2]
            corners = *left, band[upper_right, :-2, 2:], band[lower_right, 2:, 2:]
            best = max(best, np.exp(-sum((1 - corner.astype(float)) ** 2 for corner in corners) / 2).max())
        expected.append(best)
    np.testing.assert_allclose(c2(bands), expected, rtol=1e-5)


def test_c2_units_prefer_their_arrangement():
    assert len({arrangement(unit) for unit in range(256)}) == 256
    band = np.zeros((4, 7, 7), np.float32)
    for position, orientation in zip(((1, 1), (3, 1), (1, 3), (3, 3)), (2, 0, 1, 3), strict=True):
        band[orientation, *position] = 1
    responses = c2([band])
    assert responses.max() == 1
    assert arrangement(int(responses.argmax())) == (90, 0, 45, 135)


@pytest.mark.parametrize("shift", [4, 20, 55])
def test_c2_tolerates_translation_far_better_than_c1(shift):
    here, there, other = (retina(picture(offset, seed)) for offset, seed in ((0, 0), (shift, 0), (0, 1)))
    responses = hmax(np.stack([here, there, other]))
    moved, changed = (np.linalg.norm(responses["C2"][0] - responses["C2"][row]) for row in (1, 2))
    assert moved < changed / 3
    if shift >= 20:
        moved, changed = (np.linalg.norm(responses["C1"][0] - responses["C1"][row]) for row in (1, 2))
        assert moved > changed / 3


def test_c2_is_exactly_invariant_to_shifts_by_common_steps():
    """4 * 9 * 5 * 7 * 11 pixels do not fit the field; one band's step does, and then its responses only move."""
    image = patch(30, 30, 90, 90, seed=5)
    moved = np.roll(image, (BANDS[0].step * 3, -BANDS[0].step * 2), (0, 1))
    before, after = (c1_of(values)[0] for values in (image, moved))
    np.testing.assert_allclose(np.roll(before, (3, -2), (1, 2)), after, atol=1e-5)


def picture(offset, seed):
    """An object of random bars, moved by some pixels."""
    generator = np.random.default_rng(seed)
    canvas = np.full((FIELD, FIELD), 128, np.uint8)
    canvas[70:150, 70 + offset : 150 + offset] = np.kron(generator.integers(0, 2, (8, 8)) * 200 + 20, np.ones((10, 10)))
    return canvas


def test_the_retina_is_grey_whole_and_sized():
    colour = np.random.default_rng(0).integers(0, 256, (448, 448, 3)).astype(np.uint8)
    for image in (colour, colour[..., 0], colour[:256, :256, 0], colour[:100, :130]):
        values = retina(image)
        assert values.shape == (FIELD, FIELD)
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, np.rint(values))
    np.testing.assert_array_equal(retina(colour[:256, :256, 0]), colour[:256, :256, 0])
    np.testing.assert_array_equal(retina(colour[:100, :130]), retina(colour[:100, 15:115]))
    assert (retina(np.full((333, 333, 3), 128, np.uint8)) == 128).all()
