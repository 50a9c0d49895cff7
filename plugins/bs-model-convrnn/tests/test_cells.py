"""Cells and layers against their equations."""

import pytest
import torch
from torch.nn.functional import conv2d, elu

from bs_model_convrnn.cells import Decay, ReciprocalGatedCell
from bs_model_convrnn.network import Layer


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def convolved(part: torch.nn.Conv2d, values: torch.Tensor) -> torch.Tensor:
    return conv2d(values, part.weight, part.bias, padding=1)


@pytest.mark.parametrize("inputs", [None, 3])
@torch.no_grad()
def test_a_cell_follows_the_equations(inputs):
    torch.manual_seed(0)
    cell, received, driven = ReciprocalGatedCell(4, inputs), noise(2, 3, 6, 5), noise(2, 4, 6, 5, seed=1)
    out, memory = noise(2, 4, 6, 5, seed=2), noise(2, 4, 6, 5, seed=3)
    found, state = cell(driven, received, (out, memory))
    blocked = convolved(cell.cell_to_out, memory)
    entering = driven
    if inputs is not None:
        blocked = blocked + conv2d(received, cell.received_to_out.weight, padding=1)
        entering = convolved(cell.input_to_cell, driven)
    expected = elu((1 - blocked.sigmoid()) * driven + (1 - convolved(cell.out_to_out, out).sigmoid()) * out)
    kept = (1 - convolved(cell.cell_to_cell, memory).sigmoid()) * memory
    expected_memory = elu((1 - convolved(cell.out_to_cell, out).sigmoid()) * entering + kept)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(state, (expected, expected_memory))


@torch.no_grad()
def test_the_first_step_starts_from_zeros():
    torch.manual_seed(0)
    cell, driven = ReciprocalGatedCell(4), noise(1, 4, 6, 6)
    nothing = torch.zeros_like(driven)
    torch.testing.assert_close(cell(driven, driven, ()), cell(driven, driven, (nothing, nothing)))


def test_the_cell_of_2018_has_four_convolutions():
    assert sum(part.numel() for part in ReciprocalGatedCell(4).parameters()) == 4 * (4 * 4 * 9 + 4)
    more = ReciprocalGatedCell(4, 3)
    assert sum(part.numel() for part in more.parameters()) == 5 * (4 * 4 * 9 + 4) + 3 * 4 * 9


@torch.no_grad()
def test_responses_fade_by_one_number():
    cell, first, second = Decay(), noise(1, 2, 3, 3), noise(1, 2, 3, 3, seed=1)
    cell.decay.fill_(0.25)
    one, state = cell(first, first, ())
    two, _ = cell(second, second, state)
    torch.testing.assert_close(one, first)
    torch.testing.assert_close(two, second + 0.25 * first)


@pytest.mark.parametrize("cell", [None, "gated", "fading"])
@torch.no_grad()
def test_a_layer_computes_each_step_though_it_reuses_what_does_not_change(cell):
    torch.manual_seed(0)
    made = {None: None, "gated": ReciprocalGatedCell(4, 3), "fading": Decay()}[cell]
    if cell == "fading":
        made.decay.fill_(0.5)
    layer = Layer(3, 4, cell=made)
    one, other = noise(2, 3, 8, 8), noise(2, 3, 8, 8, seed=1)
    found = layer([one, one, other, one])
    state, expected = (), []
    for received in (one.clone(), one.clone(), other.clone(), one.clone()):
        active = layer.drive(received)
        if made is not None:
            active, state = made(active, received, state)
        expected.append(layer.pool(active))
    torch.testing.assert_close(found, expected)
    assert torch.equal(found[0], found[1]) == (cell is None)
    assert torch.equal(found[0], found[3]) == (cell is None)


def test_the_first_convolution_has_its_margin_as_tensorflow_does():
    layer = Layer(3, 2, size=7, stride=2)
    torch.nn.init.ones_(layer.conv.weight)
    torch.nn.init.zeros_(layer.conv.bias)
    image = torch.zeros(1, 3, 224, 224)
    image[0, 0, 3, 3] = 1
    with torch.no_grad():
        found = layer.drive(image)
    assert found.shape == (1, 2, 112, 112)
    # row i sees pixels 2 i - 2 to 2 i + 4
    assert found[0, 0, :, 0].nonzero()[:, 0].tolist() == [0, 1, 2]
    assert layer.margin == (2, 3, 2, 3) and Layer(3, 2).margin == (1, 1, 1, 1)
