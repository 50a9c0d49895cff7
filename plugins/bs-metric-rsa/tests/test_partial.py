"""``partial_rdm`` against regression by hand, and where a contribution is known."""

import numpy as np
import pytest

from brainscore_core.assemblies import DissimilarityAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from bs_metric_rsa import RDM, PartialRDM
from bs_metric_rsa.pairs import square

STIMULI = 40
PAIRS = STIMULI * (STIMULI - 1) // 2


def matrix(entries, subjects=None):
    entries = np.atleast_2d(entries)
    ids = [f"s{i}" for i in range(STIMULI)]
    return DissimilarityAssembly(
        np.stack([square(row, STIMULI) for row in entries]),
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "subject_id": ("subject", subjects or [f"p{i}" for i in range(len(entries))]),
            "region": ("subject", ["IT"] * len(entries)),
            "stimulus_id_i": ("stimulus_i", ids),
            "stimulus_id_j": ("stimulus_j", ids),
        },
    )


@pytest.fixture
def lists():
    rng = np.random.default_rng(0)
    shared = rng.gamma(2, size=PAIRS)
    model, other, third = (shared * w + rng.gamma(2, size=PAIRS) for w in (1, 1, 0))
    target = model + other + 2 * rng.gamma(2, size=PAIRS)
    return model, other, third, target


def by_hand(model, others, target):
    """(partial rho, R^2 of the others, unique R^2) by least squares on ranks."""
    stats = pytest.importorskip("scipy.stats")
    model, target, *others = (stats.rankdata(entries) - (len(model) + 1) / 2 for entries in (model, target, *others))

    def left(y, *columns):
        columns = np.stack(columns, axis=1)
        return y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]

    beyond = left(target, *others)
    r2 = [1 - rest @ rest / (target @ target) for rest in (beyond, left(target, model, *others))]
    return stats.pearsonr(left(model, *others), beyond).statistic, r2[0], r2[1] - r2[0]


def test_values_are_those_of_regression(lists):
    model, other, third, target = lists
    score = PartialRDM()(matrix(model), matrix(target), beyond=[matrix(other), matrix(third)])
    partial, beyond, unique = by_hand(model, [other, third], target)
    assert float(score) == pytest.approx(partial, abs=1e-12)
    assert score.details["r2_beyond"] == pytest.approx(beyond, abs=1e-12)
    assert score.details["unique"] == pytest.approx(unique, abs=1e-12)
    assert score.details["r2_all"] == pytest.approx(beyond + unique, abs=1e-12)
    assert score.details["rho"] == pytest.approx(float(RDM()(matrix(model), matrix(target))), abs=1e-12)


def test_unique_and_shared_parts_make_up_the_whole(lists):
    model, other, _, target = lists
    one = PartialRDM()(matrix(model), matrix(target), beyond=[matrix(other)]).details
    two = PartialRDM()(matrix(other), matrix(target), beyond=[matrix(model)]).details
    assert one["r2_all"] == pytest.approx(two["r2_all"], abs=1e-12)
    shared = one["r2_all"] - one["unique"] - two["unique"]
    assert shared == pytest.approx(one["rho"] ** 2 - one["unique"], abs=1e-12)
    assert shared > 0.02


def test_subjects_are_averaged_and_pairs_not_measured_left_out(lists):
    model, other, _, target = lists
    second = target + np.random.default_rng(1).gamma(2, size=PAIRS)
    second[::9] = np.nan
    score = PartialRDM()(matrix(model), matrix([target, second]), beyond=[matrix(other)])
    kept = ~np.isnan(second)
    expected = [by_hand(model, [other], target)[0], by_hand(model[kept], [other[kept]], second[kept])[0]]
    np.testing.assert_allclose(score.values.values, expected, atol=1e-12)
    assert float(score) == pytest.approx(np.mean(expected), abs=1e-12)


def test_model_that_adds_nothing_has_nothing():
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        other = rng.standard_normal(PAIRS)
        model, target = (other + rng.standard_normal(PAIRS) for _ in range(2))
        found.append(float(PartialRDM()(matrix(model), matrix(target), beyond=[matrix(other)])))
    assert np.mean(found) == pytest.approx(0, abs=0.02)
    assert min(found) < 0 < max(found)


def test_without_others_it_is_rdm(lists):
    model, *_, target = lists
    score = PartialRDM()(matrix(model), matrix(target))
    assert float(score) == pytest.approx(float(RDM()(matrix(model), matrix(target))), abs=1e-12)
    assert score.details["r2_beyond"] == 0 and score.details["unique"] == pytest.approx(float(score) ** 2)


