"""The networks: equal to the library's, with weights from a server, and recorded as a plain forward pass computes."""

import hashlib
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from safetensors.torch import load, save

from brainscore_core import load_model
from brainscore_core.errors import BrokenPlugin, DataUnavailable, HashMismatch, InvalidFile, InvalidParameter
from brainscore_core.stimuli import StimulusSet
from brainscore_vision.activations.content import content_of
from brainscore_vision.families import Weights
from brainscore_vision.families.torchvision_import import import_torchvision
from bs_model_timm import timm as family
from bs_model_timm.network import build

CONVOLUTIONAL = (
    "convnext_atto.d2_in1k",
    "edgenext_xx_small.in1k",
    "mobilenetv3_small_050.lamb_in1k",
    "regnetx_002.pycls_in1k",
    "resnet18.a1_in1k",
)
WITH_ATTENTION = (
    "coat_lite_tiny.in1k",
    "convit_tiny.fb_in1k",
    "levit_128s.fb_dist_in1k",
    "mobilevit_xxs.cvnets_in1k",
    "tiny_vit_5m_224.dist_in22k_ft_in1k",
    "vit_tiny_patch16_224.augreg_in21k_ft_in1k",
)
TINY = "mobilenetv3_small_050.lamb_in1k"  # 1.6 million parameters


def library():
    import_torchvision()
    import timm

    return timm


