"""VOneNets as brain models: trials, areas, times, weights from a server."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import nn

from brainscore_core import load_model
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile
from brainscore_vision import wrap
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.families import ImageInput, Weights
from brainscore_vision.inspection import flops
from brainscore_vision.trials import Sampling
from bs_model_vonenet import network as networks
from bs_model_vonenet import vonenet
from bs_model_vonenet.network import with_front_end

PARAMETERS = {
    # of the networks, less what the front end replaces, and the convolution that brings 512 cells to 64 features
    "resnet50": 25_557_032 - (3 * 64 * 49 + 2 * 64) + 512 * 64,
    "cornet-s": 53_416_616 - (3 * 64 * 49 + 64 * 64 * 9 + 4 * 64) + 512 * 64,
    "alexnet": 61_100_840 - (3 * 64 * 121 + 64) + (4096 * 256 * 13) + 512 * 64,  # 7 x 7 instead of 6 x 6 places
}


class Small(nn.Module):
    """A back end that is read quickly."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Conv2d(64, 4, 3, stride=8)
        self.layer2 = self.layer3 = self.layer4 = nn.Identity()

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return self.layer4(self.layer3(self.layer2(self.layer1(maps))))


@pytest.fixture
def small(monkeypatch) -> None:
    monkeypatch.setattr(networks, "BACK_ENDS", {**networks.BACK_ENDS, "resnet50": Small})


