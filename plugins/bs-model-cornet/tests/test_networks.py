"""The networks against what the papers say, and against recurrence written out by hand."""

import pytest
import torch
from torch.nn import functional

from brainscore_vision.families.family import seeded
from bs_model_cornet import cornet
from bs_model_cornet.areas import REGIONS, TIMES

FEATURES = (64, 128, 256, 512)
SIDES = {"Z": (56, 28, 14, 7), "R": (56, 28, 14, 7), "RT": (56, 28, 14, 7), "S": (56, 28, 14, 7)}
STEPS = {"R": (5, 5, 5, 5), "RT": (5, 5, 5, 5), "S": (1, 2, 4, 2)}


def drawn(name: str) -> torch.nn.Module:
    """Random weights and statistics, none of them at its neutral value."""
    with seeded(3):
        network = cornet.network(cornet.row(name), None).eval().requires_grad_(False)
        for key, value in network.state_dict().items():
            if "norm" in key and value.is_floating_point():
                value.copy_(torch.rand(value.shape) * 0.5 + (0.75 if "bias" not in key else -0.25))
    return network


def images(count: int = 2, side: int = 224) -> torch.Tensor:
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(1))


def answers(network: torch.nn.Module, batch: torch.Tensor) -> dict[str, list[torch.Tensor]]:
    """Every call of each area's output."""
    kept: dict[str, list[torch.Tensor]] = {region: [] for region in REGIONS}
    handles = [
        network.get_submodule(f"{region}.output").register_forward_hook(
            lambda _module, _inputs, output, region=region: kept[region].append(output.clone())
        )
        for region in REGIONS
    ]
    network(batch)
    for handle in handles:
        handle.remove()
    return kept


def convolution(inputs: int, outputs: int, size: int, bias: bool) -> int:
    return inputs * outputs * size**2 + bias * outputs


def counted(name: str) -> int:
    """Parameters by the description of each layer."""
    total = 512 * 1000 + 1000
    for inputs, features, size in zip((3, *FEATURES), FEATURES, (7, 3, 3, 3), strict=False):
        if name == "Z":
            total += convolution(inputs, features, size, bias=True)
        elif name in ("R", "RT"):
            total += convolution(inputs, features, size, bias=True) + convolution(features, features, 3, bias=False)
            total += 2 * 2 * features
    if name == "S":
        total += convolution(3, 64, 7, bias=False) + convolution(64, 64, 3, bias=False) + 2 * 2 * 64
        for inputs, features, steps in ((64, 128, 2), (128, 256, 4), (256, 512, 2)):
            wide = 4 * features
            total += convolution(inputs, features, 1, bias=False) + convolution(features, features, 1, bias=False)
            total += 2 * convolution(features, wide, 1, bias=False) + convolution(wide, wide, 3, bias=False)
            total += 2 * features + steps * 2 * (wide + wide + features)
    return total


@pytest.mark.parametrize("name", ["Z", "R", "RT", "S"])
def test_parameters_are_those_of_the_layers_described(name):
    with torch.device("meta"):
        network = cornet.network(cornet.row(name), None)
    assert sum(part.numel() for part in network.parameters()) == cornet.row(name).parameters == counted(name)


@pytest.mark.parametrize("name", ["Z", "R", "RT", "S"])
def test_areas_have_the_shapes_and_steps_of_the_papers(name):
    found = answers(drawn(name), images(1))
    for region, features, side in zip(REGIONS, FEATURES, SIDES[name], strict=True):
        assert {tuple(answer.shape) for answer in found[region]} == {(1, features, side, side)}
    assert tuple(len(found[region]) for region in REGIONS) == STEPS.get(name, (1, 1, 1, 1))
    assert all(max(times) < len(found[region]) for region, times in TIMES[name].items())


def driven(area: torch.nn.Module, inputs: torch.Tensor, stride: int, padding: int) -> torch.Tensor:
    part = area.conv_input
    values = functional.conv2d(inputs, part.weight, part.bias, stride, padding)
    return functional.group_norm(values, 32, area.norm_input.weight, area.norm_input.bias).relu()


def answered(area: torch.nn.Module, total: torch.Tensor) -> torch.Tensor:
    values = functional.conv2d(total, area.conv1.weight, None, 1, 1)
    return functional.group_norm(values, 32, area.norm1.weight, area.norm1.bias).relu()


