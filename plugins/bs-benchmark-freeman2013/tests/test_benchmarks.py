"""What the descriptions say, and each of the public ones run on made-up files in the format of the real ones."""

import pytest

from brainscore_core import load_benchmark, score
from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import DataUnavailable
from brainscore_vision import wrap
from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT, PER_UNIT

REGIONS = ("V1", "V2")


@pytest.fixture
def pixels():
    """A model that sees what the neurons weigh."""

    def values(batch):
        return batch.reshape(len(batch), -1).astype(float)

    layers = dict.fromkeys(REGIONS, "output")
    return wrap(values, layers=layers, visual_degrees=4, identifier="pixels", preprocessing=lambda image: image)


def rehearsed(identifier, data):
    recordings, stimuli = data
    return load_benchmark(identifier).with_options(data=recordings, stimuli=stimuli)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("prefix", "version"), [("FreemanZiemba2013public", 1), ("FreemanZiemba2013", 3)])
def test_described_as_brain_score_2(prefix, version, region):
    benchmark = load_benchmark(f"{prefix}.{region}-pls")
    assert benchmark.region == benchmark.parent == region and benchmark.version == version
    assert (benchmark.visual_degrees, benchmark.number_of_trials, benchmark.time_bins) == (4, 20, ((50, 200),))
    assert benchmark.metric.parameters == {"crossvalidation_kwargs": {"stratification_coord": "texture_type"}}
    assert benchmark.normalisation == INCUMBENT
    assert benchmark.access == ("private" if prefix == "FreemanZiemba2013" else "public")


@pytest.mark.parametrize("region", REGIONS)
def test_a_model_of_the_neurons_explains_them(region, data, pixels):
    result = score(pixels, rehearsed(f"FreemanZiemba2013public.{region}-pls", data))
    assert result.value == pytest.approx(result.raw.value**2 / result.ceiling.value)
    assert 0.6 < result.value < 1.2 and result.details["windows_ms"] == "50-200" and result.details["units"] == 5
    honest = score(pixels, rehearsed(f"FreemanZiemba2013public.{region}-ridge", data))
    assert honest.normalisation == PER_UNIT and honest.details["generalises_over"] == "texture_family"
    assert 0.6 < honest.value < 1.2


def test_transfer_from_noise_to_textures(data, pixels):
    """Fitted on one kind of image and tested on the other, by a metric of two sides, with the ceiling of the other."""
    options = {"train_where": {"texture_type": "noise"}, "test_where": {"texture_type": "texture"}}
    benchmark = rehearsed("FreemanZiemba2013public.V1-ridge", data)
    metric = MetricSpec("ridge_split", group_coord="texture_family", learning_curve=[40])
    result = score(pixels, benchmark.with_options(metric=metric, **options))
    assert 0.5 < result.value < 1.2 and result.details["generalises_over"] == "texture_family"
    assert result.details["learning_curve_40"] < result.details["learning_curve_96"] == result.raw.value
    assert result.ceiling.value == pytest.approx(benchmark.with_options(**options).ceiling.value)
    assert abs(result.ceiling.value - benchmark.ceiling.value) > 1e-6


def test_private_refuses_without_access(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    with pytest.raises(DataUnavailable, match=r"FreemanZiemba2013_private\.nc.*access from its owners"):
        load_benchmark("FreemanZiemba2013.V1-pls").target()
