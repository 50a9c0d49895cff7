"""Score: a frozen number with what it was made of."""

import copy
import dataclasses
import json
import math
import pickle

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.errors import InvalidFile, InvalidParameter, StorageError
from brainscore_core.scores import Score, normalise

finite = st.floats(-1e6, 1e6)


def values(seed=0, dtype=np.float32):
    rng = np.random.default_rng(seed)
    data = rng.normal(size=(3, 2)).astype(dtype)
    data[0, 0] = np.nan
    coords = {"neuroid_id": ("neuroid", ["a", "é", "c c"]), "split": ("split", [1, 2])}
    return xr.DataArray(data, dims=["neuroid", "split"], coords=coords, attrs={"n": np.int64(3), "unit": "r"})


def nested():
    return Score(
        0.5,
        0.1,
        ceiling=Score(0.9, 0.02, raw=Score(0.8, values=values(1)), values=values(2), details={"n": 4}),
        raw=Score(0.45, 0.09, values=values(3), ceiling=Score(0.7, values=values(4))),
        values=values(5, np.float64),
        normalisation="raw / ceiling",
        flags=("few-units", "x"),
        details={"upper": 0.3, "count": 3, "who": "me", "undefined": math.nan},
        provenance={"a": [1, None, {"b": "é"}]},
    )


# --- as a number ---------------------------------------------------------------------------------------------------


@given(finite)
def test_it_is_its_value(number):
    score = Score(number)
    assert float(score) == number == np.asarray(score).item() and score == number
    assert np.asarray(score, dtype=np.float32).dtype == np.float32
    assert hash(score) == hash(number), "equal things have equal hashes"


@given(finite, finite)
def test_it_compares_like_its_value(one, other):
    assert (Score(one) < Score(other)) is (one < other) is (Score(one) < other)
    assert (Score(one) >= Score(other)) is (one >= other) is (one >= Score(other))
    assert max(Score(one), Score(other), key=float).value == max(one, other)


@pytest.mark.parametrize("missing", [None, math.nan, np.float32("nan"), np.array(np.nan)])
def test_undefined_is_none_and_nan_as_a_float(missing):
    score = Score(missing, error=missing)
    assert score.value is None and score.error is None
    assert math.isnan(float(score)) and score == Score(None) and score != Score(0)
    assert not score < 1 and not score > 1 and not score == math.nan
    assert score, "a null score is a score"


@pytest.mark.parametrize("number", [np.float32(0.5), np.int64(2), np.array(0.5), xr.DataArray(0.5), 1])
def test_numbers_of_libraries_become_floats(number):
    assert type(Score(number).value) is float and Score(number).value == float(number)


@pytest.mark.parametrize("number", ["0.5", math.inf, -math.inf, [0.5, 0.6], object(), 1j])
def test_what_is_no_finite_number_is_refused(number):
    with pytest.raises(InvalidParameter, match="value of a score"):
        Score(number)


def test_a_negative_error_is_refused():
    with pytest.raises(InvalidParameter, match="error of a score is -0.1"):
        Score(0.5, -0.1)


@pytest.mark.parametrize("operation", ["+", "-", "*", "/"])
def test_it_has_no_arithmetic(operation):
    with pytest.raises(TypeError):
        eval(f"Score(.5) {operation} Score(.5)", {"Score": Score})  # noqa: S307


# --- frozen --------------------------------------------------------------------------------------------------------


def test_nothing_of_it_can_be_set():
    score = nested()
    with pytest.raises(dataclasses.FrozenInstanceError):
        score.value = 1.0
    for mapping in (score.details, score.provenance, score.attrs):
        with pytest.raises(TypeError):
            mapping["new"] = 1


def test_it_keeps_no_reference_to_what_it_was_given():
    details, provenance, flags = {"a": 1}, {"b": [1]}, ["x"]
    score = Score(0.5, details=details, provenance=provenance, flags=flags)
    details["a"], flags[0] = 2, "y"
    provenance["b"].append(2)
    assert score.details == {"a": 1} and score.provenance == {"b": [1]} and score.flags == ("x",)


def test_with_changes_a_copy():
    score = nested()
    assert score.with_(value=0.1).value == 0.1 and score.value == 0.5
    with pytest.raises(TypeError, match="valeu"):
        score.with_(valeu=0.1)


