"""The numbers that the files state, who is refused, and the highest score for a model that does what papers found."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bs_benchmark_published
from brainscore_core import load_benchmark, load_dataset, score
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import DataUnavailable, UnsupportedTask
from brainscore_core.run import score_all
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.commitments.time import Steps, in_time

# identifier -> condition, quantity -> number, as stated in the sources
NUMBERS = {
    "Geirhos2021contrast-human_accuracy": {
        ("c50", "value"): 0.827,
        ("c30", "value"): 0.795,
        ("c15", "value"): 0.734,
        ("c10", "value"): 0.595,
        ("c05", "value"): 0.353,
    },
    "Foster1985.V1-peak_sf": {("V1", "low"): 0.5, ("V1", "high"): 8.0},
    "Foster1985.V2-peak_sf": {("V2", "low"): 0.2, ("V2", "high"): 2.1},
    "Foster1985.V1V2-octaves": {("contrast", "value"): 2},
    "Sceniak1999.V1-summation_ratio": {("ratio", "value"): 2.3},
    "Kapadia1999.V1-length_ratio": {("ratio", "value"): 4},
    "OpDeBeeck2000.IT-field_diameter": {("IT", "low"): 2.8, ("IT", "high"): 26},
    "RustDiCarlo2012.IT-share_above_half": {("IT", "value"): 0.1},
    "RustDiCarlo2012.V4IT-sparseness": {("contrast", "value"): 1},
    "Tsao2006.IT-face_selective": {("IT", "value"): 0.97},
    "Sugase1999.IT-fine_after_global": {("contrast", "value"): 51},
    "Kar2019.IT-challenge_delay": {("contrast", "value"): 30},
    "Ziemba2015.V1V2-naturalness": {
        ("V1", "count"): 20,
        ("V1", "of"): 72,
        ("V2", "count"): 44,
        ("V2", "of"): 87,
    },
}
WITH_CEILING = {"Ziemba2015.V1V2-naturalness"}
WITH_TIME = {"Sugase1999.IT-fine_after_global", "Kar2019.IT-challenge_delay"}


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)


def test_these_are_all():
    found = {getattr(bs_benchmark_published, name).identifier for name in bs_benchmark_published.__all__}
    assert found == set(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_those_of_the_source(name):
    benchmark = load_benchmark(name)
    target = benchmark.target()
    for (condition, quantity), number in NUMBERS[name].items():
        assert target.sel(condition=condition, quantity=quantity).item() == number
    assert benchmark.source.quote
    assert benchmark.source.citation
    assert not benchmark.source.unconfirmed
    assert (benchmark.ceiling is not None) is (name in WITH_CEILING)
    if name not in WITH_CEILING:
        assert benchmark.no_ceiling_because


def test_accuracies_of_people_are_those_of_their_trials(monkeypatch):
    shared = Path(__file__).resolve().parents[4] / "shared" / "data"
    if not (shared / "index.csv").is_file():
        pytest.skip("the published files are not in ../shared/data beside this repository")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(shared))
    trials = load_dataset("Geirhos2021_contrast")
    right = trials.values == trials["truth"].values
    target = load_benchmark("Geirhos2021contrast-human_accuracy").target().sel(quantity="value")
    for condition in target["condition"].values.tolist():
        share = right[trials["condition"].values == condition].mean()
        assert target.sel(condition=condition).item() == pytest.approx(share, abs=5.1e-4)


def test_the_ceiling_is_that_of_the_counts():
    ceiling = load_benchmark("Ziemba2015.V1V2-naturalness").ceiling
    rng = np.random.default_rng(0)
    means = []
    for count, of in ((20, 72), (44, 87)):
        q = count / of
        means.append((1 - np.abs(rng.binomial(of, q, 100_000) / of - q) / max(q, 1 - q)).mean())
    assert ceiling.value == pytest.approx(np.mean(means), abs=1e-3)


def centre(image):
    """The pixel in the middle, whatever the width at which the image is shown."""
    row, column = image.shape[0] // 2, image.shape[1] // 2
    return image[row : row + 1, column : column + 1]


def answering(rows, regions, steps=1):
    """A model with one row of answers a pixel value, at each of so many steps; grey gets zeros."""
    width = len(next(iter(rows.values())))
    names = [f"step-{step}" for step in range(steps)]

    def network(batch):
        found = np.array([rows.get(int(image.ravel()[0]), np.zeros(width)) for image in batch], dtype=float)
        return {name: found * (step + 1) for step, name in enumerate(names)}

    model = wrap(
        network,
        preprocessing=centre,
        layers=dict.fromkeys(regions, names[-1]),
        visual_degrees=8,
        identifier="answering",
    )
    if steps == 1:
        return model
    return in_time(model, {region: Steps.regular(names, 0, 10) for region in regions})


def images(count, **columns):
    ids = [f"image-{index}" for index in range(count)]
    pixels = {name: np.full((4, 4), index, np.uint8) for index, name in enumerate(ids)}
    table = pd.DataFrame({"stimulus_id": ids, **columns})
    made = StimulusSet(table, identifier="made", open=pixels.__getitem__, key=lambda name: f"made:{name}")
    return DataEntry("made", lambda: made, DataInfo("made up"))


def on(name, entry):
    benchmark = load_benchmark(name)
    return benchmark.with_options(measurement=replace(benchmark.measurement, stimuli=entry))


@pytest.mark.parametrize("name", sorted(WITH_TIME))
def test_a_model_without_time_is_unsupported_and_one_with_it_lacks_stimuli(name):
    static = answering({0: [1.0, 2.0]}, ["IT"])
    with pytest.raises(UnsupportedTask, match="answers alike at all times"):
        score(static, name)
    [record] = score_all([static], [name])
    assert record.status == "unsupported"
    entry = images(30, object=["a", "b"] * 15)
    rng = np.random.default_rng(0)
    timed = answering({index: rng.random(4) for index in range(256)}, ["IT"], steps=30)
    with pytest.raises(DataUnavailable, match="stimuli of .* cannot be had"):
        score(timed, name)
    assert len(entry.load()) == 30


def test_a_model_that_names_nothing_is_unsupported():
    [record] = score_all([answering({0: [1.0]}, ["IT"])], ["Geirhos2021contrast-human_accuracy"])
    assert record.status == "unsupported"


def test_units_as_the_cells_were_get_the_ceiling():
    rng = np.random.default_rng(3)
    kinds = np.array(["texture", "noise"] * 20)

    def units(count, of):
        """So many units prefer textures; the others answer both kinds alike, on average to the digit."""
        noise = rng.random((20, of))
        rows = np.repeat(noise, 2, axis=0)
        rows[kinds == "texture", :count] += 2
        return rows

    answers = {"V1": units(20, 72), "V2": units(44, 87)}

    def network(batch):
        which = [int(image.ravel()[0]) for image in batch]
        return {
            region: np.array([rows[one] if one < 40 else np.zeros(rows.shape[1]) for one in which])
            for region, rows in answers.items()
        }

    model = wrap(
        network,
        preprocessing=centre,
        layers={"V1": "V1", "V2": "V2"},
        visual_degrees=8,
        identifier="cells",
    )
    found = score(model, on("Ziemba2015.V1V2-naturalness", images(40, texture_type=kinds.tolist())))
    assert found.raw.value == pytest.approx(1)
    assert found.details["within interval V1"] == found.details["within interval V2"] == 1
    assert found.value > 1  # above what a repetition of the recording would get
    assert "above-ceiling" in found.flags


def test_sparse_units_get_the_most_and_dense_ones_little():
    sparse = np.eye(10).repeat(3, axis=1)
    model = answering(dict(enumerate(sparse)), ["IT"])
    assert score(model, on("RustDiCarlo2012.IT-share_above_half", images(10))).raw.value == pytest.approx(1)
    dense = answering(dict(enumerate(np.ones((10, 30)))), ["IT"])
    assert score(dense, on("RustDiCarlo2012.IT-share_above_half", images(10))).raw.value == pytest.approx(0.1)


def test_areas_alike_match():
    rows = np.random.default_rng(0).random((20, 25))
    found = score(answering(dict(enumerate(rows)), ["V4", "IT"]), on("RustDiCarlo2012.V4IT-sparseness", images(20)))
    assert found.raw.value == pytest.approx(1)
    assert found.value is None
    assert "ceiling-unknown" in found.flags


def test_a_patch_of_face_units_is_found_and_measured_on_other_images():
    faces = np.arange(40) % 2 == 0
    rows = np.ones((40, 100)) + 3 * (faces[:, None] & (np.arange(100) < 10))
    found = score(answering(dict(enumerate(rows)), ["IT"]), on("Tsao2006.IT-face_selective", images(40, face=faces)))
    assert found.details["measured IT"] == 1
    assert found.details["units_measured"] == 10
    assert found.raw.value == pytest.approx(0.97)
