"""Mixtures: levels, places, concatenation, the top."""

import numpy as np
import torch
from torch.nn import functional

from bs_model_hmo.network import SAMPLED, Mixture
from bs_model_hmo.operations import normalise
from bs_model_hmo.random_mixture import draw_mixture
from bs_model_hmo.space import PINTO2009

PARAMETERS = draw_mixture(PINTO2009, 11, depths=(2, 1, 3), pixels=96, grid=5, tops=2, units=6)


def images(count=2):
    return torch.rand(count, 1, 96, 96, generator=torch.Generator().manual_seed(0))


def alone(network, number, level):
    """Maps of one level of one module, and nothing else computed."""
    maps = normalise(images(), PARAMETERS.modules[number].normalisation)
    for layer in list(network.hierarchies[number])[: level + 1]:
        maps = layer(maps)
    return maps


def recorded(network, batch):
    kept = {}
    handles = [
        network.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: kept.__setitem__(name, output)
        )
        for name in PARAMETERS.stages
    ]
    network(batch)
    for handle in handles:
        handle.remove()
    return kept


def test_levels_are_the_modules_layers_at_evenly_spaced_places():
    network = Mixture(PARAMETERS)
    kept = recorded(network, images())
    for level, deep in enumerate([(0, 1, 2), (0, 2), (2,)]):
        maps = [alone(network, number, level) for number in deep]
        side = min(SAMPLED, *(part.shape[-1] for part in maps))
        expected = []
        for part in maps:
            places = [int((2 * place + 1) * part.shape[-1] / (2 * side)) for place in range(side)]
            expected.append(part[:, :, places][:, :, :, places])
            assert len(set(places)) == side
        torch.testing.assert_close(kept[f"layer{level + 1}"], torch.cat(expected, 1), rtol=0, atol=1e-6)
    assert kept["layer1"].shape[-1] == SAMPLED


def test_the_top_sees_all_modules_on_one_grid():
    network = Mixture(PARAMETERS)
    last = [alone(network, number, len(module.layers) - 1) for number, module in enumerate(PARAMETERS.modules)]
    joined = torch.cat([functional.adaptive_avg_pool2d(part, 5) for part in last], 1)
    assert joined.shape == (2, PARAMETERS.channels, 5, 5)
    expected = torch.cat([layer(joined).flatten(1) for layer in network.top.layers], 1)
    assert expected.shape == (2, 12)
    torch.testing.assert_close(network(images()), expected, rtol=0, atol=1e-6)


def test_each_module_matters_to_the_top():
    network = Mixture(PARAMETERS)
    before = network(images())
    for layers in network.hierarchies:
        kept = layers[-1].weight.clone()
        layers[-1].weight.zero_()
        assert not torch.allclose(network(images()), before, atol=1e-4)
        layers[-1].weight.copy_(kept)


def test_one_seed_is_one_network_and_another_is_another():
    again = draw_mixture(PINTO2009, 11, depths=(2, 1, 3), pixels=96, grid=5, tops=2, units=6)
    other = draw_mixture(PINTO2009, 12, depths=(2, 1, 3), pixels=96, grid=5, tops=2, units=6)
    assert again == PARAMETERS != other
    torch.testing.assert_close(Mixture(again)(images()), Mixture(PARAMETERS)(images()), rtol=0, atol=0)


def test_an_image_is_answered_alike_in_any_batch():
    network = Mixture(PARAMETERS)
    together = network(images(4))
    for number in range(4):
        np.testing.assert_allclose(network(images(4)[number : number + 1])[0], together[number], rtol=0, atol=1e-5)
