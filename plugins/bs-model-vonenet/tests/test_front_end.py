"""The front end: cells as measured, tuning as known of V1, noise as of spikes."""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from bs_model_vonenet.front_end import GAIN, GaborFilters, Noise, VOneBlock, gabors
from bs_model_vonenet.population import (
    FREQUENCY_COUNTS,
    FREQUENCY_EDGES,
    ORIENTATION_COUNTS,
    ORIENTATION_EDGES,
    SIZE_COUNTS,
    SIZE_EDGES,
    Population,
    population,
)

PIXELS_PER_DEGREE = 28.0

# drawn by the authors' code (vonenet.params.generate_gabor_param, seed 0): first three cells, and the sum over all
AUTHORS = {
    "frequency": ([2.21516636, 5.43424621, 4.29826205], 1601.7198486760),
    "orientation": ([106.69324167, 98.12721177, 89.77007304], 46876.2525454740),
    "phase": ([197.57286141, 257.46817189, 216.99481539], 91288.5691958413),
    "across": ([0.26982312, 0.63590785, 0.48201525], 196.8725061750),
    "along": ([0.47918378, 1.52001134, 0.47947796], 258.0062138133),
}


@pytest.mark.parametrize("name", list(AUTHORS))
def test_cells_are_those_of_the_authors(name):
    first, total = AUTHORS[name]
    found = getattr(population(), name)
    assert found.shape == (512,)
    np.testing.assert_allclose(found[:3], first, rtol=1e-8)
    np.testing.assert_allclose(found.sum(), total, rtol=1e-7)


@pytest.mark.parametrize(
    ("name", "counts", "edges"),
    [
        ("frequency", FREQUENCY_COUNTS, FREQUENCY_EDGES),
        ("across", np.sum(SIZE_COUNTS, axis=1), SIZE_EDGES),
        ("along", np.sum(SIZE_COUNTS, axis=0), SIZE_EDGES),
    ],
)
def test_cells_are_distributed_as_measured(name, counts, edges):
    found = np.histogram(getattr(population(20_000, seed=4), name), edges)[0] / 20_000
    np.testing.assert_allclose(found, np.array(counts) / np.sum(counts), atol=0.012)


def test_orientations_are_distributed_as_measured():
    drawn = population(20_000, seed=4).orientation
    assert 0 <= drawn.min() and drawn.max() < 180
    shifted = np.where(drawn >= 157.5, drawn - 180, drawn)
    found = np.histogram(shifted, ORIENTATION_EDGES)[0] / 20_000
    np.testing.assert_allclose(found, np.array(ORIENTATION_COUNTS) / sum(ORIENTATION_COUNTS), atol=0.012)


def test_cells_of_higher_frequency_have_more_periods():
    drawn = population(20_000, seed=4)
    assert np.corrcoef(np.log(drawn.frequency), np.log(drawn.across))[0, 1] > 0.6


def test_another_seed_gives_other_cells():
    assert not np.allclose(population(16, seed=1).frequency, population(16, seed=2).frequency)


def block(cells: Population) -> VOneBlock:
    """A front end whose cells are these twice: as simple and as complex cells, all seeing the green channel."""
    both = Population(*(np.tile(getattr(cells, name), 2) for name in Population.__dataclass_fields__))
    made = VOneBlock(cells=2 * len(cells.phase))
    green = np.ones(len(both.phase), dtype=int)
    made.simple_conv_q0 = GaborFilters(gabors(both, PIXELS_PER_DEGREE), green)
    made.simple_conv_q1 = GaborFilters(gabors(both, PIXELS_PER_DEGREE, quarter=True), green)
    return made


def cells(**parameters: object) -> Population:
    known = {"frequency": 3.0, "orientation": 0.0, "phase": 0.0, "across": 0.5, "along": 0.5} | parameters
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, float)) for value in known.values()))
    return Population(**dict(zip(known, arrays, strict=True)))