def reference(name: str) -> torch.nn.Module:
    """The library's own network with weights of another seed, and moments of its own, so that none is as drawn."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network = library().create_model(name)
        for key, value in network.named_buffers():
            if key.endswith("running_var"):
                value.mul_(1 + torch.rand(value.shape) * 0.1)
    return network.eval()


def saved(network: torch.nn.Module) -> bytes:
    return save({name: value.clone().contiguous() for name, value in network.state_dict().items()})


def publish(hub, monkeypatch, name: str, content: bytes, sha256: str = "") -> None:
    """Serve a file as the weights of a row."""
    hub.files[name] = content
    weights = Weights(f"{name}.safetensors", (hub.place(name),), sha256)
    rows = {**family.rows(), name: replace(family.row(name), weights=weights)}
    monkeypatch.setattr(type(family), "rows", lambda self: rows)


def noise(row) -> StimulusSet:
    generator, side = np.random.default_rng(0), row.input.height
    images = {str(index): generator.integers(0, 256, (side, side, 3)).astype(np.uint8) for index in range(2)}
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)


def computed(network: torch.nn.Module, layers: list[str], batch: torch.Tensor) -> dict[str, np.ndarray]:
    """What layers compute in a plain forward pass."""
    kept: dict[str, np.ndarray] = {}

    def hook(layer: str):
        def note(_module: object, _inputs: object, output: object) -> None:
            while not isinstance(output, torch.Tensor):
                output = output[0]
            kept[layer] = output.flatten(1).numpy().copy()

        return note

    for layer in layers:
        network.get_submodule(layer).register_forward_hook(hook(layer))
    with torch.no_grad():
        network(batch)
    return kept


@pytest.mark.parametrize("name", [*CONVOLUTIONAL, *WITH_ATTENTION])
def test_recordings_equal_a_plain_forward_pass_of_the_library(hub, monkeypatch, name):
    network = reference(name)
    publish(hub, monkeypatch, name, saved(network))
    model, row = load_model(f"timm:{name}"), family.row(name)
    module = model._engine.network.module
    assert model.identifier == f"timm:{name}"
    assert sum(part.numel() for part in module.parameters()) == row.parameters
    model.configure(cache=False)
    shown, before = noise(row), content_of(module)
    batch = torch.stack([torch.from_numpy(row.input(shown.open(id))) for id in shown])
    expected = computed(network, [layer for (layer,) in row.layers.values()], batch)
    for region, (layer,) in row.layers.items():
        model.start_recording(region)
        scale = np.abs(expected[layer]).max()
        assert scale > 0
        values = model.look_at(shown).values
        np.testing.assert_allclose(values, expected[layer], rtol=0, atol=1e-5 * scale, err_msg=layer)
    assert content_of(module) == before


def test_of_blocks_that_return_two_things_the_tokens_of_patches_are_meant():
    row = family.row("tnt_s_legacy_patch16_224")
    model = load_model(f"timm:{row.name}-untrained")
    model.configure(cache=False)
    model.start_recording("V1")
    assert model.look_at(noise(row)).shape == (2, 197 * 384)  # a class token, 14 x 14 patches


@pytest.mark.parametrize("name", ["resnet50.a1_in1k", "inception_v3.tf_in1k", "vit_base_patch16_clip_224.openai"])
def test_inputs_are_the_library_s_without_its_margin(name):
    from timm.data import create_transform, resolve_data_config

    row = family.row(name)
    config = resolve_data_config(pretrained_cfg=library().models.get_pretrained_cfg(name).to_dict())
    prepare = create_transform(**config | {"crop_pct": 1.0})
    image = np.random.default_rng(0).integers(0, 256, (411, 411, 3)).astype(np.uint8)
    expected = prepare(Image.fromarray(image)).numpy()
    np.testing.assert_allclose(row.input(image), expected, rtol=0, atol=1e-6 * np.abs(expected).max())


def test_names_of_architectures_take_their_default_weights(hub, monkeypatch):
    network = reference("mobilenetv3_small_050")
    publish(hub, monkeypatch, "mobilenetv3_small_050", saved(network))
    module = load_model("timm:mobilenetv3_small_050")._engine.network.module
    state = network.state_dict()
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())


def test_twins_are_the_same_in_every_process_and_another_model(hub, monkeypatch):
    publish(hub, monkeypatch, TINY, saved(reference(TINY)))
    twin, other = load_model(f"timm:{TINY}-untrained"), load_model(f"timm:{TINY}", random_weights=True)
    assert twin.identifier == other.identifier == f"timm:{TINY}-untrained"
    assert twin.digest() == other.digest() is not None
    assert twin.digest() != load_model(f"timm:{TINY}").digest()
    assert twin.info.weights == ()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        drawn = library().create_model(TINY).state_dict()
    assert all(torch.equal(value, drawn[name]) for name, value in twin._engine.network.module.state_dict().items())


def test_what_the_hub_says_is_checked(hub, home, monkeypatch):
    content = saved(reference(TINY))
    publish(hub, monkeypatch, TINY, content)
    hub.says[TINY] = hashlib.sha256(content + b" ").hexdigest()
    with pytest.raises(HashMismatch, match=TINY):
        load_model(f"timm:{TINY}")
    assert not [path for path in home.rglob("*.safetensors") if path.is_file()]


def test_another_file_than_the_table_says_is_refused(hub, home, monkeypatch):
    content = saved(reference(TINY))
    publish(hub, monkeypatch, TINY, content + b" ", hashlib.sha256(content).hexdigest())
    with pytest.raises(HashMismatch, match=TINY):
        load_model(f"timm:{TINY}")
    assert not [path for path in home.rglob("*.safetensors") if path.is_file()]


def test_a_file_that_changes_after_its_first_use_is_refused(hub, home, monkeypatch):
    content = saved(reference(TINY))
    publish(hub, monkeypatch, TINY, content)
    assert load_model(f"timm:{TINY}").info.weights[0][1] == hashlib.sha256(content).hexdigest()
    for path in home.rglob("*.safetensors"):
        path.unlink()
    hub.files[TINY] = content + b" "
    with pytest.raises(HashMismatch):
        load_model(f"timm:{TINY}")


def test_a_truncated_file_is_refused(hub, monkeypatch):
    publish(hub, monkeypatch, TINY, saved(reference(TINY))[:-100])  # its hash is that of what is left
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model(f"timm:{TINY}")


def test_pickled_code_is_never_run(hub, monkeypatch, harmful):
    publish(hub, monkeypatch, TINY, pickle.dumps(harmful))
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model(f"timm:{TINY}")
    assert not harmful.ran


@pytest.mark.parametrize("change", ["another network", "a parameter less", "one too many"])
def test_weights_of_another_network_are_refused(hub, monkeypatch, change):
    state = load(saved(reference("mobilenetv3_small_075" if change == "another network" else TINY)))
    if change == "a parameter less":
        del state["conv_stem.weight"]
    if change == "one too many":
        state["another.weight"] = torch.zeros(3)
    publish(hub, monkeypatch, TINY, save(state))
    with pytest.raises(InvalidFile, match=f"not those of {TINY}"):
        load_model(f"timm:{TINY}")


def test_without_a_network_the_twin_is_offered(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="random_weights=True"):
        load_model("timm:resnet101.a1h_in1k")


def test_a_misspelt_option_is_refused():
    with pytest.raises(InvalidParameter, match="random_weight"):
        load_model(f"timm:{TINY}", random_weight=True)


def test_a_library_that_lacks_an_architecture_says_which_has_it():
    with pytest.raises(BrokenPlugin, match="(?i)pip install timm=="):
        build(replace(family.row(TINY), architecture="resnet_of_tomorrow"), None)
