"""Model recovery through an installed metric, on a recording made for it: ridge and PLS as benchmarks use them."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.analysis.recovery import recover
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity

COUNT, TRIALS, NEURONS = 120, 3, 8
IMAGES = {f"s{n:03d}": np.random.default_rng(n).integers(0, 256, (6, 6), dtype=np.uint8) for n in range(COUNT)}


def waves(batch):
    """Two layers that say unlike things of the image."""
    pixels = batch.reshape(len(batch), -1) / 255.0
    drawn = np.random.default_rng(0)
    return {name: np.cos(pixels @ drawn.normal(size=(36, 40)) * 3) for name in ("early", "late")}


def images():
    return StimulusSet(pd.DataFrame({"stimulus_id": list(IMAGES)}), identifier="made", open=IMAGES.__getitem__)


def recording():
    drawn = np.random.default_rng(1)
    coords = {
        "stimulus_id": ("presentation", np.tile(list(IMAGES), TRIALS)),
        "repetition": ("presentation", np.repeat(np.arange(TRIALS), COUNT)),
        "neuroid_id": ("neuroid", [f"n{number}" for number in range(NEURONS)]),
        "region": ("neuroid", ["IT"] * NEURONS),
    }
    values = np.tile(drawn.normal(size=(COUNT, NEURONS)), (TRIALS, 1)) + 0.3 * drawn.normal(
        size=(COUNT * TRIALS, NEURONS)
    )
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


@pytest.mark.parametrize(("metric", "options"), [("ridge", {"alpha": 0.1}), ("pls", {"n_components": 20})])
def test_the_layer_is_found_by_the_metric_that_the_benchmark_names(metric, options, monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    folds = {"crossvalidation_kwargs": {"stratification_coord": None, "splits": 4}, "mode": "honest"}
    benchmark = NeuralPredictivity(
        "Made.IT",
        data=DataEntry("made", recording, DataInfo("Made up.")),
        stimuli=DataEntry("made", images, DataInfo("Noise.")),
        region="IT",
        parent="IT",
        version=1,
        visual_degrees=8,
        metric=MetricSpec(metric, **options, **folds, uncertainty="bootstrap", learning_curve=[30, 60]),
    )
    model = wrap(waves, layers={"V1": ["early", "late"]}, visual_degrees=8, identifier="net", digest="waves")
    found = recover(benchmark, [model], repeats=2, features=40)
    for confusion in found.confusion.values():
        np.testing.assert_array_equal(confusion.proportions, np.eye(2))
        assert confusion.margins.min() > 0.3
    assert f'"{metric}"' in found.metric and found.to_dict()["reliability"] > 0.9