def test_one_flag_given_as_text_is_one_flag():
    assert Score(0.5, flags="few-units").flags == ("few-units",)


def test_old_names():
    score = nested()
    assert score.attrs["error"] == 0.1 and score.attrs["ceiling"] is score.ceiling and score.attrs["raw"] is score.raw
    assert "raw" not in Score(0.5).attrs


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda score: pickle.loads(pickle.dumps(score))])  # noqa: S301
def test_it_travels_between_processes(clone):
    assert clone(nested()) == nested()


# --- details and provenance ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("detail", [True, None, [1], {"a": 1}, math.inf, np.zeros(2), np.bool_(True)])
def test_details_are_text_or_numbers(detail):
    with pytest.raises(InvalidParameter, match="detail 'x'"):
        Score(0.5, details={"x": detail})


def test_numpy_details_become_plain():
    details = Score(0.5, details={"n": np.int64(3), "r": np.float32(0.5), "s": np.str_("a")}).details
    assert details == {"n": 3, "r": 0.5, "s": "a"} and {type(entry) for entry in details.values()} == {int, float, str}


def test_provenance_is_json():
    made = Score(0.5, provenance={"n": np.int64(3), "t": (1, 2), "a": np.arange(2)}).provenance
    assert made == {"n": 3, "t": [1, 2], "a": [0, 1]}
    with pytest.raises(InvalidParameter, match="no JSON form"):
        Score(0.5, provenance={"x": object()})
    with pytest.raises(InvalidParameter, match="no JSON form"):
        Score(0.5, provenance={"x": math.nan})


def test_equality_looks_at_everything():
    assert nested() == nested()
    for change in (
        {"value": 0.51},
        {"error": None},
        {"flags": ()},
        {"details": {}},
        {"values": None},
        {"values": values(6, np.float64)},
        {"raw": nested().raw.with_(values=values(9))},
        {"raw": nested().raw.with_(values=None)},
        {"ceiling": None},
        {"normalisation": ""},
        {"provenance": {}},
    ):
        assert nested().with_(**change) != nested(), change
    assert nested() != None and nested() != "0.5"  # noqa: E711


def test_withheld_keeps_value_error_and_ceiling():
    kept = nested().withheld()
    assert (kept.value, kept.error, kept.ceiling.value, kept.ceiling.error) == (0.5, 0.1, 0.9, 0.02)
    assert kept == Score(0.5, 0.1, Score(0.9, 0.02), normalisation="raw / ceiling", flags=("few-units", "x"))


def test_repr_is_one_readable_line():
    assert repr(nested()) == "Score(0.5000 ± 0.1000, raw 0.4500 ± 0.0900, ceiling 0.9000 ± 0.0200, few-units, x)"
    assert repr(Score(None, raw=Score(None))) == "Score(null, raw null)"
    assert repr(Score(None)) == "Score(null)"


# --- files ---------------------------------------------------------------------------------------------------------


def test_files_are_lossless_at_every_level(tmp_path):
    path = nested().save(tmp_path / "deep" / "score.json")
    loaded = Score.load(path)
    assert loaded == nested()
    for mine, theirs in (
        (loaded.values, values(5, np.float64)),
        (loaded.raw.values, values(3)),
        (loaded.raw.ceiling.values, values(4)),
        (loaded.ceiling.raw.values, values(1)),
    ):
        assert mine.dtype == theirs.dtype and mine.identical(theirs)
    assert math.isnan(loaded.details["undefined"])


@given(
    value=st.none() | finite,
    error=st.none() | st.floats(0, 1e6),
    details=st.dictionaries(st.text(max_size=5), st.text() | st.integers(-(2**53), 2**53) | finite | st.just(math.nan)),
    flags=st.lists(st.text(max_size=5)),
    has_ceiling=st.booleans(),
)
def test_dictionaries_are_lossless(value, error, details, flags, has_ceiling):
    score = Score(value, error, details=details, flags=flags, ceiling=Score(error) if has_ceiling else None)
    assert Score.from_dict(json.loads(json.dumps(score.to_dict(), allow_nan=False))) == score