def gratings(orientations: np.ndarray, frequencies: np.ndarray, phases: np.ndarray, side: int = 73) -> torch.Tensor:
    down, right = (
        grid / PIXELS_PER_DEGREE for grid in np.mgrid[-(side // 2) : side // 2 + 1, -(side // 2) : side // 2 + 1]
    )
    made = []
    for orientation, frequency, phase in np.broadcast(orientations, frequencies, phases):
        angle, turn = np.deg2rad(orientation), np.deg2rad(phase)
        made.append(np.cos(2 * np.pi * frequency * (down * np.cos(angle) + right * np.sin(angle)) + turn))
    return torch.from_numpy(np.repeat(np.stack(made)[:, None], 3, axis=1).astype(np.float32))


def centre(made: VOneBlock, images: torch.Tensor) -> np.ndarray:
    """Responses of the cells that look at the middle, shape (image, cell)."""
    with torch.no_grad():
        found = made(images).numpy()
    return found[:, :, found.shape[2] // 2, found.shape[3] // 2]


def test_complex_cells_do_not_care_about_phase_and_simple_cells_do():
    phases = np.arange(0, 360, 15)
    simple, complex_cell = centre(block(cells()), gratings(0, 3, phases)).T
    assert complex_cell.std() / complex_cell.mean() < 0.02
    modulation = abs(np.fft.rfft(simple)[1]) * 2 / abs(np.fft.rfft(simple)[0])
    assert modulation > 1.4  # half-rectified: pi / 2
    assert simple.min() == 0


@pytest.mark.parametrize("orientation", [0, 30, 90, 135])
def test_cells_prefer_their_orientation(orientation):
    tested = np.arange(0, 180, 15)
    for found in centre(block(cells(orientation=orientation)), gratings(tested, 3, 0)).T:
        assert tested[found.argmax()] == orientation


@pytest.mark.parametrize("frequency", [2.0, 4.0])
def test_cells_prefer_their_frequency(frequency):
    tested = np.array([1.0, 2.0, 4.0, 6.0])
    for found in centre(block(cells(frequency=frequency, across=0.6, along=0.6)), gratings(0, tested, 0)).T:
        assert tested[found.argmax()] == frequency


def test_responses_grow_with_contrast_and_the_gain():
    made, image = block(cells()), gratings(0, 3, 0)
    full, half = centre(made, image), centre(made, image / 2)
    np.testing.assert_allclose(half, full / 2, rtol=1e-5)
    weight = made.simple_conv_q0.weight[0]
    middle = image[0, :, 24:49, 24:49]
    np.testing.assert_allclose(full[0, 0], GAIN * float((weight * middle).sum()), rtol=1e-4)


def test_each_cell_sees_one_colour_with_both_of_its_filters():
    made = VOneBlock()
    even, odd = ((part.weight != 0).any(dim=(2, 3)) for part in (made.simple_conv_q0, made.simple_conv_q1))
    assert torch.equal(even.sum(1), torch.ones(512, dtype=torch.long))
    assert torch.equal(even, odd)
    assert (even.sum(0) > 140).all()


def test_there_are_512_maps_of_56_by_56_and_nothing_is_trained():
    made = VOneBlock()
    with torch.no_grad():
        assert made(torch.zeros(1, 3, 224, 224)).shape == (1, 512, 56, 56)
    assert not list(made.parameters())


@pytest.mark.parametrize("mean", [0.0, 2.0, 10.0, 50.0])
def test_noise_has_the_moments_of_a_rectified_normal_whose_variance_grows_with_the_mean(mean):
    generator = torch.Generator().manual_seed(0)
    means = torch.full((1, 400_000), mean)
    found = Noise(True).sample(means, torch.randn(means.shape, generator=generator)).double()
    spread = ((0.35 * mean + 0.07) / 0.35**2) ** 0.5
    below, density = norm.cdf(mean / spread), norm.pdf(mean / spread)
    assert found.min() >= 0
    assert found.mean().item() == pytest.approx(mean * below + spread * density, rel=0.01)
    assert (found**2).mean().item() == pytest.approx((mean**2 + spread**2) * below + mean * spread * density, rel=0.01)


def test_some_cells_answer_as_they_do_among_all():
    part, image = VOneBlock().simple_conv_q0, torch.randn(2, 3, 60, 44, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(part(image, slice(100, None)), part(image)[:, 100:], rtol=1e-4, atol=1e-5)


def test_without_noise_the_mean_is_the_answer():
    means = torch.tensor([[-1.0, 0.0, 2.0]])
    assert torch.equal(Noise(True)(means), torch.tensor([[0.0, 0.0, 2.0]]))
    assert torch.equal(Noise(False).sample(means, torch.ones(1, 3)), torch.tensor([[0.0, 0.0, 2.0]]))
    torch.testing.assert_close(Noise(True).sample(means, torch.zeros(1, 3)), torch.tensor([[0.0, 0.0, 2.0]]))
