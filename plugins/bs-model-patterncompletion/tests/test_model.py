"""The model: what it stores, completion of occluded images, weights from a server."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from brainscore_core import load_model
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile
from brainscore_core.stimuli import StimulusSet
from brainscore_vision.families import Weights
from bs_model_patterncompletion import network as networks
from bs_model_patterncompletion import patterncompletion as family
from bs_model_patterncompletion.table import FILE, SHA256


class Small(nn.Module):
    """An AlexNet of fewer and smaller layers with the same names."""

    def __init__(self) -> None:
        super().__init__()
        convolutions = [nn.Conv2d(3 if n == 0 else 8, 8, 5 if n == 0 else 3, 4 if n == 0 else 2) for n in range(5)]
        parts: list[nn.Module] = []
        for number, part in enumerate(convolutions):
            parts += [part, nn.ReLU()] + ([nn.Identity()] if number in (0, 1, 4) else [])
        self.features, self.avgpool = nn.Sequential(*parts), nn.AdaptiveAvgPool2d(2)
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(32, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 9)
        )
        for part in self.modules():
            if isinstance(part, (nn.Conv2d, nn.Linear)):  # images must differ at the end
                nn.init.kaiming_normal_(part.weight)
                nn.init.zeros_(part.bias)


@pytest.fixture
def small(monkeypatch) -> None:
    monkeypatch.setattr(networks, "_alexnet", Small)


def objects(count: int = 6) -> StimulusSet:
    generator = np.random.default_rng(3)
    images = {f"o{n}": np.kron(generator.integers(0, 256, (7, 7, 3)), np.ones((25, 25, 1))) for n in range(count)}
    table = pd.DataFrame({"stimulus_id": list(images)})
    return StimulusSet(table, identifier="objects", open=lambda name: images[name].astype(np.uint8))


@pytest.fixture(autouse=True)
def stored(monkeypatch) -> None:
    monkeypatch.setattr(networks, "load_stimulus_set", lambda _identifier: objects())


def saved(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def publish(served, monkeypatch, content: bytes, *, sha256: str | None = None) -> None:
    folder, address = served
    (folder / FILE).write_bytes(content)
    weights = Weights(FILE, (f"{address}/{FILE}",), sha256 or hashlib.sha256(content).hexdigest())
    rows = {"alexnet": replace(family.row("alexnet"), weights=weights)}
    monkeypatch.setattr(type(family), "rows", lambda self: rows)


def other() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return Small().eval()


def record(model, stimuli, region: str = "IT", **options) -> np.ndarray:
    model.configure(cache=False)
    model.start_recording(region, **options)
    return model.look_at(stimuli).values


def test_hash_and_place_are_those_of_the_library():
    weights = family.row("alexnet").weights
    assert weights.sha256 == SHA256
    assert FILE.removesuffix(".pth").endswith(SHA256[:8])


def test_parameters_and_units_are_those_of_alexnet_without_its_last_layer():
    network = family.network(family.row("alexnet"), None)
    assert sum(part.numel() for part in network.parameters()) == family.row("alexnet").parameters
    assert family.row("alexnet").parameters == 61_100_840 - (4096 * 1000 + 1000)
    assert network.attractor.basis.shape == (4096, 324)


def test_what_was_stored_is_completed_when_part_of_it_is_hidden(served, small, monkeypatch):
    publish(served, monkeypatch, saved(other().state_dict()))
    model = load_model("patterncompletion:alexnet")
    network = model.engine.network.module
    seen = networks.place_on_screen(objects(), 8.0, 2.9)
    patterns = networks.patterns_of(network, seen, family.row("alexnet").input)
    assert patterns.shape == (6, 128) and len(np.unique(patterns, axis=0)) == 6
    np.testing.assert_allclose(record(model, seen), patterns, atol=1e-6)

    def hide(name: str) -> np.ndarray:
        image = seen.open(name).copy()
        image[: len(image) // 2] = 128
        return image

    hidden = StimulusSet(pd.DataFrame({"stimulus_id": seen.ids}), identifier="hidden", open=hide)
    before = networks.patterns_of(network, hidden, family.row("alexnet").input)
    after = record(model, hidden)
    assert (before * patterns).mean() < 0.95
    assert np.abs(after - patterns).mean() < np.abs(before - patterns).mean()


def test_it_is_the_last_state_at_all_times(small, stimuli):
    model = load_model("patterncompletion:alexnet-untrained")
    found = record(model, stimuli, time_bins=[(70, 170), (170, 270)])
    assert found.shape == (2, 128, 2)
    np.testing.assert_array_equal(found[..., 0], found[..., 1])
    np.testing.assert_array_equal(found[..., 0], record(model, stimuli))
    assert np.abs(found).max() <= 1


def test_earlier_areas_are_those_of_alexnet(served, small, monkeypatch, stimuli):
    network = other()
    publish(served, monkeypatch, saved(network.state_dict()))
    found = record(load_model("patterncompletion:alexnet"), stimuli, "V2")
    batch = torch.stack([torch.from_numpy(family.row("alexnet").input(stimuli.open(id))) for id in stimuli])
    with torch.no_grad():
        expected = network.features[:8](batch).flatten(1).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_twins_are_alike_and_stand_under_their_own_name(small):
    twin = load_model("patterncompletion:alexnet-untrained")
    again = load_model("patterncompletion:alexnet", random_weights=True)
    assert twin.identifier == again.identifier == "patterncompletion:alexnet-untrained"
    assert twin.digest() == again.digest() is not None


def test_what_is_stored_names_the_model(small):
    one, another = (load_model("patterncompletion:alexnet-untrained") for _ in range(2))
    another.engine.network.module.store(np.random.default_rng(9).choice((-1.0, 1.0), (5, 128)))
    assert one.digest() != another.digest()


def test_another_file_is_refused(served, small, home, monkeypatch):
    content = saved(other().state_dict())
    publish(served, monkeypatch, content + b" ", sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(HashMismatch, match="alexnet"):
        load_model("patterncompletion:alexnet")
    assert not [path for path in home.rglob("*.pth") if path.is_file()]


def test_a_truncated_file_is_refused(served, small, monkeypatch):
    content = saved(other().state_dict())
    publish(served, monkeypatch, content[: len(content) // 2])
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model("patterncompletion:alexnet")


def test_pickled_code_inside_is_refused_and_never_run(served, small, monkeypatch, harmful):
    publish(served, monkeypatch, saved({"state_dict": harmful}))
    with pytest.raises(InvalidFile, match="pickled code is never run"):
        load_model("patterncompletion:alexnet")
    assert not harmful.ran


def test_without_a_network_the_file_is_named(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match=FILE):
        load_model("patterncompletion:alexnet")
