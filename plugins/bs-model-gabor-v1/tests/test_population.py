"""Drawn cells have the published distributions."""

import numpy as np
import pytest

from brainscore_core import load_dataset
from bs_model_gabor_v1 import CELLS, DATASETS, SEED, frequency_tuning, histograms, population


@pytest.fixture(scope="module")
def data():
    return {name: load_dataset(name) for name in DATASETS}


@pytest.fixture(scope="module")
def cells(data):
    return population.draw(data, CELLS, SEED)


def shares(values, edges):
    return np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)[0] / len(values)


def published(assembly, name):
    values, edges = assembly.sel(neuronal_property=name).values, assembly.attrs[f"{name}_bins"]
    return edges, shares(values[~np.isnan(values)], edges)


def test_orientation(cells, data):
    edges, expected = published(data["DeValois1982a"], "preferred_orientation")
    np.testing.assert_allclose(shares(np.rad2deg(cells.orientation), edges), expected, atol=2 / CELLS)


def test_peak_frequency(cells, data):
    x = 2 * np.pi * cells.width * cells.frequency
    phase = np.where(cells.complex_cell, np.nan, cells.phase)
    curves = frequency_tuning.amplitude(frequency_tuning.U, x[:, None], phase[:, None], cells.balanced[:, None])
    peak = frequency_tuning.width_and_peak(curves)[1] * cells.frequency * population.PEAK_BIAS
    edges, expected = published(data["DeValois1982b"], "peak_spatial_frequency")
    np.testing.assert_allclose(shares(peak, edges), expected, atol=0.02)


def test_classes_and_selectivity(cells, data):
    groups = data["DeValois1982b"]["cell_group"].values
    expected = np.char.startswith(groups.astype(str), "complex").mean()
    assert cells.complex_cell.mean() == pytest.approx(expected, abs=1 / CELLS)
    selective = data["Schiller1976c"].sel(neuronal_property="spatial_frequency_selective").mean()
    assert cells.balanced.mean() == pytest.approx(float(selective), abs=1 / CELLS)


def test_centres_lie_where_info_says(cells):
    distance = np.hypot(cells.x - 0.5, cells.y - 0.5)
    assert distance.max() <= 0.3
    assert np.median(distance) > 0.02


def test_the_same_seed_draws_the_same_cells(data, cells):
    again = population.draw(data, CELLS, SEED)
    np.testing.assert_array_equal(again.frequency, cells.frequency)
    assert (population.draw(data, CELLS, SEED + 1).frequency != cells.frequency).any()


def test_between_inverts_a_histogram():
    edges, counts = np.array([0.0, 1.0, 2.0, 4.0, 5.0]), np.array([0, 30, 0, 10])
    ranks = (np.arange(4000) + 0.5) / 4000
    values = histograms.between(edges, counts, ranks)
    np.testing.assert_array_equal(np.histogram(values, bins=edges)[0], [0, 3000, 0, 1000])
    np.testing.assert_allclose(values[:3000], 1 + (np.arange(3000) + 0.5) / 3000)


def test_ranks_keep_the_correlation_asked_for():
    rng = np.random.default_rng(0)
    values = rng.lognormal(size=4000)
    ranks = histograms.ranks_like(values, 0.8, rng)
    np.testing.assert_allclose(np.sort(ranks), (np.arange(4000) + 0.5) / 4000)
    order = np.argsort(np.argsort(values))
    # Spearman's rho of a Gaussian copula
    assert np.corrcoef(order, ranks)[0, 1] == pytest.approx(6 / np.pi * np.arcsin(0.4), abs=0.02)
