"""Known thresholds are recovered, intervals cover them, and the optimum is one."""

import numpy as np
import pytest

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from bs_metric_psychometric.counts import Counts
from bs_metric_psychometric.fit import Design, Prior, fit, grid, log_likelihood, rates
from bs_metric_psychometric.simulation import observer
from bs_metric_psychometric.uncertainty import bootstrap_thresholds, profile_interval

LEVELS = np.linspace(1.0, 9.0, 7)
CONTRASTS = np.geomspace(0.01, 0.3, 7)


def truth(shape):
    return observer(Design(shape), np.log(0.06), 1.5) if shape == "weibull" else observer(Design(shape))


def levels(shape):
    return CONTRASTS if shape == "weibull" else LEVELS


def drawn(true, shown, trials, rng):
    return Counts(shown, rng.binomial(trials, true.rate(shown)).astype(float), np.full(len(shown), trials))


@pytest.mark.parametrize("shape", ["gaussian", "logistic", "weibull"])
def test_many_answers_give_the_function_back(shape):
    true, shown = truth(shape), levels(shape)
    n = 200_000
    found = fit(Counts(shown, n * true.rate(shown), np.full(len(shown), n)), true.design)
    assert found.threshold() == pytest.approx(true.threshold(), rel=2e-3)
    assert found.threshold(0.8) == pytest.approx(true.threshold(0.8), rel=2e-3)
    assert found.slope == pytest.approx(true.slope, rel=0.01)
    assert found.lapse == pytest.approx(0.02, abs=1e-3)
    assert found.deviance < 0.1


@pytest.mark.parametrize("shape", ["gaussian", "logistic", "weibull"])
def test_thresholds_are_recovered_and_intervals_cover_them(shape):
    true, shown, rng = truth(shape), levels(shape), np.random.default_rng(3)
    found, covered = [], []
    for _ in range(80):
        counts = drawn(true, shown, 60, rng)
        found.append(fit(counts, true.design).threshold())
        low, high = profile_interval(counts, true.design)
        covered.append(low <= true.threshold() <= high)
    spread = np.std(found, ddof=1)
    # mean within three standard errors and a little bias by the priors
    assert abs(np.mean(found) - true.threshold()) < 3 * spread / np.sqrt(80) + 0.02 * true.threshold()
    # of 80 intervals at 95%, fewer than 70 would have probability .002 by the binomial distribution
    assert 70 <= sum(covered) <= 80


def test_bootstrapped_error_is_the_spread_of_repeated_experiments():
    true, rng = observer(), np.random.default_rng(1)
    repeated = [fit(drawn(true, LEVELS, 80, rng), true.design).threshold() for _ in range(120)]
    counts = Counts(LEVELS, np.round(80 * true.rate(LEVELS)), np.full(7, 80))
    draws = bootstrap_thresholds(fit(counts, true.design), counts, None, 120, np.random.default_rng(2))
    assert np.std(draws, ddof=1) == pytest.approx(np.std(repeated, ddof=1), rel=0.25)


def test_found_function_is_the_most_probable_of_a_fine_grid():
    design, rng = Design(), np.random.default_rng(5)
    for trials in (10, 40):
        counts = drawn(observer(), LEVELS, trials, rng)
        prior = Prior.of(design, LEVELS)
        midpoint, width, lapse = grid(prior, (80, 60, 20))
        expected = rates(design, LEVELS, midpoint[..., None], width[..., None], lapse[..., None])
        best = float((log_likelihood(expected, counts) + prior(midpoint, width, lapse)).max())
        found = fit(counts, design)
        reached = found.log_likelihood + float(prior(found.midpoint, found.width, found.lapse))
        assert best - 1e-6 <= reached < best + 0.1


def test_lapses_do_not_move_the_threshold():
    """Two lapses at the easiest level: without a lapse rate the curve would have to flatten (Wichmann & Hill 2001)."""
    trials = np.full(7, 50)
    clean = np.round(trials * observer(lapse=0.0).rate(LEVELS))
    lapsed = clean.copy()
    lapsed[-1] -= 3
    one, other = (fit(Counts(LEVELS, correct, trials), Design()) for correct in (clean, lapsed))
    assert other.lapse > one.lapse + 0.005
    assert other.threshold() == pytest.approx(one.threshold(), abs=0.35)


def test_a_step_does_not_make_an_infinite_slope():
    counts = Counts(LEVELS, np.array([25, 25, 25, 25, 50, 50, 50.0]), np.full(7, 50))
    found = fit(counts, Design())
    assert LEVELS[3] < found.threshold() < LEVELS[4]
    assert found.width >= np.diff(LEVELS).min()
    assert np.isfinite(found.slope)


def test_a_falling_variable_is_the_mirror_of_a_rising_one():
    counts = drawn(observer(), LEVELS, 60, np.random.default_rng(4))
    mirrored = Counts(10 - LEVELS[::-1], counts.correct[::-1], counts.trials[::-1])
    found, other = fit(counts, Design()), fit(mirrored, Design(increasing=False))
    assert other.threshold() == pytest.approx(10 - found.threshold(), abs=1e-3)
    low, high = profile_interval(counts, Design())
    other_low, other_high = profile_interval(mirrored, Design(increasing=False))
    assert (other_low, other_high) == pytest.approx((10 - high, 10 - low), abs=1e-6)


def test_levels_in_other_units_give_the_threshold_in_them():
    counts = drawn(observer(), LEVELS, 60, np.random.default_rng(4))
    scaled = Counts(counts.levels / 3600, counts.correct, counts.trials)
    assert fit(scaled, Design()).threshold() * 3600 == pytest.approx(fit(counts, Design()).threshold(), rel=1e-3)


def test_four_alternatives_start_at_a_quarter():
    design = Design(guess=0.25)
    true = observer(design)
    n = 100_000
    found = fit(Counts(LEVELS, n * true.rate(LEVELS), np.full(7, n)), design)
    assert found.threshold() == pytest.approx(5.0, rel=3e-3)
    assert found.middle_accuracy == pytest.approx((0.25 + 0.98) / 2, abs=2e-3)


@pytest.mark.parametrize(
    "wrong", [{"guess": 1.0}, {"guess": -0.1}, {"lapse_prior": (0.5, 10)}, {"lapse_prior": (1,)}, {"sigmoid": "step"}]
)
def test_designs_that_mean_nothing_are_refused(wrong):
    with pytest.raises(InvalidParameter):
        Design(**wrong)


def test_a_logarithm_needs_levels_above_0():
    with pytest.raises(InvalidAssembly, match="above 0"):
        fit(Counts(np.array([0.0, 1, 2]), np.array([5.0, 8, 10]), np.full(3, 10)), Design("weibull"))
