import resource
import string

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from brainscore_core.data.netcdf import open_assembly, save_assembly
from brainscore_core.errors import DataUnavailable, InvalidAssembly, InvalidFile, StorageError

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.sampled_from(["bool", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]).map(np.dtype)
ATTRS = st.dictionaries(
    st.text(string.ascii_letters, min_size=1, max_size=5).filter(lambda name: name not in ("CLASS", "NAME", "dtype")),
    st.one_of(
        TEXT,
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        hnp.arrays(st.sampled_from(["i8", "f4", "u1"]), st.integers(0, 3)),
    ),
    max_size=4,
)


def recording(**changes):
    array = xr.DataArray(
        np.arange(6, dtype="f4").reshape(3, 2),
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", ["é1", "", "longer id"]),
            "repetition": ("presentation", np.uint8([0, 0, 1])),
            "correct": ("presentation", [True, False, True]),
            "neuroid_id": ("neuroid", ["a", "b"]),
            "region": ("neuroid", ["IT", "V4"]),
            "session": 7,
            "species": "macaque",
            "depth": (("presentation", "neuroid"), np.full((3, 2), np.nan)),
        },
        attrs={"identifier": "Who2020", "bins": np.arange(3.0), "trials": 5, "degrees": 8.0},
    )
    return array.assign_coords(changes)


def text_like(array):
    """Text as numpy holds it: trailing NULs and the width of an empty column are no information."""
    return array.astype(object) if array.dtype.kind == "U" else array


def assert_same(one, other):
    assert (one.dims, one.shape, one.name) == (other.dims, other.shape, other.name)
    assert set(one.coords) == set(other.coords)
    for a, b in [(one, other), *((one[name], other[name]) for name in one.coords)]:
        assert a.dims == b.dims
        assert a.dtype.kind == b.dtype.kind
        assert a.dtype == b.dtype or a.dtype.kind == "U"
        if a.dtype.kind == "f":
            assert a.values.tobytes() == b.values.tobytes()
        np.testing.assert_array_equal(text_like(a.values), text_like(b.values))
        assert set(a.attrs) == set(b.attrs)
        for key in a.attrs:
            left, right = np.asarray(a.attrs[key]), np.asarray(b.attrs[key])
            assert (left.shape, left.dtype.kind) == (right.shape, right.dtype.kind)
            np.testing.assert_array_equal(left, right)


def roundtrip(array, path):
    save_assembly(array, path)
    with open_assembly(path) as back:
        return back.load()


@st.composite
def arrays(draw):
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
    dims = ["presentation", "neuroid", "time_bin"][: len(shape)]
    values = draw(st.one_of(hnp.arrays(draw(NUMBERS), shape), hnp.arrays(object, shape, elements=TEXT)))
    coords = {}
    for dim, size in zip(dims, shape, strict=True):
        coords[f"{dim}_number"] = (dim, draw(hnp.arrays(draw(NUMBERS), size)))
        coords[f"{dim}_text"] = (dim, np.array(draw(st.lists(TEXT, min_size=size, max_size=size)), dtype=str))
    array = xr.DataArray(
        values if values.dtype != object else values.astype(str),
        dims=dims,
        coords=coords,
        attrs=draw(ATTRS),
        name=draw(st.none() | TEXT),
    )
    for name in coords:
        array.coords[name].attrs = draw(ATTRS)
    return array


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrays())
def test_nothing_is_lost(tmp_path, array):
    assert_same(roundtrip(array, tmp_path / "a.nc"), array)


def test_a_recording(tmp_path):
    array = recording()
    array.name = "responses"
    array.coords["depth"].attrs["units"] = "um"
    assert_same(roundtrip(array, tmp_path / "a.nc"), array)
    assert [path.name for path in tmp_path.iterdir()] == ["a.nc"]


def test_twice_through_the_file_changes_nothing(tmp_path):
    once = roundtrip(recording(), tmp_path / "a.nc")
    assert_same(roundtrip(once, tmp_path / "b.nc"), recording())


def test_an_index_with_a_label_twice(tmp_path):
    array = recording(presentation=["x", "x", "y"])
    assert roundtrip(array, tmp_path / "a.nc").indexes["presentation"].tolist() == ["x", "x", "y"]


def test_text_as_pandas_makes_it(tmp_path):
    import pandas as pd

    array = xr.DataArray.from_series(pd.DataFrame({"id": ["a", "b"], "v": [1, 2]}).set_index("id")["v"])
    array = array.assign_coords(kind=("id", np.array(["x", "yy"], dtype=object)))
    back = roundtrip(array, tmp_path / "a.nc")
    assert back["kind"].values.tolist() == ["x", "yy"]
    assert back["id"].values.tolist() == ["a", "b"]


@pytest.mark.parametrize("units", ["ms", "days", "seconds since 1970-01-01"])
def test_units_are_words(tmp_path, units):
    array = recording(time=("presentation", [1, 2, 3]))
    array.coords["time"].attrs["units"] = array.attrs["units"] = units
    assert_same(roundtrip(array, tmp_path / "a.nc"), array)


