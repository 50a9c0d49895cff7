"""The bounds against rsatoolbox, and where a model that is known to be perfect, or noise, must lie."""

import numpy as np
import pytest

from brainscore_core.assemblies import DissimilarityAssembly
from brainscore_core.errors import InvalidAssembly, TooFewStimuli
from bs_metric_rsa import RDM, NoiseCeiling
from bs_metric_rsa.distances import correlation_distance
from bs_metric_rsa.noise_ceiling import bounds, noise_only_upper
from bs_metric_rsa.pairs import triangle

STIMULI = 30


def dissimilarities(matrices, subjects=None):
    ids = [f"s{i}" for i in range(matrices.shape[-1])]
    return DissimilarityAssembly(
        matrices,
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "subject_id": ("subject", subjects or [f"p{i}" for i in range(len(matrices))]),
            "region": ("subject", ["IT"] * len(matrices)),
            "stimulus_id_i": ("stimulus_i", ids),
            "stimulus_id_j": ("stimulus_j", ids),
        },
    )


def truth(seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((STIMULI, 4)) @ rng.standard_normal((4, 80))


def subjects_of(values, count, noise, seed=1):
    rng = np.random.default_rng(seed)
    return np.stack([correlation_distance(values + noise * rng.standard_normal(values.shape)) for _ in range(count)])


@pytest.mark.parametrize("count", [2, 4, 9])
def test_bounds_are_rsatoolboxs(count):
    rsatoolbox = pytest.importorskip("rsatoolbox")
    matrices = subjects_of(truth(), count, noise=4)
    theirs = rsatoolbox.inference.boot_noise_ceiling(rsatoolbox.rdm.RDMs(matrices), method="spearman")
    score = NoiseCeiling()(dissimilarities(matrices))
    assert (score.details["lower"], float(score)) == pytest.approx(theirs, abs=1e-12)
    assert score.details["upper"] == float(score)


@pytest.mark.parametrize("seed", range(10))
def test_perfect_model_lies_between_the_bounds(seed):
    target = dissimilarities(subjects_of(truth(seed), 8, noise=4, seed=100 + seed))
    perfect = float(RDM()(dissimilarities(correlation_distance(truth(seed))[None]), target))
    score = NoiseCeiling()(target)
    assert score.details["lower"] < perfect < float(score)


def test_no_model_passes_the_upper_bound():
    """The ranks of the mean rank are the best model there is; bending them helps nobody."""
    matrices = subjects_of(truth(), 4, noise=6)
    upper = float(NoiseCeiling()(dissimilarities(matrices)))
    stats = pytest.importorskip("scipy.stats")
    best = np.mean([stats.rankdata(triangle(matrix)) for matrix in matrices], axis=0)
    rng = np.random.default_rng(0)
    for spread in (0, 1, 10, 100):
        model = best + spread * rng.standard_normal(len(best))
        rho = np.mean([stats.spearmanr(model, triangle(matrix)).statistic for matrix in matrices])
        assert rho <= upper + 1e-12


def test_sessions_of_a_subject_are_averaged_first():
    matrices = subjects_of(truth(), 6, noise=4)
    sessions = NoiseCeiling()(dissimilarities(matrices, ["a", "b", "c", "a", "b", "c"]))
    averaged = NoiseCeiling()(dissimilarities((matrices[:3] + matrices[3:]) / 2))
    assert sessions.details["subjects"] == 3
    assert dict(sessions.details) == pytest.approx(dict(averaged.details))


def test_scale_of_a_subject_does_not_matter():
    matrices = subjects_of(truth(), 4, noise=4)
    stretched = matrices * np.array([1, 10, 100, 1000])[:, None, None]
    expected = NoiseCeiling()(dissimilarities(matrices)).details
    assert NoiseCeiling()(dissimilarities(stretched)).details == pytest.approx(expected)


@pytest.mark.parametrize("count", [2, 4, 16])
def test_pure_noise_lies_where_it_is_said_to(count):
    found = [
        bounds(np.stack([triangle(correlation_distance(part)) for part in np.split(responses, count)]))
        for responses in (np.random.default_rng(seed).standard_normal((count * 40, 60)) for seed in range(12))
    ]
    lower, upper = np.mean(found, axis=0)
    assert lower == pytest.approx(0, abs=0.03)
    assert noise_only_upper(count, 780) == pytest.approx(upper, abs=0.02)
    assert noise_only_upper(count, 780) == pytest.approx(1 / np.sqrt(count), abs=0.02)


def test_noise_bound_hardly_depends_on_its_seed_or_the_number_of_pairs():
    values = [noise_only_upper(4, pairs, seed=seed) for pairs in (300, 4186) for seed in range(3)]
    assert np.ptp(values) < 0.006
    assert noise_only_upper(4, 4186) == noise_only_upper(4, 4186)
    assert NoiseCeiling(seed=5)(dissimilarities(subjects_of(truth(), 4, 4))).details[
        "noise_only_upper"
    ] == noise_only_upper(4, STIMULI * (STIMULI - 1) // 2, seed=5)


def test_pairs_not_measured_in_everybody_are_left_out():
    matrices = subjects_of(truth(), 4, noise=4)
    matrices[2, 0, 1] = matrices[2, 1, 0] = np.nan
    score = NoiseCeiling()(dissimilarities(matrices))
    assert score.details["pairs"] == STIMULI * (STIMULI - 1) // 2 - 1
    lower, upper = bounds(np.delete(np.stack([triangle(matrix) for matrix in matrices]), 0, axis=1))
    assert (score.details["lower"], float(score)) == pytest.approx((lower, upper))


def test_one_subject_or_nothing_to_rank_is_refused():
    matrices = subjects_of(truth(), 2, noise=4)
    with pytest.raises(InvalidAssembly, match="at least two subjects"):
        NoiseCeiling()(dissimilarities(matrices, ["a", "a"]))
    matrices[1] = 1 - np.eye(STIMULI)
    with pytest.raises(InvalidAssembly, match="pairs apart"):
        NoiseCeiling()(dissimilarities(matrices))
    with pytest.raises(TooFewStimuli, match="2 stimuli"):
        NoiseCeiling()(dissimilarities(np.zeros((2, 2, 2))))
