"""Which models differ: paired, corrected, with ranks."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import false_discovery_control, kstest, norm
from scipy.stats import t as student

from brainscore_core.errors import InvalidParameter, StimulusMismatch
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import counts
from brainscore_core.statistics.comparison import (
    benjamini_hochberg,
    compare,
    compare_draws,
    compare_over_subjects,
    compare_variances,
    holm,
)
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
    assert found.rank_intervals(among=("m3", "m1", "m2")).tolist() == [[3, 3], [1, 2], [1, 2]]
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
    assert abs(np.mean(np.array(found) < 0.05) - 0.05) < 2 * np.sqrt(0.05 * 0.95 / 200)
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


def test_draws_in_which_a_model_is_undefined_are_left_out_of_its_pairs():
    draws = np.random.default_rng(9).normal(size=(3, 500))
    holes = draws.copy()
    holes[0, ::7] = np.nan
    keep = np.arange(500) % 7 != 0
    found, values = compare_draws("abc", np.arange(3.0), holes), np.arange(3.0)
    fewer, whole = compare_draws("abc", values, draws[:, keep]), compare_draws("abc", values, draws)
    np.testing.assert_allclose(found.p[0], fewer.p[0])
    np.testing.assert_allclose(found.difference_error[0], fewer.difference_error[0])
    assert found.p[1, 2] == whole.p[1, 2]


def test_a_model_undefined_in_most_draws_is_said_to_be_unknown():
    draws = np.random.default_rng(9).normal(size=(3, 500)) * 0.01
    draws[1, :300] = np.nan
    found = compare_draws("abc", np.array([0.9, 0.5, 0.1]), draws)
    assert [found.verdict(*pair) for pair in ((0, 1), (1, 2), (0, 2))] == ["unknown", "unknown", "yes"]
    assert np.isnan([found.p[0, 1], found.p_holm[1, 2], found.q[1, 0]]).all()
    assert found.p_holm[0, 2] == found.p[0, 2]  # what has no p is no test
    assert found.rank_intervals().tolist() == [[1, 2], [1, 3], [2, 3]]
    assert np.isnan(compare_draws("ab", np.array([0.1, 0.2]), np.full((2, 9), np.nan)).p[0, 1])


def test_a_difference_without_a_spread_has_no_p():
    """Two models whose value no draw changes: how sure the difference is, nothing says."""
    constant = np.repeat([[0.0], [0.9], [0.0]], 100, axis=1)
    found = compare_draws("abc", constant[:, 0], constant, levels=50)
    assert found.verdict(0, 1) == found.verdict(1, 2) == "unknown"
    assert found.verdict(0, 2) == "identical" and found.p[0, 2] == 1
    assert not found.better().any()


def test_rounding_is_no_difference():
    draws = np.random.default_rng(12).normal(size=1000)
    same = np.stack([draws, draws + 1e-8, draws + 1e-8 * np.random.default_rng(13).normal(size=1000)])
    found = compare_draws("abc", same[:, 0], same, levels=100)
    assert {found.verdict(*pair) for pair in ((0, 1), (0, 2), (1, 2))} == {"identical"}


def test_models_that_nearly_agree_are_told_apart_exactly():
    """A paired error five orders below that of each model, which a covariance would round away."""
    rng = np.random.default_rng(14)
    draws = rng.normal(size=1000)
    close = np.stack([draws, draws + 1e-5 * rng.normal(size=1000)])
    found = compare_draws("ab", np.array([0.5, 0.5 + 3e-5]), close)
    assert found.difference_error[0, 1] == pytest.approx(1e-5, rel=0.1)


@pytest.mark.parametrize("subjects", [0, 5])
def test_the_order_of_models_changes_nothing(subjects):
    rng = np.random.default_rng(15)
    draws = rng.normal(size=(5, 300, subjects) if subjects else (5, 300)) * 0.1
    draws[2, :20] = np.nan
    values, order = rng.normal(size=5), np.array([3, 1, 4, 0, 2])

    def of(rows):
        names = [f"m{row}" for row in rows]
        return (compare_over_subjects if subjects else compare_draws)(names, values[rows], draws[rows], 60)

    found, again = of(np.arange(5)), of(order)
    for name in ("difference_error", "p", "p_holm", "q"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name)[np.ix_(order, order)])
    np.testing.assert_array_equal(again.rank_intervals(), found.rank_intervals()[order])


def _two_way(rng, stimuli=40, subjects=6, models=2, draws=200, effect=0.0):
    """Values and draws of models that share what stimuli and subjects do, and differ in their own share of it."""
    shape = (models, stimuli, subjects)
    each = 0.5 * rng.normal(size=shape) + 0.3 * rng.normal(size=(models, stimuli, 1))
    each += 0.3 * rng.normal(size=(models, 1, subjects)) + rng.normal(size=(1, stimuli, subjects))
    each[0] += effect
    weights = counts(stimuli, draws) / stimuli
    return each.mean((1, 2)), np.einsum("ds,msu->mdu", weights, each)


def test_p_over_stimuli_and_subjects_holds_its_level():
    """By Student's t with the degrees of freedom of the subjects, hence no more than 5% (within 2 standard errors)."""
    found = []
    for seed in range(400):
        values, draws = _two_way(np.random.default_rng((16, seed)))
        found.append(compare_over_subjects("ab", values, draws, 40).p[0, 1])
    rate = np.mean(np.array(found) < 0.05)
    assert 0.01 < rate < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)
    fixed = [
        compare_draws("ab", *(values, draws.mean(2)), 40).p[0, 1]
        for values, draws in (_two_way(np.random.default_rng((16, seed))) for seed in range(400))
    ]
    assert np.mean(np.array(fixed) < 0.05) > 0.2  # what leaving subjects out would claim


