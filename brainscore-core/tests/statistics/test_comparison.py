"""Which models differ: paired, corrected, with ranks."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import false_discovery_control, kstest

from brainscore_core.errors import InvalidParameter, StimulusMismatch
from brainscore_core.scores import Score
from brainscore_core.statistics.comparison import benjamini_hochberg, compare, compare_draws, holm
from brainscore_core.statistics.correlation import correlate_columns, weighted_correlations
from brainscore_core.statistics.evaluation import Evaluation

RNG = np.random.default_rng(0)


def _evaluation(predictions, target, groups=None, factor=None):
    ids = np.array([f"s{i}" for i in range(len(target))])
    details = {} if factor is None else {"training_factor": factor}
    score = Score(float(np.median(correlate_columns(predictions, target))), details=details)
    return Evaluation(score, ids, lambda w: weighted_correlations(predictions, target, w)[None], groups)


def _models(rng, noises, stimuli=200, units=15):
    signal = rng.normal(size=(stimuli, units))
    target = signal + rng.normal(size=signal.shape)
    return {
        f"m{i}": _evaluation(signal + noise * rng.normal(size=signal.shape), target) for i, noise in enumerate(noises)
    }


def test_benjamini_hochberg_equals_scipy():
    p = RNG.random(50) ** 3
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p))
    assert benjamini_hochberg(np.array([0.04])) == [0.04]


def test_holm_by_hand():
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03, 0.005])), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm(np.array([0.6, 0.9])), [1, 1])


def test_adjusted_values_are_monotone():
    p = RNG.random(30)
    for adjust in (benjamini_hochberg, holm):
        assert (np.diff(adjust(np.sort(p))) >= 0).all()
        np.testing.assert_array_equal(adjust(p)[np.argsort(p)], adjust(np.sort(p)))
        assert (adjust(p) >= p).all() and (adjust(p) <= 1).all()


def test_clear_differences_are_found_and_ranked():
    found = compare(_models(np.random.default_rng(1), [0.1, 1.0, 1.0, 3.0]))
    better = found.better()
    assert better[0, 1:].all() and better[1, 3] and better[2, 3]
    assert not better[1, 2] and not better[2, 1]
    assert found.rank_intervals().tolist() == [[1, 1], [2, 3], [2, 3], [4, 4]]
    np.testing.assert_allclose(found.difference, -found.difference.T)
    np.testing.assert_array_equal(np.diag(found.p), 1)
    assert (found.p_holm >= found.q - 1e-15).all() and (found.q >= found.p - 1e-15).all()


def test_pairing_tells_apart_what_separate_errors_cannot():
    """Two models that share most of what they get wrong."""
    rng = np.random.default_rng(2)
    signal = rng.normal(size=(150, 12))
    target = signal + rng.normal(size=signal.shape)
    shared = signal + 1.0 * rng.normal(size=signal.shape)
    models = {"a": shared, "b": shared + 0.3 * rng.normal(size=signal.shape)}
    found = compare({name: _evaluation(values, target) for name, values in models.items()})
    separate = np.hypot(*found.errors)
    assert found.difference_error[0, 1] < 0.5 * separate
    assert found.better()[0, 1]


def test_p_of_equal_models_is_uniform():
    found = []
    for seed in range(200):
        pair = compare(_models(np.random.default_rng((3, seed)), [1.0, 1.0], stimuli=80), draws=200)
        found.append(pair.p[0, 1])
    assert np.mean(np.array(found) < 0.05) < 0.10
    assert kstest(found, "uniform").pvalue > 0.001


def test_p_can_be_small_enough_for_very_many_pairs():
    found = compare(_models(np.random.default_rng(4), [0.1, 3.0], stimuli=400), draws=200)
    assert 0 < found.p[0, 1] < 1e-12


def test_a_model_beside_itself():
    one = _models(np.random.default_rng(5), [1.0])["m0"]
    found = compare({"a": one, "again": one})
    assert found.difference[0, 1] == 0 and found.p[0, 1] == 1
    assert not found.better().any()
    assert found.rank_intervals().tolist() == [[1, 2], [1, 2]]


def test_false_discoveries_among_many_equal_models():
    found = compare(_models(np.random.default_rng(6), [1.0] * 12), draws=300)
    assert found.better().sum() <= 4
    assert (found.rank_intervals()[:, 0] <= 3).all()


def test_what_fitting_adds_widens_the_difference():
    rng = np.random.default_rng(7)
    models = _models(rng, [1.0, 1.2])
    wide = {name: replace(one, score=one.score.with_(details={"training_factor": 1.5})) for name, one in models.items()}
    np.testing.assert_allclose(compare(wide).difference_error, 1.5 * compare(models).difference_error)


def test_few_groups_are_tested_against_students_t():
    draws = np.random.default_rng(8).normal(size=(2, 1000)) * 0.1
    values = np.array([0.5, 0.2])
    assert compare_draws("ab", values, draws, levels=4).p[0, 1] > 3 * compare_draws("ab", values, draws).p[0, 1]


def test_draws_in_which_a_model_is_undefined_are_left_out():
    draws = np.random.default_rng(9).normal(size=(2, 500))
    holes = draws.copy()
    holes[0, ::7] = np.nan
    keep = np.arange(500) % 7 != 0
    np.testing.assert_allclose(
        compare_draws("ab", np.zeros(2), holes).errors, compare_draws("ab", np.zeros(2), draws[:, keep]).errors
    )


def test_a_ceiling_under_the_same_draws_divides():
    models = _models(np.random.default_rng(10), [0.5, 1.0])
    halved = compare(models, normaliser=lambda weights: np.full(len(weights), 2.0))
    np.testing.assert_allclose(halved.values, compare(models).values / 2)
    np.testing.assert_allclose(halved.p, compare(models).p)


def test_what_cannot_be_compared():
    models = _models(RNG, [1.0, 1.0])
    with pytest.raises(InvalidParameter, match="1 model"):
        compare({"a": models["m0"]})
    other = replace(models["m1"], stimuli=models["m1"].stimuli[::-1])
    with pytest.raises(StimulusMismatch, match="'b' was not scored on the stimuli of 'a'"):
        compare({"a": models["m0"], "b": other})
    grouped = replace(models["m1"], groups=np.arange(200) // 10)
    with pytest.raises(StimulusMismatch):
        compare({"a": models["m0"], "b": grouped})
    with pytest.raises(InvalidParameter, match="'b' has no value"):
        compare_draws(["a", "b"], np.array([1, np.nan]), np.ones((2, 9)))
    with pytest.raises(InvalidParameter, match="2 levels.*at least 3"):
        compare_draws(["a", "b"], np.ones(2), RNG.normal(size=(2, 9)), levels=2)
    with pytest.raises(InvalidParameter, match="at least 2"):
        compare_draws(["a", "b"], np.ones(2), np.full((2, 9), np.nan))
    with pytest.raises(InvalidParameter, match="'fdr' or 'holm'"):
        compare(models).better(correction="none")
