"""The metrics on answers of people and models: values, errors, ceilings, and what cannot be answered."""

import numpy as np
import pytest
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, TooFewStimuli
from bs_metric_psychometric import Threshold, ThresholdElevation
from bs_metric_psychometric.simulation import answers_of, observer

LEVELS = np.linspace(1.0, 9.0, 7)
PEOPLE = [10.0, 20.0, 40.0, 20.0]


def right(rates, trials=40, levels=LEVELS):
    """Booleans: exactly this share right at each level."""
    values = np.concatenate([np.arange(trials) < round(rate * trials) for rate in rates])
    coords = {
        "stimulus_id": ("presentation", [str(index) for index in range(len(values))]),
        "level": ("presentation", np.repeat(levels, trials)),
    }
    return BehavioralAssembly(values, dims=["presentation"], coords=coords)


def test_a_given_threshold_is_compared_with_each_person():
    score = Threshold("level")(10.0, PEOPLE)
    assert float(score) == pytest.approx(0.5625)  # asserted by Brain-Score 2 for the same thresholds
    np.testing.assert_allclose(score.values, [1, 0.5, 0.25, 0.5])
    assert score.error == pytest.approx(np.std([1, 0.5, 0.25, 0.5], ddof=1) / 2)
    assert Threshold("level")(np.float32(10), PEOPLE) == score
    with pytest.raises(InvalidParameter, match="finite"):
        Threshold("level")(float("nan"), PEOPLE)
    elevation = ThresholdElevation("level", "base", "test")(3.0, [3.0, 2.0, 1.5, 5.0])
    assert float(elevation) == pytest.approx(0.525)


def test_a_model_with_a_known_threshold():
    score = Threshold("level")(answers_of(observer(), LEVELS, 300, seed=0), [5.0, 5.5])
    details = score.details
    assert details["threshold"] == pytest.approx(5.0, abs=0.4)
    assert details["threshold_low"] < details["threshold"] < details["threshold_high"] < details["threshold_low"] + 0.8
    assert details["slope"] == pytest.approx(observer().slope, rel=0.25)
    assert 0 <= details["lapse"] < 0.08
    closeness = 1 - np.abs(np.array([5.0, 5.5]) - details["threshold"]) / np.array([5.0, 5.5])
    assert float(score) == pytest.approx(closeness.mean())
    # the model's part of the error adds to that of people
    assert score.error > np.std(closeness, ddof=1) / np.sqrt(2)


def test_the_error_shrinks_with_answers_and_the_draws_are_seeded():
    few, many = (answers_of(observer(), LEVELS, trials, seed=1) for trials in (20, 400))
    metric = Threshold("level", n_bootstrap=60, seed=2)
    assert metric(few, [6.0]).error > 2 * metric(many, [6.0]).error > 0
    assert metric(few, [6.0]) == Threshold("level", n_bootstrap=60, seed=2)(few, [6.0])
    assert metric(few, [6.0]).error != Threshold("level", n_bootstrap=60, seed=3)(few, [6.0]).error
    assert Threshold("level", n_bootstrap=0)(few, [6.0]).error is None


def test_probabilities_and_texts_are_answers_too():
    numbers = answers_of(observer(), LEVELS, 100, seed=0)
    words = np.array(["", "first", "second"])
    coords = {name: ("presentation", numbers[name].values) for name in ("stimulus_id", "level")}
    coords["image_label"] = ("presentation", words[numbers["truth"].values])
    text = BehavioralAssembly(words[numbers.values], dims=["presentation"], coords=coords)
    sure = np.where(numbers.values[:, None] == [1, 2], 0.8, 0.2)
    probabilities = BehavioralAssembly(
        sure, dims=["presentation", "choice"], coords={**coords, "choice": ["first", "second"]}
    )
    metric = Threshold("level", n_bootstrap=0)
    found = [metric(source, [5.0]).details["threshold"] for source in (numbers, text, probabilities)]
    assert found[0] == found[1] == found[2]


def test_na_is_a_wrong_answer():
    text = answers_of(observer(), LEVELS, 100, seed=0)
    given = text.values.astype(str).astype(object)
    given[text["level"].values == LEVELS[-1]] = "na"
    coords = {name: ("presentation", text[name].values) for name in ("stimulus_id", "level", "truth")}
    found = Threshold("level", n_bootstrap=0).estimate(
        BehavioralAssembly(given.astype(str), dims=["presentation"], coords=coords)
    )
    full = Threshold("level", n_bootstrap=0).estimate(text)
    assert found.details["trials"] == full.details["trials"]
    assert found.details["accuracy"] < full.details["accuracy"] - 0.1


def test_people_come_as_their_trials():
    groups = [
        answers_of(observer(midpoint=midpoint), LEVELS, 120, seed=seed, subject=f"s{seed}")
        for seed, midpoint in enumerate([4.0, 5.0, 6.0])
    ]
    metric = Threshold("level", n_bootstrap=0)
    people = metric.human(xr.concat(groups, "presentation"))
    assert people["subject"].values.tolist() == ["s0", "s1", "s2"]
    np.testing.assert_allclose(people, [4, 5, 6], atol=0.6)
    assert metric.ceiling(xr.concat(groups, "presentation")) == metric.ceiling(people)


def test_ceiling_takes_each_person_against_the_others():
    ceiling = Threshold("level").ceiling([10.0, 20.0, 40.0])
    expected = [np.mean([0.5, 0.25]), np.mean([0.0, 0.5]), np.mean([0.0, 0.0])]
    np.testing.assert_allclose(ceiling.values, expected)
    assert float(ceiling) == pytest.approx(np.mean(expected))
    with pytest.raises(InvalidAssembly, match="at least 2"):
        Threshold("level").ceiling([10.0])


