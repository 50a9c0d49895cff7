"""The networks: what the Hub has is what is recorded, as a plain forward pass of transformers computes it."""

import hashlib
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load, save

from brainscore_core import load_model
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile, InvalidParameter
from brainscore_core.stimuli import StimulusSet
from brainscore_vision.activations.content import content_of
from brainscore_vision.movies import MOVIES, ArrayClip
from bs_model_huggingface import hf as family
from bs_model_huggingface.hub import weights
from bs_model_huggingface.network import library

SMALL = {"hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 2, "intermediate_size": 64, "image_size": 32}
VIT = SMALL | {"patch_size": 8}
STAGED = {"depths": [1, 1, 1, 1], "hidden_sizes": [8, 8, 8, 8], "image_size": 64}
PREPARED = {
    "do_center_crop": True,
    "crop_size": {"height": 32, "width": 32},
    "size": {"shortest_edge": 40},
    "resample": 3,
    "image_mean": [0.5, 0.4, 0.3],
    "image_std": [0.2, 0.2, 0.2],
}


def drawn(kind: str, **config: object) -> torch.nn.Module:
    """A network of transformers with weights of another seed than ours."""
    transformers = library()
    described = getattr(transformers, kind).config_class(**config)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return getattr(transformers, kind)(described).eval()


def noise(pixels: int) -> StimulusSet:
    generator = np.random.default_rng(0)
    images = {str(index): generator.integers(0, 256, (pixels, pixels, 3)).astype(np.uint8) for index in range(3)}
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)


def check_recordings(model, network: torch.nn.Module, rename=lambda layer: layer) -> None:
    """What is recorded is what a plain forward pass of `network` computes, within 1e-5 of a layer's largest value."""
    model.configure(cache=False)
    prepare = model._engine.preprocessing
    shown, kept = noise(prepare.height), {}
    layers = {layer for (layer,) in model.info.layers.values()}

    def hook(layer: str):
        def note(_module: object, _inputs: object, output: object) -> None:
            tensor = output if isinstance(output, torch.Tensor) else output[0]
            kept[layer] = tensor.flatten(1).numpy().copy()

        return note

    for layer in layers:
        network.get_submodule(rename(layer)).register_forward_hook(hook(layer))
    with torch.no_grad():
        network(pixel_values=torch.stack([torch.from_numpy(prepare(shown.open(id))) for id in shown]))
    for region, (layer,) in model.info.layers.items():
        model.start_recording(region)
        scale = np.abs(kept[layer]).max()
        assert scale > 0
        np.testing.assert_allclose(model.look_at(shown).values, kept[layer], rtol=0, atol=1e-5 * scale)


TOWERS = {"text_config": SMALL | {"vocab_size": 50, "bos_token_id": 0, "eos_token_id": 1}, "vision_config": VIT}


@pytest.mark.parametrize(
    ("kind", "config", "part"),
    [
        ("ViTForImageClassification", VIT, "vit"),
        ("DeiTForImageClassification", VIT, "deit"),
        ("BeitForImageClassification", VIT | {"use_relative_position_bias": True}, "beit"),
        ("Dinov2Model", {"image_size": 28, **{name: SMALL[name] for name in list(SMALL)[:3]}}, ""),
        ("ConvNextForImageClassification", STAGED, "convnext"),
        ("ResNetForImageClassification", STAGED | {"embedding_size": 8}, "resnet"),
        (
            "SwinForImageClassification",
            {"embed_dim": 12, "depths": [2, 1, 1, 2], "image_size": 32, "patch_size": 2, "window_size": 2},
            "swin",
        ),
        ("CLIPModel", TOWERS, "vision_model"),
        ("SiglipModel", TOWERS, "vision_model"),
    ],
)
def test_any_repository_that_transformers_understands(server, kind, config, part):
    network = drawn(kind, **config)
    described = network.config.to_dict()
    content = server.put("org/net", network, config=described, preprocessor_config=PREPARED)
    model = load_model("hf:org/net")
    assert model.identifier == "hf:org/net"
    assert model.info.weights == (("org--net.safetensors", hashlib.sha256(content).hexdigest()),)
    assert model.info.preprocessing["interpolation"] == "bicubic"
    assert model.info.preprocessing["mean"] == [0.5, 0.4, 0.3]
    assert (model.info.preprocessing["height"], model.info.preprocessing["width"]) == (32, 32)
    assert model.info.parameters == sum(part.numel() for part in model._engine.network.module.parameters())
    check_recordings(model, network.get_submodule(part))