def test_a_second_save_leaves_no_files_of_the_first(tmp_path):
    path = nested().save(tmp_path / "score.json")
    other = Score(0.1).save(tmp_path / "score2.json")
    Score(0.3, values=values()).save(path)
    assert len(list(tmp_path.iterdir())) == 3 and Score.load(path).value == 0.3
    Score(0.4).save(path)
    assert sorted(tmp_path.iterdir()) == [path, other]


def test_a_save_that_fails_leaves_the_old_score_and_nothing_else(tmp_path):
    path = nested().save(tmp_path / "score.json")
    before = sorted(tmp_path.iterdir())
    unsaveable = values().assign_attrs(bad={"a": 1})
    with pytest.raises(ValueError, match="bad"):
        Score(0.1, values=values(), raw=Score(0.2, values=unsaveable)).save(path)
    assert sorted(tmp_path.iterdir()) == before and Score.load(path) == nested()


def test_a_full_disk_leaves_the_old_score(tmp_path, monkeypatch):
    path = nested().save(tmp_path / "score.json")
    before = sorted(tmp_path.iterdir())

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("brainscore_core.data.writing.os.replace", full)
    with pytest.raises(StorageError, match="Free some space"):
        Score(0.1, values=values()).save(path)
    assert sorted(tmp_path.iterdir()) == before and Score.load(path) == nested()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '"x"', '{"format": "x"}', '{"format": 1, "values": {}}'])
def test_what_is_no_score_is_said_to_be_none(tmp_path, content):
    (tmp_path / "score.json").write_text(content)
    with pytest.raises(InvalidFile, match="score.json is no score file"):
        Score.load(tmp_path / "score.json")


def test_later_formats_are_refused(tmp_path):
    path = nested().save(tmp_path / "score.json")
    path.write_text(path.read_text().replace('"format": 1', '"format": 2', 1))
    with pytest.raises(InvalidFile, match="format 2.*[Uu]pgrade"):
        Score.load(path)


def test_a_score_file_opens_no_file_elsewhere(tmp_path):
    path = nested().save(tmp_path / "a" / "score.json")
    content = json.loads(path.read_text())
    content["values"]["values"] = "../outside.nc"
    path.write_text(json.dumps(content))
    (tmp_path / "outside.nc").write_bytes(b"")
    with pytest.raises(Exception, match=r"a/outside\.nc"):
        Score.load(path)


# --- normalisation -------------------------------------------------------------------------------------------------


def test_raw_over_ceiling_with_the_delta_method():
    score = normalise(Score(0.3, 0.03), Score(0.6, 0.02))
    assert score.value == pytest.approx(0.5)
    assert score.error == pytest.approx(0.5 * math.hypot(0.03 / 0.3, 0.02 / 0.6))
    assert score.normalisation == "raw / ceiling" and score.raw.value == 0.3 and score.ceiling.value == 0.6


def test_the_delta_method_agrees_with_sampling():
    rng = np.random.default_rng(0)
    ratio = rng.normal(0.4, 0.02, 400_000) / rng.normal(0.8, 0.03, 400_000)
    score = normalise(Score(0.4, 0.02), Score(0.8, 0.03))
    assert score.error == pytest.approx(ratio.std(), rel=0.02) and score.value == pytest.approx(ratio.mean(), rel=0.01)


def test_sign_is_kept_and_above_the_ceiling_is_said():
    assert normalise(Score(-0.3), Score(0.6)).value == pytest.approx(-0.5)
    above = normalise(Score(0.7), Score(0.6), flags=("x",))
    assert above.value > 1 and above.flags == ("x", "above-ceiling")
    assert normalise(Score(0.3), Score(0.6, 0.1)).error is None, "an unknown error is not zero"


@pytest.mark.parametrize("ceiling", [Score(0.0), Score(-0.1), Score(None), Score(0.1, 0.06)])
def test_without_a_valid_ceiling_nothing_is_divided(ceiling):
    score = normalise(Score(0.3, 0.1), ceiling)
    assert score.value is None and score.error is None and score.flags == ("no-valid-ceiling",)
    assert score.raw.value == 0.3 and score.normalisation == ""


def test_a_null_raw_is_no_fault_of_the_ceiling():
    assert normalise(Score(None), Score(0.6)).flags == ()
