"""`hmo-random` as the registry and the vision domain see it."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from brainscore_core import load_model
from brainscore_core.errors import UnsupportedRegion
from brainscore_vision.activations.torch_flops import count_flops
from bs_model_hmo import hmo, hmo_random
from bs_model_hmo.about import DEPTHS, PIXELS, SEED
from bs_model_hmo.network import Mixture
from bs_model_hmo.parameters import Pooling
from bs_model_hmo.random_mixture import draw_mixture
from bs_model_hmo.retina import Grey
from bs_model_hmo.space import PINTO2009

PARAMETERS = draw_mixture(PINTO2009, SEED, depths=DEPTHS, pixels=PIXELS)


@pytest.fixture(scope="module")
def model():
    loaded = load_model("hmo-random")
    loaded.configure(cache=False)
    return loaded


def test_the_entry_is_inert():
    code = (
        "import sys, bs_model_hmo; bs_model_hmo.hmo_random.info.to_dict(); "
        "print(*sorted({'torch', 'PIL', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_nobody_mistakes_it_for_the_published_network():
    assert hmo_random.identifier == "hmo-random"
    assert hmo_random.info.flags == ("untrained",)
    assert hmo_random.info.description.startswith("NOT the network of Yamins et al. 2014")
    assert hmo_random.info.training_data == "none"
    assert not hmo_random.info.weights
    assert {"yamins2014performance", "pinto2009high"} <= set(hmo_random.info.bibtex.replace("{", ",").split(","))


def test_it_has_the_published_shape():
    """Four layers and 1,250 outputs (Yamins et al. 2014, main text); modules of 1, 2 and 3 layers."""
    assert PARAMETERS.outputs == 1250
    assert PARAMETERS.stages == ("layer1", "layer2", "layer3", "top")
    assert {len(module.layers) for module in PARAMETERS.modules} == {1, 2, 3}
    assert hmo_random.info.layers == {"V1": ("layer1",), "V2": ("layer2",), "V4": ("layer3",), "IT": ("top",)}
    assert hmo_random.info.parameters == PARAMETERS.weights
    assert hmo_random.info.preprocessing == Grey(PIXELS).to_dict()
    with torch.device("meta"):
        assert count_flops(Mixture(PARAMETERS), torch.empty(1, 1, PIXELS, PIXELS)) == hmo_random.info.flops


def test_recordings_are_the_network_s(model, stimuli):
    network, kept = Mixture(PARAMETERS), {}
    for name in PARAMETERS.stages:
        network.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: kept.__setitem__(name, output.flatten(1).numpy())
        )
    network(torch.from_numpy(np.stack([Grey(PIXELS)(stimuli.open(one)) for one in stimuli])))
    for region, (layer,) in hmo_random.info.layers.items():
        model.start_recording(region)
        recorded = model.look_at(stimuli)
        scale = np.abs(kept[layer]).max()
        np.testing.assert_allclose(recorded.values, kept[layer], rtol=0, atol=1e-5 * scale)
        assert (recorded.values.std(axis=0) > 0).mean() > 0.5
    assert recorded.shape == (2, 1250)


def test_other_regions_are_refused(model):
    with pytest.raises(UnsupportedRegion, match="MT"):
        model.start_recording("MT")


def changed(number):
    small = draw_mixture(PINTO2009, 3, depths=(1,), pixels=48, grid=3, tops=0)
    module = small.modules[0]
    layer = module.layers[0]
    layers = (
        layer,
        replace(layer, pooling=Pooling(layer.pooling.size, 3.0)),
        replace(layer, normalisation=replace(layer.normalisation, stretch=3.0)),
        replace(layer, activation=replace(layer.activation, minimum=-0.5)),
        replace(layer, filters=replace(layer.filters, seed=1)),
    )
    return hmo(replace(small, modules=(replace(module, layers=(layers[number],)),)), identifier="hmo-mine")


def test_each_parameter_is_part_of_the_digest():
    digests = [changed(number).digest() for number in range(5)]
    assert None not in digests
    assert len(set(digests)) == 5
    assert digests[0] == changed(0).digest()


def test_the_retina_is_grey_from_0_to_1():
    image = np.zeros((60, 90, 3), dtype=np.uint8)
    image[:, 45:] = 255
    seen = Grey(30)(image)
    assert (seen.shape, seen.dtype) == ((1, 30, 30), np.float32)
    np.testing.assert_allclose(seen[0, :, :13], 0, atol=1e-6)
    np.testing.assert_allclose(seen[0, :, 17:], 1, atol=1e-6)
    red = np.zeros((30, 30, 3), dtype=np.uint8)
    red[..., 0] = 255
    np.testing.assert_allclose(Grey(30)(red), 0.299, atol=2e-3)
    np.testing.assert_array_equal(Grey(30)(red), Grey(30)(np.full((30, 30), 76, np.uint8)))
