"""Images, counts and accuracies as published, and the reference numbers of their README."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_dataset, load_stimulus_set
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.data import fetch
from brainscore_core.errors import DataUnavailable, InvalidAssembly
from bs_data_maniquet2024.reading import CATEGORIES, REASSIGNED, answered
from bs_data_maniquet2024.sources import ACCURACY, MEANS


def test_images_are_complete(published_files):
    table = load_stimulus_set("Maniquet2024").table
    assert len(table) == 1360 and table["task"].nunique() == 17
    assert set(table["image_label"]) == set(CATEGORIES)
    assert (
        table.groupby(["task", "image_label"])["exemplar"].agg(lambda e: sorted(e)).map(tuple) == tuple(range(1, 11))
    ).all()


def test_images_are_grey_and_unlike(published_files):
    stimuli = load_stimulus_set("Maniquet2024")
    some = list(stimuli)[::97]
    for stimulus_id in some:
        image = stimuli.open(stimulus_id)
        assert image.shape == (128, 128) and image.dtype == np.uint8 and image.std() > 5
    assert len({stimuli.digest_of(stimulus_id) for stimulus_id in some}) == len(some)


def test_counts_are_those_of_the_readme(published_files):
    counts = load_dataset("Maniquet2024.confusions")
    assert counts.sizes == {"subject": 218, "truth": 8, "choice": 8}
    assert int(counts.sum()) == 97_983
    assert np.trace(counts.sum("subject").values) / 97_983 == pytest.approx(0.800, abs=5e-4)
    assert np.ptp(counts.sum(("subject", "choice")).values) < 100


def test_tasks_are_those_of_the_images(published_files):
    people = load_dataset("Maniquet2024.tasks")
    assert people.sizes == {"subject": 218, "task": 17}
    assert set(people["task"].values) == set(load_stimulus_set("Maniquet2024").table["task"])
    done = (~np.isnan(people)).sum("task").values
    assert (done.min(), done.max()) == (4, 6)


def test_accuracies_are_the_published_means(published_files):
    """By the header of the file they are not: scrambling_lowpass would be .90 in place of .65."""
    published = pd.read_csv(fetch(MEANS), index_col="task")["average accuracy"]
    people = load_dataset("Maniquet2024.tasks").mean("subject").to_series()
    np.testing.assert_allclose(people, published[people.index], atol=1e-3)
    by_header = pd.read_csv(fetch(ACCURACY), index_col="participant").mean()
    assert by_header["scrambling_lowpass"] - published["scrambling_lowpass"] > 0.25


def right(counts):
    return np.trace(counts.values, axis1=1, axis2=2) / counts.values.sum((1, 2))


def test_answers_of_27_people_are_counted_under_other_categories(published_files):
    people = load_dataset("Maniquet2024.tasks")
    accuracy = people.mean("task").values
    published, reassigned = (load_dataset(f"Maniquet2024.confusions{suffix}") for suffix in ("", "-reassigned"))
    for counts in (published, reassigned):
        assert counts["subject"].values.tolist() == people["subject"].values.tolist()
    odd = np.isin(people["subject"].values, list(REASSIGNED))
    assert odd.sum() == 27
    assert (right(published)[odd] < 0.6).all() and (right(published)[~odd] > 0.65).all()
    np.testing.assert_array_equal(published[~odd], reassigned[~odd])
    np.testing.assert_allclose(right(reassigned), accuracy, atol=0.034)
    assert np.median(np.abs(right(reassigned) - accuracy)) < 1e-3
    assert np.trace(reassigned.sum("subject").values) / 97_983 == pytest.approx(0.895, abs=5e-4)


def test_trials_of_the_ecosystem_become_answers():
    names = ("stimulus_id", "image_label", "prediction", "subject_id", "task", "mask")
    columns = (["a", "b"], ["cat", "bus"], ["cat", "cat"], [3, 4], ["control", "clutter_heavy"], ["mask", "no"])
    coords = {name: ("presentation", column) for name, column in zip(names, columns, strict=True)}
    file = BehavioralAssembly([1, 0], dims=("presentation",), coords=coords)
    trials = answered(file)
    assert trials.values.tolist() == ["cat", "cat"]
    assert trials["truth"].values.tolist() == ["cat", "bus"] and trials["subject"].values.tolist() == ["3", "4"]
    with pytest.raises(InvalidAssembly, match="prediction"):
        answered(file.drop_vars("prediction"))


def test_without_files_and_network_it_says_which_file(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    for load, identifier, file in (
        (load_dataset, "Maniquet2024.tasks", "participant_accuracy.csv"),
        (load_dataset, "Maniquet2024", "assy_Maniquet2024.nc"),
        (load_stimulus_set, "Maniquet2024-train", "Maniquet2024-train"),
    ):
        with pytest.raises(DataUnavailable, match=file):
            load(identifier)
