"""The published shape: Serre et al. 2007, Table 1."""

import numpy as np
import pytest

from bs_model_hmax.filters import bank, gabor, spectra
from bs_model_hmax.parameters import BANDS, FIELD, ORIENTATIONS, PIXELS_PER_DEGREE, VISUAL_DEGREES


def test_table_1():
    assert [size for band in BANDS for size in band.sizes] == list(range(7, 39, 2))
    assert [band.pool for band in BANDS] == [8, 10, 12, 14, 16, 18, 20, 22]
    assert [band.step for band in BANDS] == [4, 5, 6, 7, 8, 9, 10, 11]
    assert ORIENTATIONS == (0, 45, 90, 135)
    sigmas = [sigma for band in BANDS for sigma in band.sigmas]
    wavelengths = [wavelength for band in BANDS for wavelength in band.wavelengths]
    sizes = np.arange(7, 39, 2)
    # wavelength = 2 size / (4, 3.95, ... 3.25), sigma = .8 wavelength; the table prints 12.78 as 12.7
    rule = 2 * sizes / np.arange(4, 3.2, -0.05)
    np.testing.assert_allclose(wavelengths, rule, atol=0.08)
    np.testing.assert_allclose(sigmas, 0.8 * rule, atol=0.08)


def test_the_retina_has_the_published_scale():
    assert PIXELS_PER_DEGREE == 160 / 5
    assert FIELD == VISUAL_DEGREES * PIXELS_PER_DEGREE


@pytest.mark.parametrize("band", BANDS, ids=lambda band: f"{band.sizes[0]}-{band.sizes[1]}")
def test_filters_have_zero_mean_unit_norm_and_mirror_symmetry(band):
    for filters, size in zip(bank(band), band.sizes, strict=True):
        assert filters.shape == (4, size, size)
        np.testing.assert_allclose(filters.mean(axis=(1, 2)), 0, atol=1e-15)
        np.testing.assert_allclose(np.linalg.norm(filters, axis=(1, 2)), 1, rtol=1e-12)
        np.testing.assert_allclose(filters, filters[:, ::-1, ::-1], atol=1e-15)


def test_filters_prefer_their_orientation_and_wavelength():
    y, x = np.mgrid[-18:19, -18:19]
    for theta in ORIENTATIONS:
        across = x * np.cos(np.deg2rad(theta)) + y * np.sin(np.deg2rad(theta))
        answers = {
            (orientation, period): abs((gabor(37, 18.2, 22.8, orientation) * np.cos(2 * np.pi * across / period)).sum())
            for orientation in ORIENTATIONS
            for period in (11.4, 22.8, 45.6)
        }
        assert max(answers, key=answers.get) == (theta, 22.8)


def test_orientations_are_turned_copies():
    upright, _, turned, _ = bank(BANDS[3])[1]
    np.testing.assert_allclose(upright.T, turned, atol=1e-15)


@pytest.mark.parametrize("side", [48, 45, 256])
def test_spectra_are_the_transforms(side):
    size = BANDS[2].sizes[1]
    image = np.zeros((side, side))
    image[side // 2, side // 2] = 1
    answer = np.fft.irfft2(np.fft.rfft2(image) * spectra(2, side)[1], s=(side, side))
    half = size // 2
    span = slice(side // 2 - half, side // 2 + half + 1)
    np.testing.assert_allclose(answer[:, span, span], bank(BANDS[2])[1], atol=1e-6)


@pytest.mark.parametrize("band", BANDS, ids=lambda band: str(band.pool))
def test_the_grid_lies_within_the_units_and_in_the_middle(band):
    last = band.origin + (band.side - 1) * band.step + band.pool
    assert band.origin >= band.margin
    assert last <= FIELD - band.margin
    assert abs(band.origin - (FIELD - last)) <= 1
    assert FIELD - band.margin - last < band.step
    assert abs(band.centres.mean()) <= 0.5 / PIXELS_PER_DEGREE + 1e-12
    np.testing.assert_allclose(np.diff(band.centres), band.step / PIXELS_PER_DEGREE)
