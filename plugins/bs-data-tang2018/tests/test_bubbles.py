"""Bubbles on images whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidParameter, InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet
from bs_data_tang2018 import SIGMA, bubble_weights, bubbled, centres_of, visible_share, with_bubbles

SHAPE = (256, 256)


def images(*ids):
    drawn = {id: np.random.default_rng(number).integers(0, 256, SHAPE, np.uint8) for number, id in enumerate(ids)}
    table = pd.DataFrame({"stimulus_id": ids})
    return StimulusSet(table, identifier="drawn", open=lambda id: drawn[id].copy(), key=lambda id: f"drawn:{id}")


def test_a_window_is_a_gaussian_of_fourteen_pixels():
    weights = bubble_weights(SHAPE, [(100, 60)])
    assert weights[100, 60] == 1
    assert weights[100, 74] == weights[114, 60] == pytest.approx(np.exp(-0.5))
    assert weights[100, 88] == pytest.approx(np.exp(-2))
    assert weights[255, 255] == 0


def test_where_windows_meet_the_larger_one_counts():
    both = bubble_weights(SHAPE, [(100, 60), (110, 70)])
    each = [bubble_weights(SHAPE, [centre]) for centre in ((100, 60), (110, 70))]
    np.testing.assert_array_equal(both, np.maximum(*each))


def test_windows_grow_with_the_image():
    small, large = bubble_weights((64, 64), [(16, 16)]), bubble_weights((128, 128), [(32, 32)])
    np.testing.assert_allclose(small[:, 20], large[::2, 40], atol=1e-12)


def test_white_seen_through_a_bubble():
    seen = bubbled(np.full(SHAPE, 255, np.uint8), [(128, 128)])
    assert seen[128, 128] == 255 and seen[0, 0] == 128
    assert seen[128, 142] == round(127.5 + 127.5 * np.exp(-0.5))


def test_without_bubbles_all_is_grey_and_grey_stays_grey():
    image = np.random.default_rng(0).integers(0, 256, SHAPE, np.uint8)
    assert (bubbled(image, []) == 128).all()
    assert (bubbled(np.full(SHAPE, 128, np.uint8), [(9, 9), (200, 40)]) == 128).all()


def test_a_bubble_as_wide_as_the_sky_shows_the_image():
    image = np.random.default_rng(0).integers(0, 256, (*SHAPE, 3), np.uint8)
    np.testing.assert_array_equal(bubbled(image, [(128, 128)], sigma=1e6), image)


def test_a_set_gets_bubbles_that_hang_on_seed_and_id_only():
    one, alone = with_bubbles(images("a", "b"), seed=3), with_bubbles(images("a"), seed=3)
    np.testing.assert_array_equal(one.open("a"), alone.open("a"))
    assert one.key("a") == alone.key("a") != with_bubbles(images("a"), seed=4).key("a")
    assert (one.open("a") != with_bubbles(images("a"), seed=4).open("a")).any()
    assert one["bubbles"].tolist() == [4, 4]


def test_published_images_have_as_much_in_view(published_files):
    """Of a field that differs from grey everywhere, four bubbles show more than of an object on grey."""
    from brainscore_core import load_stimulus_set

    published = load_stimulus_set("Tang2018")["visible_pixels"]
    field, rng = np.full(SHAPE, 255, np.uint8), np.random.default_rng(0)
    seen = [(bubbled(field, rng.integers(0, 256, (4, 2))) > 130).mean() for _ in range(50)]
    assert published.max() < np.max(seen)


def test_visibility_is_the_share_of_the_object_within_two_deviations():
    weights = bubble_weights(SHAPE, [(128, 128)])
    rows, columns = np.ogrid[:256, :256]
    distance = np.hypot(rows - 128, columns - 128)
    assert visible_share(distance <= 28, weights) == 1
    assert visible_share(distance > 30, weights) == 0
    radius = 60
    assert visible_share(distance <= radius, weights) == pytest.approx((28 / radius) ** 2, rel=0.02)


def test_centres_fill_the_image():
    centres = centres_of((10, 1000), 2000, seed=0)
    assert centres.min() >= 0 and centres[:, 0].max() == 9 and 990 < centres[:, 1].max() < 1000
    assert SIGMA == 14 / 256


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bubble_weights(SHAPE, [(1, 1)], sigma=0), "sigma=0"),
        (lambda: bubble_weights(SHAPE, [(1, np.nan)]), "not finite"),
        (lambda: with_bubbles(images("a"), bubbles=-1), "-1 bubbles"),
        (lambda: visible_share(np.zeros(SHAPE, bool), np.ones(SHAPE)), "0 pixels on the object"),
    ],
)
def test_what_means_nothing_is_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()


def test_only_images_get_bubbles():
    with pytest.raises(InvalidStimulusSet, match="float64"):
        bubbled(np.ones(SHAPE), [])
