"""Draws, intervals, medians and the corrected two-factor variance."""

import numpy as np
import pytest

from brainscore_core.errors import InvalidParameter
from brainscore_core.statistics import bootstrap
from brainscore_core.statistics.bootstrap import (
    Interval,
    counts,
    deflated,
    held_out_correlations,
    level_counts,
    two_factor,
    weighted_median,
)
from brainscore_core.statistics.correlation import correlate_columns, median_of_defined


def test_counts_are_draws_with_replacement():
    drawn = counts(50, 4000, seed=3)
    assert drawn.shape == (4000, 50)
    assert (drawn.sum(1) == 50).all()
    np.testing.assert_allclose(drawn.mean(0), 1, atol=0.08)
    np.testing.assert_allclose(drawn.var(0), 1 - 1 / 50, atol=0.12)
    np.testing.assert_array_equal(drawn, counts(50, 4000, seed=3))
    assert not np.array_equal(drawn, counts(50, 4000, seed=4))


def test_groups_are_drawn_whole():
    groups = np.array(list("aabbbc"))
    drawn = counts(6, 100, groups=groups)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, 2] == drawn[:, 3]).all() and (drawn[:, 3] == drawn[:, 4]).all()
    assert (drawn[:, [0, 2, 5]].sum(1) == 3).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((1, 10), "1 stimulus"), ((5, 1), "1 bootstrap draws"), ((4, 10, 0, np.zeros(4)), "1 group")],
)
def test_nothing_to_draw(arguments, message):
    with pytest.raises(InvalidParameter, match=message):
        counts(*arguments)


def test_interval_is_of_the_finite_draws_and_about_the_value():
    draws = np.random.default_rng(0).normal(2, 3, size=10_000)
    plain = Interval.of(np.append(draws, np.nan))
    assert plain.error == pytest.approx(3, rel=0.03)
    assert plain.low == pytest.approx(2 - 1.96 * 3, abs=0.2)
    shifted = Interval.of(draws, value=5.0)
    assert shifted.high - shifted.low == pytest.approx(plain.high - plain.low)
    assert (shifted.high + shifted.low) / 2 == pytest.approx(5, abs=0.2)
    assert np.isnan(Interval.of(np.array([np.nan, 1.0])).error)


def test_held_out_correlations_are_within_folds():
    rng = np.random.default_rng(1)
    target = rng.normal(size=(20, 3))
    tests = [np.arange(8), np.arange(8, 20)]
    predictions = [target[test] + 10 * number + rng.normal(size=(len(test), 3)) for number, test in enumerate(tests)]
    found = held_out_correlations(predictions, target, tests, np.ones((1, 20)))
    for fold, (prediction, test) in enumerate(zip(predictions, tests, strict=True)):
        np.testing.assert_allclose(found[fold, 0], correlate_columns(prediction, target[test]))


def test_pooling_over_folds_would_be_biased_where_folds_are_not():
    """Pure noise, each fold predicted by the mean of the others: pooled r is far below zero, within folds it is 0."""
    rng = np.random.default_rng(2)
    pooled, within = [], []
    for _ in range(200):
        y = rng.normal(size=(40, 1))
        tests = np.split(np.arange(40), 10)
        noise = 0.01 * rng.normal(size=y.shape)
        predictions = [y[np.setdiff1d(np.arange(40), test)].mean() + noise[test] for test in tests]
        pooled.append(correlate_columns(np.concatenate(predictions), y)[0])
        within.append(np.mean(held_out_correlations(predictions, y, tests, np.ones((1, 40)))))
    assert np.mean(pooled) < -0.2
    assert abs(np.mean(within)) < 3 * np.std(within) / np.sqrt(200)


def test_weighted_median_is_that_of_repeated_entries():
    rng = np.random.default_rng(3)
    values = rng.normal(size=(2, 30, 7))
    values[rng.random(values.shape) < 0.1] = np.nan
    weights = rng.multinomial(7, np.full(7, 1 / 7), size=30)
    found = weighted_median(values, weights)
    for repeat in range(2):
        for draw in range(30):
            entries = np.repeat(values[repeat, draw], weights[draw])
            entries = entries[~np.isnan(entries)]
            expected = np.median(entries) if len(entries) else np.nan
            np.testing.assert_allclose(found[repeat, draw], expected)
    assert np.isnan(weighted_median(np.full((1, 3), np.nan), np.ones((1, 3)))).all()


