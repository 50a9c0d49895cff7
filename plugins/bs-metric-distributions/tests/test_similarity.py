"""The formula against the incumbent's, given the same draws; the draws against drawing unit by unit."""

import numpy as np
import pytest

from bs_metric_distributions.similarity import (
    bootstrap_histograms,
    histogram_with_undefined,
    ks_similarity_of_histograms,
    normalise,
)


def oracle_similarity(p, q):
    """brainscore_vision 2.4.2, metrics/distribution_similarity/metric.py, ks_similarity."""
    z1 = np.zeros_like(p)
    z2 = np.zeros_like(p)
    z1[0] = 1
    z2[-1] = 1
    kolm_raw = np.max(np.abs(np.cumsum(p) - np.cumsum(q)))
    kolm_max1 = np.max(np.abs(np.cumsum(z1) - np.cumsum(q)))
    kolm_max2 = np.max(np.abs(np.cumsum(z2) - np.cumsum(q)))
    return 1 - kolm_raw / np.max(np.array([kolm_max1, kolm_max2]))


def oracle_histogram(values, bins):
    """The same file: clip, count, divide."""
    values = values.copy()
    values[values < bins[0]] = bins[0]
    values[values > bins[-1]] = bins[-1]
    counts = np.histogram(values, bins=bins)[0]
    return counts / counts.sum()


@pytest.mark.parametrize("seed", range(20))
def test_equals_the_incumbent_given_the_same_draws(seed):
    rng = np.random.default_rng(seed)
    bins = np.cumsum(rng.uniform(0.1, 2, size=rng.integers(3, 15)))
    recorded = rng.normal(bins.mean(), bins.std(), size=rng.integers(20, 400))
    units = rng.normal(bins.mean() + rng.normal(), 2 * bins.std(), size=500)
    units[rng.random(500) < 0.3] = np.nan
    reference = oracle_histogram(recorded, bins)
    ours = normalise(histogram_with_undefined(recorded, bins)[:-1])
    np.testing.assert_array_equal(ours, reference)
    for _ in range(20):
        drawn = rng.choice(units, len(recorded))
        expected = oracle_similarity(oracle_histogram(drawn, bins), reference)
        found = ks_similarity_of_histograms(normalise(histogram_with_undefined(drawn, bins)[:-1]), ours)
        assert found == expected


def test_many_histograms_at_once_equal_one_by_one():
    rng = np.random.default_rng(1)
    p, q = normalise(rng.multinomial(30, np.full(6, 1 / 6), size=50)), normalise(rng.multinomial(90, np.full(6, 1 / 6)))
    np.testing.assert_array_equal(ks_similarity_of_histograms(p, q), [oracle_similarity(row, q) for row in p])


def test_known_values():
    q = np.array([0.25, 0.5, 0.25])
    assert ks_similarity_of_histograms(q, q) == 1
    # farthest possible: all in the first bin, distance .75 of at most .75
    assert ks_similarity_of_histograms(np.array([1.0, 0, 0]), q) == 0
    assert ks_similarity_of_histograms(np.array([0.5, 0.25, 0.25]), q) == pytest.approx(1 - 0.25 / 0.75)


def test_values_beyond_the_bins_are_counted_in_the_outer_ones_and_left_as_they_are():
    values = np.array([-np.inf, -5.0, 0.5, 2.0, 9.0, np.inf, np.nan])
    before = values.copy()
    np.testing.assert_array_equal(histogram_with_undefined(values, np.array([0.0, 1.0, 2.0])), [3, 3, 1])
    np.testing.assert_array_equal(values, before)


def test_multinomial_draws_are_distributed_as_drawing_units():
    rng = np.random.default_rng(2)
    bins, units = np.linspace(0, 1, 6), rng.beta(2, 3, size=300)
    units[:60] = np.nan
    counts = histogram_with_undefined(units, bins)
    ours = bootstrap_histograms(counts, 100, 20_000, np.random.default_rng(3))
    drawn = [normalise(histogram_with_undefined(rng.choice(units, 100), bins)[:-1]) for _ in range(5000)]
    np.testing.assert_allclose(ours.mean(axis=0), np.mean(drawn, axis=0), atol=0.003)
    np.testing.assert_allclose(np.cov(ours.T), np.cov(np.transpose(drawn)), atol=2e-4)


def test_a_sample_without_a_defined_unit_is_undefined():
    histograms = bootstrap_histograms(np.array([1, 0, 99]), 1, 1000, np.random.default_rng(4))
    empty = np.isnan(histograms).all(axis=1)
    assert 950 < empty.sum() < 1000
    np.testing.assert_array_equal(histograms[~empty], np.tile([1.0, 0.0], (1000 - empty.sum(), 1)))
