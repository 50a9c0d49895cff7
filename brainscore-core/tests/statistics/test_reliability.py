"""Reliability from repetitions: ragged or not, with known truth."""

import numpy as np
import pytest
from sklearn.model_selection import ShuffleSplit

from brainscore_core.errors import InvalidParameter
from brainscore_core.statistics.bootstrap import counts
from brainscore_core.statistics.reliability import OneWay, Repetitions, equal_halves, halves, spearman_brown


def _recording(rng, stimuli=400, units=20, trials=6, reliability=0.6, ragged=False):
    """Values, stimulus and repetition of each row; `reliability` is that of a mean over all trials."""
    noise = np.sqrt(trials * (1 / reliability - 1))
    values = rng.normal(size=(1, stimuli, units)) + noise * rng.normal(size=(trials, stimuli, units))
    stimulus, repetition = np.tile(np.arange(stimuli), trials), np.repeat(np.arange(trials), stimuli)
    values = values.reshape(-1, units)
    keep = np.ones(len(values), bool)
    if ragged:
        keep = (rng.random(len(values)) < 0.7) | (repetition < 2)
    order = rng.permutation(np.flatnonzero(keep))
    return values[order], stimulus[order], repetition[order]


def test_spearman_brown():
    assert spearman_brown(0.5) == pytest.approx(2 / 3)
    assert spearman_brown(spearman_brown(0.3, 4), 1 / 4) == pytest.approx(0.3)


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("missing", [0.0, 0.05])
def test_means_over_subsets_are_those_of_a_loop(ragged, missing):
    rng = np.random.default_rng(0)
    values, stimulus, repetition = _recording(rng, 30, 3, 7, ragged=ragged)
    values[rng.random(values.shape) < missing] = np.nan
    trials = Repetitions(values, stimulus, repetition)
    weights = halves(7, 3)
    means = trials.mean(weights, block=11)
    for half, chosen in zip(means, weights, strict=True):
        for s in range(30):
            rows = (stimulus == s) & chosen[repetition].astype(bool)
            for unit in range(3):
                there = values[rows, unit]
                there = there[~np.isnan(there)]
                np.testing.assert_allclose(half[s, unit], there.mean() if len(there) else np.nan, rtol=1e-12)
    assert trials.full == (not ragged and not missing)
    np.testing.assert_array_equal(trials.trials, np.bincount(stimulus))


def test_a_repetition_that_stands_twice():
    with pytest.raises(InvalidParameter, match="stimulus 3 has repetition 1 2 times"):
        Repetitions(np.zeros((3, 1)), np.array([3, 3, 4]), np.array([1, 1, 1]))


def test_halves_are_those_of_scikit_learn():
    weights = halves(7, 4, seed=2)
    for number, (first, second) in enumerate(ShuffleSplit(4, train_size=0.5, random_state=2).split(np.zeros(7))):
        assert np.flatnonzero(weights[2 * number]).tolist() == sorted(first)
        assert np.flatnonzero(weights[2 * number + 1]).tolist() == sorted(second)
    with pytest.raises(InvalidParameter, match="at least 2"):
        halves(1)


def test_equal_halves_use_every_trial_once():
    rng = np.random.default_rng(1)
    there = rng.random((9, 50)) < 0.6
    weights = equal_halves(there, 5, seed=3)
    for first, second in zip(weights[::2], weights[1::2], strict=True):
        np.testing.assert_array_equal(first + second, there)
        assert (np.abs(first.sum(0) - second.sum(0)) <= 1).all()
    odd = there.sum(0) % 2 == 1
    assert (weights[::2].sum(1) > weights[1::2].sum(1))[:, odd].any()
    assert (weights[::2].sum(1) < weights[1::2].sum(1))[:, odd].any()
    np.testing.assert_array_equal(weights, equal_halves(there, 5, seed=3))


