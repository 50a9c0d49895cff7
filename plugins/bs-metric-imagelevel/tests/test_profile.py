"""Accuracy per condition, by hand."""

import numpy as np
import pytest

from brainscore_core import load_metric
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter


def behaviour(right, condition, subject=None, name="condition", images=None):
    """Answers that are right ('x') or not, in conditions."""
    ids = [f"image{number}" for number in range(len(right))] if images is None else images
    coords = {"stimulus_id": list(ids), "truth": ["x"] * len(right), name: np.asarray(condition)}
    if subject is not None:
        coords["subject"] = list(map(str, subject))
    return BehavioralAssembly(
        np.where(right, "x", "y"),
        dims=("presentation",),
        coords={key: ("presentation", values) for key, values in coords.items()},
    )


def test_by_hand():
    people = behaviour([1, 1, 1, 0, 1, 0, 0, 0], [25] * 4 + [50] * 4)  # .75 and .25
    model = behaviour([1, 1, 0, 0, 1, 1, 0, 0], [25] * 4 + [50] * 4)  # .5 and .5
    found = load_metric("accuracy_profile")(model, people)
    assert found.value == pytest.approx(1 - 0.25 / 0.75)
    assert found.details["model_25"] == 0.5 and found.details["people_50"] == 0.25
    assert found.values.sel(side="people").values.tolist() == [0.75, 0.25]
    assert load_metric("accuracy_profile")(people, people).value == 1


def test_probabilities_are_read_as_their_most_probable_choice():
    people = behaviour([1, 0, 1, 0], [1, 1, 2, 2])
    right = BehavioralAssembly(
        np.array([[0.6, 0.4], [0.2, 0.8], [0.9, 0.1], [0.3, 0.7]]),
        dims=("presentation", "choice"),
        coords={
            "stimulus_id": ("presentation", [f"image{number}" for number in range(4)]),
            "condition": ("presentation", [1, 1, 2, 2]),
            "choice": ("choice", ["x", "y"]),
        },
    )
    assert load_metric("accuracy_profile")(right, people).value == 1


def test_ranks_are_compared_where_scales_differ():
    rng = np.random.default_rng(0)
    seen = rng.uniform(0, 100, 400)
    people = behaviour(rng.random(400) < 0.2 + 0.7 * (seen > 50), seen, name="visibility")
    images = [f"image{number}" for number in range(50)]
    area = np.linspace(0, 0.1, 50)
    model = behaviour(area > 0.05, area, name="area", images=images)
    metric = load_metric("accuracy_profile", coordinate="visibility", source_coordinate="area", bins=2)
    found = metric(model, people)
    halves = [
        (people.values == "x")[seen <= np.median(seen)].mean(),
        (people.values == "x")[seen > np.median(seen)].mean(),
    ]
    assert [found.details["people_1"], found.details["people_2"]] == pytest.approx(halves)
    assert [found.details["model_1"], found.details["model_2"]] == [0, 1]
    assert found.error > 0


def test_halves_of_people_agree_and_better_so_with_more_trials():
    rng = np.random.default_rng(0)
    ceilings = []
    for trials in (20, 2000):
        condition = np.tile([1, 2], trials // 2)
        subject = np.arange(trials) % 10
        people = behaviour(rng.random(trials) < np.where(condition == 1, 0.3, 0.8), condition, subject)
        ceilings.append(load_metric("accuracy_profile").ceiling(people))
    assert ceilings[0].value < ceilings[1].value < 1
    assert ceilings[1].value > 0.95 and ceilings[1].error < ceilings[0].error


@pytest.mark.parametrize(
    ("options", "source", "message"),
    [
        ({}, lambda: behaviour([1, 0], [1, 3]), "conditions"),
        ({"coordinate": "soa"}, lambda: behaviour([1, 0], [1, 2]), "'soa'"),
        ({}, lambda: behaviour([1, 0], [1, 2], images=["image0", "other"]), "'other'"),
        ({"bins": 2}, lambda: behaviour([1, 0], ["a", "b"]), "finite numbers"),
    ],
)
def test_what_does_not_fit_is_named(options, source, message):
    with pytest.raises(InvalidAssembly, match=message):
        load_metric("accuracy_profile", **options)(source(), behaviour([1, 0], [1, 2]))


def test_options_that_mean_nothing_are_refused():
    for options in ({"bins": 1}, {"bootstrap_samples": 1}, {"splits": 0}):
        with pytest.raises(InvalidParameter):
            load_metric("accuracy_profile", **options)


def test_halves_that_lack_a_condition_are_left_out_and_counted():
    rng = np.random.default_rng(0)
    subject, condition = np.repeat([0, 0, 1, 1, 2], 20), np.repeat([1, 2, 1, 2, 1], 20)
    found = load_metric("accuracy_profile").ceiling(behaviour(rng.random(100) < 0.6, condition, subject))
    assert 40 < found.details["undefined_splits"] < 95 and found.flags == ("undefined-splits",)
    assert 0 < found.value < 1 and found.error > 0
    alone = behaviour(rng.random(40) < 0.6, condition[20:60], np.repeat([1, 2], 20))
    nothing = load_metric("accuracy_profile").ceiling(alone)
    assert nothing.value is None and nothing.details["undefined_splits"] == nothing.details["splits"]
