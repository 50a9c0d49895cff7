"""Known times are found again, by the metric and by an observer who knows everything; and what is refused."""

import numpy as np
import pytest
from scipy import stats

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch
from brainscore_core.statistics.pairing import compare_scores
from bs_metric_ost import ObjectSolutionTimes
from bs_metric_ost.crossing import first_crossing
from bs_metric_ost.decoder import decoded
from bs_metric_ost.discriminability import image_level
from bs_metric_ost.metric import UNDEFINED

from .minibatch_adam import probabilities
from .populations import STARTS, gains, onsets_of, population, source_of, target_of


def known(count=300, units=100, threshold=(1.5, 2.0), seed=0, amplitude=1.5):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 10)
    onsets = onsets_of(count, rng)
    values = population(labels, onsets, units, rng, amplitude=amplitude)
    target = target_of(np.where(onsets < 70, 70, onsets), rng.uniform(*threshold, count), labels)
    return source_of(values, labels), target


@pytest.fixture(scope="module")
def honest():
    source, target = known()
    return ObjectSolutionTimes(mode="honest", draws=200)(source, target)


def test_known_times_are_recovered_within_a_bin(honest):
    found, true = honest.values["model_ms"].values, honest.values["target_ms"].values
    later = ~np.isnan(found) & (true > 70)
    assert np.mean(np.abs(found - true)[later] <= 10) > 0.95
    assert abs(np.median(found[later] - true[later])) < 3
    assert honest.value > 0.97 and 0 < honest.error < 0.02
    assert honest.details["censored_concordance"] > 0.95 and honest.details["censored_tau"] > 0.9
    assert honest.details["low"] < honest.value < honest.details["high"]


def test_shares_solved_are_counted(honest):
    found, true = (~np.isnan(honest.values[name].values) for name in ("model_ms", "target_ms"))
    assert honest.details["solved_by_model"] == found.mean()
    assert honest.details["solved_by_target"] == true.mean() < 1
    assert honest.details["solved_by_both"] == (found & true).mean()
    assert honest.details["stimuli"] == honest.details["tested"] == 300
    assert len(set(honest.values["stimulus_id"].values)) == 300


def test_an_ideal_observers_known_times_are_recovered():
    """Bayes' rule on the generating distribution instead of a fit; thresholds are its own i1 at stated moments."""
    rng = np.random.default_rng(3)
    labels, fine = np.arange(200) % 5, np.arange(70, 250.0)
    means = rng.normal(size=(5, 12))
    onsets = rng.uniform(80, 170, 200)
    evidence = np.clip((fine - onsets[:, None]) / 60, 0, 1)[..., None] * means[labels][:, None]  # a slow rise

    def i1(seen):
        logits = seen @ means.T - (means**2).sum(1) / 2
        posterior = np.exp(logits - logits.max(-1, keepdims=True))
        posterior /= posterior.sum(-1, keepdims=True)
        return np.stack([image_level(posterior[:, time], labels) for time in range(seen.shape[1])], axis=1)

    moment = onsets + rng.uniform(10, 50, 200)
    course = i1(evidence)
    threshold = np.array([np.interp(at, fine, row) for at, row in zip(moment, course, strict=True)])
    true = first_crossing(course, threshold, fine)
    binned = i1(evidence.reshape(200, 18, 10, 12).mean(2))
    found = first_crossing(binned, threshold, STARTS + 5.0)
    solved = ~np.isnan(found) & ~np.isnan(true)
    assert solved.mean() > 0.99
    assert np.abs(found - true)[solved].max() <= 10
    assert stats.spearmanr(found[solved], true[solved])[0] > 0.98


def test_times_agree_with_those_of_brain_score_2s_decoder():
    """Rank correlation above .95, split and crossing as there; its decoder in numpy."""
    rng = np.random.default_rng(5)
    labels = rng.permutation(np.arange(800) % 10)
    values = population(labels, onsets_of(800, rng), 400, rng)
    threshold = rng.uniform(1.8, 2.3, 800)
    metric = ObjectSolutionTimes(crossvalidation_kwargs={"splits": 1})
    ((train, test),) = metric.cross_validation.split_rows(800)
    ours = [image_level(part, labels[test]) for part in decoded(values, labels, train, test, metric.weight_decay)]
    theirs = [
        image_level(probabilities(values[train, :, bin_], labels[train], values[test, :, bin_], 10), labels[test])
        for bin_ in range(values.shape[2])
    ]
    found = [
        first_crossing(np.stack(course, 1), threshold[test], STARTS.astype(float), highest_before=True)
        for course in (ours, theirs)
    ]
    both = ~np.isnan(found[0]) & ~np.isnan(found[1])
    assert both.mean() > 0.95 and stats.spearmanr(found[0][both], found[1][both])[0] > 0.95


def test_parity_is_the_mean_of_its_splits():
    source, target = known(count=200, units=40)
    score = load_metric("ost", draws=50)(source, target)
    values = score.values.to_dataset(name="i1")
    rhos = []
    for _, split in values.groupby("split"):
        both = split["model_ms"].notnull() & split["target_ms"].notnull()
        rhos.append(stats.spearmanr(split["model_ms"][both], split["target_ms"][both])[0])
    assert len(rhos) == score.details["splits"] == 10 and values.sizes["presentation"] == 200
    assert score.value == pytest.approx(np.mean(rhos), abs=1e-12)
    assert score.details["spread_over_splits"] == pytest.approx(np.std(rhos) / np.sqrt(10))
    assert score.values.sizes["time_bin"] == 18


