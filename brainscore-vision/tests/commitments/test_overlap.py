"""Bins of a model into bins of an experiment, by overlap."""

import numpy as np
import pytest

from brainscore_core.errors import InvalidParameter
from brainscore_vision.commitments.overlap import overlap_ms, overlap_weights

STEPS = [(0, 40), (40, 80), (80, 120)]


def test_weights_are_those_computed_by_hand():
    asked = [(0, 40), (30, 90), (100, 200), (-50, 10)]
    expected = [[1, 0, 0], [10 / 60, 40 / 60, 10 / 60], [0, 0, 1], [1, 0, 0]]
    np.testing.assert_allclose(overlap_weights(STEPS, asked), expected, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(overlap_ms(STEPS, asked), [[40, 0, 0], [10, 40, 10], [0, 0, 20], [10, 0, 0]])


def test_rows_sum_to_one_whatever_is_asked():
    generator = np.random.default_rng(0)
    edges = np.sort(generator.uniform(0, 500, 12))
    asked = np.sort(generator.uniform(edges[0], edges[-1], (40, 2)))
    weights = overlap_weights(np.stack([edges[:-1], edges[1:]], axis=1), asked)
    np.testing.assert_allclose(weights.sum(1), 1, rtol=0, atol=1e-12)
    assert (weights >= 0).all()


def test_the_mean_over_a_bin_is_that_of_a_fine_grid():
    fine = np.arange(0, 120) + 0.5
    signal = np.array([3.0, -1.0, 7.0])[(fine // 40).astype(int)]
    for start, end in [(0, 120), (13, 77), (79, 81)]:
        mean = signal[(fine > start) & (fine < end)].mean()
        assert overlap_weights(STEPS, [(start, end)]) @ [3.0, -1.0, 7.0] == pytest.approx(mean)


def test_what_stays_for_ever_covers_every_bin():
    np.testing.assert_array_equal(overlap_weights([(-np.inf, np.inf)], [(-100, 0), (70, 170)]), [[1], [1]])


@pytest.mark.parametrize("asked", [(120, 200), (-40, 0)])
def test_a_bin_that_nothing_covers_is_refused(asked):
    with pytest.raises(InvalidParameter, match=r"says nothing of .* ms: .* 0 to 120 ms"):
        overlap_weights(STEPS, [(0, 10), asked])
