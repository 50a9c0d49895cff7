"""What the cells see and answer, against gratings written out."""

import numpy as np
import pytest

from bs_model_gabor_v1 import pyramid
from bs_model_gabor_v1.network import GaborNetwork
from bs_model_gabor_v1.population import Population

AXIS = (np.arange(448) - 224) / 56


def grating(frequency, orientation, phase=0.0, radius=np.inf, contrast=1.0):
    """A grating about (.5, .5); the phase is that of the cosine there."""
    x, y = AXIS[None, :] - 0.5, AXIS[:, None] - 0.5
    wave = np.cos(2 * np.pi * frequency * (x * np.cos(orientation) + y * np.sin(orientation)) + phase)
    shown = np.where(np.hypot(x, y) <= radius, contrast * wave, 0.0)
    return np.rint(128 + 127 * shown).astype(np.uint8)


def cells(frequency, orientation=0.4, complex_cell=False, phase=0.0, suppression=0.0, surround=1.0, width=None):
    frequency = np.atleast_1d(np.asarray(frequency, dtype=float))
    width = 0.5 / frequency if width is None else np.full_like(frequency, width)
    full = {name: np.full(len(frequency), value) for name, value in locals().items() if np.ndim(value) == 0}
    return Population(
        complex_cell=full["complex_cell"],
        balanced=np.full(len(frequency), True),
        frequency=frequency,
        orientation=full["orientation"],
        phase=full["phase"],
        width=width,
        length=width,
        gain=np.full(len(frequency), 2.0),
        surround=full["surround"],
        suppression=full["suppression"],
        x=np.full(len(frequency), 0.5),
        y=np.full(len(frequency), 0.5),
    )


def answers(population, *images):
    return GaborNetwork(population)(np.stack([pyramid.see(image) for image in images]))


FREQUENCIES = [0.8, 1.3, 2.0, 3.0, 4.5, 6.5, 9.0, 13.0]


@pytest.mark.parametrize("frequency", FREQUENCIES)
@pytest.mark.parametrize("orientation", [0.0, 0.4, np.pi / 2, 2.5])
def test_every_level_answers_its_best_grating_with_one(frequency, orientation):
    complex_ = cells(frequency, orientation, complex_cell=True)
    assert answers(complex_, grating(frequency, orientation, 1.1)) == pytest.approx(1, abs=0.03)
    simple = cells(frequency, orientation)
    in_phase, opposite = answers(simple, grating(frequency, orientation), grating(frequency, orientation, np.pi))
    assert in_phase == pytest.approx(2, abs=0.06)
    assert opposite == 0


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_other_frequencies_and_orientations_get_less(frequency):
    complex_ = cells(frequency, 0.4, complex_cell=True)
    others = [grating(frequency * factor, 0.4) for factor in (0.5, 2.0) if frequency * factor < 20]
    others.append(grating(frequency, 0.4 + np.pi / 2))
    assert (answers(complex_, *others) < 0.35).all()


def test_a_complex_cell_does_not_mind_the_phase():
    images = [grating(3.0, 0.4, phase) for phase in np.linspace(0, 2 * np.pi, 9)]
    found = answers(cells(3.0, complex_cell=True), *images)
    assert np.ptp(found) < 0.03


def test_the_surround_divides_by_its_energy():
    population = cells([3.0, 3.0], complex_cell=True, surround=0.5)
    population = Population(**{**population.__dict__, "suppression": np.array([0.0, 4.0])})
    small, large = (answers(population, grating(3.0, 0.4, radius=radius)) for radius in (0.5, 4.0))
    inside = 1 - np.exp(-1 / 2)
    assert large[0, 0] / large[0, 1] == pytest.approx(5, rel=0.02)
    assert small[0, 0] / small[0, 1] == pytest.approx(1 + 4 * inside**2, rel=0.03)


def test_grey_gets_no_answer():
    grey = np.full((448, 448), 128, np.uint8)
    np.testing.assert_array_equal(pyramid.see(grey), 0)
    assert (answers(cells(FREQUENCIES), grey) == 0).all()


def test_the_finest_level_is_the_image_and_the_image_stays():
    image = np.random.default_rng(0).integers(0, 256, (448, 448), dtype=np.uint8)
    before = image.copy()
    seen = pyramid.see(image)
    np.testing.assert_array_equal(image, before)
    assert seen.shape == (19648,)
    finest = seen[: 72 * 72].reshape(72, 72)
    np.testing.assert_allclose(finest, (image[216:288, 216:288] - 128.0) / 127.5, atol=1e-6)


@pytest.mark.parametrize("level", pyramid.LEVELS[1:])
def test_levels_sample_the_image_where_they_say(level):
    frequency = 0.6
    parts = pyramid.parts(pyramid.see(grating(frequency, 0.0))[None])
    samples = parts[pyramid.LEVELS.index(level)].reshape(level.samples, level.samples)
    inner = np.abs(level.axis()) < 3.3
    expected = np.cos(2 * np.pi * frequency * (level.axis()[inner] - 0.5)) * pyramid.transfer(
        level, np.array(frequency)
    )
    np.testing.assert_allclose(samples[len(samples) // 2, inner], expected * 127 / 127.5, atol=0.01)


def test_energy_is_the_mean_square():
    energy = pyramid.parts(pyramid.see(grating(5.0, 0.3, contrast=0.5))[None])[-1].reshape(56, 56)
    np.testing.assert_allclose(energy[3:-3, 3:-3], 0.125, atol=0.002)


def test_colour_and_other_sizes():
    image = grating(2.0, 0.4)
    colour = np.repeat(image[..., None], 3, axis=2)
    np.testing.assert_allclose(pyramid.see(colour), pyramid.see(image), atol=1e-5)
    larger = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)
    np.testing.assert_allclose(pyramid.see(larger), pyramid.see(image), atol=0.06)


def test_no_filter_has_denormal_tails():
    """A product of denormal numbers takes a hundred times as long."""
    network = GaborNetwork(cells([*FREQUENCIES, 13.0], complex_cell=True, surround=0.05, width=0.02))
    matrices = [network.windows, *(matrix for level in network.levels for matrix in (level.even, level.odd))]
    for matrix in matrices:
        used = np.abs(matrix[matrix != 0])
        assert used.size == 0 or used.min() > np.finfo(np.float32).tiny
