"""d' of images: the definition worked out pair by pair, its ends, and weights as repeated images."""

import numpy as np
import pytest
from scipy.stats import norm

from brainscore_core.statistics.discriminability import CAP, image_dprimes, rates_of_probabilities

TRUTH = np.array([0, 0, 1, 1, 1, 2, 2])


@pytest.fixture
def rates():
    return rates_of_probabilities(np.random.default_rng(0).dirichlet([1, 1, 1], len(TRUTH)), TRUTH)


def means(rates, truth, weights=None):
    """Of the images of each object, with NaN on the diagonal."""
    weights = np.ones(len(truth)) if weights is None else weights
    return np.array([np.average(rates[truth == object_], 0, weights[truth == object_]) for object_ in range(3)])


def test_rates_are_those_of_two_alternatives():
    found = rates_of_probabilities(np.array([[0.6, 0.3, 0.1], [0.0, 0.0, 1.0]]), np.array([0, 1]))
    np.testing.assert_allclose(found[0], [np.nan, 0.3 / 0.9, 0.1 / 0.7])
    np.testing.assert_array_equal(found[1], [np.nan, np.nan, 1.0])


def test_it_is_z_of_hits_minus_z_of_false_alarms(rates):
    found = image_dprimes(rates, means(rates, TRUTH), TRUTH)
    for image, object_ in enumerate(TRUTH):
        assert np.isnan(found[image, object_])
        for other in {0, 1, 2} - {int(object_)}:
            false_alarms = rates[other == TRUTH, object_].mean()
            expected = norm.ppf(1 - rates[image, other]) - norm.ppf(false_alarms)
            assert found[image, other] == pytest.approx(np.clip(expected, -CAP, CAP), abs=1e-12)


def test_it_is_cut_at_certainty_and_zero_at_chance():
    truth = np.array([0, 1])
    for probabilities, expected in ((np.eye(2), CAP), (1 - np.eye(2), -CAP), (np.full((2, 2), 0.5), 0.0)):
        rates = rates_of_probabilities(probabilities, truth)
        np.testing.assert_allclose(image_dprimes(rates, rates, truth)[[0, 1], [1, 0]], expected, atol=1e-12)


def test_many_draws_are_each_alone(rates):
    weights = np.random.default_rng(1).integers(1, 4, (5, len(TRUTH)))
    known = np.stack([means(rates, TRUTH, one) for one in weights])
    together = image_dprimes(rates, known, TRUTH)
    assert together.shape == (5, len(TRUTH), 3)
    for draw, one in zip(together, known, strict=True):
        np.testing.assert_array_equal(draw, image_dprimes(rates, one, TRUTH))
