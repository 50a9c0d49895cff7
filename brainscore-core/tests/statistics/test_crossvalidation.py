"""Splits: scikit-learn's where Brain-Score 2 takes them, each stimulus once where we are honest, groups never cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import model_selection as sk

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from brainscore_core.statistics.crossvalidation import CrossValidation, given_folds

N = 60
OBJECTS = np.array([f"o{i % 6}" for i in range(N)])
CLIPS = np.array([f"c{i // 5}" for i in range(N)])


def _assembly(n=N, ids=None, **coords):
    there = {"object_name": OBJECTS[:n], "clip": CLIPS[:n], **coords}
    return NeuroidAssembly(
        np.random.default_rng(0).normal(size=(n, 2)),
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", [f"s{i}" for i in range(n)] if ids is None else ids),
            "neuroid_id": ("neuroid", ["a", "b"]),
            "region": ("neuroid", ["V1", "V1"]),
            **{name: ("presentation", values) for name, values in there.items() if values is not None},
        },
    )


def _same(ours, theirs):
    return len(ours) == len(theirs) and all(
        np.array_equal(a, b) for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True)
    )


@pytest.mark.parametrize(
    ("options", "splitter", "labels"),
    [
        ({}, sk.StratifiedShuffleSplit(10, train_size=0.9, random_state=1), OBJECTS),
        ({"stratification_coord": None}, sk.ShuffleSplit(10, train_size=0.9, random_state=1), None),
        ({"splits": 3, "train_size": 0.5}, sk.StratifiedShuffleSplit(3, train_size=0.5, random_state=1), OBJECTS),
        ({"test_size": 20, "random_state": 4}, sk.StratifiedShuffleSplit(10, test_size=20, random_state=4), OBJECTS),
        ({"kfold": True, "splits": 5}, sk.StratifiedKFold(5, shuffle=True, random_state=1), OBJECTS),
        (
            {"mode": "honest", "splits": 6, "stratification_coord": None},
            sk.KFold(6, shuffle=True, random_state=1),
            None,
        ),
    ],
)
def test_splits_are_those_of_scikit_learn(options, splitter, labels):
    ours = CrossValidation(**options).folds(_assembly())
    assert _same(ours, list(splitter.split(np.zeros(N), labels)))


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 10), st.integers(0, 100), st.booleans(), st.booleans())
def test_honest_folds_test_each_stimulus_once_and_cut_no_group(splits, seed, stratified, grouped):
    plan = CrossValidation(
        splits=splits,
        mode="honest",
        random_state=seed,
        stratification_coord="object_name" if stratified else None,
        group_coord="clip" if grouped else None,
    )
    folds = plan.folds(_assembly())
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(N))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(N))
        if grouped:
            assert not set(CLIPS[train]) & set(CLIPS[test])
        elif stratified:
            assert set(OBJECTS[train]) == set(OBJECTS)


def test_shuffled_splits_keep_groups_whole():
    for train, test in CrossValidation(stratification_coord=None, group_coord="clip").folds(_assembly()):
        assert not set(CLIPS[train]) & set(CLIPS[test])


def test_what_is_generalised_over_has_a_name():
    assert CrossValidation().generalises_over == "stimulus_id"
    assert CrossValidation(group_coord="clip").generalises_over == "clip"
    assert CrossValidation(split_coord="neuroid_id").generalises_over == "neuroid_id"


def test_folds_over_units_and_over_subjects():
    assembly = NeuroidAssembly(
        np.random.default_rng(0).normal(size=(3, 12)),
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", list("abc")),
            "neuroid_id": ("neuroid", [f"n{i}" for i in range(12)]),
            "region": ("neuroid", ["V1"] * 12),
            "subject": ("neuroid", np.repeat(["x", "y", "z"], 4)),
        },
    )
    units = CrossValidation(splits=4, mode="honest", split_coord="neuroid_id", stratification_coord=None)
    assert sorted(np.concatenate([test for _, test in units.folds(assembly, "neuroid")])) == list(range(12))
    subjects = CrossValidation(
        splits=3, mode="honest", split_coord="neuroid_id", stratification_coord=None, group_coord="subject"
    )
    labels = assembly["subject"].values
    assert sorted(set(labels[test]).pop() for _, test in subjects.folds(assembly, "neuroid")) == ["x", "y", "z"]


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "fast"},
        {"splits": 0},
        {"splits": 1, "kfold": True},
        {"splits": 2.5},
        {"splits": "10"},
        {"splits": True},
        {"train_size": 0.0},
        {"train_size": 1.5},
        {"train_size": -3},
        {"test_size": 0},
        {"test_size": "half"},
        {"kfold": True, "test_size": 0.1},
        {"mode": "honest", "train_size": 0.5},
    ],
)
def test_options_that_mean_nothing(options):
    with pytest.raises(InvalidParameter):
        CrossValidation(**options)


def test_the_default_share_may_be_said_with_folds():
    assert CrossValidation(kfold=True, train_size=0.9).once


def test_absent_coordinate_is_named_with_those_there_are():
    with pytest.raises(InvalidAssembly, match="'object_name'.*'clip', 'stimulus_id'") as raised:
        CrossValidation().folds(_assembly(object_name=None))
    assert "stratification_coord=None" in str(raised.value)
    with pytest.raises(InvalidAssembly, match="'movie'.*'object_name'"):
        CrossValidation(group_coord="movie").folds(_assembly())


@pytest.mark.parametrize("labels", [[""] + ["a"] * (N - 1), [np.nan] + [1.0] * (N - 1)])
def test_missing_labels_are_no_class(labels):
    with pytest.raises(InvalidAssembly, match="misses 1"):
        CrossValidation(group_coord="scene", stratification_coord=None).folds(_assembly(scene=np.array(labels)))


def test_copies_of_a_stimulus_need_a_group():
    ids = [f"s{i // 2}" for i in range(N)]
    with pytest.raises(StimulusMismatch, match="60 rows of 30"):
        CrossValidation().folds(_assembly(ids=ids))
    photographs = np.array([f"p{i // 10}" for i in range(N)])
    plan = CrossValidation(group_coord="photograph", mode="honest", splits=3, stratification_coord=None)
    assert len(plan.folds(_assembly(ids=ids, photograph=photographs))) == 3


def test_a_stimulus_in_two_groups_is_a_contradiction():
    ids = ["s0", "s0", *(f"s{i}" for i in range(2, N))]
    groups = np.array(["g0", "g1", *["g2"] * (N - 2)])
    with pytest.raises(StimulusMismatch, match="two groups"):
        CrossValidation(group_coord="g", stratification_coord=None).folds(_assembly(ids=ids, g=groups))


@pytest.mark.parametrize(
    ("options", "labels", "groups", "message"),
    [
        ({"kfold": True, "splits": 11, "stratification_coord": None}, None, None, "10 stimuli for 11 folds"),
        ({"stratification_coord": None}, None, np.zeros(10), "1 groups"),
        ({"mode": "honest", "splits": 4}, None, np.arange(10) // 4, "3 groups for 4 folds"),
        ({}, np.array([0] * 9 + [1]), None, "class '1' .* has 1 member"),
        ({}, np.array([0, 1, 2, 3, 4] * 2), None, "test fold of 1 cannot hold 5 classes"),
        ({"train_size": 3, "test_size": 7}, np.array([0, 1, 2, 3, 4] * 2), None, "training fold of 3 cannot hold"),
        ({"kfold": True, "splits": 6}, np.array([0] * 5 + [1] * 5), None, "6 folds, and every class .* at most 5"),
        ({"stratification_coord": None}, None, np.array([]), "0"),
    ],
)
def test_too_few(options, labels, groups, message):
    n = 10 if groups is None or len(groups) else 0
    with pytest.raises(TooFewStimuli, match=message):
        CrossValidation(**options).split_rows(n, labels, groups if n else None)


def test_one_stimulus():
    with pytest.raises(TooFewStimuli):
        CrossValidation(stratification_coord=None).folds(_assembly(1))


def test_a_small_class_is_absent_from_some_folds_as_in_scikit_learn():
    labels = np.array([0] * 8 + [1] * 2)
    folds = CrossValidation(kfold=True, splits=5).split_rows(10, labels)
    assert sum((labels[test] == 1).any() for _, test in folds) == 2


def test_shuffled_splits_cannot_be_both_stratified_and_grouped():
    with pytest.raises(InvalidParameter, match="kfold=True"):
        CrossValidation(group_coord="clip").folds(_assembly())


def test_folds_of_the_user_are_checked():
    train, test = np.arange(6), np.arange(6, 8)
    mask = np.zeros(8, bool)
    mask[test] = True
    assert _same(given_folds([(train, test)], 8), given_folds([(~mask, mask)], 8))
    for folds, message in [
        ([], "no folds"),
        ([([], [1])], "empty"),
        ([([0, 1], [1, 2])], "fitted on"),
        ([([0, 9], [1])], "out of range"),
        ([([0, -1], [1])], "out of range"),
        ([([0, 0], [1])], "twice"),
        ([([0.5], [1])], "fold 0"),
        ([(mask[:5], mask)], "mask of shape"),
    ]:
        with pytest.raises(InvalidParameter, match=message):
            given_folds(folds, 8)
