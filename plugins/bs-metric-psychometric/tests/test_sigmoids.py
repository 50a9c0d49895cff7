"""Families of sigmoids mean the same by midpoint and width, and agree with scipy's distributions."""

import numpy as np
import pytest
from scipy import stats

from brainscore_core.errors import InvalidParameter
from bs_metric_psychometric.sigmoids import SIGMOIDS, sigmoid_of


@pytest.mark.parametrize("name", sorted(SIGMOIDS))
def test_midpoint_is_half_and_width_runs_from_5_to_95_percent(name):
    family = sigmoid_of(name)
    assert float(family.share(np.array(2.0), 2.0, 3.0)) == pytest.approx(0.5)
    low, high = family.offset(np.array([0.05, 0.95]), 3.0)
    assert high - low == pytest.approx(3.0)
    shares = np.linspace(0.01, 0.99, 40)
    np.testing.assert_allclose(family.share(2 + family.offset(shares, 3.0), 2.0, 3.0), shares, rtol=1e-10)


def test_values_agree_with_distributions_of_scipy():
    x = np.linspace(-3, 8, 30)
    spread = stats.norm.ppf(0.95) - stats.norm.ppf(0.05)
    np.testing.assert_allclose(SIGMOIDS["gaussian"].share(x, 1.5, 2.0), stats.norm.cdf(x, 1.5, 2.0 / spread))
    spread = stats.logistic.ppf(0.95) - stats.logistic.ppf(0.05)
    np.testing.assert_allclose(SIGMOIDS["logistic"].share(x, 1.5, 2.0), stats.logistic.cdf(x, 1.5, 2.0 / spread))
    # a Weibull distribution of shape k is, on the logarithm, a Gumbel of the least with scale 1 / k
    shape = (np.log(-np.log(0.05)) - np.log(-np.log(0.95))) / 2.0
    scale = np.exp(1.5) / np.log(2) ** (1 / shape)
    expected = stats.weibull_min.cdf(np.exp(x), shape, scale=scale)
    np.testing.assert_allclose(SIGMOIDS["weibull"].share(x, 1.5, 2.0), expected, rtol=1e-9)


@pytest.mark.parametrize("name", sorted(SIGMOIDS))
def test_steepness_is_the_derivative(name):
    family, step = sigmoid_of(name), 1e-4
    high, low = family.share(np.array([step, -step]), 0.0, 3.0)
    assert family.steepness(3.0) == pytest.approx((high - low) / (2 * step), rel=1e-5)
    assert family.steepness(6.0) == pytest.approx(family.steepness(3.0) / 2, rel=1e-6)


def test_a_share_that_is_never_reached_is_nan():
    assert np.isnan(SIGMOIDS["gaussian"].offset(np.array([-0.1, 0.0, 1.0, 1.2]), 1.0)).all()


def test_unknown_family_is_named():
    with pytest.raises(InvalidParameter, match="'probit'.*gaussian"):
        sigmoid_of("probit")
