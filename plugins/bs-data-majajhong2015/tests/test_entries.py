"""Addresses as the ecosystem's registry has them, and the whole way from a file to an assembly on made-up files."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import DataUnavailable, StimulusMismatch
from brainscore_core.registry import resolve
from brainscore_vision.rehearsal import Rehearsal
from bs_data_majajhong2015 import _images, _recordings

IDS = ["a1", "b2", "c3"]
FOLDER = "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/"


@pytest.mark.parametrize(
    ("identifier", "file", "sha1", "access"),
    [
        ("MajajHong2015.public", "assy_dicarlo_MajajHong2015_public.nc", "13d28ca0", "public"),
        ("MajajHong2015.private", "assy_dicarlo_MajajHong2015_private.nc", "7a40d161", "private"),
        ("MajajHong2015.temporal.public", "assy_dicarlo_MajajHong2015_temporal_public.nc", "093ac35b", "public"),
        ("MajajHong2015.temporal-10ms", "assy_dicarlo_MajajHong2015_temporal-10ms.nc", "3a43db05", "private"),
    ],
)
def test_recordings_are_where_the_registry_says(identifier, file, sha1, access):
    info = resolve("datasets", identifier).info
    source = info.sources[0]
    assert source.filename == file and source.sha1.startswith(sha1) and info.access == source.access == access
    places = [FOLDER + file, f"s3://brainscore-storage/brainio-brainscore/{file}"]
    assert list(source.places) == (places if access == "private" else places[:1])


def test_images_are_where_the_registry_says():
    table, archive = resolve("stimulus_sets", "hvm-public").info.sources
    assert table.places == (FOLDER + "stimulus_hvm-public.csv",) and table.sha1.startswith("5ca7a3da")
    assert archive.places == (FOLDER + "stimulus_hvm-public.zip",) and archive.sha1.startswith("8aa44e03")


def test_what_cannot_be_had_is_named():
    for identifier, kind in (("MajajHong2015.public", "datasets"), ("hvm-private", "stimulus_sets")):
        with pytest.raises(DataUnavailable, match="MajajHong2015_public.nc|stimulus_hvm-private.csv"):
            resolve(kind, identifier).load()


def recording(ids=IDS):
    """As the files are: ``image_id``, flat coordinates, one time bin."""
    count = 2 * len(ids)
    return NeuroidAssembly(
        np.arange(count * 2.0).reshape(count, 2, 1),
        dims=("presentation", "neuroid", "time_bin"),
        coords={
            "stimulus_id": ("presentation", list(ids) * 2),
            "repetition": ("presentation", [0] * len(ids) + [1] * len(ids)),
            "neuroid_id": ("neuroid", ["Chabo_L_M_5_9", "Tito_L_P_1_1"]),
            "region": ("neuroid", ["IT", "V4"]),
            "time_bin_start": ("time_bin", [70]),
            "time_bin_end": ("time_bin", [170]),
        },
    ).rename(stimulus_id="image_id")


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    made = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(made.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    return made


def entries(mirror, assembly):
    table = pd.DataFrame({"stimulus_id": IDS, "object_name": ["car_1", "bear_2", np.nan], "rxy": [0.5, -1.0, 2.0]})
    images = {id: np.full((4, 4), 40 * index, np.uint8) for index, id in enumerate(IDS)}
    stimuli = _images("hvm-public", *mirror.images("stimulus_hvm-public", table, images), 3)
    sha1 = mirror.assembly("assy_dicarlo_MajajHong2015_public.nc", assembly)
    return _recordings("MajajHong2015.public", sha1, stimuli, "one bin"), stimuli


def test_read_with_the_columns_of_the_stimuli(mirror):
    data, stimuli = entries(mirror, recording())
    assembly = data.load()
    assert assembly.dims == ("presentation", "neuroid", "time_bin")
    np.testing.assert_array_equal(assembly.values, recording().values)
    assert assembly["stimulus_id"].values.tolist() == IDS * 2
    assert assembly["object_name"].values.tolist() == ["car_1", "bear_2", ""] * 2
    assert assembly["rxy"].values.tolist() == [0.5, -1.0, 2.0] * 2
    assert "filename" not in assembly.coords
    images = stimuli.load()
    assert list(images) == IDS and images.open("c3").shape == (4, 4) and images.open("c3")[0, 0] == 80


def test_a_recorded_stimulus_without_a_row_is_refused(mirror):
    data, _ = entries(mirror, recording(("a1", "b2", "zz")))
    with pytest.raises(StimulusMismatch, match="'zz'"):
        data.load()