def saved(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def as_the_authors_save(network: torch.nn.Module) -> bytes:
    state = {f"module.{name}": value for name, value in network.state_dict().items()}
    return saved({"flags": {"arch": "resnet50", "stride": 4, "noise_mode": "neuronal"}, "state_dict": state})


def publish(served, name, monkeypatch, content: bytes, *, sha256: str | None = None) -> Weights:
    folder, address = served
    weights = vonenet.row(name).weights
    (folder / weights.filename).write_bytes(content)
    whole = hashlib.sha256(content).hexdigest() if sha256 is None else sha256
    weights = Weights(weights.filename, (f"{address}/{weights.filename}",), whole)
    rows = {**vonenet.rows(), name: replace(vonenet.row(name), weights=weights)}
    monkeypatch.setattr(type(vonenet), "rows", lambda self: rows)
    return weights


def other(name: str) -> torch.nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return vonenet.network(vonenet.row(name), None).eval()


def record(model, stimuli, region: str, trials: int = 1, seed: int = 0, **options) -> np.ndarray:
    model.configure(cache=False, seed=seed)
    model.start_recording(region, **options)
    return model.look_at(stimuli, trials)


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_networks_have_the_parameters_of_theirs_without_what_is_replaced(name):
    network = vonenet.network(vonenet.row(name), None)
    assert sum(part.numel() for part in network.parameters()) == vonenet.row(name).parameters == PARAMETERS[name]


@pytest.mark.parametrize("name", ["resnet50", "cornet-s", "alexnet"])
def test_areas_stand_in_their_order(name):
    row, network = vonenet.row(name), vonenet.network(vonenet.row(name), None).eval()
    called = []
    for region, (layer,) in row.layers.items():
        network.get_submodule(layer).register_forward_hook(lambda *_, region=region: called.append(region))
    with torch.no_grad():
        assert network(torch.randn(1, 3, 224, 224)).shape == (1, 1000)
    assert list(dict.fromkeys(called)) == list(row.layers) == ["V1", "V2", "V4", "IT"]
    if name == "cornet-s":
        assert [called.count(region) for region in row.layers] == [1, 2, 4, 2]


def test_trials_differ_are_seeded_and_reach_later_areas(small, stimuli):
    model = load_model("vonenet:resnet50-untrained")
    for region in ("V1", "IT"):
        found = record(model, stimuli, region, trials=3)
        assert found.sizes["presentation"] == 6
        one, two, three = found.values.reshape(3, 2, -1)
        assert not np.allclose(one, two) and not np.allclose(two, three)
        again = record(model, stimuli.take([1, 0]), region, trials=3)
        np.testing.assert_array_equal(again.values.reshape(3, 2, -1)[:, ::-1], found.values.reshape(3, 2, -1))
        assert not np.allclose(record(model, stimuli, region, trials=3, seed=1).values, found.values)


def test_trials_have_the_mean_of_rectified_noise(small, stimuli):
    one = stimuli.take([0])
    drawn = record(load_model("vonenet:resnet50-untrained"), one, "V1", trials=3).values
    mean = record(load_model("vonenet:resnet50-ns-untrained"), one, "V1").values[0].astype(float)
    spread = np.sqrt((0.35 * mean + 0.07) / 0.35**2)
    expected = mean * norm.cdf(mean / spread) + spread * norm.pdf(mean / spread)
    bands = np.digitize(mean, np.quantile(mean, [0.25, 0.5, 0.75, 0.99]))
    for band in range(5):
        np.testing.assert_allclose(drawn[:, bands == band].mean(), expected[bands == band].mean(), rtol=0.01)


def test_without_stochasticity_there_is_one_row_a_stimulus(small, stimuli):
    model = load_model("vonenet:resnet50-ns-untrained")
    assert record(model, stimuli, "V1", trials=3).sizes["presentation"] == 2
    assert model.digest() != load_model("vonenet:resnet50-untrained").digest()


def test_the_network_of_the_authors_is_loaded(served, monkeypatch, stimuli):
    network = other("resnet50-ns")
    publish(served, "resnet50-ns", monkeypatch, as_the_authors_save(network))
    found = record(load_model("vonenet:resnet50-ns"), stimuli, "V4").values
    batch = torch.stack([torch.from_numpy(vonenet.row("resnet50-ns").input(stimuli.open(id))) for id in stimuli])
    kept = []
    network.model.layer3.register_forward_hook(lambda _module, _inputs, output: kept.append(output.flatten(1).numpy()))
    with torch.no_grad():
        network(batch)
    np.testing.assert_allclose(found, kept[0], rtol=0, atol=1e-5 * np.abs(kept[0]).max())


def test_cells_of_a_file_replace_those_that_are_drawn(served, small, monkeypatch):
    network = other("resnet50")
    network.vone_block.simple_conv_q0.weight.mul_(2)
    publish(served, "resnet50", monkeypatch, as_the_authors_save(network))
    loaded = load_model("vonenet:resnet50").engine.network.module
    assert torch.equal(loaded.vone_block.simple_conv_q0.weight, network.vone_block.simple_conv_q0.weight)


def test_areas_after_the_front_end_answer_in_time(stimuli):
    model = load_model("vonenet:cornet-s-untrained")
    assert {region: [start for start, _ in entry.bins] for region, entry in model.steps.items()} == {
        "V2": [70, 170],
        "V4": [90, 140, 190, 240],
        "IT": [100, 200],
    }
    found = record(model, stimuli.take([0]), "V2", time_bins=[(70, 80), (100, 110), (170, 180)])
    np.testing.assert_array_equal(found.values[..., 0], found.values[..., 1])
    assert not np.allclose(found.values[..., 0], found.values[..., 2])


def test_any_network_can_stand_behind_it(stimuli):
    network = with_front_end(nn.Sequential(nn.Conv2d(16, 8, 3, stride=4), nn.ReLU()), features=16, cells=64, seed=5)
    model = wrap(
        network,
        preprocessing=ImageInput(224, 224, mean=(0.5,) * 3, std=(0.5,) * 3),
        layers={"V1": "vone_block.output", "V2": "model.1"},
        visual_degrees=8,
        physiology=Physiology(trials=Sampling()),
    )
    assert record(model, stimuli, "V1", trials=2).shape == (4, 64 * 56 * 56)
    assert record(model, stimuli, "V2", trials=2).shape == (4, 8 * 14 * 14)


def test_twins_stand_under_their_own_name_and_are_alike(small):
    twin, again = load_model("vonenet:resnet50-untrained"), load_model("vonenet:resnet50", random_weights=True)
    assert twin.identifier == again.identifier == "vonenet:resnet50-untrained"
    assert twin.digest() == again.digest() is not None


def test_another_file_is_refused(served, home, small, monkeypatch):
    content = as_the_authors_save(other("resnet50"))
    publish(served, "resnet50", monkeypatch, content + b" ", sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(HashMismatch, match="voneresnet50"):
        load_model("vonenet:resnet50")
    assert not [path for path in home.rglob("*.pth*") if path.is_file()]


def test_a_truncated_file_is_refused(served, small, monkeypatch):
    content = as_the_authors_save(other("resnet50"))
    publish(served, "resnet50", monkeypatch, content[: len(content) // 2])
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model("vonenet:resnet50")


def test_pickled_code_inside_is_refused_and_never_run(served, small, monkeypatch, harmful):
    publish(served, "resnet50", monkeypatch, saved({"flags": harmful, "state_dict": {}}))
    with pytest.raises(InvalidFile, match="pickled code is never run"):
        load_model("vonenet:resnet50")
    assert not harmful.ran


def test_weights_of_another_network_are_refused(served, small, monkeypatch):
    publish(served, "resnet50", monkeypatch, saved({"state_dict": {"module.fc.weight": torch.zeros(2)}}))
    with pytest.raises(InvalidFile, match="not those of"):
        load_model("vonenet:resnet50")


def test_without_a_network_the_twin_is_offered(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="random_weights=True"):
        load_model("vonenet:alexnet")


@pytest.mark.parametrize("name", ["resnet50-ns", "alexnet"])
def test_operations_are_those_that_are_counted(name):
    model = load_model(f"vonenet:{name}-untrained")
    assert flops(model) == model.info.flops == vonenet.info(name).flops