@pytest.mark.parametrize(
    "name", ["google/mobilenet_v2_0.35_96", "facebook/convnextv2-atto-1k-224", "facebook/deit-tiny-patch16-224"]
)
def test_rows_of_the_table(server, monkeypatch, name):
    row = family.row(name)
    head = {"MobileNetV2Model": "MobileNetV2", "ConvNextV2Model": "ConvNextV2", "ViTModel": "ViT"}[row.architecture]
    network = drawn(f"{head}ForImageClassification", **row.settings["config"])
    server.put(name, network)
    moved = replace(row, weights=weights(name, "main"))
    monkeypatch.setattr(type(family), "rows", lambda self: {name: moved})
    model = load_model(f"hf:{name}")
    (body,) = [part for part in network.children() if type(part).__name__ == row.architecture]
    check_recordings(model, body)
    assert model.info.parameters == row.parameters


def test_the_encoder_of_a_masked_autoencoder_sees_whole_images(server, monkeypatch):
    network = drawn(
        "ViTMAEForPreTraining",
        **VIT,
        mask_ratio=0.0,
        decoder_hidden_size=32,
        decoder_num_hidden_layers=1,
        decoder_num_attention_heads=2,
        decoder_intermediate_size=64,
    )
    name = "facebook/vit-mae-base"
    server.put(name, network)
    row = replace(family.row(name), settings={"config": VIT, "options": {"add_pooling_layer": False}})
    row = replace(row, weights=weights(name, "main"), stages=tuple(f"layers.{index}" for index in range(4)))
    monkeypatch.setattr(type(family), "rows", lambda self: {name: row})
    module = load_model(f"hf:{name}")._engine.network.module
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    order = torch.arange(16, dtype=torch.float32)[None]  # noise that keeps patches in their order
    with torch.no_grad():
        expected = network.vit(image, noise=order).last_hidden_state
        torch.testing.assert_close(module(image).last_hidden_state, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "head", "body", "config"),
    [
        ("MCG-NJU/videomae-base-finetuned-kinetics", "VideoMAE", "videomae", {"num_frames": 4, "tubelet_size": 2}),
        ("facebook/timesformer-base-finetuned-k400", "Timesformer", "timesformer", {"num_frames": 4}),
    ],
)
def test_windows_of_a_clip_are_what_the_library_computes(server, monkeypatch, name, head, body, config):
    network = drawn(f"{head}ForVideoClassification", **VIT, **config)
    server.put(name, network)
    row = family.row(name)
    assert row.architecture == f"{head}Model"
    small = replace(
        row,
        settings={"config": VIT | config, "options": {}},
        input=replace(row.input, height=32, width=32),
        windows={**row.windows, "length": 4, "stride": 2},
        stages=tuple(f"encoder.layer.{index}" for index in range(4)),
        weights=weights(name, "main"),
    )
    monkeypatch.setattr(type(family), "rows", lambda self: {name: small})
    model = load_model(f"hf:{name}")
    model.configure(cache=False)
    shown = np.random.default_rng(0).integers(0, 256, (4, 40, 40, 3)).astype(np.uint8)
    clip = ArrayClip(shown, row.windows["frame_rate"])
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": ["clip"]}), identifier="c", open=lambda _: clip, kind=MOVIES)
    model.start_recording("IT", time_bins=[(2000 / clip.frame_rate, 4000 / clip.frame_rate)])  # the second window
    values = model.look_at(stimuli).values[..., 0]
    batch = torch.stack([torch.from_numpy(small.input(frame)) for frame in shown])[None]
    with torch.no_grad():
        states = network.get_submodule(body)(pixel_values=batch, output_hidden_states=True).hidden_states
    np.testing.assert_allclose(values, states[4].flatten(1).numpy(), rtol=0, atol=1e-5 * float(states[4].abs().max()))


