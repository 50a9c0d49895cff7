"""A run over twelve benchmarks: every placed image goes through the network once."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.run import score_all
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.activations.callable_network import CallableNetwork
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity

REGIONS = ("V1", "V2", "V4", "IT")
RNG = np.random.default_rng(0)
IMAGES = {f"s{number:02d}": RNG.integers(0, 256, (8, 8), dtype=np.uint8) for number in range(48)}


def network(batch):
    """A layer for each region."""
    flat = batch.reshape(len(batch), -1).astype(np.float32)
    return {region: flat[:, 4 * number : 4 * number + 4] for number, region in enumerate(REGIONS)}


def stimuli(ids):
    table = pd.DataFrame({"stimulus_id": ids})
    return StimulusSet(table, identifier="shared", open=IMAGES.__getitem__, key=lambda id: f"shared {id}")


def recordings(ids, region):
    values = np.stack([IMAGES[id].ravel()[:3] for id in ids]).astype(float) + RNG.normal(size=(len(ids), 3))
    coords = {
        "stimulus_id": ("presentation", ids),
        "neuroid_id": ("neuroid", list("abc")),
        "region": ("neuroid", [region] * 3),
    }
    return NeuroidAssembly(values, dims=["presentation", "neuroid"], coords=coords)


def benchmarks():
    """Four regions on three sets, each of which shares half its images with the next."""
    everything = list(IMAGES)
    metric = MetricSpec("ridge", crossvalidation_kwargs={"splits": 3, "kfold": True, "stratification_coord": None})
    for number in range(3):
        ids = everything[12 * number : 12 * number + 24]
        for region in REGIONS:
            recorded = recordings(ids, region)
            yield NeuralPredictivity(
                f"Made{number}.{region}",
                data=DataEntry(f"made{number}{region}", lambda recorded=recorded: recorded, DataInfo("Made up.")),
                stimuli=DataEntry(f"set{number}", lambda ids=ids: stimuli(ids), DataInfo("Noise.")),
                region=region,
                parent=region,
                version=1,
                visual_degrees=8,
                metric=metric,
            )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_placed_image_goes_through_the_network_once(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    record, ran = CallableNetwork.record, Counter()

    def counted(self, inputs, layers):
        ran.update(np.asarray(entry).tobytes() for entry in inputs)
        return record(self, inputs, layers)

    monkeypatch.setattr(CallableNetwork, "record", counted)
    model = wrap(network, layers=dict(zip(REGIONS, REGIONS, strict=True)), visual_degrees=8, identifier="net")
    records = list(score_all([model], list(benchmarks())))
    assert [entry.status for entry in records] == ["ok"] * 12, [entry.reason for entry in records]
    assert len(ran) == 48 and set(ran.values()) == {1}
