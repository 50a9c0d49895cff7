"""The benchmark on made-up movies: why stretches of a movie must stay whole."""

import pytest

from brainscore_core import load_benchmark, score
from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import DataUnavailable
from brainscore_vision import wrap

RANDOM = MetricSpec("ridgecv", mode="honest", crossvalidation_kwargs={"stratification_coord": None})


def pixels():
    def values(batch):
        return batch.reshape(len(batch), -1) / 40.0

    return wrap(
        values, layers={"V1": "output"}, visual_degrees=4, identifier="pixels", preprocessing=lambda image: image
    )


def test_random_folds_let_pixels_predict_what_no_frame_decides(data):
    """Neurons that only drift: predicted with random folds, not with whole stretches; neurons that see: with both."""
    recordings, stimuli, see = data
    benchmark = load_benchmark("David2004.V1-ridgecv").with_options(data=recordings, stimuli=stimuli)
    grouped = score(pixels(), benchmark)
    random = score(pixels(), benchmark.with_options(metric=RANDOM))
    assert grouped.details["generalises_over"] == "segment" and random.details["generalises_over"] == "stimulus_id"
    if see:
        assert grouped.raw.value > 0.8 and random.raw.value > 0.8
    else:
        assert grouped.raw.value < 0.2 and random.raw.value > 0.3
        assert random.raw.value - 1.96 * random.raw.error > 0.25


def test_each_neuron_by_its_own_frames(data):
    recordings, stimuli, _ = data
    result = score(pixels(), load_benchmark("David2004.V1-ridgecv").with_options(data=recordings, stimuli=stimuli))
    assert result.details["subjects"] == 3 and result.details["stimuli"] == 400
    assert {"raw_subject_r0000", "raw_subject_r0001", "raw_subject_r0002"} <= set(result.details)
    assert result.value is None and result.flags == ("ceiling-unknown",)
    assert "shown to a neuron once" in result.details["ceiling"]


def test_private_refuses_without_access(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    assert load_benchmark("David2004.V1-ridgecv").access == "private"
    with pytest.raises(DataUnavailable, match=r"David2004\..*access from its owners"):
        load_benchmark("David2004.V1-ridgecv").target()
