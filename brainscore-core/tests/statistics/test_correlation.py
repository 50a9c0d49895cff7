"""Correlations without a loop, beside scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr

from brainscore_core.statistics.correlation import (
    correlate_columns,
    fisher_mean,
    fisher_z,
    mean_of_defined,
    median_of_defined,
    weighted_correlations,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("scale", [1e-200, 1e-6, 1.0, 1e6, 1e200])
@pytest.mark.parametrize("offset", [0.0, 100.0])
def test_equals_scipy_column_by_column(scale, offset):
    a = RNG.normal(size=(30, 5))
    b = 0.5 * a + RNG.normal(size=(30, 5))
    expected = [pearsonr(x, y).statistic for x, y in zip(a.T, b.T, strict=True)]
    np.testing.assert_allclose(correlate_columns(scale * (a + offset), b), expected, rtol=1e-10)
    np.testing.assert_allclose(correlate_columns(b, scale * (a + offset)), expected, rtol=1e-10)


def test_constant_columns_have_no_correlation():
    a = np.full((7, 3), 0.1)
    a[:, 2] = RNG.normal(size=7)
    r = correlate_columns(a, RNG.normal(size=(7, 3)))
    assert np.isnan(r[:2]).all() and np.isfinite(r[2])
    assert np.isnan(correlate_columns(RNG.normal(size=(7, 3)), a)[:2]).all()


def test_rounding_is_no_variation():
    nearly = 0.1 + np.array([0, 1, -1, 0, 1]) * 1e-17
    nearly = np.array([0.1 * 3, 0.3, 0.1 + 0.2, 0.3, 0.3])
    assert np.ptp(nearly) > 0
    assert np.isnan(correlate_columns(nearly[:, None], RNG.normal(size=(5, 1)))).all()


def test_nan_in_a_column_stays_in_that_column():
    a = RNG.normal(size=(6, 2))
    a[0, 0] = np.nan
    r = correlate_columns(a, RNG.normal(size=(6, 2)))
    assert np.isnan(r[0]) and np.isfinite(r[1])


def test_never_beyond_one():
    x = RNG.normal(size=(1000, 50))
    assert (correlate_columns(x, 3 * x) <= 1).all()


def test_no_rows_or_one_row():
    assert np.isnan(correlate_columns(np.empty((0, 2)), np.empty((0, 2)))).all()
    assert np.isnan(correlate_columns(np.ones((1, 2)), np.ones((1, 2)))).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_weights_are_repetitions(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, 12, 3))
    a[rng.random(a.shape) < 0.1] = np.nan
    weights = rng.multinomial(12, np.full(12, 1 / 12), size=4)
    found = weighted_correlations(a, b, weights)
    for draw, row in zip(weights, found, strict=True):
        x, y = np.repeat(a, draw, axis=0), np.repeat(b, draw, axis=0)
        for unit in range(3):
            known = ~np.isnan(x[:, unit])
            expected = correlate_columns(x[known, unit, None], y[known, unit, None])[0]
            np.testing.assert_allclose(row[unit], expected, atol=1e-9)


def test_weights_of_one_give_the_plain_correlation():
    a, b = RNG.normal(size=(2, 40, 6)) + 50
    np.testing.assert_allclose(weighted_correlations(a, b, np.ones((1, 40)))[0], correlate_columns(a, b), rtol=1e-11)


def test_no_weight_no_correlation():
    a, b = RNG.normal(size=(2, 5, 2))
    weights = np.zeros((2, 5))
    weights[1, 3] = 5
    assert np.isnan(weighted_correlations(a, b, weights)).all()


def test_medians_and_means_of_what_is_defined():
    values = np.array([[1, np.nan, 3], [np.nan, np.nan, np.nan], [1, 2, 9]])
    np.testing.assert_array_equal(median_of_defined(values), [2, np.nan, 2])
    np.testing.assert_array_equal(mean_of_defined(values), [1, 2, 6])
    np.testing.assert_array_equal(mean_of_defined(values, axis=1), [2, np.nan, 4])


@pytest.mark.parametrize("shape", [(7,), (40, 7), (3, 40, 8)])
def test_median_is_numpys_whatever_is_missing(shape):
    values = np.random.default_rng(1).normal(size=shape)
    np.testing.assert_array_equal(median_of_defined(values), np.median(values, -1))
    values[np.random.default_rng(2).random(shape) < 0.4] = np.nan
    np.testing.assert_array_equal(median_of_defined(values), np.nanmedian(values, -1))


def test_fisher():
    assert fisher_z(0.5) == pytest.approx(0.5493061443340549)
    assert fisher_z(1.0) == np.inf
    assert fisher_mean(np.array([0.3, 0.3])) == pytest.approx(0.3)
    assert fisher_mean(np.array([0.9, 0.1, np.nan])) == pytest.approx(np.tanh((np.arctanh(0.9) + np.arctanh(0.1)) / 2))
    assert fisher_mean(np.array([1.0, 0.0])) < 1


def test_fisher_mean_is_less_biased_where_each_correlation_is_of_few_stimuli():
    x = RNG.normal(size=(8, 4000))
    y = 0.7 * x + np.sqrt(1 - 0.49) * RNG.normal(size=x.shape)
    r = correlate_columns(x, y)
    assert abs(fisher_mean(r) - 0.7) < abs(r.mean() - 0.7)
