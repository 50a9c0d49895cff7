"""The recordings as published: shapes, raggedness, and the reference numbers of their README."""

import numpy as np
import pytest

from brainscore_core import load_dataset, load_stimulus_set
from brainscore_core.errors import DataUnavailable


def test_single_trials_are_ragged_and_complete(published_files):
    trials = load_dataset("Cowley2023")
    assert trials.dims == ("presentation", "neuroid")
    assert trials.sizes["neuroid"] == 50
    assert not np.isnan(trials.values).any()
    ids, counts = np.unique(trials["stimulus_id"].values, return_counts=True)
    assert len(ids) == 640
    assert (counts.min(), counts.max()) == (6, 10)


def test_trial_mean_is_the_published_average(published_files):
    from pathlib import Path

    trials = load_dataset("Cowley2023")
    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "cowley2023" / "data_V4_responses"
    published = np.load(folder / "responses_repeat_averaged" / "responses_210325.npy")
    sums = np.zeros_like(published)
    position = {id: index for index, id in enumerate(np.unique(trials["stimulus_id"].values))}
    columns = np.array([position[id] for id in trials["stimulus_id"].values])
    np.add.at(sums.T, columns, trials.values)
    np.testing.assert_allclose(sums / np.bincount(columns), published, rtol=1e-12)


def test_images_are_in_the_order_of_the_responses(published_files):
    stimuli, trials = load_stimulus_set("Cowley2023"), load_dataset("Cowley2023")
    assert list(stimuli)[:2] == ["image0001", "image0002"]
    assert set(stimuli) == set(trials["stimulus_id"].values.tolist())
    assert stimuli.open("image0001").shape == (112, 112, 3)
    assert stimuli.open("image0001").dtype == np.uint8


def test_without_files_and_network_it_says_which_file(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match="responses_210325.npy"):
        load_dataset("Cowley2023")
