"""Assemblies: what validation refuses and what it says, selection, alignment, laziness."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from brainscore_core.assemblies import (
    BehavioralAssembly,
    DataAssembly,
    DissimilarityAssembly,
    NeuroidAssembly,
    PropertyAssembly,
    align,
    select,
)
from brainscore_core.data.netcdf import open_assembly, save_assembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch

IDS, UNITS = ["s1", "s2", "s3"], ["n1", "n2"]


def neuroid(ids=IDS, values=None, **coords):
    values = np.arange(len(ids) * 2, dtype=np.float32).reshape(len(ids), 2) if values is None else values
    coords = {
        "stimulus_id": ("presentation", ids),
        "neuroid_id": ("neuroid", UNITS),
        "region": ("neuroid", ["V4", "IT"]),
    } | coords
    return NeuroidAssembly(
        values, dims=("presentation", "neuroid"), coords={name: entry for name, entry in coords.items() if entry}
    )


# --- making and validating -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.uint16, bool])
def test_it_is_a_plain_dataarray_of_the_same_dtype(dtype):
    made = neuroid(values=np.ones((3, 2), dtype))
    assert type(made) is xr.DataArray and made.dtype == dtype and NeuroidAssembly.validate(made) is made


def test_it_takes_name_and_attributes():
    made = DataAssembly([1.0, 2.0], dims=("x",), coords={}, attrs={"bins": np.arange(3), "unit": "Hz"}, name="rates")
    assert made.name == "rates" and made.attrs["unit"] == "Hz"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stimulus_id": None}, r"NeuroidAssembly: coordinate 'stimulus_id' is missing.*on dimension 'presentation'"),
        ({"region": None}, r"coordinate 'region' is missing.*Pass coords=\{'region': \('neuroid'"),
        ({"stimulus_id": ("presentation", ["a", "b"])}, r"'stimulus_id' has length 2: expected 3, the length of 'pres"),
        ({"stimulus_id": ("neuroid", ["a", "b"])}, r"'stimulus_id' lies on \('neuroid',\): expected \('presentation'"),
        ({"stimulus_id": ("picture", IDS)}, r"unknown dimension 'picture': expected one of \('presentation'"),
        ({"stimulus_id": ("presentation", ["a", "", "b"])}, r"'stimulus_id' has empty entries"),
        ({"stimulus_id": ("presentation", ["a", None, "b"])}, r"'stimulus_id' mixes types or misses a text .*None"),
        ({"stimulus_id": ("presentation", ["a", np.nan, "b"])}, r"'stimulus_id' mixes types .*\(found nan"),
        ({"stimulus_id": ("presentation", ["a", 1, "b"])}, r"'stimulus_id' mixes types .*\(found 1"),
        ({"stimulus_id": ("presentation", [1.0, 2.0, 3.0])}, r"stimulus_id is of dtype float64: expected text"),
        ({"subject": ("presentation", [["a"] * 2] * 3)}, r"'subject' has 2 axes on dimensions \('presentation',\)"),
        ({"grid": (("presentation", "neuroid"), [[1, 2]] * 3)}, r"'grid' is a MultiIndex or has 2 dimensions"),
        ({"presentation": ["a", "b", "a"]}, r"labels of dimension 'presentation' repeat"),
        ({"depth": ("neuroid", "ab")}, r"'depth' has 0 axes on dimensions \('neuroid',\)"),
    ],
)
def test_coordinates_that_are_refused(change, says):
    with pytest.raises(InvalidAssembly, match=says):
        neuroid(**change)


@pytest.mark.parametrize(
    ("values", "dims", "says"),
    [
        (np.ones((3, 2)), ("presentation",), r"values have 2 axes, dims are \('presentation',\)"),
        (np.ones((3, 2)), ("presentation", "presentation"), "one distinct name an axis"),
        (np.ones(3), "presentation", "one distinct name an axis"),
        (np.ones((3, 2)), ("presentation", "unit"), r"'neuroid' is missing: expected \(presentation, neuroid"),
        (np.ones((3, 2, 1)), ("presentation", "neuroid", "trial"), r"'trial' does not belong"),
        (np.ones((0, 2)), ("presentation", "neuroid"), r"dimension 'presentation' has length 0"),
        (np.full((3, 2), "a"), ("presentation", "neuroid"), r"values are of dtype <U1: expected numbers"),
        (np.full((3, 2), None), ("presentation", "neuroid"), r"values are of dtype object"),
        (np.ones((3, 2), complex), ("presentation", "neuroid"), r"values are of dtype complex128"),
        (np.full((3, 2), np.nan), ("presentation", "neuroid"), r"every value is NaN"),
    ],
)
def test_values_and_dimensions_that_are_refused(values, dims, says):
    lengths = dict(zip(dims, values.shape, strict=False)) if not isinstance(dims, str) else {}
    coords = {
        "stimulus_id": ("presentation", [f"s{i}" for i in range(lengths.get("presentation", 0))]),
        "neuroid_id": ("neuroid", UNITS),
        "region": ("neuroid", ["V4", "IT"]),
    }
    with pytest.raises(InvalidAssembly, match=says):
        NeuroidAssembly(values, dims=dims, coords={key: value for key, value in coords.items() if value[0] in lengths})


def test_a_multiindex_is_refused():
    stacked = neuroid().set_index(presentation=["stimulus_id"]).stack(both=("presentation", "neuroid"))
    with pytest.raises(InvalidAssembly, match="MultiIndex"):
        DataAssembly.validate(stacked)


@pytest.mark.parametrize("thing", [np.ones(3), pd.DataFrame(), None, xr.Dataset()])
def test_what_is_no_dataarray_is_refused(thing):
    with pytest.raises(InvalidAssembly, match=r"got a \w+: expected an xarray.DataArray"):
        NeuroidAssembly.validate(thing)


def test_time_bins():
    def timed(starts, ends):
        coords = {"time_bin_start": ("time_bin", starts), "time_bin_end": ("time_bin", ends)}
        return NeuroidAssembly(
            np.ones((3, 2, 2)),
            dims=("presentation", "neuroid", "time_bin"),
            coords=dict(neuroid().coords) | coords,
        )

    assert timed([0, 10], [10, 20]).sizes["time_bin"] == 2
    for ends in ([0, 20], [10, 5], [np.nan, 20]):
        with pytest.raises(InvalidAssembly, match=r"ends before it starts.*in ms"):
            timed([0, 10], ends)
    with pytest.raises(InvalidAssembly, match="coordinate 'time_bin_end' is missing"):
        coords = dict(neuroid().coords) | {"time_bin_start": ("time_bin", [0])}
        NeuroidAssembly(np.ones((3, 2, 1)), dims=("presentation", "neuroid", "time_bin"), coords=coords)


@pytest.mark.parametrize("labels", [["dog", "cat"], ("dog", "cat"), np.array(["dog", "cat"])])
def test_two_labels_are_two_labels(labels):
    """A tuple of two texts is not (dimension, entries)."""
    coords = {"stimulus_id": ("presentation", IDS), "choice": labels}
    made = BehavioralAssembly(np.ones((3, 2)) / 2, dims=("presentation", "choice"), coords=coords)
    assert made["choice"].values.tolist() == ["dog", "cat"]


def test_text_answers_are_behaviour_and_nothing_else():
    coords = {"stimulus_id": ("presentation", IDS)}
    assert BehavioralAssembly(["a", "b", "a"], dims=("presentation",), coords=coords).dtype.kind == "U"


def test_other_kinds():
    with pytest.raises(InvalidAssembly, match="'region' is missing"):
        PropertyAssembly(np.ones((2, 1)), dims=("neuroid", "neuronal_property"), coords={"neuronal_property": ["or"]})
    coords = {
        "stimulus_id_i": ("stimulus_i", IDS),
        "stimulus_id_j": ("stimulus_j", IDS),
        "subject_id": ("subject", ["a"]),
        "region": ("subject", ["IT"]),
    }
    dims = ("subject", "stimulus_i", "stimulus_j")
    assert DissimilarityAssembly(np.zeros((1, 3, 3)), dims=dims, coords=coords).shape == (1, 3, 3)
    with pytest.raises(InvalidAssembly, match="'subject_id' has empty entries"):
        DissimilarityAssembly(np.zeros((1, 3, 3)), dims=dims, coords=coords | {"subject_id": ("subject", [""])})


@pytest.mark.parametrize("value", [None, True, {"a": 1}, [1, 2], np.ones((2, 2)), np.array(["a"]), 1j])
def test_attributes_that_no_file_gives_back_are_refused(value):
    with pytest.raises(InvalidAssembly, match=r"attribute 'x' is a \w+"):
        DataAssembly([1.0], dims=("x",), coords={}, attrs={"x": value})


@pytest.mark.parametrize("value", ["a", 1, 1.5, np.int64(1), np.float32(1), np.arange(3), np.array([1.5])])
def test_attributes_that_are_kept(value):
    assert DataAssembly([1.0], dims=("x",), coords={}, attrs={"x": value}).attrs["x"] is value


def test_text_becomes_fixed_width_whatever_it_was():
    for ids in (IDS, np.array(IDS, object), pd.Series(IDS), pd.array(IDS, dtype="str"), np.array(IDS)):
        assert neuroid(ids)["stimulus_id"].dtype.kind == "U"
    assert neuroid([1, 2, 3])["stimulus_id"].dtype.kind == "i"


# --- laziness ------------------------------------------------------------------------------------------------------


class Counted(xr.backends.BackendArray):
    """An array on disk, of which it is known how much was read."""

    def __init__(self, array):
        self.array, self.shape, self.dtype, self.read = array, array.shape, array.dtype, 0

    def __getitem__(self, key):
        return xr.core.indexing.explicit_indexing_adapter(
            key, self.shape, xr.core.indexing.IndexingSupport.BASIC, self._get
        )

    def _get(self, key):
        part = self.array[key]
        self.read += part.size
        return part


def lazily(values):
    backend = Counted(values)
    lazy = xr.core.indexing.MemoryCachedArray(xr.core.indexing.LazilyIndexedArray(backend))
    coords = dict(neuroid([f"s{i}" for i in range(len(values))], values=np.ones((len(values), 2))).coords)
    return xr.DataArray(xr.Variable(("presentation", "neuroid"), lazy), coords=coords), backend


def test_validation_reads_one_number_of_a_lazy_assembly():
    assembly, backend = lazily(np.ones((500_000, 2), np.float32))
    NeuroidAssembly.validate(assembly)
    assert backend.read == 1


def test_validation_looks_for_a_number_without_holding_everything():
    values = np.ones((2_000_000, 2), np.float32)
    values[:600_000] = np.nan
    assembly, backend = lazily(values)
    NeuroidAssembly.validate(assembly)
    assert backend.read < values.size
    assert isinstance(assembly.variable._data, xr.core.indexing.MemoryCachedArray)
    assert isinstance(assembly.variable._data.array, xr.core.indexing.LazilyIndexedArray)


def test_a_file_is_validated_unread(tmp_path):
    save_assembly(neuroid(), tmp_path / "a.nc")
    with open_assembly(tmp_path / "a.nc") as lazy:
        NeuroidAssembly.validate(lazy)
        assert not lazy.variable._in_memory
        assert not select(lazy, region="IT").variable._in_memory
        assert not align(lazy, lazy)[0].variable._in_memory


# --- select --------------------------------------------------------------------------------------------------------


def test_one_match_keeps_the_dimension():
    chosen = select(neuroid(), region="IT")
    assert chosen.dims == ("presentation", "neuroid") and chosen.shape == (3, 1)
    assert chosen["neuroid_id"].values.tolist() == ["n2"]


@pytest.mark.parametrize(
    "wanted", [["s3", "s1"], ("s3", "s1"), {"s3", "s1"}, np.array(["s3", "s1"]), [True, False, True]]
)
def test_several_values_or_a_mask(wanted):
    assert select(neuroid(), stimulus_id=wanted)["stimulus_id"].values.tolist() == ["s1", "s3"]


def test_two_conditions_on_one_dimension_and_numbers():
    assembly = neuroid(repetition=("presentation", [0, 1, 1]), ok=("presentation", [True, True, False]))
    assert select(assembly, repetition=1, ok=True, region="V4").shape == (1, 1)
    assert select(assembly, ok=False)["stimulus_id"].values.tolist() == ["s3"]


@pytest.mark.parametrize(
    ("conditions", "says"),
    [
        ({"regoin": "IT"}, r"no coordinate 'regoin'.*'neuroid_id', 'region', 'stimulus_id'"),
        ({"region": "V1"}, r"nothing has region = 'V1': expected one of 'V4', 'IT'"),
        ({"stimulus_id": [True, False]}, r"mask for 'stimulus_id' has shape \(2,\): expected \(3,\)"),
        ({"region": [False, False]}, r"nothing has region = False"),
        ({"region": []}, r"nothing has region = "),
    ],
)
def test_selections_that_are_refused(conditions, says):
    with pytest.raises(InvalidParameter, match=says):
        select(neuroid(), **conditions)


def test_a_message_stays_short():
    with pytest.raises(InvalidParameter) as caught:
        select(neuroid([f"s{i}" for i in range(1000)]), stimulus_id=[f"t{i}" for i in range(1000)])
    assert len(str(caught.value)) < 300


# --- align ---------------------------------------------------------------------------------------------------------


@given(st.permutations(range(7)), st.booleans())
def test_source_comes_into_the_order_of_target(order, numbers):
    ids = list(range(7)) if numbers else [f"s{i}" for i in range(7)]
    source = neuroid(ids).isel(presentation=list(order))
    target = neuroid([str(entry) for entry in ids])
    aligned, same = align(source, target)
    assert same is target
    assert aligned["stimulus_id"].values.astype(str).tolist() == target["stimulus_id"].values.tolist()
    np.testing.assert_array_equal(aligned.values, target.values)
    assert aligned.dtype == source.dtype


def test_what_is_in_order_is_not_copied():
    source, target = neuroid(), neuroid()
    assert align(source, target)[0] is source


@settings(max_examples=30)
@given(st.data())
def test_presentations_of_one_stimulus_are_told_apart_by_coordinates_both_have(data):
    rows = [(stimulus, subject, rep) for stimulus in "ab" for subject in "xy" for rep in range(2)]
    target_rows = data.draw(st.permutations(rows))
    source_rows = data.draw(st.permutations(rows))

    def assembly(rows, dtype):
        stimuli, subjects, reps = zip(*rows, strict=True)
        values = np.array([[hash(row) % 1000] * 2 for row in rows], float)
        return neuroid(
            stimuli,
            values,
            subject=("presentation", subjects),
            repetition=("presentation", np.array(reps, dtype)),
            odd=("presentation", reps),
        )

    source, target = align(assembly(source_rows, float), assembly(target_rows, int))
    np.testing.assert_array_equal(source.values, target.values)


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        (["a", "b"], ["a", "b", "c"], r"source has 2 and target 3 presentations, and source lacks c"),
        (["a", "b", "c"], ["a", "b"], r"target lacks c"),
        (["a", "b"], ["a", "c"], r"source lacks c.*same stimulus ids"),
        (["a", "a"], ["a", "b"], r"source shows a more than once.*Average repetitions first"),
        (["a", "b"], ["a", "a"], r"target shows a more than once"),
        ([f"s{i}" for i in range(9)], ["t"], r"source lacks t"),
        (["t"], [f"s{i}" for i in range(9)], r"source lacks s0, s1, s2 and 6 more"),
    ],
)
def test_what_does_not_match_is_named(source, target, says):
    with pytest.raises(StimulusMismatch, match=says):
        align(neuroid(source), neuroid(target))


def test_duplicates_within_one_subject_are_named():
    rows = neuroid(["a", "a", "a"], subject=("presentation", ["x", "y", "x"]))
    with pytest.raises(StimulusMismatch, match=r"shows a/x more than once within one subject"):
        align(rows, rows)
    once = neuroid(["a", "a"], subject=("presentation", ["x", "y"]))
    with pytest.raises(StimulusMismatch, match="target shows a more than once"):
        align(neuroid(["a"]), once)
    assert align(once, once, within="subject")[0] is once


def test_the_coordinate_must_lie_on_the_dimension():
    with pytest.raises(InvalidAssembly, match="target has no coordinate 'stimulus_id' on 'presentation'"):
        align(neuroid(), neuroid().drop_vars("stimulus_id"))
    with pytest.raises(InvalidAssembly, match="source has no coordinate 'stimulus_id' on 'neuroid'"):
        align(neuroid(), neuroid(), dim="neuroid")
    with pytest.raises(InvalidAssembly, match="target is a ndarray.*Make it a NeuroidAssembly"):
        align(neuroid(), neuroid().values)
