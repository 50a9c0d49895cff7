"""Formulas by hand, and what is flagged, left out or refused."""

from dataclasses import replace

import numpy as np
import pytest

from brainscore_core.errors import InvalidAssembly, StimulusMismatch
from brainscore_core.scores import Score
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_vision.benchmarks.neural_predictivity.normalisation import (
    INCUMBENT,
    NAMES,
    PER_UNIT,
    ROOT,
    Normalisation,
)

STIMULI = np.array([f"s{index:02d}" for index in range(30)])


def fixed(values, bins=1, stimuli=STIMULI, groups=None, **score):
    """An evaluation whose values, shape (repeat, unit), no draw changes."""
    values = np.asarray(values, float)

    def resampled(weights):
        return np.repeat(values[:, None], len(weights), axis=1)

    return Evaluation(Score(float(np.median(values)), **score), np.asarray(stimuli), resampled, groups, bins)


def spread(values, size, seed=0):
    """The same, but each draw moves all units of a repeat together by about `size`."""
    values, noise = np.asarray(values, float), np.random.default_rng(seed).standard_normal(len(STIMULI))

    def resampled(weights):
        shift = size * (weights @ noise) / np.sqrt(len(STIMULI)) - size * noise.sum() / np.sqrt(len(STIMULI))
        return values[:, None] + shift[None, :, None]

    return Evaluation(Score(float(np.median(values))), STIMULI, resampled)


def normalised(r, c, formula=PER_UNIT):
    return Normalisation(formula, draws=200)(r, c)


R, C = [[0.6, -0.3, 0.8]], [[0.9, 0.5, 0.8]]
BY_HAND = {PER_UNIT: 0.4, INCUMBENT: 0.36 / 0.8, ROOT: 0.6 / np.sqrt(0.8)}
"""Per unit: .36 / .9 = .4, -.09 / .5 = -.18, .64 / .8 = .8."""


@pytest.mark.parametrize("formula", NAMES)
def test_each_formula_by_hand(formula):
    score = normalised(fixed(R), fixed(C), formula)
    assert score.value == pytest.approx(BY_HAND[formula], abs=1e-15)
    assert score.normalisation == formula
    assert score.details["per_unit"] == pytest.approx(BY_HAND[PER_UNIT])
    assert score.details["incumbent"] == pytest.approx(BY_HAND[INCUMBENT])
    assert score.details["r_over_root_ceiling"] == pytest.approx(BY_HAND[ROOT])


def test_repeats_are_averaged_where_each_formula_says():
    """Folds with r = (.2, .9, .4) and (.6, .1, .8); one split of the ceiling at (.5, .5, .5)."""
    r, c = fixed([[0.2, 0.9, 0.4], [0.6, 0.1, 0.8]]), fixed([[0.5, 0.5, 0.5]])
    assert normalised(r, c, PER_UNIT).value == pytest.approx(np.median([0.4**2, 0.5**2, 0.6**2]) / 0.5)
    assert normalised(r, c, INCUMBENT).value == pytest.approx(((0.4 + 0.6) / 2) ** 2 / 0.5)


@pytest.mark.parametrize("formula", NAMES)
def test_negative_stays_negative(formula):
    assert normalised(fixed([[-0.5, -0.4, -0.3]]), fixed([[0.8, 0.8, 0.8]]), formula).value < -0.19


@pytest.mark.parametrize("formula", NAMES)
def test_above_one_is_shown_and_flagged(formula):
    score = normalised(fixed([[0.99, 0.99, 0.99]]), fixed([[0.7, 0.7, 0.7]]), formula)
    assert score.value > 1 and score.flags == ("above-ceiling",)
    assert "above-ceiling" not in normalised(fixed([[0.5] * 3]), fixed([[0.7] * 3]), formula).flags


@pytest.mark.parametrize("formula", NAMES)
@pytest.mark.parametrize("ceiling", [fixed([[-0.1, 0.0, -0.2]]), spread([[0.1, 0.1, 0.1]], 0.2)])
def test_nothing_is_divided_by_a_ceiling_that_may_be_zero(formula, ceiling):
    score = normalised(fixed([[0.3, 0.4, 0.5]], flags=("few",)), ceiling, formula)
    assert score.value is None and score.error is None
    assert score.flags == ("few", "no-valid-ceiling")
    assert score.raw.value == 0.4 and score.ceiling.value == pytest.approx(float(ceiling.score))


def test_an_estimator_cut_off_at_zero_is_no_surer_for_it():
    """Draws pile up at zero, so that their mean lies below the value and a shifted interval would end above zero."""
    noise = np.random.default_rng(1).standard_normal(len(STIMULI))

    def cut(weights):
        return np.clip(0.1 + 0.1 * (weights @ noise - noise.sum())[None, :, None] / 5, 0, 0.11) + np.zeros((1, 1, 3))

    score = normalised(fixed([[0.3] * 3]), Evaluation(Score(0.1), STIMULI, cut))
    assert score.value is None and score.flags == ("no-valid-ceiling",)


def test_an_undefined_score_is_not_blamed_on_the_ceiling():
    nothing = fixed([[np.nan] * 3], flags=("undefined",))
    undefined = replace(nothing, score=nothing.score.with_(value=None))
    score = normalised(undefined, fixed([[0.8] * 3]))
    assert score.value is None and score.flags == ("undefined",)


