"""The trials as published: counts, answers, and reference numbers of the papers."""

import numpy as np
import pytest

from brainscore_core import load_dataset
from brainscore_core.errors import InvalidFile, InvalidParameter
from bs_data_geirhos2021 import trials
from bs_data_geirhos2021.experiments import CATEGORIES, EXPERIMENTS

pytestmark = pytest.mark.usefixtures("published_files")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_person_saw_every_image_once(name):
    experiment = EXPERIMENTS[name]
    whole = load_dataset(f"Geirhos2021_{name}", conditions="all")
    pairs = set(zip(whole["subject"].values.tolist(), whole["stimulus_id"].values.tolist(), strict=True))
    assert len(pairs) == whole.sizes["presentation"] == experiment.subjects * experiment.images
    assert set(whole["condition"].values.tolist()) == set(experiment.conditions)
    assert set(whole["truth"].values.tolist()) == set(CATEGORIES)
    assert set(whole.values.tolist()) <= {*CATEGORIES, "na"}


def test_all_trials_are_here():
    sizes = [load_dataset(f"Geirhos2021_{name}", conditions="all").sizes["presentation"] for name in EXPERIMENTS]
    assert sum(sizes) == 85_120


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_conditions_that_the_paper_leaves_out_are_left_out_by_default(name):
    experiment = EXPERIMENTS[name]
    kept = load_dataset(f"Geirhos2021_{name}")
    assert set(kept["condition"].values.tolist()) == set(experiment.conditions) - set(experiment.excluded)
    assert len(set(kept["stimulus_id"].values.tolist())) == experiment.compared
    assert set(experiment.excluded) < set(experiment.conditions)


def test_no_answer_is_an_answer_and_has_no_time():
    silhouette = load_dataset("Geirhos2021_silhouette")
    silent = silhouette.values == "na"
    assert silent.sum() == 22
    assert np.array_equal(np.isnan(silhouette["reaction_time"].values), silent)
    assert 100 < np.nanmin(silhouette["reaction_time"].values) < np.nanmax(silhouette["reaction_time"].values) < 1501
    assert not (silhouette["truth"].values == "na").any()


def test_accuracy_falls_with_contrast_as_published():
    whole = load_dataset("Geirhos2021_contrast", conditions="all")
    right = whole.values == whole["truth"].values
    published = {"c100": 0.856, "c50": 0.827, "c30": 0.795, "c15": 0.734, "c10": 0.595, "c05": 0.353, "c03": 0.150}
    for condition, value in published.items():
        assert right[whole["condition"].values == condition].mean() == pytest.approx(value, abs=5.1e-4)
    assert right[whole["condition"].values == "c01"].mean() == pytest.approx(0.0625, abs=5e-5)


def test_pooled_shape_bias_of_people_is_as_published():
    conflict = load_dataset("Geirhos2021_cue-conflict")
    shape, texture = conflict["truth"].values, conflict["texture"].values
    differ = shape != texture
    by_shape = ((conflict.values == shape) & differ).sum()
    by_texture = ((conflict.values == texture) & differ).sum()
    assert by_shape / (by_shape + by_texture) == pytest.approx(0.9587, abs=5e-5)


@pytest.mark.parametrize("name", ["false-colour", "uniform-noise", "edge", "sketch"])
def test_file_of_brain_score_2_gives_the_same_trials(name, tmp_path, monkeypatch):
    """A file made as its packaging scripts make it: numbers for conditions, or none at all; ids named image_id."""
    import xarray as xr

    whole = load_dataset(f"Geirhos2021_{name}", conditions="all")
    old = {"image_id": "stimulus_id", "truth": "truth", "subject": "subject", "session": "session", "trial": "trial"}
    coords = {there: ("presentation", whole[here].values) for there, here in old.items()}
    coords["response_time"] = ("presentation", whole["reaction_time"].values / 1000)
    if name == "uniform-noise":
        coords["condition"] = ("presentation", whole["condition"].values.astype(float))
    path = tmp_path / "assembly.nc"
    xr.Dataset({"data": ("presentation", whole.values.astype(object))}, coords).to_netcdf(path, engine="h5netcdf")
    monkeypatch.setattr(trials, "fetch", lambda source: path if source.filename.endswith(".nc") else pytest.fail())
    again = load_dataset(f"Geirhos2021_{name}", conditions="all", files="netcdf")
    assert np.array_equal(again.values, whole.values)
    for coord in ("stimulus_id", "truth", "condition", "subject", "session", "trial"):
        assert np.array_equal(again[coord].values, whole[coord].values), coord
    np.testing.assert_allclose(again["reaction_time"].values, whole["reaction_time"].values, rtol=1e-12)


def test_a_csv_without_its_columns_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "edge.csv"
    path.write_text("subj,session,trial\nsubject-01,1,1\n", encoding="utf-8")
    monkeypatch.setattr(trials, "fetch", lambda source: path)
    with pytest.raises(InvalidFile, match="lacks the columns category, condition"):
        load_dataset("Geirhos2021_edge")


def test_a_csv_that_contradicts_its_image_names_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "edge.csv"
    rows = "subj,session,trial,rt,object_response,category,condition,imagename\n"
    path.write_text(f"{rows}subject-01,1,1,.5,car,oven,0,0001_edg_s01_0_car_00_car10.png\n", encoding="utf-8")
    monkeypatch.setattr(trials, "fetch", lambda source: path)
    with pytest.raises(InvalidFile, match="category of Geirhos2021_edge"):
        load_dataset("Geirhos2021_edge")


@pytest.mark.parametrize("option", [{"conditions": "some"}, {"files": "mat"}])
def test_options_that_are_none_are_refused(option):
    with pytest.raises(InvalidParameter, match="Geirhos2021_edge"):
        load_dataset("Geirhos2021_edge", **option)
