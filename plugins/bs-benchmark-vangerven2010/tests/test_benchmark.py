"""The benchmark on the published voxels: raw, without a ceiling, and saying so."""

import pytest

from brainscore_core import load_benchmark, score
from brainscore_vision import wrap


def test_pixels_predict_and_nothing_is_divided(published_files):
    def pixels(batch):
        return batch.reshape(len(batch), -1).astype(float)

    def small(image):
        return image[::4, ::4] / 255

    model = wrap(pixels, layers={"V1": "output"}, visual_degrees=9, identifier="pixels", preprocessing=small)
    result = score(model, "vanGerven2010.V1-V3-ridgecv")
    assert result.value is None and result.ceiling is None and result.flags == ("ceiling-unknown",)
    assert "shown once" in result.details["ceiling"]
    assert 0.1 < result.raw.value < 0.3 and result.raw.error > 0
    assert result.details["units"] == 3092 and result.details["stimuli"] == 100
    assert result.details["raw_interval_low"] < result.raw.value < result.details["raw_interval_high"]


def test_described(published_files):
    benchmark = load_benchmark("vanGerven2010.V1-V3-ridgecv")
    assert benchmark.regions() == ("V1-V3",) and benchmark.ceiling is None
    assert benchmark.info.flags == ("ceiling-unknown",) and benchmark.info.ceiling.startswith("unknown: each image")
    assert benchmark.metric.parameters["crossvalidation_kwargs"]["stratification_coord"] == "digit"
    with pytest.raises(AttributeError):
        benchmark.region = "V1"
