"""Repetitions become one row a stimulus, whatever is missing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly
from brainscore_core.statistics.averaging import average_repetitions, mean_of_trials, trial_rows


def _assembly(values, stimuli, **coords):
    bins = {}
    if values.ndim == 3:
        starts = 10 * np.arange(values.shape[2])
        bins = {"time_bin_start": ("time_bin", starts), "time_bin_end": ("time_bin", starts + 10)}
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin")[: values.ndim],
        coords={
            "stimulus_id": ("presentation", stimuli),
            "neuroid_id": ("neuroid", [f"n{i}" for i in range(values.shape[1])]),
            "region": ("neuroid", ["V4"] * values.shape[1]),
            **bins,
            **coords,
        },
    )


def test_mean_of_each_stimulus_in_order_of_first_presentation():
    values = np.array([[1.0, 10], [2, 20], [3, 30], [5, 50]])
    averaged = average_repetitions(
        _assembly(
            values,
            ["b", "a", "b", "a"],
            repetition=("presentation", [0, 0, 1, 1]),
            object_name=("presentation", ["dog", "car", "dog", "car"]),
            day=("presentation", [1, 1, 1, 2]),
        )
    )
    assert averaged["stimulus_id"].values.tolist() == ["b", "a"]
    assert averaged.values.tolist() == [[2, 20], [3.5, 35]]
    assert averaged["object_name"].values.tolist() == ["dog", "car"]
    assert not {"repetition", "day"} & set(averaged.coords), "what differs between trials is gone"


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        ([1.5, np.nan, 1.5, np.nan], True),
        ([1.5, np.nan, 1.5, 2.0], False),
        ([np.nan, 1.0, 2.0, 1.0], False),
        (["up", "down", "up", "down"], True),
        (["up", "down", "up", "downwards"], False),
        (np.array(["up", None, "up", None], object), True),
        (np.array(["up", None, "up", "down"], object), False),
        (np.array(["2026-01-01", "2026-01-02"] * 2, "datetime64[ns]"), True),
        ([True, False, True, True], False),
        ([7, 8, 7, 8], True),
        (["", "", "", ""], True),
    ],
)
@pytest.mark.parametrize("order", ["same", "other", "ragged"])
def test_what_the_trials_of_a_stimulus_share_is_kept(labels, kept, order):
    rows = {"same": [0, 1, 2, 3], "other": [0, 1, 3, 2], "ragged": [0, 1, 2, 3, 1]}[order]
    stimuli = np.array(["a", "b", "a", "b"])[rows]
    assembly = _assembly(np.arange(len(rows))[:, None].astype(float), stimuli)
    assembly = assembly.assign_coords(label=("presentation", np.asarray(labels)[rows]))
    averaged = average_repetitions(assembly)
    assert ("label" in averaged.coords) == kept
    if kept:
        assert averaged["label"].dtype == assembly["label"].dtype
        assert averaged["label"].values.astype(str).tolist() == assembly["label"].values[:2].astype(str).tolist()


@pytest.mark.parametrize("dtype", ["U", object, int])
def test_full_repetitions_in_any_order_of_presentation(dtype):
    rng = np.random.default_rng(3)
    values = rng.normal(size=(12, 5000, 2))
    ids = np.arange(5000).astype(str).astype(dtype)
    same = average_repetitions(_assembly(values.reshape(-1, 2), np.tile(ids, 12)))
    np.testing.assert_allclose(same.values, values.mean(0), rtol=1e-12, atol=1e-14)
    assert same["stimulus_id"].values.tolist() == ids.tolist()
    shuffled = rng.permutation(60_000)
    other = average_repetitions(_assembly(values.reshape(-1, 2)[shuffled], np.tile(ids, 12)[shuffled]))
    place = other["stimulus_id"].values.astype(int)
    np.testing.assert_allclose(other.values, values.mean(0)[place], rtol=1e-12, atol=1e-14)


def test_trials_that_were_not_measured_are_left_out_unit_by_unit():
    values = np.array([[1, np.nan, np.nan], [3, 4, np.nan], [5, 6, 7]])
    averaged = average_repetitions(_assembly(values, ["a", "a", "b"]))
    np.testing.assert_array_equal(averaged.values, [[2, 4, np.nan], [5, 6, 7]])


def test_ragged_repetitions():
    values = np.arange(12.0).reshape(6, 2)
    averaged = average_repetitions(_assembly(values, ["a", "b", "a", "c", "a", "b"]))
    np.testing.assert_allclose(averaged.values, [values[[0, 2, 4]].mean(0), values[[1, 5]].mean(0), values[3]])


def test_time_bins_and_order_of_dimensions_stay():
    values = np.random.default_rng(0).normal(size=(8, 3, 2))
    assembly = _assembly(values, list("abcdabcd")).transpose("time_bin", "presentation", "neuroid")
    averaged = average_repetitions(assembly)
    assert averaged.dims == assembly.dims
    np.testing.assert_allclose(
        averaged.transpose("presentation", "neuroid", "time_bin").values, (values[:4] + values[4:]) / 2
    )


def test_subjects_are_kept_apart_unless_told_otherwise():
    assembly = _assembly(np.array([[1.0], [2], [3], [4]]), list("aaaa"), subject=("presentation", ["x", "y", "x", "y"]))
    assert average_repetitions(assembly).values.ravel().tolist() == [2, 3]
    assert average_repetitions(assembly, within=()).values.ravel().tolist() == [2.5]


def test_one_row_a_stimulus_is_returned_as_it_is():
    assembly = _assembly(np.ones((2, 2)), ["a", "b"])
    assert average_repetitions(assembly).equals(assembly)


@pytest.mark.parametrize(
    ("given_dtype", "expected"), [("float32", "float32"), ("int16", "float64"), ("float64", "float64")]
)
def test_precision(given_dtype, expected):
    averaged = average_repetitions(_assembly(np.array([[1], [2]], given_dtype), ["a", "a"]))
    assert averaged.dtype == expected
    assert averaged.values.item() == 1.5


def test_sums_of_single_precision_are_taken_in_double():
    values = np.full((2000, 1), 0.1, np.float32)
    assert average_repetitions(_assembly(values, ["a"] * 2000)).values.item() == np.float32(0.1)


def test_without_stimulus_ids_there_is_nothing_to_average_over():
    with pytest.raises(InvalidAssembly, match="stimulus_id"):
        average_repetitions(_assembly(np.ones((2, 1)), ["a", "a"]).drop_vars("stimulus_id"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_equals_a_loop_over_stimuli(stimuli, random):
    stimuli = np.array(stimuli)
    values = np.array([[random.random(), float("nan") if random.random() < 0.2 else random.random()] for _ in stimuli])
    rows = trial_rows(stimuli)
    order = list(dict.fromkeys(stimuli.tolist()))
    for index, name in enumerate(order):
        assert sorted(rows[rows[:, index] >= 0, index]) == np.flatnonzero(stimuli == name).tolist()
        trials = values[stimuli == name]
        found = mean_of_trials(values, rows)[index]
        for unit in range(2):
            known = trials[~np.isnan(trials[:, unit]), unit]
            expected = known.mean() if len(known) else np.nan
            np.testing.assert_allclose(found[unit], expected, rtol=1e-12)
