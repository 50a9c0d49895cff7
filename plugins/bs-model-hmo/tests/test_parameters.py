"""Parameters as data: sizes, what is refused, JSON, the space and draws from it."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from brainscore_core.errors import InvalidFile, InvalidParameter
from bs_model_hmo import documents
from bs_model_hmo.network import Mixture
from bs_model_hmo.parameters import (
    Activation,
    FilterBank,
    LayerParameters,
    MixtureParameters,
    ModuleParameters,
    Normalisation,
    Pooling,
)
from bs_model_hmo.random_mixture import draw_mixture
from bs_model_hmo.space import CONTINUOUS, PINTO2009, Choice, Range


def layer(count=4, size=3, pool=3, norm=3):
    return LayerParameters(FilterBank(count, size), Activation(), Pooling(pool, 2.0), Normalisation(norm))


def test_the_space_of_pinto_2009():
    assert [one.count.values for one in PINTO2009.layers] == [
        (16, 32, 64),
        (16, 32, 64, 128),
        (16, 32, 64, 128, 256),
    ]
    for one in PINTO2009.layers:
        assert one.filter_size.values == one.pool_size.values == one.normalisation.size.values == (3, 5, 7, 9)
        assert (one.minimum.values, one.maximum.values) == ((None, 0), (None, 1))
        assert (one.order.values, one.stride.values) == ((1, 2, 10), (2,))
        assert one.normalisation.stretch.values == one.normalisation.threshold.values == (0.1, 1, 10)
        assert (one.filter_mean.values, one.filter_norm.values) == ((0,), (1,))


def test_draws_use_all_of_a_choice_and_all_of_a_range():
    generator = np.random.default_rng(0)
    assert {Choice((1, None, "a")).draw(generator) for _ in range(60)} == {1, None, "a"}
    whole = [Range(16, 96, step=16, logarithmic=True).draw(generator) for _ in range(3000)]
    assert sorted(set(whole)) == [16, 32, 48, 64, 80, 96]
    assert whole.count(16) > 2 * whole.count(48) > 0
    real = [Range(1, 10, logarithmic=True).draw(generator) for _ in range(2000)]
    assert 1 <= min(real) < 1.05 and 9.5 < max(real) <= 10
    np.testing.assert_allclose(np.median(real), 10**0.5, rtol=0.1)
    linear = [Range(-0.2, 0.2).draw(generator) for _ in range(2000)]
    np.testing.assert_allclose([min(linear), np.mean(linear), max(linear)], [-0.2, 0, 0.2], atol=0.01)
    assert sorted({Range(2, 10, step=1).draw(generator) for _ in range(500)}) == list(range(2, 11))


@pytest.mark.parametrize("space", [PINTO2009, CONTINUOUS], ids=["pinto", "continuous"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_drawn_modules_fit_and_follow_their_seed(space, depth):
    modules = [space.draw(depth, 128, np.random.default_rng(seed)) for seed in (3, 3, 4)]
    assert modules[0] == modules[1] != modules[2]
    assert all(len(module.layers) == depth and module.fits(128) for module in modules)


def test_sides_are_those_of_the_network():
    parameters = draw_mixture(PINTO2009, 5, depths=(1, 3), pixels=100, tops=0)
    network = Mixture(parameters)
    maps = torch.rand(1, 1, 100, 100)
    for module, layers in zip(parameters.modules, network.hierarchies, strict=True):
        size = module.normalisation.size - 1
        values, sides = maps[:, :, size:, size:], []
        for one in layers:
            values = one(values)
            sides.append(values.shape[-1])
        assert tuple(sides) == module.sides(100)


def test_what_does_not_fit_is_refused_by_name():
    small = ModuleParameters(Normalisation(3), (layer(), layer()))
    assert small.sides(16) == (3, 0)
    with pytest.raises(InvalidParameter, match=r"module 1 have sides \(3, 0\) over 16 pixels"):
        MixtureParameters(16, (ModuleParameters(Normalisation(3), (layer(),)), small))
    with pytest.raises(InvalidParameter, match="layer 0 of the top on a grid of 4"):
        MixtureParameters(64, (small,), 4, (layer(),))
    with pytest.raises(InvalidParameter, match="fits 12 x 12 pixels"):
        PINTO2009.draw(3, 12, np.random.default_rng(0))
    with pytest.raises(InvalidParameter, match="depth 4"):
        PINTO2009.draw(4, 128, np.random.default_rng(0))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: FilterBank(0, 3),
        lambda: FilterBank(3, 3, seed=-1),
        lambda: Activation(1, 0),
        lambda: Pooling(3, 0.5),
        lambda: Pooling(3, 1, 0),
        lambda: Normalisation(3, threshold=0),
        lambda: ModuleParameters(Normalisation(3), ()),
        lambda: MixtureParameters(64, ()),
    ],
)
def test_what_means_nothing_is_refused(wrong):
    with pytest.raises(InvalidParameter, match="expected"):
        wrong()


def test_json_and_back(tmp_path):
    parameters = draw_mixture(CONTINUOUS, 1, depths=(1, 2, 3), pixels=128, tops=2, units=5)
    documents.write(parameters, tmp_path / "mixture.json")
    assert documents.read(tmp_path / "mixture.json") == parameters


def document():
    parameters = draw_mixture(PINTO2009, 1, depths=(1,), pixels=64, tops=0)
    return json.loads(json.dumps(documents.to_dict(parameters)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("pixels"), r"mixture lacks \['pixels'\]"),
        (lambda d: d.update(colour=3), r"has \['colour'\] too much"),
        (lambda d: d["modules"][0]["layers"][0]["pooling"].update(size=3.5), r"layers\[0\].pooling.size is 3.5"),
        (lambda d: d["modules"][0]["normalisation"].update(size=True), "normalisation.size is True"),
        (lambda d: d["modules"][0]["normalisation"].update(remove_mean=1), "remove_mean is 1"),
        (lambda d: d["modules"][0]["layers"].append(3), r"layers\[1\] is 3"),
        (lambda d: d["modules"][0]["layers"][0].update(filters=None), "filters is None"),
    ],
)
def test_json_that_says_something_else_is_refused(change, message, tmp_path):
    changed = document()
    change(changed)
    (tmp_path / "mixture.json").write_text(json.dumps(changed))
    with pytest.raises(InvalidFile, match=message):
        documents.read(tmp_path / "mixture.json")


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_files_that_are_no_parameters_are_refused(content, tmp_path):
    (tmp_path / "mixture.json").write_text(content)
    with pytest.raises(InvalidFile, match="holds no parameters"):
        documents.read(tmp_path / "mixture.json")
    with pytest.raises(InvalidFile, match="other.json"):
        documents.read(tmp_path / "other.json")


def test_counts_are_those_of_the_network():
    for tops in (0, 3):
        parameters = draw_mixture(PINTO2009, 2, depths=(1, 2, 3), pixels=96, grid=6, tops=tops, units=7)
        network = Mixture(parameters)
        assert sum(part.numel() for part in network.parameters()) == parameters.weights
        assert network(torch.rand(2, 1, 96, 96)).flatten(1).shape == (2, parameters.outputs)
        assert parameters.stages == ("layer1", "layer2", "layer3", "top")
    assert parameters.outputs == 21
    assert replace(parameters, modules=parameters.modules[:2]).stages == ("layer1", "layer2", "top")
