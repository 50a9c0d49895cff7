"""Scores of one benchmark carry the same draws, so that models are compared in pairs."""

import numpy as np
import pytest
from scipy.stats import kstest

from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns, weighted_correlations
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.statistics.pairing import compare_scores
from brainscore_vision.benchmarks.neural_predictivity.experiment import drawn
from brainscore_vision.benchmarks.neural_predictivity.normalisation import NAMES, PER_UNIT, Normalisation

COUNT, UNITS = 80, 15
STIMULI = np.array([f"s{index:02d}" for index in range(COUNT)])


def evaluation(predictions, target, **details):
    score = Score(float(np.median(correlate_columns(predictions, target))), details=details)
    return Evaluation(score, STIMULI, lambda weights: weighted_correlations(predictions, target, weights)[None])


def ceiling(value=0.5):
    return Evaluation(Score(value), STIMULI, lambda weights: np.full((1, len(weights), UNITS), value))


def models(rng, *noises):
    """Predictions whose own errors are of these sizes, of units that are half noise."""
    shape = (COUNT, UNITS)
    truth = rng.normal(size=shape)
    target = truth + rng.normal(size=shape)
    return {f"m{index}": evaluation(truth + size * rng.normal(size=shape), target) for index, size in enumerate(noises)}


@pytest.mark.parametrize("formula", NAMES)
def test_draws_are_those_the_error_is_of(formula):
    score = Normalisation(formula, draws=300)(models(np.random.default_rng(0), 1.0)["m0"], ceiling())
    assert score.draws.dims == ("draw",) and score.draws.size == 300
    assert float(score.draws.std(ddof=1)) == pytest.approx(score.error)
    assert float(score.draws.mean()) == pytest.approx(score.value, abs=2 * score.error)
    assert score.draws.attrs["levels"] == COUNT


@pytest.mark.parametrize("formula", NAMES)
def test_p_of_equal_models_is_uniform(formula):
    """Of scores as benchmarks make them: within 2 standard errors of 5% below .05."""
    found = []
    for seed in range(150):
        made = models(np.random.default_rng((1, seed)), 1.0, 1.0)
        scores = {name: Normalisation(formula, draws=150)(one, ceiling()) for name, one in made.items()}
        found.append(compare_scores(scores).comparison.p[0, 1])
    assert abs(np.mean(np.array(found) < 0.05) - 0.05) < 2 * np.sqrt(0.05 * 0.95 / 150)
    assert kstest(found, "uniform").pvalue > 0.01


def test_a_true_difference_is_found_and_the_score_and_raw_value_agree():
    made = models(np.random.default_rng(2), 0.5, 2.0)
    scores = {name: Normalisation(PER_UNIT, draws=300)(one, ceiling()) for name, one in made.items()}
    found = compare_scores(scores)
    assert found.pairing == f"paired over {COUNT} stimuli" and found.comparison.verdict(0, 1) == "yes"
    raws = compare_scores({name: Score(None, raw=drawn(one)) for name, one in made.items()})
    assert raws.quantity == "raw" and raws.comparison.verdict(0, 1) == "yes"
    np.testing.assert_allclose(raws.comparison.values, [float(one.score) for one in made.values()])


def test_what_fitting_adds_is_in_the_draws():
    made = models(np.random.default_rng(3), 1.0)["m0"]
    wide = Evaluation(made.score.with_(details={"training_factor": 1.5}), made.stimuli, made.resampled)
    np.testing.assert_allclose(drawn(wide).draws.std(), 1.5 * drawn(made).draws.std())


def test_a_value_that_is_null_has_no_draws():
    nothing = Evaluation(Score(None), STIMULI, lambda weights: np.full((1, len(weights), UNITS), np.nan))
    assert drawn(nothing).draws is None
