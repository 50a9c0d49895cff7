"""Answers and images as published, and the reference numbers of their README."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_dataset, load_stimulus_set
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import DataUnavailable

GROUPS = {"controls": (15, 3780, 54), "asd": (18, 4536, 96)}


def trials_of(group):
    trials = BehavioralAssembly.validate(load_dataset(f"Kar2022.{group}"))
    columns = ("stimulus_id", "subject", "repetition", "face", "level")
    return pd.DataFrame({name: trials[name].values for name in columns} | {"answer": trials.values})


def happy(frame):
    """Share of happiness among answers, subject by image."""
    answered = frame[frame["answer"] != "na"]
    return (answered["answer"] == "happiness").groupby([answered["subject"], answered["stimulus_id"]]).mean().unstack()


@pytest.mark.parametrize("group", GROUPS)
def test_trials_are_complete(published_files, group):
    people, count, silent = GROUPS[group]
    frame = trials_of(group)
    assert (len(frame), frame["subject"].nunique(), (frame["answer"] == "na").sum()) == (count, people, silent)
    assert set(frame["answer"]) == {"na", "fear", "happiness"}
    assert (frame.groupby(["subject", "stimulus_id"]).size() == 9).all()
    assert not frame.duplicated(["subject", "stimulus_id", "repetition"]).any()
    assert frame["repetition"].max() == 8
    assert set(frame["stimulus_id"]) == set(load_stimulus_set("Kar2022"))


def test_groups_share_nobody(published_files):
    assert not set(trials_of("controls")["subject"]) & set(trials_of("asd")["subject"])


def test_mean_response_rises_with_happiness_as_published(published_files):
    frame = trials_of("controls")
    frame = frame[frame["answer"] != "na"]
    curve = (frame["answer"] == "happiness").groupby(frame["level"]).mean() + 1
    assert (np.diff(curve) > 0).all()
    assert (curve.iloc[0], curve.iloc[-1]) == pytest.approx((1.01, 1.98), abs=0.005)


@pytest.mark.parametrize(("group", "published"), [("controls", 0.976), ("asd", 0.980)])
def test_split_halves_over_people_agree_as_published(published_files, group, published):
    people, rng, found = happy(trials_of(group)).to_numpy(), np.random.default_rng(0), []
    for _ in range(500):
        order = rng.permutation(len(people))
        half = len(people) // 2
        found.append(np.corrcoef(people[order[:half]].mean(0), people[order[half:]].mean(0))[0, 1])
    assert np.mean(found) == pytest.approx(published, abs=0.001)


def test_groups_agree_as_published(published_files):
    means = [happy(trials_of(group)).mean() for group in GROUPS]
    assert means[0].corr(means[1]) == pytest.approx(0.975, abs=0.001)


def test_images_are_in_the_order_of_the_published_names(published_files):
    h5py = pytest.importorskip("h5py", reason="the file of names is of MATLAB 7.3")
    from pathlib import Path

    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "kar2022"
    with h5py.File(folder / "image_names_in_data_order.mat") as file:
        names = ["".join(map(chr, file[cell][()].ravel())) for cell in file["image_names"][0]]
    assert list(load_stimulus_set("Kar2022")) == [name.removesuffix(".tif") for name in names]


def test_images_are_grey_faces(published_files):
    stimuli = load_stimulus_set("Kar2022")
    for stimulus_id in stimuli:
        image = stimuli.open(stimulus_id)
        assert image.shape == (246, 246) and image.dtype == np.uint8
        assert image.std() > 20
    assert len({stimuli.digest_of(stimulus_id) for stimulus_id in stimuli}) == 28


def test_morphs_of_a_face_change_step_by_step(published_files):
    stimuli = load_stimulus_set("Kar2022")
    first, second, last = (stimuli.open(f"SM2-fe{fear}-ha{100 - fear}").astype(float) for fear in (100, 70, 0))
    assert 0 < np.abs(first - second).mean() < np.abs(first - last).mean()


def test_without_files_and_network_it_says_which_file(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match="behavior_trials.csv"):
        load_dataset("Kar2022.asd")


def test_labels_are_what_there_is_more_of(published_files):
    counts = load_stimulus_set("Kar2022").table.groupby("image_label")["level"].agg(["min", "max", "size"])
    assert counts.to_dict("index") == {
        "fear": {"min": 1, "max": 3, "size": 12},
        "happiness": {"min": 5, "max": 7, "size": 12},
        "neither": {"min": 4, "max": 4, "size": 4},
    }
