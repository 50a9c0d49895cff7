"""Extent and bandwidth on curves whose answers are known."""

import numpy as np

from brainscore_vision.benchmarks.tuning.grid import GratingGrid
from brainscore_vision.benchmarks.tuning.summation import spatial_frequency_bandwidth_octaves, summation_diameter

OCTAVES = np.linspace(-3, 3, 25)


def grid(size=(1.0,), spatial_frequency=(1.0,)):
    return GratingGrid(np.asarray(size), np.asarray(spatial_frequency), np.zeros(1), np.arange(4) * 90.0, np.zeros(2))


def test_the_smallest_size_that_reaches_the_peak_counts():
    curve = np.array([10, 40, 96, 100, 100.0])
    responses = np.broadcast_to(curve[None, :, None, None, None], (1, 5, 1, 1, 4))
    values, responsive = summation_diameter(responses, np.zeros(1), grid(size=[0.5, 1, 2, 3, 4]))
    assert values.tolist() == [4.0]
    assert responsive.tolist() == [True]


def test_the_width_of_a_gaussian_in_octaves_is_found():
    sigma = 0.8
    curve = 50 * np.exp(-(OCTAVES**2) / 2 / sigma**2)
    responses = np.broadcast_to(curve[None, None, :, None, None], (1, 1, 25, 1, 4))
    values, _ = spatial_frequency_bandwidth_octaves(responses, np.zeros(1), grid(spatial_frequency=2**OCTAVES))
    assert abs(values[0] - 2 * sigma * np.sqrt(2 * np.log(2))) < 0.15  # steps of .06 octaves, smoothed


def test_a_curve_that_stays_high_on_one_side_has_no_width():
    curve = np.where(OCTAVES < 0, 50.0, 0.0)
    responses = np.broadcast_to(curve[None, None, :, None, None], (1, 1, 25, 1, 4))
    values, _ = spatial_frequency_bandwidth_octaves(responses, np.zeros(1), grid(spatial_frequency=2**OCTAVES))
    assert np.isnan(values[0])
