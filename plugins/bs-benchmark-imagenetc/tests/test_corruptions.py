"""Each corruption by what it must do to images that are simple enough to know it."""

import numpy as np
import pytest

from brainscore_core.errors import InvalidParameter
from bs_benchmark_imagenetc.corruptions import blur, corrupted, digital, generator, motion, noise, weather
from bs_benchmark_imagenetc.corruptions.parameters import CATEGORIES, PARAMETERS

RNG = np.random.default_rng
GREY = np.full((64, 64, 3), 0.5)


def test_every_corruption_but_frost_has_five_severities():
    named = {name for members in CATEGORIES.values() for name in members}
    assert named - set(PARAMETERS) == {"frost"} and len(named) == 15
    assert {len(values) for values in PARAMETERS.values()} == {5}


@pytest.mark.parametrize("name", PARAMETERS)
def test_seeded_and_stronger_with_severity(name):
    smooth = np.add.outer(np.arange(64), np.arange(64))[..., None] * np.array([1, 0.5, 1.5]) + 20
    image = (smooth + 8 * RNG(0).normal(size=(64, 64, 3))).clip(0, 255).astype(np.uint8)
    once, again, other = (corrupted(image, name, 3, generator(name, seed)) for seed in (0, 0, 1))
    assert np.array_equal(once, again) and once.dtype == np.uint8 and once.shape == image.shape
    fixed = name in ("defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression")
    assert np.array_equal(once, other) == fixed
    if name != "elastic_transform":  # its published parameters are not ordered
        weak, strong = (
            np.mean((corrupted(image, name, s, generator(name)) - image.astype(float)) ** 2) for s in (1, 5)
        )
        assert weak < strong


def test_noise_has_its_moments():
    flat = np.full((256, 256, 3), 0.5)
    assert np.std(noise.gaussian_noise(flat, 0.18, RNG(0))) == pytest.approx(0.18, rel=0.01)
    shot = noise.shot_noise(flat, 12, RNG(0))
    assert (shot.mean(), shot.var()) == pytest.approx((0.5, 0.5 / 12), rel=0.02)
    struck = noise.impulse_noise(flat, 0.27, RNG(0))
    assert [(struck == value).mean() for value in (0, 1)] == pytest.approx([0.135, 0.135], abs=0.005)


def test_blurs_keep_the_mean_and_lower_the_variance():
    image = RNG(1).random((64, 64, 3))
    for name in ("defocus_blur", "motion_blur", "zoom_blur", "glass_blur"):
        changed = getattr(blur, name)(image, PARAMETERS[name][1], RNG(0))
        assert changed.mean() == pytest.approx(0.5, abs=0.03) and changed.var() < 0.6 * image.var()


def test_motion_of_a_point_is_half_a_gaussian_along_its_direction():
    point = np.zeros((41, 41))
    point[20, 20] = 1
    trace = motion.moved(point, 10, 3.0, angle=0)
    weights = np.exp(-(np.arange(21) ** 2) / 18)
    assert trace[20, 20::-1] == pytest.approx(weights / weights.sum()) and trace[20, 21:].sum() == 0
    assert motion.moved(point, 10, 3.0, angle=-90)[20:, 20] == pytest.approx(weights / weights.sum())
    assert np.allclose(motion.moved(np.ones((9, 9)), 10, 3.0, 30), 1)


def test_disk_is_round_and_of_sum_one_where_it_fits():
    kernel = blur.disk(3, 0.1)
    assert kernel.shape == (17, 17) and kernel.sum() == pytest.approx(1)
    assert np.allclose(kernel, kernel.T) and np.count_nonzero(kernel > 1e-6) == 29


def test_brightness_raises_v_and_keeps_hue_and_saturation():
    from colorsys import rgb_to_hsv

    image = RNG(2).random((8, 8, 3))
    changed = weather.brightness(image, 0.2, RNG(0))
    for before, after in zip(image.reshape(-1, 3), changed.reshape(-1, 3), strict=True):
        old, new = rgb_to_hsv(*before), rgb_to_hsv(*after)
        assert new == pytest.approx((old[0], old[1], min(old[2] + 0.2, 1)))
    assert np.allclose(weather.brightness(np.zeros((2, 2, 3)), 0.3, RNG(0)), 0.3)


def test_plasma_fills_its_range_and_is_smoother_with_decay():
    rough, smooth = (weather.plasma(64, decay, RNG(3)) for decay in (1.4, 3.0))
    for cloud in (rough, smooth):
        assert (cloud.min(), cloud.max()) == (0, 1)
    assert np.abs(np.diff(smooth)).mean() < 0.7 * np.abs(np.diff(rough)).mean()


def test_contrast_keeps_the_mean_and_scales_the_rest():
    image = RNG(4).random((16, 16, 3))
    changed = digital.contrast(image, 0.3, RNG(0))
    assert changed.mean((0, 1)) == pytest.approx(image.mean((0, 1)))
    assert changed.std((0, 1)) == pytest.approx(0.3 * image.std((0, 1)))


def test_elastic_transform_without_displacement_is_nothing():
    image = RNG(5).random((32, 32, 3))
    assert np.allclose(digital.elastic_transform(image, (0.0, 1.0, 0.0), RNG(0)), image)


@pytest.mark.parametrize(
    ("image", "name", "severity", "message"),
    [
        (GREY, "fog", 1, "float64"),
        ((GREY * 255).astype(np.uint8), "frost", 1, "corruption 'frost'"),
        ((GREY * 255).astype(np.uint8), "fog", 0, "severity=0"),
        (np.zeros((64, 64), np.uint8), "fog", 1, "shape"),
        (np.zeros((16, 64, 3), np.uint8), "fog", 1, "32 or more"),
    ],
)
def test_what_cannot_be_corrupted_is_refused(image, name, severity, message):
    with pytest.raises(InvalidParameter, match=message):
        corrupted(image, name, severity, RNG(0))
