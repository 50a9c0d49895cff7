"""Time-resolved RSA on a generated brain whose early and late geometry, and their times, are known."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import DissimilarityAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import compare_scores
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.time_resolved import TimeResolvedSimilarity

COUNT, SUBJECTS = 24, 6
IDS = [f"image-{index:02}" for index in range(COUNT)]
PIXELS = np.random.default_rng(0).integers(0, 256, (COUNT, 6, 6)).astype(np.uint8)
STARTS = np.arange(-50, 350, 25)
STAGES = {"V1": slice(0, 12), "V4": slice(12, 24), "IT": slice(24, 36)}
PEAKS = {"V1": 87.5, "V4": 137.5, "IT": 237.5}
"""Centre of the bin in which each third of the pixels dominates."""


def images():
    pixels = dict(zip(IDS, PIXELS, strict=True))
    table = pd.DataFrame({"stimulus_id": IDS})
    return DataEntry("made", lambda: StimulusSet(table, identifier="made", open=lambda i: pixels[i].copy()), DataInfo())


def geometry(stage):
    return 1 - np.corrcoef(PIXELS.reshape(COUNT, 36)[:, STAGES[stage]].astype(float))


def brain(noise=0.3, seed=1):
    """Dissimilarities of each person at each moment: those of the stages, each around its time, and noise."""
    rng = np.random.default_rng(seed)
    centres = STARTS + 12.5
    values = np.zeros((SUBJECTS, COUNT, COUNT, len(STARTS)))
    for stage, peak in PEAKS.items():
        weight = np.exp(-(((centres - peak) / 30) ** 2))
        values += geometry(stage)[None, :, :, None] * weight
    error = noise * rng.normal(size=values.shape)
    values += (error + error.transpose(0, 2, 1, 3)) / 2
    values[:, np.arange(COUNT), np.arange(COUNT)] = 0
    return DissimilarityAssembly(
        values,
        dims=("subject", "stimulus_i", "stimulus_j", "time_bin"),
        coords={
            "subject_id": ("subject", [f"sub-{index}" for index in range(SUBJECTS)]),
            "region": ("subject", ["MEG"] * SUBJECTS),
            "stimulus_id_i": ("stimulus_i", IDS),
            "stimulus_id_j": ("stimulus_j", IDS),
            "time_bin_start": ("time_bin", STARTS),
            "time_bin_end": ("time_bin", STARTS + 25),
        },
    )


def experiment(data=None, **options):
    fields = {
        "stimuli": images(), "region": "MEG", "model_regions": tuple(STAGES), "parent": "neural_vision", "version": 1,
        "visual_degrees": 8, "metric": MetricSpec("rdm", bootstrap_samples=100),
        "ceiling_metric": MetricSpec("rsa_noise_ceiling"),
    } | options  # fmt: skip
    entry = DataEntry("brain", lambda: brain() if data is None else data, DataInfo())
    return TimeResolvedSimilarity("Made.MEG-rdm", data=entry, **fields)


def model(other=False):
    """Whose stages are those of the brain; or each sees what no stage of the brain does."""

    def thirds(batch):
        flat = batch.reshape(len(batch), -1).astype(float)
        flat = np.sin(7 * flat) if other else flat
        return {name: flat[:, part] for name, part in STAGES.items()}

    layers = {name: name for name in STAGES}
    return wrap(thirds, layers=layers, visual_degrees=8, digest=f"thirds-{other}", preprocessing=lambda image: image)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def result():
    return experiment()(model())


def test_each_stage_is_found_at_its_time(result):
    for stage, peak in PEAKS.items():
        assert result.details[f"peak_ms_{stage}"] == peak
        assert result.details[f"peak_ms_{stage}_low"] <= peak <= result.details[f"peak_ms_{stage}_high"]
        assert result.details[f"peak_rho_{stage}"] > 0.4
    assert result.details["stage_and_time"] == 1


def test_the_map_has_every_stage_moment_and_person(result):
    values = result.raw.values
    assert values.dims == ("model_region", "time_bin", "subject")
    assert values.shape == (3, (STARTS >= 0).sum(), SUBJECTS)
    assert values["time_bin_start"].values.tolist() == STARTS[STARTS >= 0].tolist()
    assert result.raw.value == pytest.approx(float(values.mean())) and result.raw.error > 0
    assert result.value is None and result.normalisation == ""


def test_a_ceiling_at_each_moment(result):
    bounds = result.ceiling.values
    lower, upper = bounds.sel(bound="lower").values, bounds.sel(bound="upper").values
    assert (lower < upper).all() and result.ceiling.value == pytest.approx(upper.mean())
    at = dict(zip(bounds["time_bin_start"].values.tolist(), lower.tolist(), strict=True))
    assert at[75] > 0.5 and at[225] > 0.5 > 0.3 > at[325]
    rho = result.raw.values.sel(model_region="V1").mean("subject").values
    assert (rho <= upper + 1e-12).all()
    assert result.details["ceiling_highest_lower"] == pytest.approx(lower.max())


def test_moments_without_a_ceiling_are_left_out_of_both_bounds_and_counted(result, monkeypatch):
    bounds = result.ceiling.values
    asked = iter(range(bounds.sizes["time_bin"]))

    def ceiling(spec, target, *, private):
        moment = next(asked)
        lower, upper = bounds.isel(time_bin=moment).values.tolist()
        return Score(None) if gone(moment) else Score(upper, details={"lower": lower})

    monkeypatch.setattr("brainscore_core.ceilings.cached_ceiling", ceiling)
    gone = (2).__eq__
    found = experiment().ceiling
    kept = bounds.isel(time_bin=[moment for moment in range(bounds.sizes["time_bin"]) if moment != 2])
    assert found.value == pytest.approx(float(kept.sel(bound="upper").mean()))
    assert found.details["ceiling_lower_mean"] == pytest.approx(float(kept.sel(bound="lower").mean()))
    assert found.details["time_bins_without_ceiling"] == 1 and np.isnan(found.values.values[:, 2]).all()
    asked, gone = iter(range(bounds.sizes["time_bin"])), lambda moment: True
    nothing = experiment().ceiling
    assert nothing.value is None and "ceiling_lower_mean" not in nothing.details


def test_before_onset_there_is_nothing():
    early = experiment(window=(-50, 0))(model())
    assert abs(early.raw.value) < 0.06 and early.details["time_bins"] == 2
    assert early.ceiling.details["ceiling_lower_mean"] < 0.15


def test_a_model_in_time_is_compared_moment_by_moment():
    """A static model answers alike at every moment, so both ways give one map."""
    moving, still = experiment(in_time=True)(model()), experiment()(model())
    np.testing.assert_allclose(moving.raw.values.values, still.raw.values.values)


def test_without_draws_there_is_no_error():
    score = experiment(metric=MetricSpec("rdm"), ceiling_metric=None, no_ceiling_because="one scan")(model())
    assert score.raw.error is None and "peak_ms_V1_low" not in score.details
    assert score.flags == ("ceiling-unknown",) and score.details["ceiling"] == "unknown: one scan"


def test_models_are_compared_over_stimuli_and_subjects(result):
    assert result.raw.draws.dims == ("draw", "subject")
    np.testing.assert_allclose(result.raw.draws.mean("subject").std(ddof=1), result.raw.error)
    found = compare_scores({"a": result, "b": result, "c": experiment()(model(other=True))})
    assert (found.quantity, found.pairing) == ("raw", f"paired over {COUNT} stimuli and {SUBJECTS} subjects")
    assert found.comparison.verdict(0, 1) == "identical"
    assert found.comparison.verdict(0, 2) == "yes" and found.comparison.difference[0, 2] > 0.1


def test_stimuli_that_belong_together_are_drawn_together(result):
    data = brain().assign_coords(object_name_i=("stimulus_i", np.repeat(list("abcdef"), 4)))
    metric = MetricSpec("rdm", bootstrap_samples=100, group_coord="object_name")
    grouped = experiment(data, metric=metric)(model()).raw
    assert grouped.value == pytest.approx(result.raw.value) and grouped.error > 0
    assert (grouped.draws.levels, grouped.draws.resampled) == (6, "groups of stimuli")
    assert grouped.draws.drawn != result.raw.draws.drawn


def test_what_means_nothing_is_refused():
    with pytest.raises(InvalidParameter, match="model_regions"):
        experiment(model_regions=())
    with pytest.raises(InvalidParameter, match="window="):
        experiment(time_bins=[(0, 100)])
    with pytest.raises(InvalidParameter, match="no time bin"):
        experiment(window=(400, 500)).target()
    with pytest.raises(InvalidParameter, match="no time bins"):
        experiment(brain().isel(time_bin=0, drop=True)).target()


def test_metrics_of_one_moment_refuse_several():
    with pytest.raises(InvalidAssembly, match="isel"):
        MetricSpec("rsa_noise_ceiling").load()(brain())