def test_values_are_read_when_they_are_touched(tmp_path):
    big = xr.DataArray(np.zeros((1000, 1000)), dims=("presentation", "neuroid"))
    save_assembly(big, tmp_path / "a.nc")
    with open_assembly(tmp_path / "a.nc") as array:
        assert not array._in_memory
        part = array[10:12]
        assert not part._in_memory
        assert part.values.shape == (2, 1000)
        assert not array._in_memory


def test_a_file_is_replaced_under_who_has_it_open(tmp_path):
    save_assembly(recording(), tmp_path / "a.nc")
    with open_assembly(tmp_path / "a.nc") as old:
        save_assembly(recording() + 1, tmp_path / "a.nc")
        with open_assembly(tmp_path / "a.nc") as new:
            np.testing.assert_array_equal(new.values, recording().values + 1)
        np.testing.assert_array_equal(old.values, recording().values)


@pytest.mark.parametrize(
    ("attrs", "named"),
    [
        ({"a": None}, "'a' is a NoneType"),
        ({"a": True}, "'a' is a bool"),
        ({"a": {}}, "'a' is a dict"),
        ({"a": [1]}, "'a'"),
        ({"a": np.zeros((2, 2))}, "'a'"),
        ({"a": np.array(["x"])}, "'a'"),
        ({"a": 2**70}, "'a'"),
        ({"a": 1j}, "'a'"),
        ({"a": "x\0"}, "'a'"),
        ({"a": b"x"}, "'a'"),
        ({"coordinates": "x"}, "'coordinates'"),
        ({"_FillValue": 1}, "'_FillValue'"),
        ({"NAME": "x"}, "'NAME'"),
        ({"": "x"}, "''"),
        ({3: "x"}, "3"),
        ({"a/b": 1}, "'a/b'"),
        ({"a": np.datetime64("2020-01-01")}, "'a'"),
    ],
)
def test_attrs_that_would_not_come_back(tmp_path, attrs, named):
    with pytest.raises(InvalidAssembly, match=f"attribute {named}"):
        save_assembly(recording().assign_attrs(attrs), tmp_path / "a.nc")
    on_coordinate = recording()
    on_coordinate.coords["region"].attrs = attrs
    with pytest.raises(InvalidAssembly, match="coordinate 'region'"):
        save_assembly(on_coordinate, tmp_path / "a.nc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "values",
    [
        np.array(["a", None, "b"], object),
        np.array(["a", np.nan, "b"], object),
        np.array([1, "a", 2.0], object),
        np.array(["a\0b", "", ""]),
        np.array(["\ud800", "", ""]),
        np.array(["2020"] * 3, "M8[ns]"),
        np.zeros(3, complex),
        np.array([b"a"] * 3),
    ],
)
def test_coordinates_that_would_not_come_back(tmp_path, values):
    with pytest.raises(InvalidAssembly, match="coordinate 'label'"):
        save_assembly(recording(label=("presentation", values)), tmp_path / "a.nc")
    with pytest.raises(InvalidAssembly, match="the values"):
        save_assembly(xr.DataArray(values, dims="presentation"), tmp_path / "a.nc")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_plain_array(tmp_path):
    with pytest.raises(InvalidAssembly, match="MultiIndex.*reset_index"):
        save_assembly(recording().set_index(neuroid=["neuroid_id", "region"]), tmp_path / "a.nc")
    with pytest.raises(InvalidAssembly, match="ndarray"):
        save_assembly(np.zeros(3), tmp_path / "a.nc")
    with pytest.raises(InvalidAssembly, match="named 'data'"):
        save_assembly(recording(data=3), tmp_path / "a.nc")
    with pytest.raises(InvalidAssembly, match="name 3"):
        save_assembly(recording().rename(3), tmp_path / "a.nc")


def test_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write"):
        save_assembly(recording(), tmp_path / "file" / "a.nc")


@pytest.mark.parametrize("size", [1000, 100_000])
def test_no_room_leaves_the_old_file(tmp_path, size):
    save_assembly(recording(), tmp_path / "a.nc")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(StorageError, match="cannot write"):
            save_assembly(xr.DataArray(np.random.default_rng(0).random(200_000), dims="x"), tmp_path / "a.nc")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in tmp_path.iterdir()] == ["a.nc"]
    with open_assembly(tmp_path / "a.nc") as array:
        assert_same(array.load(), recording())


@pytest.mark.parametrize("keep", [0, 10, 1000, -1])
def test_a_truncated_file(tmp_path, keep):
    save_assembly(recording(), tmp_path / "a.nc")
    raw = (tmp_path / "a.nc").read_bytes()
    (tmp_path / "b.nc").write_bytes(raw[:keep])
    with pytest.raises(InvalidFile, match="b.nc"):
        open_assembly(tmp_path / "b.nc")


