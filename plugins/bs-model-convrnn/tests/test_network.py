"""The networks over time, and as brain models."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from brainscore_core import load_model
from brainscore_core.errors import InvalidFile, UnknownIdentifier
from brainscore_vision.inspection import flops
from bs_model_convrnn import convrnn
from bs_model_convrnn import network as networks
from bs_model_convrnn.network import ConvRNN, build

LAYERS = [f"conv{number}" for number in range(1, 6)]


@pytest.fixture
def few_steps(monkeypatch) -> None:
    monkeypatch.setattr(networks, "STEPS", 7)
    monkeypatch.setattr(networks, "SHOWN", 3)


def drawn(name: str) -> ConvRNN:
    torch.manual_seed(1)
    network = build(convrnn.row(name), None).eval().requires_grad_(False)
    for part in network.modules():
        if hasattr(part, "decay"):
            part.decay.fill_(0.3)
    return network


def image(seed: int = 0, side: int = 128) -> torch.Tensor:
    return torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(seed))


def answers(network: ConvRNN, shown: torch.Tensor) -> dict[str, list[torch.Tensor]]:
    kept: dict[str, tuple[torch.Tensor, ...]] = {}
    handles = [
        network.get_submodule(f"{layer}.times").register_forward_hook(
            lambda _module, _inputs, output, layer=layer: kept.__setitem__(layer, output)
        )
        for layer in LAYERS
    ]
    network(shown)
    for handle in handles:
        handle.remove()
    return {layer: list(output) for layer, output in kept.items()}


def counted(gated: bool) -> int:
    total, inputs = 512 * 4 * 1000 + 1000, 3
    for number, features in enumerate((64, 128, 256, 256, 512)):
        total += inputs * features * (49 if number == 0 else 9) + features
        if number >= 2:
            total += 5 * (features**2 * 9 + features) + inputs * features * 9 if gated else 1
        inputs = features
    return total


@pytest.mark.parametrize("name", ["rgc-shallow", "timedecay-shallow"])
def test_parameters_are_those_of_the_layers_described(name):
    with torch.device("meta"):
        network = ConvRNN(gated=name.startswith("rgc"))
    assert sum(part.numel() for part in network.parameters()) == convrnn.row(name).parameters
    assert convrnn.row(name).parameters == counted(gated=name.startswith("rgc"))


@pytest.mark.parametrize("name", ["rgc-shallow", "timedecay-shallow"])
def test_unfolding_layer_by_layer_equals_unfolding_step_by_step(name, few_steps):
    network, shown = drawn(name), image()
    found = answers(network, shown)
    layers = [network.get_submodule(layer) for layer in LAYERS]
    outputs = [torch.zeros_like(found[layer][0]) for layer in LAYERS]
    states = [()] * 5
    for step in range(7):
        frame = shown if step < 3 else torch.full_like(shown, 0.5)
        received = [frame, *outputs[:-1]]
        outputs = []
        for number, layer in enumerate(layers):
            active = layer.drive(received[number])
            if layer.cell is not None:
                active, states[number] = layer.cell(active, received[number], states[number])
            outputs.append(layer.pool(active))
        for layer, output in zip(LAYERS, outputs, strict=True):
            torch.testing.assert_close(found[layer][step], output, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["rgc-shallow", "timedecay-shallow"])
def test_the_image_takes_a_step_from_layer_to_layer(name, few_steps):
    network = drawn(name)
    one, other = answers(network, image(0)), answers(network, image(1))
    for number, layer in enumerate(LAYERS):
        changed = [not torch.equal(a, b) for a, b in zip(one[layer], other[layer], strict=True)]
        gone = 3 + number if number < 2 else 7  # without a cell nothing is kept after the image
        assert changed == [number <= step < gone for step in range(7)], layer


def test_gated_responses_change_while_the_image_stays(few_steps):
    found = answers(drawn("rgc-shallow"), image())
    assert torch.equal(found["conv1"][0], found["conv1"][1])
    assert not torch.allclose(found["conv3"][3], found["conv3"][4])


def test_maps_have_the_published_sizes(monkeypatch):
    monkeypatch.setattr(networks, "STEPS", 5)
    monkeypatch.setattr(networks, "SHOWN", 5)
    found = answers(drawn("timedecay-shallow"), image(side=224))
    shapes = [tuple(found[layer][0].shape[1:]) for layer in LAYERS]
    assert shapes == [(64, 56, 56), (128, 28, 28), (256, 14, 14), (256, 7, 7), (512, 4, 4)]


def test_given_weights_are_loaded_and_others_refused():
    row, network = convrnn.row("timedecay-shallow"), drawn("timedecay-shallow")
    loaded = build(row, network.state_dict())
    assert all(torch.equal(value, network.state_dict()[name]) for name, value in loaded.state_dict().items())
    with pytest.raises(InvalidFile, match="not those of rgc-shallow"):
        build(convrnn.row("rgc-shallow"), network.state_dict())


def test_layers_answer_in_their_time(stimuli):
    model = load_model("convrnn:timedecay-shallow-untrained")
    model.configure(cache=False)
    starts = {region: [start for start, _ in entry.bins] for region, entry in model.steps.items()}
    assert {region: found[0] for region, found in starts.items()} == {"V1": 0, "V2": 10, "V4": 20, "IT": 40}
    assert all(found[-1] == 250 for found in starts.values())
    shown = stimuli.take([0])
    network, kept = model.engine.network.module, []
    handle = network.conv5.times.register_forward_hook(lambda _module, _inputs, output: kept.extend(output))
    with torch.no_grad():
        network(torch.from_numpy(convrnn.row("rgc-shallow").input(shown.open("a")))[None])
    handle.remove()
    model.start_recording("IT", time_bins=[(0, 10), (70, 80), (100, 110), (170, 180)])
    found = model.look_at(shown).values[0]
    for index, step in enumerate([4, 7, 10, 17]):
        expected = kept[step].flatten().numpy()
        np.testing.assert_allclose(found[:, index], expected, atol=1e-4 * np.abs(expected).max())


def test_describing_imports_no_framework():
    code = (
        "import sys; from brainscore_core.registry import members, resolve; "
        "print(*members('convrnn')); [resolve('models', name).info.to_dict() for name in members('convrnn')]; "
        "print(*sorted({'torch', 'PIL'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, frameworks = answer.stdout.split("\n")[:2]
    assert names.split() == ["convrnn:timedecay-shallow-untrained", "convrnn:rgc-shallow-untrained"]
    assert frameworks == ""


def test_without_published_weights_the_twin_is_offered():
    with pytest.raises(UnknownIdentifier, match="convrnn:rgc-shallow-untrained"):
        load_model("convrnn:rgc-shallow")


def test_operations_are_those_that_are_counted():
    model = load_model("convrnn:timedecay-shallow-untrained")
    assert flops(model) == model.info.flops
