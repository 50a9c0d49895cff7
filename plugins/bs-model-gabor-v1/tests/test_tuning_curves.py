"""The formulas that turn published numbers into filters, against filtering and integration."""

import numpy as np
import pytest

from bs_model_gabor_v1 import frequency_tuning, size_tuning

POSITIONS = np.linspace(-8, 8, 8001)


def filtered(u, x, phase, balanced):
    """Largest answer of a Gabor with carrier 1 to gratings of frequency u, by summing over positions."""
    sigma = x / (2 * np.pi)
    envelope = np.exp(-((POSITIONS / sigma) ** 2) / 2)
    kernel = envelope * np.cos(2 * np.pi * POSITIONS + phase)
    if balanced:
        kernel -= envelope * kernel.sum() / envelope.sum()
    return np.abs(kernel @ np.exp(2j * np.pi * u * POSITIONS)) / envelope.sum()


@pytest.mark.parametrize("phase", [0.0, 0.7, np.pi / 2, 4.0])
@pytest.mark.parametrize("balanced", [True, False])
def test_amplitude_is_that_of_the_filter(phase, balanced):
    u = np.array([0.1, 0.5, 1.0, 1.7])
    for x in (1.2, 2.5, 5.0):
        found = frequency_tuning.amplitude(u, np.array(x), np.array(phase), balanced)
        np.testing.assert_allclose(found, [filtered(one, x, phase, balanced) for one in u], atol=1e-9)


def test_a_pair_has_the_mean_energy_of_its_filters():
    u, x = np.array([0.3, 1.0, 1.4]), np.array(2.0)
    even, odd = (frequency_tuning.amplitude(u, x, np.array(phase)) for phase in (0.0, np.pi / 2))
    pair = frequency_tuning.amplitude(u, x, np.array(np.nan))
    np.testing.assert_allclose(pair**2, (even**2 + odd**2) / 2)


@pytest.mark.parametrize("phase", [0.0, np.pi / 3, np.pi / 2, 5.0, np.nan])
def test_a_gabor_has_the_bandwidth_it_was_made_for(phase):
    wanted = np.array([0.5, 0.8, 1.1])
    x, peak = frequency_tuning.gabor_for_bandwidth(wanted, np.full(3, phase))
    curves = frequency_tuning.amplitude(frequency_tuning.U, x[:, None], np.full((3, 1), phase))
    width, at = frequency_tuning.width_and_peak(curves)
    np.testing.assert_allclose(width, wanted, atol=0.04)
    np.testing.assert_allclose(at, peak, rtol=0.03)


def test_what_no_gabor_has_becomes_the_nearest():
    narrow, _ = frequency_tuning.gabor_for_bandwidth(np.array([0.01]), np.array([0.0]))
    assert narrow == pytest.approx(frequency_tuning.X.max(), rel=0.06)


def test_share_is_the_integral_of_a_gaussian():
    step = 0.01
    y, x = np.mgrid[-6:6:step, -6:6:step]
    gaussian = np.exp(-(x**2 + y**2) / 2 / 1.3**2)
    for radius in (0.5, 1.3, 3.0):
        inside = gaussian[np.hypot(x, y) <= radius].sum() / gaussian.sum()
        assert size_tuning.share(np.array(radius), 1.3) == pytest.approx(inside, abs=2e-3)


def test_fields_have_the_sizes_they_were_made_for():
    summation, surround = np.array([0.3, 0.8, 2.0, 0.5]), np.array([0.9, 3.0, 8.0, 2.5])
    suppression = np.array([0.3, 0.6, 0.45, 0.85])
    fields = size_tuning.fit_fields(summation, surround, suppression)
    ratio = (fields.surround / fields.centre)[:, None]
    curves = size_tuning.share(size_tuning.RADIUS, 1.0) / (
        1 + fields.gain[:, None] * size_tuning.share(size_tuning.RADIUS, ratio) ** 2
    )
    diameter, outer, index = size_tuning.measure(curves)
    np.testing.assert_allclose(diameter * fields.centre, summation, rtol=1e-9)
    np.testing.assert_allclose(outer * fields.centre, surround, rtol=0.15)
    np.testing.assert_allclose(index, suppression, atol=0.05)
    np.testing.assert_allclose(fields.peak, curves.max(axis=1))


def test_elongation_holds_as_much_in_the_same_radius():
    y, x = np.mgrid[-12:12:0.02, -12:12:0.02]
    for widening in (0.8, 1.0, 1.5, 2.5):
        long = size_tuning.elongation_for(np.array([widening]))[0]
        ellipse = np.exp(-(x**2 + (y / long) ** 2) / 2)
        radius = widening * np.sqrt(-2 * np.log(0.2))
        assert ellipse[np.hypot(x, y) <= radius].sum() / ellipse.sum() == pytest.approx(0.8, abs=0.01)
    np.testing.assert_allclose(size_tuning.elongation_for(np.array([1e-3, 1e3])), [0.5, 6.0])
