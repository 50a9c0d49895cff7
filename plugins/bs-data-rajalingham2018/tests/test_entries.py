"""Addresses as the ecosystem's registry has them, and the whole way from a file to trials on made-up files."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import DataUnavailable, InvalidAssembly, StimulusMismatch
from brainscore_core.registry import resolve
from brainscore_vision.rehearsal import Rehearsal
from bs_data_rajalingham2018 import _images, _trials

IDS = ["a1", "b2", "c3"]
SHOWN = {"a1": "zebra", "b2": "calc01", "c3": "MB30758"}
FOLDER = "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/"


@pytest.mark.parametrize(
    ("part", "sha1", "access"), [("public", "34c6a8b6", "public"), ("private", "516f1379", "private")]
)
def test_trials_are_where_the_registry_says(part, sha1, access):
    info = resolve("datasets", f"Rajalingham2018.{part}").info
    source, file = info.sources[0], f"assy_dicarlo_Rajalingham2018_{part}.nc"
    assert source.filename == file and source.sha1.startswith(sha1) and info.access == source.access == access
    places = [FOLDER + file, f"s3://brainscore-storage/brainio-brainscore/{file}"]
    assert list(source.places) == (places if access == "private" else places[:1])


@pytest.mark.parametrize(
    ("part", "csv", "archive", "count"),
    [("public", "47884e17", "064f2955", 2160), ("private", "ac38e8f7", "ccd39f7f", 240)],
)
def test_images_are_where_the_registry_says(part, csv, archive, count):
    entry = resolve("stimulus_sets", f"objectome.{part}")
    for source, ending, sha1 in zip(entry.info.sources, ("csv", "zip"), (csv, archive), strict=True):
        assert source.places[0] == f"{FOLDER}stimulus_objectome_{part}.{ending}" and source.sha1.startswith(sha1)
    assert entry.info.stimuli == count and entry.info.access == part


def test_what_cannot_be_had_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    for kind, identifier, file in (
        ("datasets", "Rajalingham2018.public", "Rajalingham2018_public.nc"),
        ("stimulus_sets", "objectome.private", "stimulus_objectome_private.csv"),
        ("datasets", "Rajalingham2018.alexnet", "alexnet-probabilities.nc"),
    ):
        with pytest.raises(DataUnavailable, match=file):
            resolve(kind, identifier).load()


def trials(ids=("a1", "a1", "b2", "c3"), chosen=("zebra", "calc01", "calc01", "zebra"), **replaced):
    """As the files are: ``image_id``, the choice as value and as coordinate."""
    shown = [SHOWN.get(id, "zebra") for id in ids]
    coords = {
        "stimulus_id": list(ids),
        "truth": shown,
        "sample_obj": shown,
        "dist_obj": ["calc01", "calc01", "zebra", "zebra"],
        "enough_human_data": [0] * len(ids),
        **replaced,
    }
    coords = {name: ("presentation", values) for name, values in coords.items() if values is not None}
    made = BehavioralAssembly(np.array(chosen), dims=("presentation",), coords=coords).rename(stimulus_id="image_id")
    return made.assign_coords(choice=("presentation", list(chosen)))


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    made = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(made.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    return made


def entries(mirror, assembly):
    table = pd.DataFrame({"stimulus_id": IDS, "image_label": [SHOWN[id] for id in IDS]})
    images = {id: np.full((4, 4, 3), 40 * index, np.uint8) for index, id in enumerate(IDS)}
    stimuli = _images("objectome.public", *mirror.images("stimulus_objectome_public", table, images), 3)
    sha1 = mirror.assembly("assy_dicarlo_Rajalingham2018_public.nc", assembly)
    return _trials("Rajalingham2018.public", sha1, stimuli, 4), stimuli


def test_a_trial_is_what_was_chosen_of_what(mirror):
    data, stimuli = entries(mirror, trials())
    read = data.load()
    assert read.dims == ("presentation",) and read.values.tolist() == ["zebra", "calc01", "calc01", "zebra"]
    assert read["stimulus_id"].values.tolist() == ["a1", "a1", "b2", "c3"]
    assert read["truth"].values.tolist() == ["zebra", "zebra", "calc01", "MB30758"]
    assert read["dist_obj"].values.tolist() == ["calc01", "calc01", "zebra", "zebra"]
    assert read["image_label"].values.tolist() == read["truth"].values.tolist()
    assert "choice" not in read.coords and "filename" not in read.coords
    assert stimuli.load().open("c3").shape == (4, 4, 3)


def test_an_answer_that_was_not_offered_is_refused(mirror):
    data, _ = entries(mirror, trials(chosen=("zebra", "calc01", "calc01", "dromedary")))
    with pytest.raises(InvalidAssembly, match="trial 3 .* 'dromedary'.*'MB30758' or 'zebra'"):
        data.load()


def test_trials_without_a_distractor_are_refused(mirror):
    data, _ = entries(mirror, trials(dist_obj=None))
    with pytest.raises(InvalidAssembly, match="'dist_obj'"):
        data.load()


def test_an_image_without_a_row_is_refused(mirror):
    data, _ = entries(mirror, trials(ids=("a1", "a1", "b2", "zz"), chosen=("zebra", "calc01", "calc01", "zebra")))
    with pytest.raises(StimulusMismatch, match="'zz'"):
        data.load()