@pytest.mark.parametrize("ragged", [False, True])
def test_icc_is_the_reliability_of_the_trial_means_as_they_are(ragged):
    rng = np.random.default_rng(2)
    found, truth = [], []
    for _ in range(20):
        values, stimulus, repetition = _recording(rng, ragged=ragged)
        trials = np.bincount(stimulus)
        variance = 6 * (1 / 0.6 - 1)
        truth.append(1 / (1 + variance * (1 / trials).mean()))
        found.append(OneWay(values, stimulus).icc()[0].mean())
    assert np.mean(found) == pytest.approx(np.mean(truth), abs=0.008)


def test_icc_of_a_worked_example():
    """Shrout & Fleiss 1979, table 2: ICC(1, k) = .44."""
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    found = OneWay(ratings.reshape(-1, 1), np.repeat(np.arange(6), 4)).icc()
    assert found.item() == pytest.approx(0.44, abs=0.005)


def test_missing_values_are_left_out_unit_by_unit():
    rng = np.random.default_rng(3)
    values, stimulus, _ = _recording(rng, 40, 2, 5)
    holes = values.copy()
    gone = rng.random(len(values)) < 0.2
    holes[gone, 0] = np.nan
    whole, some = OneWay(values, stimulus), OneWay(holes, stimulus)
    alone = OneWay(values[~gone, :1], stimulus[~gone])
    assert some.icc()[0, 1] == pytest.approx(whole.icc()[0, 1])
    assert some.icc()[0, 0] == pytest.approx(alone.icc()[0, 0])
    assert some.noise_ceiling()[0, 0] == pytest.approx(alone.noise_ceiling()[0, 0])


def test_offsets_cost_no_digits():
    values, stimulus, _ = _recording(np.random.default_rng(4), 50, 3, 4)
    for measure in (OneWay.icc, OneWay.noise_ceiling):
        np.testing.assert_allclose(
            measure(OneWay(values + 1e6, stimulus)), measure(OneWay(values, stimulus)), rtol=1e-7
        )


def test_weights_are_stimuli_shown_to_more_subjects():
    rng = np.random.default_rng(5)
    values, stimulus, _ = _recording(rng, 12, 2, 4)
    weights = counts(12, 5, seed=1)
    analysed = OneWay(values, stimulus)
    for draw, icc, ceiling in zip(
        weights.astype(int), analysed.icc(weights), analysed.noise_ceiling(None, weights), strict=True
    ):
        rows = [(values[stimulus == s], f"{s}.{copy}") for s in range(12) for copy in range(draw[s])]
        again = OneWay(np.concatenate([v for v, _ in rows]), np.repeat([name for _, name in rows], 4))
        np.testing.assert_allclose(again.icc()[0], icc)
        np.testing.assert_allclose(again.noise_ceiling()[0], ceiling)


def test_noise_ceiling_has_a_known_truth():
    values, stimulus, _ = _recording(np.random.default_rng(6), 2000, 30, 3, reliability=0.5)
    analysed = OneWay(values, stimulus)
    assert analysed.noise_ceiling()[0].mean() == pytest.approx(0.5, abs=0.01)
    assert analysed.noise_ceiling(1)[0].mean() == pytest.approx(1 / 4, abs=0.01)
    assert analysed.noise_ceiling(30)[0].mean() == pytest.approx(10 / 11, abs=0.01)


def test_noise_alone_has_a_ceiling_of_zero_and_constants_have_none():
    rng = np.random.default_rng(7)
    values = rng.normal(size=(300, 2))
    values[:, 1] = 4
    analysed = OneWay(values, np.tile(np.arange(100), 3))
    assert analysed.noise_ceiling()[0, 0] < 0.3
    assert np.isnan(analysed.noise_ceiling()[0, 1]) and np.isnan(analysed.icc()[0, 1])
    assert np.isnan(OneWay(values, np.arange(300)).icc()).all(), "one trial each"


def test_trials_that_are_alike_have_no_noise_however_their_mean_is_rounded():
    signal = np.random.default_rng(8).normal(size=(100, 4))
    analysed = OneWay(np.tile(signal, (3, 1)), np.tile(np.arange(100), 3))
    assert np.isnan(analysed.noise_ceiling()).all() and (analysed.icc() == 1).all()