@pytest.mark.parametrize(
    ("rates", "flag"),
    [
        ([1.0] * 7, "all-correct"),
        ([0.5] * 7, "at-chance"),
        ([0.5, 0.45, 0.55, 0.5, 0.5, 0.45, 0.55], "at-chance"),
        ([0.9] * 7, "no-variation"),
        ([0.95, 0.9, 0.8, 0.75, 0.7, 0.6, 0.6], "no-variation"),
        ([0.5, 0.5, 0.5, 0.5, 0.5, 0.55, 0.65], "threshold-beyond-levels"),
    ],
)
def test_answers_that_set_no_threshold_are_null_and_say_why(rates, flag):
    score = Threshold("level", threshold_accuracy=0.75)(right(rates, trials=100), [6.0])
    assert score.value is None
    assert score.flags == (flag,)


def test_a_threshold_above_twice_everybodys_is_0_for_certain():
    chance = right([0.5] * 7)
    assert Threshold("level")(chance, [4.0, 4.5]).value == 0
    assert Threshold("level")(chance, [4.0, 4.6]).value is None
    # where the task becomes harder with the level, chance says that the threshold is low
    assert Threshold("level", increasing=False)(chance, [4.0]).value is None


def test_elevation_of_known_observers():
    base = answers_of(observer(midpoint=3.0, width=2.0), LEVELS, 400, seed=0, condition="base")
    test = answers_of(observer(midpoint=6.0, width=4.0), LEVELS, 400, seed=1, condition="test")
    both = xr.concat([base, test], "presentation")
    metric = ThresholdElevation("level", "base", "test", n_bootstrap=60)
    score = metric(both, [2.0, 2.5])
    assert score.details["elevation"] == pytest.approx(2.0, abs=0.15)
    assert score.details["elevation"] == pytest.approx(
        score.details["test_threshold"] / score.details["baseline_threshold"]
    )
    # one accuracy for both: that of the baseline's middle
    assert score.details["test_threshold_accuracy"] == score.details["baseline_threshold_accuracy"]
    assert score == metric({"base": base, "test": test}, [2.0, 2.5])
    assert score.error > 0
    chance = {"base": base, "test": right([0.5] * 7)}
    assert metric(chance, [1.2]).value == 0
    assert metric(chance, [2.5]).flags == ("at-chance",)
    assert metric(chance, [2.5]).value is None
    assert metric({"base": right([1.0] * 7), "test": test}, [1.2]).value is None


def test_elevations_of_people_come_as_thresholds_or_trials():
    thresholds = xr.DataArray(
        [[2.0, 6.0], [3.0, 6.0]], dims=["subject", "condition"], coords={"condition": ["base", "test"]}
    )
    metric = ThresholdElevation("level", "base", "test", n_bootstrap=0)
    np.testing.assert_allclose(metric.human(thresholds), [3, 2])
    parts = [
        answers_of(observer(midpoint=midpoint, width=3.0), LEVELS, 150, seed=index, condition=condition, subject=who)
        for index, (who, condition, midpoint) in enumerate(
            [("a", "base", 3.0), ("a", "test", 6.0), ("b", "base", 4.0), ("b", "test", 6.0)]
        )
    ]
    people = metric.human(xr.concat(parts, "presentation"))
    np.testing.assert_allclose(people, [2.0, 1.5], atol=0.35)


def test_two_levels_are_too_few():
    with pytest.raises(TooFewStimuli, match="2 level"):
        Threshold("level")(right([0.5, 1.0], levels=[1.0, 2.0]), [1.5])


@pytest.mark.parametrize(
    ("target", "message"),
    [([], "above 0"), ([1.0, 0.0], "above 0"), ([1.0, np.nan], "above 0"), ("high", "a str"), (None, "NoneType")],
)
def test_thresholds_that_are_none_are_refused(target, message):
    with pytest.raises(InvalidAssembly, match=message):
        Threshold("level")(2.0, target)


def test_missing_coordinates_are_named():
    source = right([0.5, 0.6, 0.7, 0.8, 0.9, 1, 1])
    with pytest.raises(InvalidAssembly, match="'contrast'"):
        Threshold("contrast")(source, [3.0])
    numbers = source.astype(int)
    with pytest.raises(InvalidAssembly, match="'truth' or 'image_label'"):
        Threshold("level")(numbers, [3.0])
    with pytest.raises(InvalidAssembly, match="'subject'"):
        Threshold("level")(3.0, source)
    with pytest.raises(InvalidAssembly, match="'condition'"):
        ThresholdElevation("level", "base", "test")(source, [3.0])
    with pytest.raises(InvalidAssembly, match="no condition 'test'"):
        ThresholdElevation("level", "base", "test")({"base": source}, [3.0])
    with pytest.raises(InvalidAssembly, match="float"):
        Threshold("level")(source.astype(float).assign_coords(truth=("presentation", np.ones(source.size))), [3.0])
    with pytest.raises(InvalidAssembly, match="finite number"):
        Threshold("level")(source.assign_coords(level=("presentation", np.full(source.size, np.nan))), [3.0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "bayes"},
        {"sigmoid": "step"},
        {"n_bootstrap": -1},
        {"threshold_accuracy": 0.5},
        {"threshold_accuracy": "middle"},
        {"method": "incumbent", "sigmoid": "weibull"},
        {"method": "incumbent", "guess": 0.25},
    ],
)
def test_options_that_mean_nothing_are_refused(wrong):
    source = right([0.5, 0.6, 0.7, 0.8, 0.9, 1, 1])
    with pytest.raises(InvalidParameter):
        Threshold("level", **wrong)(source, [3.0])
