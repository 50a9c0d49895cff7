"""Each operation against its definition, written out unit by unit in double precision."""

import itertools

import numpy as np
import pytest
import torch

from bs_model_hmo.filters import draw
from bs_model_hmo.network import LinearNonlinear
from bs_model_hmo.operations import activate, normalise, pool
from bs_model_hmo.parameters import Activation, FilterBank, LayerParameters, Normalisation, Pooling


def maps(seed=0, shape=(2, 3, 13, 11)):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def windows(values, size, stride=1):
    """Yield row and column of the result, and what lies under its square: (image, channel, size, size)."""
    rows, columns = (range((side - size) // stride + 1) for side in values.shape[-2:])
    for row, column in itertools.product(rows, columns):
        top, left = row * stride, column * stride
        yield row, column, values[:, :, top : top + size, left : left + size]


def direct_pool(values, pooling):
    values = values.astype(float)
    sides = [(side - pooling.size) // pooling.stride + 1 for side in values.shape[-2:]]
    out = np.empty((*values.shape[:2], *sides))
    for row, column, patch in windows(values, pooling.size, pooling.stride):
        if pooling.order == 1:
            out[:, :, row, column] = patch.sum((2, 3))
        else:
            out[:, :, row, column] = (np.abs(patch) ** pooling.order).sum((2, 3)) ** (1 / pooling.order)
    return out


def direct_normalise(values, parameters):
    values = values.astype(float)
    size, start = parameters.size, (parameters.size - 1) // 2
    out = np.empty((*values.shape[:2], *(side - size + 1 for side in values.shape[-2:])))
    for row, column, patch in windows(values, size):
        for image, part in enumerate(patch):
            middle = values[image, :, row + start, column + start]
            mean = part.mean() if parameters.remove_mean else 0.0
            norm = np.linalg.norm(part - mean)
            gain = 1 / norm if parameters.stretch * norm >= parameters.threshold else parameters.stretch
            out[image, :, row, column] = (middle - mean) * gain
    return out


@pytest.mark.parametrize("size", [1, 3, 4, 9])
@pytest.mark.parametrize("order", [1, 1.7, 2, 10])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_pooling(size, order, stride):
    pooling = Pooling(size, order, stride)
    np.testing.assert_allclose(
        pool(torch.from_numpy(maps()), pooling), direct_pool(maps(), pooling), rtol=1e-4, atol=1e-5
    )


def test_high_orders_approach_the_maximum_also_of_small_numbers():
    values = torch.from_numpy(1e-5 * np.abs(maps()))
    high, largest = pool(values, Pooling(3, 50, 2)), torch.nn.functional.max_pool2d(values, 3, 2)
    assert (high >= largest * (1 - 1e-5)).all()
    assert (high <= largest * 9 ** (1 / 50)).all()


@pytest.mark.parametrize("size", [1, 3, 4, 7])
@pytest.mark.parametrize("remove_mean", [False, True])
@pytest.mark.parametrize(("stretch", "threshold"), [(1.0, 1e-9), (1.0, 5.0), (0.1, 0.3), (10.0, 10.0), (0.1, 1e3)])
def test_normalisation(size, remove_mean, stretch, threshold):
    parameters = Normalisation(size, remove_mean, stretch, threshold)
    mine = normalise(torch.from_numpy(maps(1)), parameters)
    np.testing.assert_allclose(mine, direct_normalise(maps(1), parameters), rtol=1e-4, atol=1e-5)


def test_both_branches_of_normalisation_are_met():
    parameters = Normalisation(3, True, 1.0, 5.0)
    gains = direct_normalise(maps(1), parameters) / direct_normalise(maps(1), Normalisation(3, True, 1.0, 1e9))
    assert np.isclose(gains, 1).any()
    assert (gains < 0.9).any()


def test_uniform_maps_are_silent_where_the_mean_is_removed():
    uniform = torch.full((1, 64, 12, 12), 300.1)
    answer = normalise(uniform, Normalisation(9, True, 10.0, 0.1))
    assert answer.abs().max() < 1e-3  # noise divided by noise would be of order 1


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [((None, None), -np.inf, np.inf), ((0, None), 0, np.inf), ((None, 1), -np.inf, 1), ((-0.1, 0.8), -0.1, 0.8)],
)
def test_activation(activation, low, high):
    answer = activate(torch.from_numpy(maps()), Activation(*activation))
    np.testing.assert_array_equal(answer, np.minimum(np.maximum(maps(), np.float32(low)), np.float32(high)))


@pytest.mark.parametrize(("mean", "norm"), [(0.0, 1.0), (0.2, 0.8), (-0.1, 1.2)])
def test_filters_have_the_mean_and_norm_asked_for(mean, norm):
    filters = draw(FilterBank(16, 5, 3, mean, norm), 4).reshape(16, -1).astype(float)
    spread = filters.std(axis=1)
    np.testing.assert_allclose(spread * np.sqrt(100), norm, rtol=1e-5)
    np.testing.assert_allclose(filters.mean(axis=1), mean * spread, atol=1e-7)
    correlations = np.corrcoef(filters)[np.triu_indices(16, 1)]
    assert np.abs(correlations).max() < 0.5


def test_filters_follow_their_seed_alone():
    first = draw(FilterBank(4, 3, 7), 2)
    np.random.default_rng(0).random(5)
    np.testing.assert_array_equal(first, draw(FilterBank(4, 3, 7), 2))
    assert not np.array_equal(first, draw(FilterBank(4, 3, 8), 2))
    assert first.dtype == np.float32


def test_a_filter_of_one_weight_passes_on():
    np.testing.assert_array_equal(draw(FilterBank(3, 1, 0, norm=2.0), 1), np.full((3, 1, 1, 1), 2, np.float32))


def test_a_layer_is_the_four_operations_in_order():
    layer = LayerParameters(
        FilterBank(5, 3, 2), Activation(0, 0.7), Pooling(3, 2, 2), Normalisation(2, False, 1.0, 0.5)
    )
    values, weights = maps(4), draw(layer.filters, 3).astype(float)
    filtered = np.empty((2, 5, 11, 9))
    for row, column, patch in windows(values.astype(float), 3):
        filtered[:, :, row, column] = np.einsum("nchw,fchw->nf", patch, weights)
    expected = direct_normalise(direct_pool(filtered.clip(0, 0.7), layer.pooling), layer.normalisation)
    answer = LinearNonlinear(layer, 3)(torch.from_numpy(values))
    np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-5)
    assert answer.shape == (2, 5, layer.side(13), layer.side(11))
