"""Images: those that are here, and how those that are not are named."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_dataset, load_stimulus_set
from brainscore_core.errors import DataUnavailable, InvalidFile
from brainscore_core.registry import resolve
from brainscore_core.stimuli import StimulusSet
from bs_data_geirhos2021 import stimuli
from bs_data_geirhos2021.experiments import EXPERIMENTS
from bs_data_geirhos2021.naming import named, stimulus_id


@pytest.mark.parametrize("name", ["edge", "silhouette"])
def test_images_are_those_of_the_trials(published_files, name):
    images, trials = load_stimulus_set(f"Geirhos2021_{name}"), load_dataset(f"Geirhos2021_{name}")
    assert set(images) == set(trials["stimulus_id"].values.tolist())
    truth = dict(zip(trials["stimulus_id"].values.tolist(), trials["truth"].values.tolist(), strict=True))
    assert images["truth"].tolist() == [truth[name] for name in images]
    assert images.open("airplane1").shape == (224, 224, 3)
    assert len({images.key(name) for name in images}) == 160


def test_silhouettes_are_mostly_black_and_white(published_files):
    images = load_stimulus_set("Geirhos2021_silhouette")
    image = images.open("boat5")
    assert image.dtype == np.uint8 and {0, 255} <= set(np.unique(image).tolist())
    assert 0.85 < ((image < 16) | (image > 239)).mean() < 1


def test_names_say_condition_truth_and_texture():
    assert stimulus_id("colour", "0001_cl_s01_cr_oven_40_n04111531_14126.png") == "cr_oven_40_n04111531_14126"
    assert stimulus_id("edge", "0001_edg_s01_0_oven_00_oven10.png") == "oven10"
    assert named("colour", "cr_oven_40_n04111531_14126") == ("cr", "oven", "")
    assert named("cue-conflict", "bird3-dog12") == ("0", "bird", "dog")
    assert named("silhouette", "boat5") == ("0", "boat", "")


@pytest.mark.parametrize(
    ("experiment", "name"), [("edge", "boat5-dog1"), ("cue-conflict", "boat5"), ("edge", "boat"), ("sketch", "boat5")]
)
def test_names_of_other_experiments_are_refused(experiment, name):
    with pytest.raises(InvalidFile, match=f"{name}.*{experiment}"):
        named(experiment, name)


def test_conditions_are_left_out_of_archived_images_too(monkeypatch):
    """The archive's own words for conditions are not trusted: those of false-colour say the opposite."""
    ids = ["true_oven_35_n1_1", "false_car_35_n2_2", "false_dog_35_n3_3"]
    table = pd.DataFrame({"stimulus_id": ids, "condition": ["False-Colour", "Normal-Image", "Normal-Image"]})
    made = StimulusSet(table, identifier="archived", open=lambda name: np.zeros((2, 2), np.uint8))
    monkeypatch.setattr(stimuli, "_archived", lambda experiment: made)
    kept = stimuli.read_stimuli("false-colour")
    assert list(kept) == ids[1:] and kept["truth"].tolist() == ["car", "dog"]
    assert kept["condition"].tolist() == ["false", "false"]
    assert list(stimuli.read_stimuli("false-colour", conditions="all")) == ids


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_set_has_public_addresses_and_terms(name):
    for kind in ("datasets", "stimulus_sets"):
        info = resolve(kind, f"Geirhos2021_{name}").info
        assert info.licence and info.doi and info.access == "public" and info.stimuli == EXPERIMENTS[name].compared
        assert all(source.places[0].startswith("https://") and source.key for source in info.sources)


def test_without_files_and_network_it_says_which_file(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match="colour_subject-01_session_1.csv"):
        load_dataset("Geirhos2021_colour")
    with pytest.raises(DataUnavailable, match="stimulus_Geirhos2021_colour.csv"):
        load_stimulus_set("Geirhos2021_colour")
