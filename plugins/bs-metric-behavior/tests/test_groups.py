"""``confusion_similarity`` and ``tasks_consistency``: by hand, against trials, and bad input."""

import numpy as np
import pytest
from scipy.stats import pearsonr

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch

from .examples import OBJECTS, answers, confusions, tasks

OFF = ~np.eye(4, dtype=bool)


def as_trials(counts):
    """One row an answer."""
    rows = [
        (person, truth, choice)
        for (person, truth, choice), count in np.ndenumerate(counts.values)
        for _ in range(int(count))
    ]
    person, truth, choice = np.array(rows).T
    return answers(
        OBJECTS[choice],
        np.arange(len(rows)).astype(str),
        truth=OBJECTS[truth],
        subject=counts["subject"].values[person],
    )


def test_confusions_are_correlated_off_the_diagonal():
    model, people = confusions()
    score = load_metric("confusion_similarity")(model, people)
    own = score.values.values
    assert own.sum(1).tolist() == [30] * 4
    assert float(score) == pytest.approx(pearsonr(own[OFF], people.values.sum(0)[OFF]).statistic, abs=1e-12)
    assert 0 < score.error < 0.5
    assert score.details["accuracy_source"] == pytest.approx((model.values == model["truth"].values).mean())


def test_counts_and_trials_say_the_same():
    model, people = confusions()
    metric = load_metric("confusion_similarity")
    assert metric(model, as_trials(people)) == metric(model, people)
    assert metric.ceiling(as_trials(people)) == metric.ceiling(people)


def test_order_of_labels_does_not_matter():
    model, people = confusions()
    metric = load_metric("confusion_similarity")
    turned = people.isel(truth=[2, 0, 3, 1], choice=[1, 3, 2, 0])
    assert metric(model, turned) == metric(model, people)


def test_ceiling_of_people_who_agree_and_of_those_who_do_not():
    _, people = confusions()
    metric = load_metric("confusion_similarity")
    same = people.copy(data=np.repeat(people.values[:1], 12, axis=0))
    assert float(metric.ceiling(same)) == pytest.approx(1)
    rng = np.random.default_rng(0)
    noise = people.copy(data=rng.poisson(20, people.shape))
    assert abs(float(metric.ceiling(noise))) < 0.4
    ceiling = metric.ceiling(people)
    assert ceiling.details["attainable"] == pytest.approx(np.sqrt(2 * ceiling.value / (1 + ceiling.value)))


def test_a_model_without_errors_is_null():
    model, people = confusions()
    score = load_metric("confusion_similarity")(model.copy(data=model["truth"].values), people)
    assert score.value is None and score.flags == ("constant-confusions",)


def test_no_answer_is_no_confusion():
    model, people = confusions()
    metric, single = load_metric("confusion_similarity"), as_trials(people)
    silent = np.arange(single.size) % 9 == 0
    said = np.where(silent, "na", single.values)
    assert metric(model, single.copy(data=said)) == metric(model, single.isel(presentation=~silent))
    assert metric(model.copy(data=np.full(120, "na")), people).flags == ("constant-confusions",)
    mute = np.where(np.arange(120) < 3, "na", model.values)
    assert metric(model.copy(data=mute), people) == metric(model.isel(presentation=slice(3, None)), people)


def test_confusions_refuse_what_does_not_fit():
    model, people = confusions()
    metric = load_metric("confusion_similarity")
    with pytest.raises(InvalidAssembly, match="'horse'"):
        metric(model.copy(data=np.where(model.values == "cat", "horse", model.values)), people)
    with pytest.raises(StimulusMismatch, match="2 times"):
        metric(model.isel(presentation=[0, *range(120)]), people)
    with pytest.raises(InvalidAssembly, match="truths and choices"):
        metric(model, people.isel(choice=slice(0, 3)))
    with pytest.raises(InvalidAssembly, match="negative"):
        metric(model, people - 100)
    with pytest.raises(InvalidAssembly, match="one person"):
        metric.ceiling(people.isel(subject=[0]))
    with pytest.raises(InvalidParameter, match="splits"):
        load_metric("confusion_similarity", splits=0)


@pytest.mark.parametrize("metric", ["confusion_similarity", "tasks_consistency"])
def test_counts_that_mean_nothing_are_refused(metric):
    with pytest.raises(InvalidParameter, match=f"{metric}: splits=0: expected 1 or more"):
        load_metric(metric, splits=0)
    with pytest.raises(InvalidParameter, match=f"{metric}: bootstrap_samples=1: expected 0, or at least 2"):
        load_metric(metric, bootstrap_samples=1)


def test_tasks_are_correlated_over_accuracies():
    model, people = tasks()
    score = load_metric("tasks_consistency")(model, people)
    right = model.values == model["truth"].values
    own = [right[model["task"].values == name].mean() for name in people["task"].values]
    theirs = np.nanmean(people.values, axis=0)
    assert float(score) == pytest.approx(pearsonr(own, theirs).statistic, abs=1e-12)
    np.testing.assert_allclose(score.values.values, [own, theirs])


def test_a_task_may_stand_for_others():
    """What Brain-Score 2 does with kinds of occlusion."""
    model, people = tasks()
    shared = {"blur": "noise", "clutter": "noise"}
    score = load_metric("tasks_consistency", source_tasks=shared)(model, people)
    own = score.values.sel(observer="source")
    assert len(set(own.sel(task=["blur", "clutter", "noise"]).values)) == 1
    assert float(score) == pytest.approx(pearsonr(own, np.nanmean(people.values, axis=0)).statistic, abs=1e-12)


def test_tasks_may_be_called_otherwise():
    model, people = tasks()
    called = model.assign_coords(task=("presentation", np.strings.add("m-", model["task"].values)))
    metric = load_metric(
        "tasks_consistency", source_tasks={name: f"m-{name}" for name in people["task"].values.tolist()}
    )
    assert metric(called, people) == load_metric("tasks_consistency")(model, people)


def test_tasks_have_a_ceiling():
    _, people = tasks(subjects=40)
    ceiling = load_metric("tasks_consistency").ceiling(people)
    assert 0.97 < ceiling.value < 1 and ceiling.error < 0.05


def test_tasks_refuse_what_does_not_fit():
    model, people = tasks()
    metric = load_metric("tasks_consistency")
    with pytest.raises(InvalidAssembly, match="lacks the task 'occluded'"):
        metric(model.isel(presentation=model["task"].values != "occluded"), people)
    with pytest.raises(InvalidAssembly, match="has besides the task 'occluded'"):
        metric(model, people.isel(task=slice(0, 4)))
    with pytest.raises(InvalidAssembly, match="nobody did task 'blur'"):
        metric(model, people.where(people["task"] != "blur"))
    with pytest.raises(InvalidAssembly, match="2 tasks"):
        metric(model, people.isel(task=[0, 1]))
    same = model.copy(data=model["truth"].values)
    assert metric(same, people).flags == ("constant-accuracies",)
