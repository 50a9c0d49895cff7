"""The experiment type on generated voxels, whose explainable share is known in closed form."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidAssembly, InvalidParameter, UnsupportedRegion
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.subjectwise import SubjectwisePredictivity

COUNT, VOXELS, TRIALS, NOISE = 200, 30, 4, 1.5
IDS = [f"image-{index:03}" for index in range(COUNT)]
PIXELS = np.random.default_rng(0).integers(0, 256, (COUNT, 4, 4)).astype(np.uint8)
FEATURES = (PIXELS.reshape(COUNT, 16) - 127.5) / 74
CEILING = 1 / (1 + NOISE**2 / TRIALS)
"""ncsnr^2 / (ncsnr^2 + 1/n) at a signal of variance 1."""


def images():
    pixels = dict(zip(IDS, PIXELS, strict=True))
    table = pd.DataFrame({"stimulus_id": IDS})
    return DataEntry("made", lambda: StimulusSet(table, identifier="made", open=lambda i: pixels[i].copy()), DataInfo())


def voxels(subjects=3, half=slice(0, 8), dead=0, own_stimuli=False, seed=1):
    """Each voxel a mixture of 8 pixels, at variance 1, seen through noise; the last `dead` of a subject are noise."""
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(subjects):
        weights = rng.normal(size=(8, VOXELS)) / np.sqrt(8)
        signal = FEATURES[:, half] @ weights
        signal = (signal - signal.mean(0)) / signal.std(0)
        signal[:, VOXELS - dead :] = 0
        parts.append(np.tile(signal, (TRIALS, 1)) + NOISE * rng.normal(size=(TRIALS * COUNT, VOXELS)))
    values = np.concatenate(parts, axis=1)
    if own_stimuli:
        owner = np.arange(COUNT) % subjects
        for subject in range(subjects):
            values[np.ix_(np.tile(owner, TRIALS) != subject, np.arange(VOXELS) + subject * VOXELS)] = np.nan
    names = [f"sub-{index + 1}" for index in range(subjects)]
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", IDS * TRIALS),
            "repetition": ("presentation", np.repeat(np.arange(TRIALS), COUNT)),
            "neuroid_id": ("neuroid", np.arange(subjects * VOXELS)),
            "subject": ("neuroid", np.repeat(names, VOXELS)),
            "region": ("neuroid", np.tile(np.repeat(["V1", "V3"], VOXELS // 2), subjects)),
        },
    )


def experiment(data, **options):
    folds = {"mode": "honest", "crossvalidation_kwargs": {"splits": 5, "stratification_coord": None}}
    fields = {
        "stimuli": images(), "region": ("V1", "V3"), "model_regions": ("V1",), "parent": "V1", "version": 1,
        "visual_degrees": 8, "number_of_trials": TRIALS, "metric": MetricSpec("ridge", **folds),
        "ceiling_metric": MetricSpec("voxel_noise_ceiling"),
    } | options  # fmt: skip
    return SubjectwisePredictivity("Made.V1-ridge", data=DataEntry("voxels", lambda: data, DataInfo()), **fields)


def model(**layers):
    """V1 sees the first half of the pixels, V2 the second."""

    def halves(batch):
        flat = (batch.reshape(len(batch), -1) - 127.5) / 74
        return {"first": flat[:, :8], "second": flat[:, 8:]}

    layers = layers or {"V1": "first", "V2": "second"}
    return wrap(halves, layers=layers, visual_degrees=8, digest="halves", preprocessing=lambda image: image)


def test_a_model_that_has_the_features_explains_what_can_be_explained():
    score = experiment(voxels())(model())
    assert score.ceiling.value == pytest.approx(CEILING, abs=0.03)
    assert score.value == pytest.approx(0.97, abs=0.03)  # a little is lost to fitting 8 weights on 160 images
    assert score.details["interval_low"] < 1 and score.details["interval_high"] > 0.95
    assert score.details["subjects"] == 3 and score.details["units"] == 90
    assert score.values["subject"].values.tolist() == ["sub-1", "sub-2", "sub-3"]
    assert score.value == pytest.approx(score.values.values.mean())
    assert score.raw.value == pytest.approx(np.sqrt(CEILING * score.value), abs=0.01)


def test_a_model_that_lacks_them_explains_nothing():
    score = experiment(voxels(), model_regions=("V2",))(model())
    assert abs(score.value) < 0.02 and abs(score.raw.value) < 0.05


def test_subjects_are_a_second_factor_from_three_on():
    three = experiment(voxels())(model())
    two = experiment(voxels(subjects=2))(model())
    assert three.details["error_estimator"] == "bootstrap over stimuli and subjects"
    assert two.details["error_estimator"] == "bootstrap over stimuli, subjects fixed"
    assert two.error > 0 and three.error > 0


def test_each_subject_stands_for_itself():
    together = experiment(voxels())(model())
    alone = experiment(voxels().isel(neuroid=slice(VOXELS, 2 * VOXELS)))(model())
    assert together.details["subject_sub-2"] == pytest.approx(alone.value)


def test_voxels_without_signal_are_left_out_and_counted():
    score = experiment(voxels(dead=12))(model())
    assert 30 <= score.details["units_without_ceiling"] <= 36
    assert score.value == pytest.approx(0.97, abs=0.04)
    assert score.details["subjects_without_ceiling"] == 0
    nothing = experiment(voxels(dead=VOXELS))(model())
    assert nothing.value is None or nothing.details["units_without_ceiling"] > 80


def test_a_subject_without_signal_is_counted_and_left_out():
    data = voxels()
    half = np.random.default_rng(7).normal(size=(TRIALS * COUNT // 2, VOXELS))
    small = 1e-3 * np.random.default_rng(8).normal(size=(COUNT, VOXELS))  # means far below the noise
    data.values[:, :VOXELS] = np.concatenate([half, small - half[:COUNT], small - half[COUNT:]])
    score = experiment(data)(model())
    assert score.details["subjects"] == 3 and score.details["subjects_without_ceiling"] == 1
    assert score.details["units_without_ceiling"] == VOXELS and "subject_sub-1" not in score.details
    assert score.values["subject"].values.tolist() == ["sub-2", "sub-3"]
    assert score.value == pytest.approx(score.values.values.mean())
    assert score.raw.values.sizes["subject"] == 3


def test_a_subject_that_does_not_vary_is_left_out_and_counted():
    """As a neuron that never fires where each neuron is fitted apart."""
    data = voxels(subjects=2)
    data.values[:, :VOXELS] = 1.0
    score = experiment(data, ceiling_metric=None)(model())
    alone = experiment(data.isel(neuroid=slice(VOXELS, None)), ceiling_metric=None)(model())
    assert score.raw.value == pytest.approx(alone.raw.value) and score.raw.error > 0
    assert score.details["subjects"] == 2 and score.details["subjects_undefined"] == 1
    data.values[:] = 1.0
    nothing = experiment(data, ceiling_metric=None)(model())
    assert nothing.raw.value is None and nothing.flags == ("undefined", "ceiling-unknown")
    assert nothing.details["subjects_undefined"] == 2


@pytest.mark.parametrize("searched", [("V1",), ("V1", "V2")], ids=["one region", "searched"])
def test_a_subject_that_does_not_vary_has_no_ceiling_and_the_others_keep_theirs(searched):
    data = voxels()
    data.values[:, :VOXELS] = 0.1
    benchmark, others = (
        experiment(some, model_regions=searched) for some in (data, data.isel(neuroid=slice(VOXELS, None)))
    )
    score, alone = benchmark(model()), others(model())
    assert score.value == pytest.approx(alone.value) and score.ceiling.value == pytest.approx(alone.ceiling.value)
    assert score.raw.value == pytest.approx(alone.raw.value) and score.error > 0
    assert benchmark.ceiling.value == pytest.approx(others.ceiling.value) == pytest.approx(score.ceiling.value)
    assert score.values["subject"].values.tolist() == ["sub-2", "sub-3"] and "subject_sub-1" not in score.details
    assert (score.details["subjects"], score.details["subjects_undefined"]) == (3, 1)
    assert (score.details["subjects_without_ceiling"], score.details["units_without_ceiling"]) == (1, VOXELS)
    assert score.details["ceiling_estimator"] == alone.details["ceiling_estimator"]


def test_where_no_subject_varies_there_is_no_score():
    data = voxels(subjects=2)
    data.values[:] = 0.1
    benchmark = experiment(data)
    score = benchmark(model())
    assert score.value is score.raw.value is benchmark.ceiling.value is None
    assert "no-valid-ceiling" in score.flags and score.details["subjects_without_ceiling"] == 2


def test_a_subject_whose_ceiling_cannot_be_estimated_is_named():
    data = voxels(subjects=2)
    data.values[:, VOXELS:] = np.tile(data.values[:COUNT, VOXELS:], (TRIALS, 1))
    for ask in (experiment(data), lambda _: experiment(data).ceiling):
        with pytest.raises(InvalidAssembly, match="subject 'sub-2' has no ceiling: all trials of a stimulus are alike"):
            ask(model())


def test_details_are_of_all_subjects():
    options = {"mode": "honest", "crossvalidation_kwargs": {"splits": 5, "stratification_coord": None}}
    metric = MetricSpec("ridge", learning_curve=[40, 80], **options)
    data = voxels(subjects=2)
    both = experiment(data, metric=metric)(model())
    each = [experiment(data.isel(neuroid=data["subject"].values == f"sub-{n}"), metric=metric)(model()) for n in (1, 2)]
    for name in ("learning_curve_40", "learning_curve_80", "learning_curve_160", "learning_curve_limit"):
        assert both.details[name] == pytest.approx(np.mean([one.details[name] for one in each]))
    assert both.details["learning_curve_40"] < both.details["learning_curve_160"]
    assert both.details["splits"] == 5 and both.details["mode"] == "honest" and both.details["undefined"] == 0


def test_an_interval_without_ceiling_is_that_of_the_mean_over_subjects():
    score = experiment(voxels(), ceiling_metric=None, no_ceiling_because="made up")(model())
    assert "interval_low" not in score.details
    assert score.details["raw_interval_low"] < score.raw.value < score.details["raw_interval_high"]


def test_a_learning_curve_where_the_region_is_searched_for():
    options = {"mode": "honest", "crossvalidation_kwargs": {"splits": 5, "stratification_coord": None}}
    metric = MetricSpec("ridge", learning_curve=[40, 80], **options)
    searched = experiment(voxels(subjects=1), metric=metric, model_regions=("V1", "V2"))(model())
    fixed = experiment(voxels(subjects=1), metric=metric)(model())
    assert searched.details["learning_curve_160"] == pytest.approx(fixed.details["learning_curve_160"])
    assert searched.details["learning_curve_40"] < searched.details["learning_curve_80"]


def test_the_region_is_found_within_the_training_stimuli():
    first = experiment(voxels(), model_regions=("V1", "V2"))(model())
    second = experiment(voxels(half=slice(8, 16)), model_regions=("V1", "V2"))(model())
    assert (first.details["folds_with_V1"], first.details["folds_with_V2"]) == (15, 0)
    assert (second.details["folds_with_V1"], second.details["folds_with_V2"]) == (0, 15)
    assert first.flags[0] == second.flags[0] == "selected"
    fixed = experiment(voxels(), model_regions=("V1",))(model())
    assert first.value == pytest.approx(fixed.value) and "selected" not in fixed.flags
    assert first.error == pytest.approx(fixed.error)  # what fitting adds is in both


def test_fits_some_images_and_tests_the_others():
    kind = np.tile(np.where(np.arange(COUNT) < 120, "old", "new"), TRIALS)
    data = voxels(subjects=2).assign_coords(kind=("presentation", kind))
    options = {"metric": MetricSpec("ridge_split"), "train_where": {"kind": "old"}, "test_where": {"kind": "new"}}
    benchmark = experiment(data, **options)
    score = benchmark(model())
    assert score.value == pytest.approx(0.97, abs=0.05) and score.details["stimuli"] == COUNT - 120
    assert benchmark.ceiling.value == pytest.approx(score.ceiling.value)
    assert score.ceiling.value == pytest.approx(CEILING, abs=0.05)
    with pytest.raises(InvalidParameter, match="'ridge_split'"):
        experiment(data, **options | {"metric": MetricSpec("ridge")})(model())
    with pytest.raises(InvalidParameter, match="one side"):
        experiment(data, train_where={"kind": "old"})
    with pytest.raises(InvalidParameter, match="search among"):
        experiment(data, **options, model_regions=("V1", "V2"))


def test_of_the_regions_those_that_the_model_has():
    score = experiment(voxels(), model_regions=("V1", "V4"))(model())
    assert "selected" not in score.flags and score.value > 0.9
    with pytest.raises(UnsupportedRegion):
        experiment(voxels(), model_regions=("V4", "IT"))(model())


def test_subjects_who_saw_stimuli_of_their_own():
    score = experiment(voxels(own_stimuli=True))(model())
    assert score.details["stimuli"] in (66, 67) and score.details["subjects"] == 3
    assert 0.7 < score.value < 1.05


def test_regions_can_be_looked_up_and_chosen():
    benchmark = experiment(voxels(), region="V3")
    assert benchmark.regions() == ("V1", "V3")
    assert set(benchmark.target()["region"].values) == {"V3"}
    with pytest.raises(InvalidParameter, match="'V1', 'V3'"):
        experiment(voxels(), region="V7").target()
    assert [entry.region for entry in experiment(voxels(), model_regions=("V1", "V2")).presents()] == ["V1", "V2"]


def test_fields_that_mean_nothing_are_refused():
    with pytest.raises(InvalidParameter, match="model_regions"):
        experiment(voxels(), region="", model_regions=())
    with pytest.raises(InvalidParameter, match="'person'"):
        experiment(voxels(), fit_by="person")(model())
