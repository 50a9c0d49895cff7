"""What the description says, and the benchmark run on made-up files in the format of the real ones."""

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_metric, score
from brainscore_core.errors import DataUnavailable
from brainscore_vision import wrap
from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT


def pixels():
    """A model that sees what the neurons weigh."""

    def values(batch):
        return batch.reshape(len(batch), -1).astype(float)

    return wrap(
        values, layers={"V1": "output"}, visual_degrees=2, identifier="pixels", preprocessing=lambda image: image
    )


def test_described_as_brain_score_2():
    benchmark = load_benchmark("Cadena2017-pls")
    assert (benchmark.parent, benchmark.version, benchmark.visual_degrees, benchmark.number_of_trials) == (
        "V1",
        1,
        2,
        2,
    )
    assert benchmark.metric.parameters == {"crossvalidation_kwargs": {"stratification_coord": None}}
    assert benchmark.ceiling_metric.parameters == {"split_coord": "repetition_id"}
    assert benchmark.normalisation == INCUMBENT and benchmark.access == "private"


def test_incomplete_images_and_trials_are_left_out_as_brain_score_2_does(data):
    recordings, stimuli = data
    benchmark = load_benchmark("Cadena2017-pls").with_options(data=recordings, stimuli=stimuli)
    result = score(pixels(), benchmark)
    assert result.details["stimuli"] == 119 and result.details["stimuli_left_out"] == 1
    assert result.details["ceiling_trials_min"] == 3 and result.details["ceiling_trials_max"] == 4
    assert len(benchmark.presents()[0].stimuli) == 119

    trials = recordings.load().isel(time_bin=0, drop=True)
    complete = trials.isel(presentation=~np.isnan(trials.values).any(1))
    ceiling = load_metric("internal_consistency", split_coord="repetition_id")(complete)
    assert result.ceiling.value == pytest.approx(float(ceiling), abs=1e-12)
    assert result.value == pytest.approx(result.raw.value**2 / float(ceiling), abs=1e-12)
    assert 0.5 < result.value < 1.3


def test_means_are_over_the_trials_that_were_measured(data):
    recordings, stimuli = data
    target = load_benchmark("Cadena2017-pls").with_options(data=recordings, stimuli=stimuli).target()
    trials = recordings.load().isel(time_bin=0, drop=True)
    of_one = trials.values[trials["stimulus_id"].values == "image-001"]
    row = target.values[target["stimulus_id"].values == "image-001"][0]
    np.testing.assert_allclose(row, np.nanmean(of_one, 0))
    assert np.isnan(of_one).any() and not np.isnan(target.values).any()


def test_private_refuses_without_access(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    with pytest.raises(DataUnavailable, match=r"Cadena2017\.nc.*access from its owners"):
        load_benchmark("Cadena2017-pls").target()
