"""``accuracy``, ``accuracy_distance``, ``odd_one_out``, ``shape_bias`` on small examples worked by hand."""

import numpy as np
import pytest
import xarray as xr

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch
from brainscore_core.statistics.bootstrap import counts

from .examples import answers, probabilities, trials, triplets

IDS = ["a", "b", "c", "d"]


def test_accuracy_is_the_share_that_is_right():
    truth = answers(["x", "y", "x", "y"], IDS)
    model = answers(["y", "x", "y", "na"], ["d", "c", "b", "a"])
    score = load_metric("accuracy")(model, truth)
    assert float(score) == 0.75
    assert score.details["sd_over_stimuli"] == pytest.approx(np.sqrt(3 / 16))
    assert score.values.values.tolist() == [0, 1, 1, 1]


def test_accuracy_takes_the_most_probable_choice():
    table = [[0.6, 0.4], [0.1, 0.9], [0.5, 0.5], [0.3, 0.7]]
    model = probabilities(table, IDS, ["x", "y"])
    assert float(load_metric("accuracy")(model, answers(["x"] * 4, IDS))) == 0.5
    with pytest.raises(InvalidAssembly, match="NaN"):
        load_metric("accuracy")(model.where(model > 0.2), answers(["x"] * 4, IDS))


def test_accuracy_error_is_binomial():
    rng = np.random.default_rng(0)
    right = np.where(rng.random(400) < 0.3, "x", "y")
    ids = [f"{n:04}" for n in range(400)]
    score = load_metric("accuracy")(answers(right, ids), answers(["x"] * 400, ids))
    p = float(score)
    assert score.error == pytest.approx(np.sqrt(p * (1 - p) / 400), rel=0.1)
    drawn = counts(400, 1000, 0) @ score.values.values / 400
    np.testing.assert_allclose(score.draws.values, drawn, atol=1e-12)


def test_accuracy_counts_a_stimulus_of_many_trials_once():
    model, people = trials()
    expected = (model.values == model["truth"].values).mean()
    assert float(load_metric("accuracy")(model, people)) == pytest.approx(expected, abs=1e-12)


def test_accuracy_refuses_what_does_not_fit():
    truth = answers(["x", "y", "x", "y"], IDS)
    with pytest.raises(StimulusMismatch, match="lacks 1 stimuli: 'd'"):
        load_metric("accuracy")(truth.isel(presentation=[0, 1, 2]), truth)
    with pytest.raises(StimulusMismatch, match="'a' stands 2 times"):
        load_metric("accuracy")(truth, truth.isel(presentation=[0, 0, 1, 2, 3]))
    with pytest.raises(StimulusMismatch, match="two right answers"):
        load_metric("accuracy")(truth, answers(["x"] * 5, [*IDS, "a"], truth=["x", "y", "x", "y", "z"]))


def observers():
    """Brain-Score 2's example: A is right in 5 of 9, B in 3, C in all."""
    said = "dog cat chair cat dog dog dog dog chair cat cat chair cat dog cat chair cat cat".split()
    truth = np.resize(["dog", "cat", "chair"], 9)
    return answers(
        [*said, *truth],
        np.tile([str(n) for n in range(9)], 3),
        truth=np.tile(truth, 3),
        condition=np.tile(np.repeat([1, 2, 3], 3), 3),
        animacy=np.tile(np.resize(["animate", "animate", "inanimate"], 9), 3),
        subject=np.repeat(["A", "B", "C"], 9),
    )


@pytest.mark.parametrize(
    ("subject", "variables", "expected"),
    [("A", (), 0.74074074), ("C", ("condition",), 0.55555556), ("C", ("condition", "animacy"), 0.55555556)],
)
def test_accuracy_distance_of_the_known_example(subject, variables, expected):
    people = observers()
    model = people.isel(presentation=people["subject"].values == subject)
    if len(variables) == 2:  # conditions of one stimulus are too few here, and Brain-Score 2 has no such limit
        with pytest.raises(InvalidAssembly, match="1 stimuli"):
            load_metric("accuracy_distance", variables=variables)(model, people)
        return
    score = load_metric("accuracy_distance", variables=variables)(model, people)
    assert float(score) == pytest.approx(expected, abs=1e-7)
    assert score.values.sel(subject=subject) == 1


