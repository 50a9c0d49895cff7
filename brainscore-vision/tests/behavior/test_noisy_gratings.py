"""Gratings in noise: pixels by the formula, trials, names, and the threshold of an observer who knows them."""

import numpy as np
import pytest

from brainscore_core.errors import InvalidParameter
from brainscore_vision.behavior.noisy_gratings import (
    NoisyGrating,
    contrast_threshold,
    interval_pairs,
    valued_gratings,
)

GRATING = NoisyGrating(contrast=0.3, noise=0.2, visual_degrees=4.0, pixels=32)


def test_pixels_are_those_of_the_formula():
    clean = NoisyGrating(contrast=0.5, noise=0.0, spatial_frequency=0.5, phase=90, visual_degrees=4.0, pixels=8)
    image = clean.image(np.random.default_rng(0))
    x = (np.arange(8) + 0.5 - 4) / 2
    expected = 127.5 * (1 + 0.5 * np.cos(2 * np.pi * 0.5 * x))
    np.testing.assert_array_equal(image, np.tile(np.rint(np.round(expected, 6)), (8, 1)))
    turned = NoisyGrating(contrast=0.5, noise=0.0, spatial_frequency=0.5, phase=90, orientation=90, pixels=8)
    np.testing.assert_array_equal(turned.image(np.random.default_rng(0)), image.T)


def test_noise_has_the_stated_strength_and_fills_the_field():
    grating = NoisyGrating(contrast=0.0, noise=0.1, radius=0.5, pixels=200)
    image = grating.image(np.random.default_rng(0)).astype(float)
    assert image.mean() == pytest.approx(127.5, abs=0.3)
    assert image.std() == pytest.approx(12.75, rel=0.02)
    assert image[:20].std() == pytest.approx(12.75, rel=0.05)


def test_the_aperture_is_round():
    profile = NoisyGrating(radius=1.0, phase=90, spatial_frequency=0.01, visual_degrees=4.0, pixels=64).profile
    assert (profile != 0).mean() == pytest.approx(np.pi / 16, rel=0.02)


@pytest.mark.parametrize("accuracy", [0.6, 0.75, 0.9])
def test_an_observer_who_knows_the_grating_has_the_stated_threshold(accuracy):
    difference = contrast_threshold(GRATING, accuracy)
    pairs = interval_pairs(GRATING, "contrast", [difference], 1500, seed=1)
    match = np.array([np.vdot(pairs.open(id) / 127.5 - 1, GRATING.profile) for id in pairs]).reshape(-1, 2)
    values = pairs["value"].to_numpy().reshape(-1, 2)
    right = (match[:, 0] > match[:, 1]) == (values[:, 0] > values[:, 1])
    # three standard errors of 1,500 trials; clipping costs nothing at this noise
    assert right.mean() == pytest.approx(accuracy, abs=3 * np.sqrt(accuracy * (1 - accuracy) / 1500))


def test_a_threshold_needs_noise():
    with pytest.raises(InvalidParameter, match="noise"):
        contrast_threshold(NoisyGrating(noise=0.0))


def test_pairs_differ_by_the_level_in_either_order():
    pairs = interval_pairs(GRATING, "orientation", [2.0, 10.0], 40, seed=0)
    assert len(pairs) == 160
    values = pairs["value"].to_numpy().reshape(-1, 2)
    np.testing.assert_allclose(np.abs(values[:, 0] - values[:, 1]), np.repeat([2, 10], 40))
    np.testing.assert_allclose(values.min(axis=1), 0)
    assert 10 < (values[:40, 0] > 0).sum() < 30
    assert pairs["trial"].tolist() == np.repeat(np.arange(80), 2).tolist()
    assert set(pairs["degrees"]) == {4.0}


def test_the_same_seed_gives_the_same_pixels_and_every_stimulus_its_own_name():
    make = {
        "pairs": lambda seed: interval_pairs(GRATING, "contrast", [0.1], 5, seed=seed),
        "values": lambda seed: valued_gratings(GRATING, "contrast", [0.3, 0.4], 5, seed=seed),
    }
    names, digests = [], []
    for made in make.values():
        for seed in (0, 1):
            stimuli, again = made(seed), made(seed)
            assert stimuli.digest() == again.digest()
            assert [stimuli.key(id) for id in stimuli] == [again.key(id) for id in again]
            names += [stimuli.key(id) for id in stimuli]
            digests += [stimuli.digest_of(id) for id in stimuli]
    assert len(set(names)) == len(names) == 40
    assert len(set(digests)) == 40


def test_phases_are_random_where_asked_for():
    still = valued_gratings(NoisyGrating(noise=0.0), "contrast", [0.3], 4, seed=0)
    moving = valued_gratings(NoisyGrating(noise=0.0), "contrast", [0.3], 4, seed=0, random_phase=True)
    assert len({still.digest_of(id) for id in still}) == 1
    assert len({moving.digest_of(id) for id in moving}) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: NoisyGrating(contrast=1.5),
        lambda: NoisyGrating(noise=-1),
        lambda: NoisyGrating(pixels=0),
        lambda: interval_pairs(GRATING, "colour", [1.0], 1, seed=0),
        lambda: interval_pairs(GRATING, "contrast", [0.0], 1, seed=0),
        lambda: interval_pairs(GRATING, "contrast", [], 1, seed=0),
        lambda: interval_pairs(GRATING, "contrast", [0.1], 0, seed=0),
        lambda: interval_pairs(GRATING, "contrast", [0.9], 1, seed=0),
    ],
)
def test_what_cannot_be_shown_is_refused(wrong):
    with pytest.raises(InvalidParameter):
        wrong()
