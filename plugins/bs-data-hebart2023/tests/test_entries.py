"""Addresses as the ecosystem's registry has them, and the whole way from a file to triplets on made-up files."""

import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from brainscore_core.errors import DataUnavailable, InvalidAssembly
from brainscore_core.registry import resolve
from brainscore_vision.rehearsal import Rehearsal
from bs_data_hebart2023 import _images, _triplets
from bs_data_hebart2023.reading import odd_ones_out

FOLDER = "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/"


def test_files_are_where_the_registry_says():
    (triplets,) = resolve("datasets", "Hebart2023").info.sources
    table, archive = resolve("stimulus_sets", "Hebart2023").info.sources
    for source, file, sha1 in (
        (triplets, "assy_Hebart2023.nc", "90f66d37"),
        (table, "stimulus_Hebart2023.csv", "8fd5a8d4"),
        (archive, "stimulus_Hebart2023.zip", "f244ebfe"),
    ):
        assert source.places[0] == FOLDER + file and source.sha1.startswith(sha1) and source.access == "private"
    assert resolve("datasets", "Hebart2023").info.stimuli == 1854


def test_what_cannot_be_had_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    for kind, file in (("datasets", "assy_Hebart2023.nc"), ("stimulus_sets", "stimulus_Hebart2023.csv")):
        with pytest.raises(DataUnavailable, match=file):
            resolve(kind, "Hebart2023").load()


def file_of(triplets, dtype=np.int64):
    """As the file is: numbers of images, the third the odd one out, which is the value and the ``stimulus_id`` too."""
    first, second, third = np.asarray(triplets, dtype=dtype).T
    coords = {"image_1": first, "image_2": second, "image_3": third, "stimulus_id": third}
    coords = {name: ("presentation", values) for name, values in coords.items()}
    coords["triplet_id"] = ("presentation", [f"triplet_{index}" for index in range(len(first))])
    return xr.DataArray(third, dims=["presentation"], coords=coords)


@pytest.mark.parametrize("dtype", [np.int64, np.str_])
def test_from_the_file_to_triplets(tmp_path, monkeypatch, dtype):
    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    table = pd.DataFrame({"stimulus_id": ["1", "2", "30"], "unique_id": ["aardvark", "abacus", "axe"]})
    pixels = {id: np.full((4, 4, 3), int(id), np.uint8) for id in table["stimulus_id"]}
    stimuli = _images(*mirror.images("stimulus_Hebart2023", table, pixels), 3)
    data = _triplets(mirror.assembly("assy_Hebart2023.nc", file_of([(1, 2, 30), (30, 2, 1)], dtype)), 3)
    read = data.load()
    assert read.dims == ("presentation",) and read.values.tolist() == ["30", "1"]
    assert read["stimulus_id"].values.tolist() == ["1|2|30", "30|2|1"]
    assert [read[f"stimulus_{i}"].values.tolist() for i in (1, 2, 3)] == [["1", "30"], ["2", "2"], ["30", "1"]]
    assert read["trial_id"].values.tolist() == ["triplet_0", "triplet_1"]
    assert list(stimuli.load()) == ["1", "2", "30"] and stimuli.load().open("30")[0, 0, 0] == 30


@pytest.mark.parametrize("repeated", [(7, 7, 3), (7, 3, 7), (3, 7, 7)])
def test_a_repeated_image_is_named(repeated):
    with pytest.raises(InvalidAssembly, match="triplet 1 holds image '7' twice"):
        odd_ones_out(file_of([(1, 2, 3), repeated, (4, 5, 6)]))


def test_other_files_are_refused():
    good = file_of([(1, 2, 3)])
    with pytest.raises(InvalidAssembly, match="'image_2'"):
        odd_ones_out(good.drop_vars("image_2"))
    with pytest.raises(InvalidAssembly, match="triplet 0 is answered '9': expected '1' or '2' or '3'"):
        odd_ones_out(good.copy(data=[9]))


def test_triplets_of_the_real_number_are_arrays():
    """453,642 of them within seconds: no loop over rows."""
    rng = np.random.default_rng(0)
    first = rng.integers(0, 1854, 453_642)
    triplets = np.stack([first, first + rng.integers(1, 900, first.size), first - rng.integers(1, 900, first.size)], 1)
    made = file_of(triplets % 1854)
    start = time.process_time()
    read = odd_ones_out(made)
    assert time.process_time() - start < 10
    assert read.size == 453_642 and read["stimulus_id"].values[5] == "|".join(map(str, (triplets % 1854)[5]))
    assert sum(coord.nbytes for coord in read.coords.values()) < 120e6