def test_accuracy_distance_is_one_only_at_equal_accuracy():
    people = observers()
    ceiling = load_metric("accuracy_distance").ceiling(people)
    a, b, c = 5 / 9, 3 / 9, 1.0
    by_hand = [1 - abs(x - y) / max(y, 1 - y) for x, y in ((a, b), (a, c), (b, c))]
    assert float(ceiling) == pytest.approx(np.mean(by_hand), abs=1e-12)


def test_accuracy_distance_refuses_unknown_variables():
    people = observers()
    with pytest.raises(InvalidAssembly, match="contrast"):
        load_metric("accuracy_distance", variables=["contrast"])(people[:9], people)
    with pytest.raises(InvalidParameter, match="condition"):
        load_metric("accuracy_distance", variables="condition")


def test_odd_one_out_is_the_share_of_trials():
    people = answers(list("aabde"), ["a|b|c", "c|b|a", "b|a|c", "d|e|f", "f|e|d"])
    model = answers(["a", "d"], ["b|c|a", "e|f|d"])
    score = load_metric("odd_one_out")(model, people)
    assert float(score) == pytest.approx(3 / 5)
    assert score.values.values.tolist() == [pytest.approx(2 / 3), 0.5]
    assert (score.details["triplets"], score.details["trials"]) == (2, 5)
    ceiling = load_metric("odd_one_out").ceiling(people)
    assert float(ceiling) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert ceiling.details["answers_a_triplet"] == 2.5


def test_odd_one_out_takes_roles_from_coordinates():
    model, people = triplets()
    parts = np.array([id.split("|") for id in people["stimulus_id"].values])
    roles = {f"stimulus_{n + 1}": ("presentation", parts[:, n]) for n in range(3)}
    numbered = people.assign_coords({**roles, "stimulus_id": ("presentation", np.arange(len(parts)).astype(str))})
    metric = load_metric("odd_one_out")
    assert float(metric(model, numbered)) == float(metric(model, people))


def test_odd_one_out_by_chance():
    found = [float(load_metric("odd_one_out", bootstrap_samples=0)(*triplets(seed=s))) for s in range(60)]
    assert abs(np.mean(found) - 1 / 3) < 3 * np.std(found) / np.sqrt(60)


def test_odd_one_out_refuses_what_is_no_triplet():
    good = answers(["a"], ["a|b|c"])
    metric = load_metric("odd_one_out")
    for bad, said in (
        (answers(["a"], ["a|a|c"]), "repeated image"),
        (answers(["a"], ["a|b"]), "2 stimuli"),
        (answers(["d"], ["a|b|c"]), "leaves 'd' out"),
    ):
        with pytest.raises(InvalidAssembly, match=said):
            metric(bad, good)
    with pytest.raises(StimulusMismatch):
        metric(answers(["a"], ["a|b|d"]), good)
    with pytest.raises(InvalidAssembly, match="answered twice"):
        metric.ceiling(good)


def conflicts(said):
    return answers(
        said,
        ["i1", "i2", "i3", "i4", "i5", "i6"],
        truth=["cat", "cat", "dog", "dog", "bear", "bear"],
        texture=["dog", "dog", "cat", "bear", "cat", "bear"],
    )


def test_shape_bias_by_hand():
    score = load_metric("shape_bias")(conflicts(["cat", "dog", "dog", "na", "bear", "bear"]))
    assert float(score) == pytest.approx(3 / 4)
    assert [score.details[f"{name}_answers"] for name in ("shape", "texture", "other")] == [3, 1, 1]
    assert score.details["same_category"] == 1
    assert score.values.to_dict()["coords"]["category"]["data"] == ["bear", "cat", "dog"]
    assert score.values.values.tolist() == [1, 0.5, 1]


def test_shape_bias_without_shape_or_texture_is_null():
    score = load_metric("shape_bias")(conflicts(["na"] * 6))
    assert score.value is None and score.flags == ("neither-shape-nor-texture",)
    with pytest.raises(InvalidAssembly, match="texture"):
        load_metric("shape_bias")(answers(["x"], ["a"], truth=["x"]))


def test_shape_bias_draws_stimuli_with_all_their_trials():
    """Twice the trials of each stimulus tell nothing new of other stimuli."""
    _, people = trials(images=60)
    once = load_metric("shape_bias")(people)
    twice = load_metric("shape_bias")(xr.concat([people, people], "presentation"))
    assert (twice.value, twice.error) == (once.value, once.error)
