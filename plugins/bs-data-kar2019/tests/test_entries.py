"""Addresses as the ecosystem's registry has them, and the whole way from a file to an assembly on made-up files."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import DataAssembly
from brainscore_core.errors import DataUnavailable, InvalidAssembly
from brainscore_core.registry import resolve
from brainscore_vision.rehearsal import Rehearsal
from bs_data_kar2019 import _images, _times

FOLDER = "brainscore-storage.s3.amazonaws.com/brainio-brainscore/"
IDS = ["a1", "b2", "a1", "c3"]


def test_files_are_where_the_registry_says():
    (file,) = resolve("datasets", "Kar2019").info.sources
    assert file.places[0] == f"https://{FOLDER}assy_dicarlo_Kar2019.nc"
    assert file.places[1] == "s3://brainscore-storage/brainio-brainscore/assy_dicarlo_Kar2019.nc"
    assert file.sha1 == "147717ce397e11d56164d472063a84a83bbcbb94" and file.access == "private"
    table, archive = resolve("stimulus_sets", "Kar2019").info.sources
    assert table.places[0] == f"https://{FOLDER}stimulus_Kar2019.csv" and table.sha1.startswith("7f705bde")
    assert archive.places[0] == f"https://{FOLDER}stimulus_Kar2019.zip" and archive.sha1.startswith("75ab7b8b")


@pytest.mark.parametrize(("kind", "file"), [("datasets", "dicarlo_Kar2019"), ("stimulus_sets", "stimulus_Kar2019")])
def test_what_cannot_be_had_is_named(kind, file):
    with pytest.raises(DataUnavailable, match=f"{file}.*access from its owners"):
        resolve(kind, "Kar2019").load()


def recorded(**coords):
    """As the file is: a decoder a row, ids of images under their old name."""
    columns = {"image_id": IDS, "image_label": ["car", "dog", "car", "bear"], "i1": [1.0, 2.0, 1.0, 0.5], **coords}
    return DataAssembly(
        np.array([[90.0, np.nan, 90.0, 120.0], [100.0, 110.0, 100.0, np.nan]]),
        dims=("decoder", "presentation"),
        coords={
            "decoder": ("decoder", ["svm", "logistic"]),
            **{name: ("presentation", values) for name, values in columns.items() if values is not None},
        },
    )


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    made = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(made.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    return made


def test_times_are_read_as_they_are(mirror):
    times = _times(mirror.assembly("assy_dicarlo_Kar2019.nc", recorded())).load()
    assert times.dims == ("decoder", "presentation") and times["decoder"].values.tolist() == ["svm", "logistic"]
    np.testing.assert_array_equal(times.values, recorded().values)
    assert times["stimulus_id"].values.tolist() == IDS and "image_id" not in times.coords
    assert times["i1"].values.tolist() == [1, 2, 1, 0.5]


def test_a_file_of_something_else_is_refused(mirror):
    entry = _times(mirror.assembly("assy_dicarlo_Kar2019.nc", recorded(i1=None)))
    with pytest.raises(InvalidAssembly, match="lacks i1"):
        entry.load()


def test_each_image_is_there_once(mirror):
    images = {name: np.full((4, 4, 3), 40 * number, np.uint8) for number, name in enumerate(["a1", "b2", "c3"])}
    table = pd.DataFrame({"stimulus_id": ["a1", "b2", "c3"], "image_label": ["car", "dog", "bear"]})
    csv_sha1, zip_sha1 = mirror.images("stimulus_Kar2019", table, images)
    assert list(_images(csv_sha1, zip_sha1).load()) == ["a1", "b2", "c3"]


def test_a_table_that_repeats_images_gives_each_once(tmp_path):
    from brainscore_core.data import read_stimulus_csv

    for name in ("a1", "b2", "c3"):
        (tmp_path / f"{name}.png").write_bytes(b"")
    pd.DataFrame({"stimulus_id": IDS, "filename": [f"{name}.png" for name in IDS]}).to_csv(tmp_path / "table.csv")
    rows, paths = read_stimulus_csv(tmp_path / "table.csv", tmp_path, drop_repeated=True)
    assert rows["stimulus_id"].tolist() == ["a1", "b2", "c3"] == list(paths)