@pytest.mark.parametrize("kind", ["class", "mean"])
def test_tokens_are_chosen(server, kind):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict(), preprocessor_config=PREPARED)
    models = [load_model("hf:org/net", tokens=which) for which in ("all", kind)]
    recorded = []
    for model in models:
        model.configure(cache=False)
        model.start_recording("IT")
        recorded.append(model.look_at(noise(32)).values)
    everything = recorded[0].reshape(3, 17, 32)  # a class token, 16 patches
    expected = everything[:, 0] if kind == "class" else everything.mean(axis=1)
    np.testing.assert_allclose(recorded[1], expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    assert models[0].digest() != models[1].digest()


def test_a_choice_of_tokens_that_is_none_is_refused(server):
    with pytest.raises(InvalidParameter, match="'class', 'mean' or 'all'"):
        load_model("hf:facebook/deit-tiny-patch16-224-untrained", tokens="first")


def test_no_pass_changes_what_a_network_is(server):
    windows = {"embed_dim": 12, "depths": [2, 2], "num_heads": [3, 3], "image_size": 32, "window_size": 4}
    network = drawn("SwinModel", **windows)
    server.put("org/net", network, config=network.config.to_dict(), preprocessor_config=PREPARED)
    model = load_model("hf:org/net")
    before = content_of(model._engine.network.module)
    model.start_recording("IT")
    model.look_at(noise(32))
    assert content_of(model._engine.network.module) == before


def test_half_precision_is_read_as_single(server):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network.half(), config=network.config.to_dict() | {"dtype": "float16"})
    module = load_model("hf:org/net")._engine.network.module
    assert {part.dtype for part in module.parameters()} == {torch.float32}


def test_twins_need_the_description_alone(server):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict())
    del server.files["org/net/model.safetensors"]
    twin, other = load_model("hf:org/net-untrained"), load_model("hf:org/net", random_weights=True)
    assert twin.identifier == other.identifier == "hf:org/net-untrained"
    assert twin.digest() == other.digest() is not None
    assert twin.info.weights == ()


def test_twins_of_the_table_need_no_hub(server):
    twin = load_model("hf:google/mobilenet_v2_0.35_96-untrained")
    assert twin.digest() == load_model("hf:google/mobilenet_v2_0.35_96", random_weights=True).digest() is not None
    assert server.log == []


def test_a_repository_is_asked_once(server):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict(), preprocessor_config=PREPARED)
    first = load_model("hf:org/net").digest()
    count = len(server.log)
    assert load_model("hf:org/net").digest() == first
    assert len(server.log) == count


def test_weights_that_change_after_their_first_use_are_refused(server, home):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict(), preprocessor_config=PREPARED)
    load_model("hf:org/net")
    for path in home.rglob("org--net.safetensors"):
        path.unlink()
    server.put("org/net", drawn("ViTModel", **VIT | {"intermediate_size": 32}))
    with pytest.raises(HashMismatch, match="org--net"):
        load_model("hf:org/net")


def test_a_revision_is_another_file(server):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict())
    assert load_model("hf:org/net", revision="0123456789abcdef0123456789abcdef01234567").identifier == "hf:org/net"
    with pytest.raises(DataUnavailable, match="config.json"):
        load_model("hf:org/net", revision="v2")
    with pytest.raises(InvalidParameter, match="commit, tag or branch"):
        load_model("hf:org/net", revision="../other")