def test_a_true_difference_over_subjects_is_found():
    found = compare_over_subjects("ab", *_two_way(np.random.default_rng(17), effect=2.0), 40)
    assert found.verdict(0, 1) == "yes" and found.difference[0, 1] == pytest.approx(2, abs=0.6)


def test_false_discoveries_among_very_many_pairs():
    """400 models, 79,800 pairs, 300 alike: the rate of false discoveries is controlled and true ones survive."""
    rng = np.random.default_rng(18)
    truth = np.concatenate([np.zeros(300), np.full(100, 0.5)])
    stimuli = 400
    each = truth[:, None] + 0.5 * rng.normal(size=(400, stimuli)) + 3 * rng.normal(size=stimuli)
    draws = each @ counts(stimuli, 300).T / stimuli
    found = compare_draws([str(i) for i in range(400)], each.mean(1), draws, stimuli)
    better, real = found.better(), truth[:, None] > truth
    false = better & ~real
    assert false.sum() / max(better.sum(), 1) < 0.05
    assert better[real].mean() > 0.99
    assert found.better(correction="holm")[real].mean() > 0.99
    assert found.better(correction="holm")[~real].sum() == 0
    assert np.unique(found.rank_intervals(), axis=0).tolist() == [[1, 100], [101, 400]]


def test_rank_intervals_hold_the_true_ranks():
    """All at once, in at least 95 of 100 experiments."""
    truth, held = np.linspace(0, 0.5, 6), 0
    for seed in range(100):
        rng = np.random.default_rng((19, seed))
        each = truth[:, None] + rng.normal(size=(6, 80)) + rng.normal(size=80)
        draws = each @ counts(80, 200).T / 80
        low, high = compare_draws("abcdef", each.mean(1), draws, 80).rank_intervals().T
        ranks = 6 - np.arange(6)
        held += bool(((low <= ranks) & (ranks <= high)).all())
    assert held >= 95


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
    with pytest.raises(InvalidParameter, match="1 draws: expected at least 2"):
        compare_draws(["a", "b"], np.ones(2), np.ones((2, 1)))
    with pytest.raises(InvalidParameter, match="2 levels"):
        compare_over_subjects(["a", "b"], np.ones(2), np.ones((2, 9, 2)), 50)
    with pytest.raises(InvalidParameter, match="'fdr' or 'holm'"):
        compare(models).better(correction="none")


def test_variances_that_are_known_are_compared_with_their_degrees_of_freedom():
    variances = np.array([[0.0, 0.02], [0.02, 0.0]])
    degrees = np.array([[np.inf, 3.5], [3.5, np.inf]])
    found = compare_variances("ab", np.array([0.2, 0.6]), np.array([0.01, 0.01]), variances, degrees)
    assert found.p[0, 1] == pytest.approx(2 * student.sf(0.4 / 0.02**0.5, 3.5))
    usual = compare_variances("ab", np.array([0.2, 0.6]), np.array([0.01, 0.01]), variances)
    endless = compare_variances("ab", np.array([0.2, 0.6]), np.array([0.01, 0.01]), variances, np.full((2, 2), np.inf))
    assert usual.p[0, 1] == pytest.approx(2 * norm.sf(0.4 / 0.02**0.5)) == pytest.approx(endless.p[0, 1])
