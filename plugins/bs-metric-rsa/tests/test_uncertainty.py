"""Errors over stimuli and subjects: against rsatoolbox, and against experiments made many times."""

import warnings

import numpy as np
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from bs_metric_rsa import RDM, RDMReliability, measure
from bs_metric_rsa.distances import correlation_distance
from bs_metric_rsa.pairs import triangle
from bs_metric_rsa.uncertainty import two_factor_variance


def responses(values, **coords):
    stimuli, units = values.shape
    coords |= {
        "stimulus_id": ("presentation", [f"s{i:03}" for i in range(stimuli)]),
        "neuroid_id": ("neuroid", [str(i) for i in range(units)]),
        "region": ("neuroid", ["IT"] * units),
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def experiment(rng, stimuli=30, subjects=6, between=1.0, units=40):
    """(model, subjects): stimuli drawn from a population, subjects who share a geometry and have one of their own."""
    latent = rng.standard_normal((stimuli, 12))
    recordings = {}
    for subject in range(subjects):
        weights = np.append(np.ones(6), between * rng.gamma(1, size=6))
        signal = (latent * weights) @ rng.standard_normal((12, units))
        recordings[f"p{subject}"] = responses(signal + 1.5 * rng.standard_normal((stimuli, units)))
    return responses(latent[:, :6] @ rng.standard_normal((6, units))), measure(recordings)


@pytest.mark.parametrize("seed", range(6))
def test_two_factor_variance_is_rsatoolboxs(seed):
    utilities = pytest.importorskip("rsatoolbox.util.inference_util")
    rng = np.random.default_rng(seed)
    stimuli, subjects, samples = 25, 5, 400
    values = rng.standard_normal(subjects) * (seed % 3)
    draws = values + rng.standard_normal((samples, 1)) + rng.standard_normal((samples, subjects)) * (seed % 2)
    counts = rng.multinomial(subjects, np.full(subjects, 1 / subjects), size=samples)
    both = (draws * counts).sum(axis=1).var(ddof=1) / subjects**2
    one_factor = [values.var() / subjects, draws.mean(axis=1).var(ddof=1)]
    expected = utilities._dual_bootstrap(np.array([both, *one_factor]), n_rdm=subjects, n_pattern=stimuli)
    least = max(one_factor[0] * subjects / (subjects - 1), one_factor[1] * stimuli / (stimuli - 1))
    # theirs falls below what one factor alone gives, where crossing gives less by chance
    assert two_factor_variance(values, draws, counts, stimuli) == pytest.approx(max(expected, least))


def test_cores_two_factor_variance_is_that_of_many_stimuli_and_subjects():
    utilities = pytest.importorskip("rsatoolbox.util.inference_util")
    from brainscore_core.statistics.bootstrap import two_factor

    rng = np.random.default_rng(0)
    entries = rng.standard_normal((40, 1)) + rng.standard_normal(30) + rng.standard_normal((40, 30))
    rows, columns = (rng.multinomial(n, np.full(n, 1 / n), size=2000).astype(float) for n in (40, 30))

    def mean(row_weights, column_weights):
        return np.einsum("di,ij,dj->d", row_weights, entries, column_weights) / 1200

    variances = [
        mean(rows, columns).var(ddof=1),
        mean(rows, np.ones_like(columns)).var(ddof=1),
        mean(np.ones_like(rows), columns).var(ddof=1),
    ]
    assert two_factor(mean, rows, columns) == pytest.approx(utilities._dual_bootstrap(np.array(variances)), rel=1e-9)


def test_whole_experiment_as_rsatoolbox_evaluates_it():
    """Same data, other draws: errors over stimuli, and over both, within what the draws leave open."""
    rsatoolbox = pytest.importorskip("rsatoolbox")
    model, subjects = experiment(np.random.default_rng(3), subjects=8)
    fixed = rsatoolbox.model.ModelFixed("model", triangle(correlation_distance(model.values)))
    rdms = rsatoolbox.rdm.RDMs(subjects.values)
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        of_stimuli = rsatoolbox.inference.eval_bootstrap_pattern(fixed, rdms, method="rho-a", N=150)
        of_both = rsatoolbox.inference.eval_dual_bootstrap(fixed, rdms, method="rho-a", N=150, k_pattern=1, k_rdm=1)
    options = dict(bootstrap_samples=1000, comparison="rho-a")
    ours = RDM(**options)(model, subjects)
    assert ours.error * np.sqrt(30 / 29) == pytest.approx(np.sqrt(of_stimuli.model_var.item()), rel=0.15)
    ours = RDM(**options, bootstrap_over="both")(model, subjects)
    assert ours.error == pytest.approx(np.sqrt(of_both.model_var.item()), rel=0.15)


@pytest.mark.parametrize("between", [0.0, 1.5])
def test_error_over_both_is_the_spread_over_experiments(between):
    rng = np.random.default_rng(7)
    scores = []
    for _ in range(120):
        model, subjects = experiment(rng, between=between)
        scores.append(RDM(bootstrap_samples=100, bootstrap_over="both")(model, subjects))
    spread = np.std([float(score) for score in scores], ddof=1)
    assert np.sqrt(np.mean([score.error**2 for score in scores])) == pytest.approx(spread, rel=0.2)
    truth = np.mean([float(score) for score in scores])
    covered = [score.details["interval_low"] < truth < score.details["interval_high"] for score in scores]
    assert np.mean(covered) > 0.9
    assert "two-factor" in scores[0].details["error"]


@pytest.mark.parametrize("comparison", ["whitened-cosine", "whitened-pearson", "pearson", "cosine", "tau-a"])
def test_error_over_stimuli_is_the_spread_over_experiments(comparison):
    rng = np.random.default_rng(11)
    readouts = rng.standard_normal((5, 40)), rng.standard_normal((5, 60))
    scores = []
    for _ in range(100):
        latent = rng.standard_normal((40, 5))
        source, target = (latent @ readout + 1.5 * rng.standard_normal((40, readout.shape[1])) for readout in readouts)
        options = dict(comparison=comparison, distance="squared-euclidean", bootstrap_samples=40)
        scores.append(RDM(**options)(responses(source), responses(target)))
    spread = np.std([float(score) for score in scores], ddof=1)
    assert np.mean([score.error for score in scores]) == pytest.approx(spread, rel=0.3)
    assert ("parts" if "whitened" in comparison else "draws") in scores[0].details["error"]


@pytest.mark.parametrize("over", ["subjects", "both"])
@pytest.mark.parametrize("subjects", [1, 2])
def test_two_subjects_do_not_tell_how_subjects_differ(over, subjects):
    model, few = experiment(np.random.default_rng(0), subjects=subjects)
    with pytest.raises(InvalidAssembly, match=f"{subjects} subject"):
        RDM(bootstrap_samples=50, bootstrap_over=over)(model, few)
    assert RDM(bootstrap_samples=50)(model, few).error > 0


def test_error_over_subjects_is_that_of_a_mean():
    model, subjects = experiment(np.random.default_rng(0))
    score = RDM(bootstrap_samples=2, bootstrap_over="subjects")(model, subjects)
    stats = pytest.importorskip("scipy.stats")
    assert score.error == pytest.approx(stats.sem(score.values.values))
    low, high = stats.t.interval(0.95, 5, loc=float(score), scale=score.error)
    assert (score.details["interval_low"], score.details["interval_high"]) == pytest.approx((low, high))


def test_value_and_reliability_share_each_draw():
    rng = np.random.default_rng(2)
    signal = rng.standard_normal((30, 4)) @ rng.standard_normal((4, 25))
    order = rng.permutation(30)
    trials = responses(np.tile(signal, (4, 1)) + rng.standard_normal((120, 25))).assign_coords(
        stimulus_id=("presentation", np.tile([f"s{i:03}" for i in range(30)], 4)),
        repetition=("presentation", np.repeat(range(4), 30)),
    )
    mean = responses(trials.values.reshape(4, 30, 25).mean(0)).isel(presentation=order)
    value = RDM().evaluate(responses(signal), mean)
    ceiling = RDMReliability(splits=4).evaluate(trials, value.stimuli)
    assert value.stimuli.tolist() == ceiling.stimuli.tolist() == [f"s{i:03}" for i in order]
    ones = np.ones((1, 30))
    assert value.resampled(ones).shape == ceiling.resampled(ones).shape == (1, 1, 1)
    assert value.resampled(ones).item() == pytest.approx(float(value.score), abs=1e-12)
    assert ceiling.resampled(ones).item() == pytest.approx(float(ceiling.score), abs=1e-12)
    weights = rng.multinomial(30, np.full(30, 1 / 30), size=5).astype(float)
    kept = np.argsort(order)
    in_sorted_order = RDMReliability(splits=4).evaluate(trials).resampled(weights[:, kept])
    np.testing.assert_allclose(ceiling.resampled(weights), in_sorted_order, atol=1e-12)
    with pytest.raises(InvalidAssembly, match="not drawn again"):
        RDM(comparison="whitened-cosine").evaluate(responses(signal), mean)


def test_error_of_reliability():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(40):
        signal = rng.standard_normal((30, 4)) @ rng.standard_normal((4, 25))
        trials = responses(np.tile(signal, (4, 1)) + 2 * rng.standard_normal((120, 25))).assign_coords(
            stimulus_id=("presentation", np.tile([f"s{i:03}" for i in range(30)], 4)),
            repetition=("presentation", np.repeat(range(4), 30)),
        )
        found.append(RDMReliability(bootstrap_samples=60)(trials))
    spread = np.std([float(score) for score in found], ddof=1)
    assert np.mean([score.error for score in found]) == pytest.approx(spread, rel=0.35)
    assert "4 splits" in found[0].details["error"]
    assert RDMReliability()(trials).error is None


@pytest.mark.parametrize("options", [{"bootstrap_over": "units"}, {"bootstrap_samples": 1}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter, match="bootstrap_"):
        RDM(**options)