@pytest.mark.parametrize("name", ["R", "RT"])
def test_recurrent_areas_equal_the_unrolling_by_hand(name):
    network, batch = drawn(name), images(side=64)
    sides = {"V2": 8, "V4": 4, "IT": 2}
    features = dict(zip(REGIONS, FEATURES, strict=True))
    old: dict[str, torch.Tensor] = {}
    expected = {region: [] for region in REGIONS}
    for step in range(5):
        new: dict[str, torch.Tensor] = {}
        for region, lower in zip(REGIONS, (None, *REGIONS), strict=False):
            area = getattr(network, region)
            source = old if name == "RT" else new
            if lower is None:
                drive = driven(area, batch, 4, 3)
            elif step == 0:
                drive = torch.zeros(2, features[region], sides[region], sides[region])
            else:
                drive = driven(area, source[lower], 2, 1)
            new[region] = answered(area, drive + old[region] if step else drive)
            expected[region].append(new[region])
        old = new
    found = answers(network, batch)
    for region in REGIONS:
        for one, other in zip(found[region], expected[region], strict=True):
            torch.testing.assert_close(one, other)


def test_in_rt_the_image_takes_a_step_from_area_to_area():
    network = drawn("RT")
    one, other = answers(network, images(1)), answers(network, images(2)[1:])
    for number, region in enumerate(REGIONS):
        changed = [not torch.equal(a, b) for a, b in zip(one[region], other[region], strict=True)]
        assert changed == [step >= number for step in range(5)], region
        assert min(TIMES["RT"][region]) == number


def test_in_r_the_image_is_everywhere_at_the_second_step():
    network = drawn("R")
    one, other = answers(network, images(1)), answers(network, images(2)[1:])
    for region in REGIONS[1:]:
        changed = [not torch.equal(a, b) for a, b in zip(one[region], other[region], strict=True)]
        assert changed == [False, True, True, True, True]


@pytest.mark.parametrize("name", ["R", "RT"])
def test_a_step_depends_on_the_state_before(name):
    """Without the state, V1 would see one image five times and answer alike."""
    first, second, *_ = answers(drawn(name), images(1))["V1"]
    assert not torch.allclose(first, second)


def block(area: torch.nn.Module, inputs: torch.Tensor, steps: int) -> list[torch.Tensor]:
    def norm(values: torch.Tensor, part: torch.nn.Module) -> torch.Tensor:
        return functional.batch_norm(values, part.running_mean, part.running_var, part.weight, part.bias, eps=1e-5)

    state, found = functional.conv2d(inputs, area.conv_input.weight), []
    for step in range(steps):
        one, two, three = (getattr(area, f"norm{number}_{step}") for number in (1, 2, 3))
        skip = state if step else norm(functional.conv2d(state, area.skip.weight, None, 2), area.norm_skip)
        inner = norm(functional.conv2d(state, area.conv1.weight), one).relu()
        inner = norm(functional.conv2d(inner, area.conv2.weight, None, 1 if step else 2, 1), two).relu()
        state = (norm(functional.conv2d(inner, area.conv3.weight), three) + skip).relu()
        found.append(state)
    return found


def test_areas_of_s_repeat_with_shared_weights_around_a_skip():
    network, batch = drawn("S"), images(1, side=64)
    found = answers(network, batch)
    inputs = found["V1"][-1]
    for region, steps in (("V2", 2), ("V4", 4), ("IT", 2)):
        expected = block(getattr(network, region), inputs, steps)
        for one, other in zip(found[region], expected, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
        inputs = found[region][-1]


@pytest.mark.parametrize("name", ["R", "RT", "S"])
def test_the_layer_times_has_every_step(name):
    network, batch = drawn(name), images(1)
    kept = {}
    for region in ("V4", "IT"):
        network.get_submodule(f"{region}.times").register_forward_hook(
            lambda _module, _inputs, output, region=region: kept.__setitem__(region, output)
        )
    found = answers(network, batch)
    for region in ("V4", "IT"):
        assert len(kept[region]) == len(found[region])
        assert all(torch.equal(one, other) for one, other in zip(kept[region], found[region], strict=True))