def test_parity_tells_what_honest_finds():
    source, target = known(count=200, units=40)
    told = load_metric("ost", draws=50, honest_beside=True)(source, target)
    plain = load_metric("ost", draws=50)(source, target)
    honest = ObjectSolutionTimes(mode="honest", draws=50)(source, target)
    late = (honest.values["model_ms"] - honest.values["target_ms"]).values
    assert (told.value, told.error, told.details["mode"]) == (plain.value, plain.error, "parity")
    assert told.details["honest_rho"] == honest.value != told.value
    assert told.details["honest_error"] == honest.error > 0
    assert (told.details["honest_low"], told.details["honest_high"]) == (honest.details["low"], honest.details["high"])
    assert told.details["honest_median_difference_ms"] == pytest.approx(np.nanmedian(late))
    assert told.details["honest_solved_by_both"] == honest.details["solved_by_both"]
    assert not any(name.startswith("honest") for name in plain.details)
    with pytest.raises(InvalidParameter, match="honest_beside"):
        ObjectSolutionTimes(mode="honest", honest_beside=True)


def test_what_honest_cannot_tell_is_nan():
    source, target = known(count=100, units=40)
    still = source.copy(data=np.repeat(source.values[..., -1:], 18, axis=2))
    found = ObjectSolutionTimes(honest_beside=True, draws=20)(still, target)
    assert np.isnan([found.details["honest_rho"], found.details["honest_error"]]).all()


def test_scores_of_two_models_are_compared_by_their_draws():
    source, target = known(count=200, units=40)
    noisy = source.copy(data=source.values + 1.5 * np.random.default_rng(9).normal(size=source.shape))
    metric = ObjectSolutionTimes(mode="honest", draws=100)
    found = compare_scores({"clear": metric(source, target), "noisy": metric(noisy, target)})
    assert found.comparison is not None and found.comparison.verdict(0, 1)


def test_a_source_that_never_changes_solves_all_at_once_or_never():
    source, target = known(count=100, units=40)
    still = source.copy(data=np.repeat(source.values[..., -1:], 18, axis=2))
    score = ObjectSolutionTimes(mode="honest", draws=20)(still, target)
    assert score.value is None and score.flags == (UNDEFINED,)
    assert score.details["solved_in_first_bin"] == score.details["solved_by_model"] * 100 > 50


def test_order_of_bins_does_not_matter():
    source, target = known(count=100, units=20)
    metric = ObjectSolutionTimes(draws=20)
    assert metric(source.isel(time_bin=slice(None, None, -1)), target) == metric(source, target)


def edges(source, starts, ends):
    return source.assign_coords(time_bin_start=("time_bin", starts), time_bin_end=("time_bin", ends))


def test_images_without_a_threshold_are_solved_by_no_model_and_counted():
    source, target = known(count=60, units=20)
    lacking = target.assign_coords(i1=target["i1"].where(target["i1"] != target["i1"][3]))
    found = ObjectSolutionTimes(mode="honest", crossvalidation_kwargs={"splits": 3}, draws=10)(source, lacking)
    assert found.details["solved_without_threshold"] == 1
    times = found.values["model_ms"].values[found.values["stimulus_id"].values == target["stimulus_id"].values[3]]
    assert np.isnan(times).all()


def test_bad_input_is_named():
    source, target = known(count=40, units=5)
    source = source.isel(time_bin=slice(3))
    metric = ObjectSolutionTimes()
    with pytest.raises(InvalidAssembly, match="80 to 92 ms and 90 to 100 ms overlap"):
        metric(edges(source, [70, 80, 90], [80, 92, 100]), target)
    with pytest.raises(InvalidAssembly, match="70 to 80 ms and 85 to 90 ms leave a gap"):
        metric(edges(source, [70, 85, 90], [80, 90, 100]), target)
    with pytest.raises(InvalidAssembly, match="no dimension 'time_bin'"):
        metric(source.isel(time_bin=0, drop=True), target)
    with pytest.raises(InvalidAssembly, match="no coordinate 'i1'"):
        metric(source, target.drop_vars("i1"))
    with pytest.raises(InvalidAssembly, match="no coordinate 'image_label'"):
        metric(source, target.drop_vars("image_label"))
    with pytest.raises(InvalidAssembly, match="NaN or infinite"):
        metric(source.where(source["neuroid_id"] != "unit-3"), target)
    with pytest.raises(StimulusMismatch):
        metric(source.isel(presentation=slice(30)), target)
    with pytest.raises(StimulusMismatch):
        metric(source, target.isel(presentation=[*range(40), 0]))
    one = target.assign_coords(image_label=("presentation", ["car"] * 40))
    with pytest.raises(InvalidParameter, match="one object only, 'car'"):
        metric(source, one)
    with pytest.raises(InvalidParameter, match="out of"):
        ObjectSolutionTimes(crossvalidation_kwargs={"spilts": 3})
    with pytest.raises(InvalidParameter, match="weight_decay"):
        ObjectSolutionTimes(weight_decay=0)


def test_gains_are_the_share_of_a_bin_after_the_onset():
    np.testing.assert_allclose(gains(np.array([75.0, np.nan]), np.array([60, 70, 80])), [[0, 0.5, 1], [0, 0, 0]])
