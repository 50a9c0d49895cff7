"""Stimulus sets: a table and an opener."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.digests import digest_value
from brainscore_core.errors import InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet

PIXELS = {id: np.full((2, 3), index, np.uint8) for index, id in enumerate("abcd")}


def make(ids="abcd", opened=None, key=None, **columns):
    def open(id):
        if opened is not None:
            opened.append(id)
        return PIXELS[id]

    table = pd.DataFrame({"stimulus_id": list(ids), **columns})
    return StimulusSet(table, identifier="letters", open=open, key=key)


def test_it_wraps_a_table():
    stimuli = make(degrees=[1, 2, 3, 4])
    assert type(stimuli.table) is pd.DataFrame and len(stimuli) == 4 and list(stimuli) == list("abcd")
    assert stimuli.ids.dtype.kind == "U" and stimuli["degrees"].tolist() == [1, 2, 3, 4]
    assert stimuli.open("c").tolist() == PIXELS["c"].tolist()
    assert repr(stimuli) == "StimulusSet('letters', 4 stimuli, columns ['stimulus_id', 'degrees'])"


def test_the_table_it_was_given_is_left_alone():
    table = pd.DataFrame({"stimulus_id": [3, 1]}, index=[7, 8])
    stimuli = StimulusSet(table, identifier="x", open=str)
    assert list(stimuli) == ["3", "1"] and table["stimulus_id"].tolist() == [3, 1] and list(table.index) == [7, 8]
    with pytest.raises(ValueError, match="read-only"):
        stimuli.ids[0] = "z"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"id": ["a"]}, r"'x' has columns \['id'\]: expected a column 'stimulus_id'"),
        ({"stimulus_id": []}, "'x' is empty"),
        ({"stimulus_id": ["a", None]}, "'x' misses ids"),
        ({"stimulus_id": ["a", ""]}, "'x' misses ids"),
        ({"stimulus_id": [1.0, 2.0]}, r"'x' misses ids \(column of dtype float64\)"),
        ({"stimulus_id": ["a", "b", "a"]}, "'x' has id 'a' twice"),
        ({"stimulus_id": [1, "1"]}, "'x' has id '1' twice"),
    ],
)
def test_tables_that_are_refused(table, says):
    with pytest.raises(InvalidStimulusSet, match=says):
        StimulusSet(pd.DataFrame(table), identifier="x", open=str)


def test_an_unknown_stimulus_is_named():
    for ask in (make().open, make().key):
        with pytest.raises(InvalidStimulusSet, match="'letters' has no stimulus 'z'"):
            ask("z")


@given(st.lists(st.integers(0, 3), unique=True, min_size=1))
def test_take_keeps_order_and_content(which):
    taken = make(degrees=[1, 2, 3, 4]).take(which)
    assert list(taken) == ["abcd"[index] for index in which]
    assert taken["degrees"].tolist() == [index + 1 for index in which]
    assert all(taken.open(id) is PIXELS[id] for id in taken)


def test_take_slices_and_masks():
    assert list(make().take(slice(1, 3))) == ["b", "c"]
    assert list(make().take(np.array([True, False, False, True]))) == ["a", "d"]
    with pytest.raises(InvalidStimulusSet, match="is empty"):
        make().take([])
    with pytest.raises(InvalidStimulusSet, match="'b' twice"):
        make().take([1, 1])


def test_digest_is_of_content_and_order_and_of_nothing_else():
    assert make().digest() == make(degrees=[1, 2, 3, 4]).digest()
    assert make().digest() != make("abdc").digest()
    assert make().digest() != make("abc").digest()
    assert make().digest_of("b") == digest_value(np.full((2, 3), 1, np.uint8))


def test_a_cheap_key_opens_nothing():
    opened = []
    stimuli = make(opened=opened, key=lambda id: f"letter-1:{id}")
    assert stimuli.key("b") == "letter-1:b" and opened == []
    assert make(opened=opened).key("b") == digest_value(PIXELS["b"]) and opened == ["b"]


def test_map_is_lazy_and_names_its_result():
    opened = []
    stimuli = make(opened=opened, key=lambda id: id)
    doubled = stimuli.map(lambda value, id: value * 2, key=lambda before, id: f"{before}*2", degrees=8)
    assert opened == [] and doubled.key("c") == "c*2" and doubled["degrees"].unique().tolist() == [8]
    assert doubled.open("c").max() == 4 and PIXELS["c"].max() == 2 and opened == ["c"]
    assert "degrees" not in stimuli.table


arrays = st.tuples(
    st.sampled_from([np.uint8, np.float32, np.float64, np.int64]), st.lists(st.integers(0, 200), min_size=1, max_size=8)
).map(lambda made: np.array(made[1], made[0]))


@given(arrays, arrays)
def test_digests_tell_arrays_apart_by_shape_dtype_and_values(one, other):
    same = one.dtype == other.dtype and one.shape == other.shape and (one == other).all()
    assert (digest_value(one) == digest_value(other)) is bool(same)
    assert digest_value(one) != digest_value(one[None])
    assert digest_value(one) == digest_value(np.repeat(one, 2)[::2]), "how it lies in memory is no content"
    assert digest_value(one.astype(one.dtype.newbyteorder(">"))) == digest_value(one)


def test_digests_of_text_bytes_and_numbers_differ():
    assert len({digest_value(value) for value in ("1", b"1", np.array(["1"]), np.array([1]), np.array([True]))}) == 5
    with pytest.raises(TypeError, match="Python objects"):
        digest_value(np.array([object()]))


def test_a_kind_is_kept_and_what_digests_itself_is_asked():
    class Movie:
        def content_digest(self):
            return "f" * 64

    table = pd.DataFrame({"stimulus_id": ["a", "b"]})
    made = StimulusSet(table, identifier="movies", open=lambda _: Movie(), kind="movies")
    assert made.digest_of("a") == "f" * 64
    assert made.take([1]).kind == made.map(lambda value, _: value, key=lambda key, _: key).kind == "movies"
    assert StimulusSet(table, identifier="images", open=lambda _: np.zeros(1)).kind == ""
