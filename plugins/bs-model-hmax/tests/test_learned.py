"""The form with learned features: its published shape, its definition, and what it does not notice."""

import numpy as np
import pytest

from bs_model_hmax.learned import LearnedHMAX, matches
from bs_model_hmax.network import hmax
from bs_model_hmax.parameters import BANDS, FIELD
from bs_model_hmax.prototypes import PER_SIZE, SIZES, prototypes


@pytest.fixture(scope="module")
def network():
    return LearnedHMAX(prototypes())


def ring(size, top, left):
    """Something with many orientations on grey, at the same pixels wherever it lies."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    radius = np.hypot(y, x)
    drawn = np.where(radius < size / 2, 128 + 100 * np.cos(radius * 40 / size), 128)
    image = np.full((FIELD, FIELD), 128, np.float32)
    image[top : top + size, left : left + size] = drawn
    return image.round()


def test_prototypes_have_the_published_numbers():
    found = prototypes()
    assert tuple(found) == SIZES == (4, 8, 12, 16)
    for size, pieces in found.items():
        assert pieces.shape == (PER_SIZE, 4, size, size) and pieces.dtype == np.float32
        assert (pieces >= 0).all() and (pieces <= 1).all()
        assert pieces.reshape(len(pieces), -1).any(axis=1).mean() > 0.9, "most photographs are no empty walls"
    assert sum(pieces.size for pieces in found.values()) == 480_000


def test_shapes_and_layers(network):
    images = np.stack([ring(80, 60, 60), ring(80, 100, 40)])
    both = network(images)
    assert both["C1"].shape == (2, 42548) and both["C2"].shape == (2, 1000)
    assert both["C2"].dtype == np.float32 and (both["C2"] > 0).all() and (both["C2"] <= 1).all()
    np.testing.assert_array_equal(both["C1"], hmax(images, layers=["C1"])["C1"])
    assert set(network(images, layers=["C2"])) == {"C2"}


def test_it_is_the_definition():
    rng = np.random.default_rng(0)
    bands = [rng.random((4, band.side, band.side), dtype=np.float32) for band in BANDS[6:]]
    pieces = rng.random((3, 4, 4, 4), dtype=np.float32)
    direct = np.zeros(3)
    for band in bands:
        for top in range(band.shape[1] - 3):
            for left in range(band.shape[2] - 3):
                window = band[:, top : top + 4, left : left + 4]
                distance = np.square(window - pieces.astype(float)).sum((1, 2, 3))
                direct = np.maximum(direct, np.exp(-distance / 2))
    np.testing.assert_allclose(matches(bands, 4, pieces.reshape(3, -1)), direct, rtol=1e-4)


def test_a_piece_that_is_there_answers_with_one():
    rng = np.random.default_rng(1)
    bands = [rng.random((4, band.side, band.side), dtype=np.float32) for band in BANDS]
    piece = bands[0][:, 10:18, 20:28].reshape(1, -1)
    assert matches(bands, 8, piece)[0] == pytest.approx(1, abs=1e-5)


def test_bands_too_small_for_a_piece_are_left_out():
    small = [np.ones((4, 5, 5), np.float32)]
    assert matches(small, 8, np.ones((1, 256), np.float32)) == 0


def correlation(one, other):
    return np.corrcoef(one, other)[0, 1]


def test_position_matters_less_to_c2_than_to_c1(network):
    """Shifted by a step of the finest bands C2 hardly changes; another thing changes it."""
    here, there = ring(64, 60, 70), ring(64, 76, 94)
    other = np.random.default_rng(0).integers(0, 256, (64, 64))
    noise = np.full((FIELD, FIELD), 128, np.float32)
    noise[60:124, 70:134] = other
    first, second, third = network(np.stack([here, there, noise]))["C2"]
    assert correlation(first, second) > 0.95
    assert correlation(first, third) < correlation(first, second) - 0.1
    a, b = hmax(np.stack([here, there]), layers=["C1"])["C1"]
    assert correlation(a, b) < 0.5


def test_size_matters_less_to_c2_than_another_thing(network):
    """Scaled by half an octave, which is about two bands."""
    small, large = ring(64, 90, 90), ring(90, 80, 80)
    noise = np.full((FIELD, FIELD), 128, np.float32)
    noise[90:154, 90:154] = np.random.default_rng(0).integers(0, 256, (64, 64))
    first, second, third = network(np.stack([small, large, noise]))["C2"]
    assert correlation(first, second) > correlation(first, third) + 0.1


def test_it_is_the_same_each_time():
    fresh = prototypes.__wrapped__()
    for size, pieces in prototypes().items():
        np.testing.assert_array_equal(fresh[size], pieces)