def test_a_combination_of_the_others_gives_null_and_says_so(lists):
    model, other, _, target = lists
    score = PartialRDM()(matrix(model), matrix(target), beyond=[matrix(other), matrix(np.exp(model))])
    assert score.value is None and score.flags == ("collinear-models",)
    flat = PartialRDM()(matrix(np.ones(PAIRS)), matrix(target), beyond=[matrix(other)])
    assert flat.value is None and flat.flags == ("constant-dissimilarities",)


def test_the_same_model_twice_among_the_others_is_once(lists):
    model, other, _, target = lists
    once = PartialRDM()(matrix(model), matrix(target), beyond=[matrix(other)])
    twice = PartialRDM()(matrix(model), matrix(target), beyond=[matrix(other), matrix(2 * other)])
    assert float(twice) == pytest.approx(float(once), abs=1e-10)


def test_reliability_says_how_much_of_what_can_be_explained(lists):
    model, other, _, target = lists
    details = PartialRDM(reliability=0.5)(matrix(model), matrix(target), beyond=[matrix(other)]).details
    assert details["unique_of_explainable"] == pytest.approx(2 * details["unique"])
    for reliability in (0, -0.1, 1.1):
        with pytest.raises(InvalidParameter, match="reliability"):
            PartialRDM(reliability=reliability)


def test_draws_equal_repeating_stimuli(lists):
    model, other, _, target = lists
    target = np.round(target)
    score = PartialRDM(bootstrap_samples=30, seed=4)(matrix(model), matrix(target), beyond=[matrix(other)])
    rng = np.random.default_rng(4)
    rows, columns = np.triu_indices(STIMULI, 1)
    drawn = []
    for counts in rng.multinomial(STIMULI, np.full(STIMULI, 1 / STIMULI), size=30):
        times = counts[rows] * counts[columns]
        drawn.append(by_hand(*(np.repeat(model, times), [np.repeat(other, times)], np.repeat(target, times))))
    assert score.error == pytest.approx(np.std([one[0] for one in drawn], ddof=1), abs=1e-12)
    assert score.details["unique_error"] == pytest.approx(np.std([one[2] for one in drawn], ddof=1), abs=1e-12)
    assert score.details["interval_low"] < float(score) < score.details["interval_high"]


def grouped(entries, labels):
    return matrix(entries).assign_coords(object_name_i=("stimulus_i", labels))


def test_draws_of_groups_equal_copying_them_out(lists):
    """A pair within a group stands once a copy; between copies of one group there is none."""
    model, other, _, target = lists
    target, labels = np.round(target), np.random.default_rng(1).permutation(np.repeat(list("abcdefgh"), 5))
    metric = PartialRDM(bootstrap_samples=30, seed=4, group_coord="object_name")
    score = metric(matrix(model), grouped(target, labels), beyond=[matrix(other)])
    rows, columns = np.triu_indices(STIMULI, 1)
    drawn = []
    for copies in metric.uncertainty.counts(STIMULI, labels).astype(int):
        assert all(len(set(copies[labels == label])) == 1 for label in "abcdefgh")
        times = np.where(labels[rows] == labels[columns], copies[rows], copies[rows] * copies[columns])
        drawn.append(by_hand(*(np.repeat(model, times), [np.repeat(other, times)], np.repeat(target, times)))[0])
    assert score.error == pytest.approx(np.std(drawn, ddof=1), abs=1e-12)
    assert "groups of stimuli (object_name)" in score.details["error"]
    alone = PartialRDM(bootstrap_samples=30, seed=4)(matrix(model), grouped(target, labels), beyond=[matrix(other)])
    assert float(alone) == float(score) and alone.error != score.error


def test_groups_are_those_of_rdm_where_nothing_is_held_constant(lists):
    model, *_, target = lists
    labels = np.repeat(list("abcdefgh"), 5)
    options = {"bootstrap_samples": 20, "seed": 2, "group_coord": "object_name"}
    one, other = (metric(**options)(matrix(model), grouped(target, labels)) for metric in (PartialRDM, RDM))
    assert one.error == pytest.approx(other.error, abs=1e-12)


def test_groups_that_there_are_not(lists):
    model, *_, target = lists
    metric = PartialRDM(bootstrap_samples=5, group_coord="object_name")
    with pytest.raises(InvalidAssembly, match="object_name"):
        metric(matrix(model), matrix(target))
    with pytest.raises(TooFewStimuli, match="2 groups"):
        metric(matrix(model), grouped(target, np.repeat(["a", "b"], 20)))


def test_other_models_of_other_stimuli_are_refused(lists):
    model, other, _, target = lists
    with pytest.raises(StimulusMismatch):
        PartialRDM()(
            matrix(model), matrix(target), beyond=[matrix(other).isel(stimulus_i=slice(30), stimulus_j=slice(30))]
        )
    with pytest.raises(TypeError):
        PartialRDM()(matrix(model), matrix(target), others=[matrix(other)])