def test_a_stated_hash_counts(server):
    network = drawn("ViTModel", **VIT)
    content = server.put("org/net", network, config=network.config.to_dict())
    with pytest.raises(HashMismatch):
        load_model("hf:org/net", sha256="0" * 64)
    assert load_model("hf:org/net", sha256=hashlib.sha256(content).hexdigest()).identifier == "hf:org/net"


def test_truncated_weights_are_refused(server):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict())
    name = "org/net/model.safetensors"
    server.files[name] = server.files[name][:-100]
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model("hf:org/net")


def test_pickled_code_inside_is_refused_and_never_run(server, harmful):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict())
    server.files["org/net/model.safetensors"] = pickle.dumps(harmful)
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model("hf:org/net")
    assert not harmful.ran


def test_weights_that_lack_a_parameter_are_refused(server):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict())
    state = load(server.files["org/net/model.safetensors"])
    lacking = next(name for name in state if "layers.2" in name)
    server.files["org/net/model.safetensors"] = save({name: value for name, value in state.items() if name != lacking})
    with pytest.raises(InvalidFile, match="lack .*layers.2"):
        load_model("hf:org/net")


def test_weights_of_another_shape_are_refused(server):
    server.put(
        "org/net",
        drawn("ViTModel", **VIT | {"intermediate_size": 32}),
        config=drawn("ViTModel", **VIT).config.to_dict(),
    )
    with pytest.raises(InvalidFile, match="org/net"):
        load_model("hf:org/net")


def test_without_safetensors_nothing_is_read(server):
    network = drawn("ViTModel", **VIT)
    server.put("org/net", network, config=network.config.to_dict())
    server.files["org/net/pytorch_model.bin"] = server.files.pop("org/net/model.safetensors")
    with pytest.raises(DataUnavailable, match="model.safetensors|org--net"):
        load_model("hf:org/net")
    assert not [path for _, path in server.log if path.endswith(".bin")]


def test_code_of_repositories_is_never_run(server):
    described = {"model_type": "of-their-own", "auto_map": {"AutoModel": "modeling.Net"}}
    server.put("org/net", drawn("ViTModel", **VIT), config=described)
    server.files["org/net/modeling.py"] = b"raise SystemExit"
    with pytest.raises(InvalidParameter, match="knows no of-their-own.*never run"):
        load_model("hf:org/net")
    assert not [path for _, path in server.log if path.endswith(".py")]


@pytest.mark.parametrize("described", [b"[]", b"{", b'"vit"'])
def test_a_description_that_is_none_is_refused(server, described):
    server.put("org/net", drawn("ViTModel", **VIT))
    server.files["org/net/config.json"] = described
    with pytest.raises(InvalidFile, match="config.json of org/net"):
        load_model("hf:org/net")


def test_networks_that_read_alone_are_refused(server):
    server.put("org/net", drawn("ViTModel", **VIT), config={"model_type": "bert"})
    with pytest.raises(InvalidParameter, match="sees nothing"):
        load_model("hf:org/net")


def test_a_size_is_needed(server):
    network = drawn("ResNetModel", depths=[1, 1, 1, 1], hidden_sizes=[8, 8, 8, 8], embedding_size=8)
    server.put("org/net", network, config=network.config.to_dict(), preprocessor_config={"resample": 2})
    with pytest.raises(InvalidFile, match="says no size"):
        load_model("hf:org/net")


def test_without_a_hub_the_twin_is_offered(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="random_weights=True"):
        load_model("hf:google/vit-base-patch16-224")


def test_loading_is_silent(server, capfd):
    network = drawn("ViTForImageClassification", **VIT)
    server.put("org/net", network, config=network.config.to_dict(), preprocessor_config=PREPARED)
    load_model("hf:org/net")
    assert capfd.readouterr() == ("", "")