def test_a_sure_ceiling_close_to_zero_is_one():
    assert normalised(fixed([[0.05] * 3]), spread([[0.1] * 3], 0.01)).value == pytest.approx(0.025)


def test_units_without_ceiling_are_left_out_and_counted():
    score = normalised(fixed([[0.6, 0.9, 0.8, 0.1]]), fixed([[0.9, 0.0, 0.8, -0.3]]))
    assert score.value == pytest.approx(np.median([0.4, 0.8]))
    assert score.details["units_without_ceiling"] == 2


def test_score_and_ceiling_share_each_draw():
    """The correlation is the ceiling itself, so that r / sqrt(c) is its root: drawn apart the ratio spreads more."""
    together = normalised(spread([[0.5] * 3], 0.05), spread([[0.5] * 3], 0.05), ROOT)
    apart = normalised(spread([[0.5] * 3], 0.05), spread([[0.5] * 3], 0.05, seed=7), ROOT)
    assert together.error < 0.62 * apart.error
    assert together.details["interval_low"] < together.value < together.details["interval_high"]


def test_what_fitting_adds_widens_the_interval():
    """A metric says by what its draws are too narrow; the ceiling, which fits nothing, is not widened."""
    plain, ceiling = spread([[0.5] * 3], 0.05), fixed([[0.8] * 3])
    wide = replace(plain, score=plain.score.with_(details={"training_factor": 1.5}))
    one, two = normalised(plain, ceiling, ROOT), normalised(wide, ceiling, ROOT)
    assert two.error == pytest.approx(1.5 * one.error) and two.value == one.value
    assert two.ceiling.error == one.ceiling.error
    undefined = replace(plain, score=plain.score.with_(details={"training_factor": float("nan")}))
    assert normalised(undefined, ceiling, ROOT).error == one.error


def test_the_ceiling_has_an_error_of_the_same_draws():
    score = normalised(fixed([[0.5] * 3]), spread([[0.5] * 3], 0.05))
    assert score.ceiling.error == pytest.approx(0.05, rel=0.25)
    same = Normalisation(draws=200, seed=0)(fixed([[0.5] * 3]), spread([[0.5] * 3], 0.05))
    assert same == score


def test_a_ceiling_of_some_stimuli_gets_their_weights():
    seen = []

    def resampled(weights):
        seen.append(weights)
        return np.full((1, len(weights), 3), 0.5)

    chosen = STIMULI[[4, 2, 11]]
    calls = []

    def whole(weights):
        calls.append(weights)
        return np.full((1, len(weights), 3), 0.5)

    normalised(Evaluation(Score(0.5), STIMULI, whole), Evaluation(Score(0.5), chosen, resampled))
    for part, all_of_them in zip(seen, calls, strict=True):
        np.testing.assert_array_equal(part, all_of_them[:, [4, 2, 11]])


def test_a_ceiling_of_other_stimuli_or_units_is_refused():
    with pytest.raises(StimulusMismatch, match="'other'"):
        normalised(fixed(R), fixed(C, stimuli=["other"] * 30))
    with pytest.raises(InvalidAssembly, match="ceiling of what was scored"):
        normalised(fixed(R), fixed([[0.9, 0.9]]))
    with pytest.raises(InvalidAssembly, match="ceiling of what was scored"):
        normalised(fixed([[0.1] * 3] * 2, bins=2), fixed(C))


def test_groups_are_drawn_whole():
    groups = np.arange(30) // 10
    seen = []

    def resampled(weights):
        seen.append(weights)
        return np.full((1, len(weights), 3), 0.5)

    normalised(Evaluation(Score(0.5), STIMULI, resampled, groups), fixed(C))
    weights = np.concatenate(seen)
    assert all((weights[:, groups == group] == weights[:, [10 * group]]).all() for group in range(3))


class TestOverTime:
    """Two repeats of two bins, bins within repeats: bin 1 has r = .2, .6 and bin 2 has .4, .8."""

    R = fixed([[0.2] * 3, [0.4] * 3, [0.6] * 3, [0.8] * 3], bins=2)

    @pytest.mark.parametrize("formula", [PER_UNIT, INCUMBENT])
    def test_each_bin_by_its_own_ceiling_then_the_mean(self, formula):
        score = normalised(self.R, fixed([[0.5] * 3, [0.9] * 3], bins=2), formula)
        assert score.value == pytest.approx((0.4**2 / 0.5 + 0.6**2 / 0.9) / 2)
        assert score.details["bins"] == 2 and score.details["bins_without_ceiling"] == 0 and score.flags == ()

    def test_root(self):
        score = normalised(self.R, fixed([[0.5] * 3, [0.9] * 3], bins=2), ROOT)
        assert score.value == pytest.approx((0.4 / np.sqrt(0.5) + 0.6 / np.sqrt(0.9)) / 2)

    @pytest.mark.parametrize("formula", NAMES)
    def test_bins_without_signal_are_left_out_and_flagged(self, formula):
        score = normalised(self.R, fixed([[-0.02] * 3, [0.9] * 3], bins=2), formula)
        expected = 0.6 / np.sqrt(0.9) if formula == ROOT else 0.4
        assert score.value == pytest.approx(expected)
        assert score.flags == ("bins-without-ceiling",) and score.details["bins_without_ceiling"] == 1

    def test_none_left(self):
        score = normalised(self.R, fixed([[-0.02] * 3, [0.0] * 3], bins=2))
        assert score.value is None and score.flags == ("bins-without-ceiling", "no-valid-ceiling")
