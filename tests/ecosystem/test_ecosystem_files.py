"""Files that the incumbent packaged (``write_fixtures.py``, in its own environment), read by ours field for field."""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest

from brainscore_core.data import Source
from brainscore_core.errors import HashMismatch
from brainscore_vision.ecosystem import read_images, read_recordings

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
TABLE, ARCHIVE = "stimulus_test_Shown2026.csv", "stimulus_test_Shown2026.zip"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")


def source(name):
    return Source(name, ((HERE / "files" / name).as_uri(),), sha1=EXPECTED["files"][name])


def plain(values):
    """As JSON; NaN and a gap in text are None."""
    return [None if value == "" or (isinstance(value, float) and math.isnan(value)) else value for value in values]


def test_files_are_those_that_were_written():
    assert EXPECTED["written_by"]["script"] == hashlib.sha256((HERE / "write_fixtures.py").read_bytes()).hexdigest()
    assert EXPECTED["written_by"]["brainscore-core"].startswith("2.")
    assert set(EXPECTED["files"]) == {path.name for path in (HERE / "files").iterdir()}
    assert sum(path.stat().st_size for path in (HERE / "files").iterdir()) < 200_000


@pytest.mark.parametrize(("name", "table"), [("assy_test_Recorded2026", TABLE), ("assy_test_Single2026", None)])
def test_an_assembly_field_for_field(name, table):
    """Repetitions, time bins, what was a MultiIndex, and the columns of the stimulus table."""
    expected = EXPECTED["assemblies"][name]
    assembly = read_recordings(source(f"{name}.nc"), table and source(table))
    assert list(assembly.dims) == expected["dims"] and str(assembly.dtype) == expected["dtype"]
    np.testing.assert_array_equal(assembly.values, np.array(expected["values"], dtype=expected["dtype"]))
    coords = {key: [list(map(str, coord.dims)), plain(coord.values.tolist())] for key, coord in assembly.coords.items()}
    of_files = {"filename"}  # where an image lies is no property of a trial
    assert coords == {key: value for key, value in expected["coords"].items() if key not in of_files}
    assert not assembly.indexes


def test_an_image_set_field_for_field():
    expected = EXPECTED["images"]["stimulus_test_Shown2026"]
    stimuli = read_images("test.Shown2026", source(TABLE), source(ARCHIVE))
    columns = {
        name: plain(stimuli[name].astype(object).where(stimuli[name].notna(), "").tolist()) for name in stimuli.table
    }
    assert columns == expected["columns"]
    for stimulus_id, (shape, digest) in expected["pixels"].items():
        image = stimuli.open(stimulus_id)
        assert list(image.shape) == shape and image.dtype == np.uint8
        assert hashlib.sha256(image.tobytes()).hexdigest() == digest


def test_files_of_once():
    """``image_id``, the prefix ``image_``, ``stimulus_path_within_store``, units known by an index alone."""
    new = read_recordings(source("assy_test_Recorded2026.nc")).isel(time_bin=0)
    old = read_recordings(
        source("assy_test_Recorded2016.nc"), source("image_test_Shown2016.csv"), region="V1", neuroid_id="neuroid"
    )
    np.testing.assert_array_equal(old.values, new.values)
    assert old["stimulus_id"].values.tolist() == old["image_id"].values.tolist() == new["stimulus_id"].values.tolist()
    assert old["neuroid_id"].values.tolist() == [11, 12, 13] and set(old["region"].values) == {"V1"}
    assert old["repetition_id"].values.tolist() == new["repetition"].values.tolist()
    assert old["object_name"].values.tolist()[:4] == ["car", "bear", "car", "face"]
    stimuli = read_images("test.Shown2016", source("image_test_Shown2016.csv"), source("image_test_Shown2016.zip"))
    assert list(stimuli) == ["007", "a.1", "c3", "b2"]
    for stimulus_id, (_, digest) in EXPECTED["images"]["stimulus_test_Shown2026"]["pixels"].items():
        assert hashlib.sha256(stimuli.open(stimulus_id).tobytes()).hexdigest() == digest


def test_other_bytes_are_not_taken():
    wrong = Source(TABLE, ((HERE / "files" / TABLE).as_uri(),), sha1="0" * 40)
    with pytest.raises(HashMismatch):
        read_recordings(source("assy_test_Recorded2026.nc"), wrong)