def test_two_factor_variance_of_a_mean_is_the_sum_of_both():
    """Rows and columns of a table with known variances (Schuett et al. 2023): naive crossing overestimates."""
    rows, columns, sd_row, sd_column, sd_cell = 30, 20, 1.0, 0.5, 3.0
    truth = sd_row**2 / rows + sd_column**2 / columns + sd_cell**2 / (rows * columns)
    corrected, naive = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        table = sd_row * rng.normal(size=(rows, 1)) + sd_column * rng.normal(size=columns)
        table = table + sd_cell * rng.normal(size=(rows, columns))

        def mean(row_weights, column_weights, table=table):
            total = row_weights.sum(1) * column_weights.sum(1)
            return np.einsum("dr,rc,dc->d", row_weights, table, column_weights) / total

        row_weights, column_weights = counts(rows, 400, seed), level_counts(np.arange(columns), 400, seed)
        corrected.append(two_factor(mean, row_weights, column_weights))
        naive.append(mean(row_weights, column_weights).var())
    assert np.mean(corrected) == pytest.approx(truth, rel=0.12)
    assert np.mean(naive) > 1.2 * truth


def test_levels_are_drawn_whole_and_apart_from_stimuli():
    labels = np.repeat(["a", "b", "c"], 2)
    drawn = level_counts(labels, 50, seed=0)
    assert (drawn[:, ::2] == drawn[:, 1::2]).all()
    assert not np.array_equal(level_counts(np.arange(9), 50, seed=0), counts(9, 50, seed=0))


def test_two_animals_are_no_sample_of_animals():
    with pytest.raises(InvalidParameter, match="2 levels of 'subject'.*at least 3"):
        level_counts(np.array(["x", "y", "x"]))


def test_the_median_of_alike_units_is_as_sure_as_it_is():
    """Units of equal truth: a draw adds noise to noise, and only deflated draws scatter as the median itself does."""
    rng = np.random.default_rng(4)
    units, sd = 40, 1.0
    true = np.std([np.median(rng.normal(size=units)) for _ in range(4000)])
    plain, settled = [], []
    for _ in range(200):
        measured = sd * rng.normal(size=units)
        draws = measured + sd * rng.normal(size=(300, units))
        plain.append(np.median(draws, axis=1).std())
        settled.append(np.median(deflated(draws, measured), axis=1).std())
    assert np.mean(plain) > 1.1 * true
    assert np.mean(settled) == pytest.approx(true, rel=0.08)


def test_units_that_differ_more_than_their_noise_are_left_alone():
    measured = 100.0 * np.arange(20)
    draws = measured + np.random.default_rng(5).normal(size=(50, 20))
    np.testing.assert_allclose(deflated(draws, measured), draws, rtol=1e-3, atol=1e-2)
    np.testing.assert_array_equal(deflated(draws, measured, share=0.0), draws)


def test_deflating_leaves_gaps_and_shapes():
    rng = np.random.default_rng(6)
    measured = rng.normal(size=(3, 8))
    measured[0, 2] = np.nan
    measured[2] = np.nan
    draws = measured[:, None] + rng.normal(size=(3, 70, 8))
    found = deflated(draws, measured)
    assert found.shape == draws.shape
    np.testing.assert_array_equal(np.isnan(found), np.isnan(draws))
    assert np.isfinite(median_of_defined(found)[:2]).all()


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_quartiles_are_numpys(missing):
    values = np.random.default_rng(1).normal(size=(3, 20, 9))
    values[np.random.default_rng(2).random(values.shape) < missing] = np.nan
    low, high = np.nanquantile(values, (0.25, 0.75), axis=-1)
    np.testing.assert_array_equal(bootstrap._quartile_range(values), high - low)