def test_a_foreign_file(tmp_path):
    (tmp_path / "a.nc").write_text("stimulus_id,filename\n")
    with pytest.raises(InvalidFile, match="a.nc cannot be read as netCDF"):
        open_assembly(tmp_path / "a.nc")
    with h5py.File(tmp_path / "b.nc", "w") as file:
        file.create_group("only a group")
    with pytest.raises(InvalidFile, match=r"variables \(none\)"):
        open_assembly(tmp_path / "b.nc")
    xr.Dataset({"x": 1, "y": 2}).to_netcdf(tmp_path / "c.nc", engine="h5netcdf")
    with pytest.raises(InvalidFile, match="variables x, y"):
        open_assembly(tmp_path / "c.nc")
    with pytest.raises(DataUnavailable, match="missing.nc"):
        open_assembly(tmp_path / "missing.nc")
    with pytest.raises(DataUnavailable):
        open_assembly(tmp_path)


def test_a_file_of_the_future(tmp_path):
    save_assembly(recording(), tmp_path / "a.nc")
    with h5py.File(tmp_path / "a.nc", "a") as file:
        file.attrs["brainscore_format"] = 2
    with pytest.raises(InvalidFile, match="format 2.*Update brainscore-core"):
        open_assembly(tmp_path / "a.nc")


@pytest.fixture
def ecosystem_file(tmp_path):
    """As the existing ecosystem writes it: levels of a MultiIndex as flat coordinates, compressed, attrs promoted."""
    array = xr.DataArray(
        np.arange(6.0).reshape(3, 2),
        dims=("presentation", "neuroid"),
        coords={
            "image_id": ("presentation", ["a", "b", "c"]),
            "repetition": ("presentation", [0, 1, 2]),
            "neuroid_id": ("neuroid", ["n1", "n2"]),
            "choice_": ("neuroid", ["dog", "cat"]),
        },
        attrs={"stimulus_set_identifier": "Who2020", "identifier": "Who2020.public"},
    )
    dataset = array.to_dataset(name="data", promote_attrs=True)
    dataset.to_netcdf(tmp_path / "assy.nc", engine="h5netcdf", encoding={"data": {"zlib": True, "complevel": 9}})
    spikes = xr.Dataset({"data": ("event", [1.5, 2.5])})
    spikes.to_netcdf(tmp_path / "assy.nc", engine="h5netcdf", mode="a", group="spikes")
    return tmp_path / "assy.nc"


def test_a_file_of_the_existing_ecosystem(ecosystem_file):
    with open_assembly(ecosystem_file) as array:
        assert not array._in_memory
        assert array.dims == ("presentation", "neuroid")
        assert array.attrs == {"stimulus_set_identifier": "Who2020", "identifier": "Who2020.public"}
        assert array["stimulus_id"].values.tolist() == array["image_id"].values.tolist() == ["a", "b", "c"]
        assert array["repetition"].dtype == "int64"
        assert array["choice_"].dims == ("neuroid",)
        np.testing.assert_array_equal(array.values, np.arange(6.0).reshape(3, 2))
    with open_assembly(ecosystem_file, group="spikes") as spikes:
        assert spikes.values.tolist() == [1.5, 2.5]
    with pytest.raises(InvalidFile, match="group 'none'"):
        open_assembly(ecosystem_file, group="none")


def test_dates_and_packed_numbers_of_others(tmp_path):
    days = np.array(["2020-01-01", "2020-01-03"], "M8[ns]")
    array = xr.DataArray([1.5, np.nan], dims="presentation", coords={"day": ("presentation", days)}, name="data")
    array.to_netcdf(
        tmp_path / "a.nc",
        engine="h5netcdf",
        encoding={"data": {"dtype": "int16", "scale_factor": 0.5, "_FillValue": -1}},
    )
    with open_assembly(tmp_path / "a.nc") as back:
        assert not back._in_memory
        np.testing.assert_array_equal(back.values, [1.5, np.nan])
        np.testing.assert_array_equal(back["day"].values, days)
        assert back.attrs == back["day"].attrs == {}
        changed = back.load().drop_vars("day") + 0.3
        changed.encoding = back.encoding
    assert_same(roundtrip(changed.rename(None), tmp_path / "b.nc"), changed.rename(None))


def test_units_that_only_look_like_a_date(tmp_path):
    array = xr.DataArray([1, 2], dims="presentation", attrs={"units": "days since surgery"}, name="data")
    array.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with open_assembly(tmp_path / "a.nc") as back:
        assert (back.values.tolist(), back.attrs) == ([1, 2], {"units": "days since surgery"})


def test_an_unnamed_array_of_old(tmp_path):
    xr.DataArray(
        np.float32([[0.25, 0.75]]),
        dims=("presentation", "choice"),
        coords={
            "stimulus_id": ("presentation", ["a"]),
            "image_id": ("presentation", ["z"]),
            "choice_": ("choice", ["dog", "cat"]),
        },
    ).to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with open_assembly(tmp_path / "a.nc") as array:
        assert (array.name, array.dtype, array.attrs) == (None, np.float32, {})
        assert array["choice"].values.tolist() == ["dog", "cat"]
        assert "choice_" not in array.coords
        assert array["stimulus_id"].values.tolist() == ["a"]
