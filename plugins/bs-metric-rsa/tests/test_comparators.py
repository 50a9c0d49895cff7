"""Ranks, rho and rho-a against scipy and rsatoolbox where they are installed, and against definitions."""

from itertools import permutations

import numpy as np
import pytest

from bs_metric_rsa.bootstrap import bootstrap_correlations
from bs_metric_rsa.comparators import average_ranks, rho_a, spearman

LISTS = [
    np.random.default_rng(0).standard_normal(50),
    np.random.default_rng(1).integers(0, 4, 50).astype(float),
    np.random.default_rng(2).standard_normal(50).astype(np.float32),
    np.array([1.0, 1.0, 1.0]),
    np.array([3.0]),
]


@pytest.mark.parametrize("values", LISTS, ids=["distinct", "ties", "float32", "all-ties", "single"])
def test_average_ranks_count_what_is_below_and_half_of_what_is_equal(values):
    expected = [(values < value).sum() + ((values == value).sum() + 1) / 2 for value in values]
    assert average_ranks(values).tolist() == expected


def test_spearman_is_scipys():
    stats = pytest.importorskip("scipy.stats")
    for a, b in (LISTS[:2], LISTS[1:3]):
        assert spearman(average_ranks(a), average_ranks(b)) == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-14)


def test_spearman_of_ties_only_is_undefined():
    assert np.isnan(spearman(average_ranks(np.ones(5)), np.arange(5.0)))


def test_rho_a_is_the_expectation_over_broken_ties():
    tied, other = np.array([1.0, 1.0, 1.0, 2.0, 2.0]), np.array([3.0, 5.0, 1.0, 4.0, 2.0])
    broken = [
        spearman(np.array([*first, *second]), average_ranks(other))
        for first in permutations((1.0, 2.0, 3.0))
        for second in permutations((4.0, 5.0))
    ]
    assert rho_a(average_ranks(tied), average_ranks(other)) == pytest.approx(np.mean(broken), abs=1e-14)


@pytest.mark.parametrize(("comparison", "function"), [("spearman", spearman), ("rho-a", rho_a)])
@pytest.mark.parametrize("levels", [None, 6])
def test_bootstrap_by_weights_equals_repeating_stimuli(comparison, function, levels):
    stimuli, samples, seed = 15, 40, 3
    rng = np.random.default_rng(5)
    rows, columns = np.triu_indices(stimuli, 1)
    model, subject = (rng.standard_normal(len(rows)) for _ in range(2))
    if levels:
        model, subject = np.round(model * levels / 6), np.round(subject * levels / 6)
    subject[::7] = np.nan
    found = bootstrap_correlations(model, subject[None], stimuli, samples=samples, seed=seed, comparison=comparison)

    counts = np.random.default_rng(seed).multinomial(stimuli, np.full(stimuli, 1 / stimuli), size=samples)
    for sample, count in enumerate(counts):
        times = np.where(np.isnan(subject), 0, count[rows] * count[columns])
        a, b = np.repeat(model, times), np.repeat(subject, times)
        assert found[sample, 0] == pytest.approx(function(average_ranks(a), average_ranks(b)), abs=1e-12)


def test_bootstrap_in_several_blocks_is_the_same(monkeypatch):
    rng = np.random.default_rng(0)
    model, subjects = rng.standard_normal(45), rng.standard_normal((2, 45))
    options = dict(samples=50, seed=1, comparison="spearman")
    whole = bootstrap_correlations(model, subjects, 10, **options)
    monkeypatch.setattr("bs_metric_rsa.bootstrap._ENTRIES_AT_ONCE", 45 * 7)
    assert np.array_equal(bootstrap_correlations(model, subjects, 10, **options), whole)
