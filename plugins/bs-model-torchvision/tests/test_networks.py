"""The networks: equal to the library's, with weights from a server, and recorded as a plain forward pass computes."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from brainscore_core import load_model
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile, InvalidParameter
from brainscore_core.stimuli import StimulusSet
from brainscore_vision.families import Weights
from brainscore_vision.families.torchvision_import import import_torchvision
from brainscore_vision.movies import MOVIES, ArrayClip
from bs_model_torchvision import torchvision as family

SMALL = ("squeezenet1_1", "shufflenet_v2_x0_5", "mnasnet0_5", "mobilenet_v3_small", "resnet18", "densenet121")
VIDEOS = {"mc3_18": 4, "r2plus1d_18": 4, "s3d": 14, "mvit_v1_b": 16, "swin3d_t": 4}
"""With frames of a window, as few as each takes: half a minute of arithmetic otherwise."""
OTHERS = ("alexnet", "googlenet", "inception_v3", "convnext_tiny", "vit_b_32", "swin_t", "regnet_y_400mf")


def reference(name: str) -> torch.nn.Module:
    """The library's own network with weights of another seed, so that none is as drawn with ours."""
    row = family.row(name)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network = import_torchvision().models.get_model_builder(row.architecture)(weights=None, **row.settings)
        for name, value in network.named_buffers():
            if name.endswith("running_var"):
                value.mul_(1 + torch.rand(value.shape) * 0.1)
    return network.eval()


def publish(served, name, monkeypatch, content: bytes, *, sha256: str | None = None) -> Weights:
    """Serve `content` as the weights of a row; of its hash the table knows what the library publishes: 8 digits."""
    folder, address = served
    digest = sha256 or hashlib.sha256(content).hexdigest()[:8]
    filename = f"{name}-{digest[:8]}.pth"
    (folder / filename).write_bytes(content)
    weights = Weights(filename, (f"{address}/{filename}",), digest)
    rows = {**family.rows(), name: replace(family.row(name), weights=weights)}
    monkeypatch.setattr(type(family), "rows", lambda self: rows)
    return weights


def saved(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def stimuli(row) -> StimulusSet:
    side = max(row.input.height, 100)
    generator = np.random.default_rng(0)
    images = {str(index): generator.integers(0, 256, (side, side, 3)).astype(np.uint8) for index in range(2)}
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)


def flat(output: torch.Tensor | tuple[torch.Tensor, ...]) -> np.ndarray:
    first = output if isinstance(output, torch.Tensor) else output[0]
    return first.flatten(1).numpy().copy()


def computed(network: torch.nn.Module, layers: list[str], batch: torch.Tensor) -> dict[str, np.ndarray]:
    """What layers compute in a plain forward pass."""
    kept: dict[str, np.ndarray] = {}
    for layer in layers:
        network.get_submodule(layer).register_forward_hook(
            lambda _module, _inputs, output, layer=layer: kept.__setitem__(layer, flat(output))
        )
    with torch.no_grad():
        network(batch)
    return kept


@pytest.mark.parametrize("name", [*SMALL, *OTHERS])
def test_recordings_equal_a_plain_forward_pass_of_the_library(served, name, monkeypatch):
    network = reference(name)
    publish(served, name, monkeypatch, saved(network.state_dict()))
    model, row = load_model(f"torchvision:{name}"), family.row(name)
    model.configure(cache=False)
    assert model.identifier == f"torchvision:{name}"
    assert sum(part.numel() for part in model._engine.network.module.parameters()) == row.parameters
    shown = stimuli(row)
    batch = torch.stack([torch.from_numpy(row.input(shown.open(id))) for id in shown])
    expected = computed(network, [layer for (layer,) in row.layers.values()], batch)
    for region, (layer,) in row.layers.items():
        model.start_recording(region)
        values = model.look_at(shown).values
        scale = np.abs(expected[layer]).max()
        assert scale > 0
        np.testing.assert_allclose(values, expected[layer], rtol=0, atol=1e-5 * scale, err_msg=layer)


@pytest.mark.parametrize(("name", "length"), VIDEOS.items())
def test_windows_of_a_clip_are_what_the_library_computes(served, name, length, monkeypatch):
    network, row = reference(name), family.row(name)
    publish(served, name, monkeypatch, saved(network.state_dict()))
    rows = {**family.rows(), name: replace(family.row(name), windows={**row.windows, "length": length, "stride": 3})}
    monkeypatch.setattr(type(family), "rows", lambda self: rows)
    model, rate = load_model(f"torchvision:{name}"), row.windows["frame_rate"]
    model.configure(cache=False)
    assert sum(part.numel() for part in model._engine.network.module.parameters()) == row.parameters
    shown = np.random.default_rng(0).integers(0, 256, (3, 40, 40, 3)).astype(np.uint8)
    clip = ArrayClip(shown, rate)
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": ["clip"]}), identifier="c", open=lambda _: clip, kind=MOVIES)
    window = [shown[max(0, at)] for at in range(3 - length, 3)]  # the clip, and its first frame before it
    batch = torch.stack([torch.from_numpy(row.input(frame)) for frame in window], dim=1)[None]
    (layer,) = row.layers["IT"]
    expected = computed(network, [layer], batch)[layer]
    model.start_recording("IT", time_bins=[(0, 3000 / rate)])
    scale = np.abs(expected).max()
    assert scale > 0
    np.testing.assert_allclose(model.look_at(stimuli).values[..., 0], expected, rtol=0, atol=1e-5 * scale)


def test_an_image_is_a_window_of_copies(home):
    model = load_model("torchvision:mc3_18-untrained")
    model.configure(cache=False)
    row, module = family.row("mc3_18"), model._engine.network.module
    image = np.random.default_rng(0).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": ["i"]}), identifier="i", open=lambda _: image)
    model.start_recording("V4")
    values = model.look_at(stimuli).values
    batch = torch.from_numpy(row.input(image))[None, :, None].repeat(1, 1, 16, 1, 1)
    (layer,) = row.layers["V4"]
    np.testing.assert_allclose(values, computed(module, [layer], batch)[layer], rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["vgg16.IMAGENET1K_FEATURES", "efficientnet_b2", "inception_v3", "resnet18"])
def test_inputs_are_the_library_s_without_its_margin(name):
    row, pixels = family.row(name), family.row(name).input.height
    transforms = import_torchvision().transforms
    mode = transforms.InterpolationMode(row.input.interpolation)
    library = transforms.Compose(
        [
            transforms.Resize((pixels, pixels), interpolation=mode),
            transforms.ToTensor(),
            transforms.Normalize(row.input.mean, row.input.std),
        ]
    )
    from PIL import Image

    image = np.random.default_rng(0).integers(0, 256, (411, 411, 3)).astype(np.uint8)
    expected = library(Image.fromarray(image)).numpy()
    np.testing.assert_allclose(row.input(image), expected, rtol=0, atol=1e-6 * np.abs(expected).max())


def test_old_names_of_dense_layers_are_understood(served, monkeypatch):
    state = reference("densenet121").state_dict()
    old = {
        name.replace("norm1", "norm.1").replace("norm2", "norm.2").replace("conv1", "conv.1").replace("conv2", "conv.2")
        if "denselayer" in name
        else name: value
        for name, value in state.items()
    }
    assert old.keys() != state.keys()
    publish(served, "densenet121", monkeypatch, saved(old))
    module = load_model("torchvision:densenet121")._engine.network.module
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())


def test_what_serves_the_training_of_googlenet_alone_is_left_out(served, monkeypatch):
    state = reference("googlenet").state_dict()
    publish(served, "googlenet", monkeypatch, saved({**state, "aux1.fc2.bias": torch.zeros(1000)}))
    module = load_model("torchvision:googlenet")._engine.network.module
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())


def test_twins_are_alike_in_every_process_and_stand_under_their_own_name(home):
    twin = load_model("torchvision:squeezenet1_1-untrained")
    other = load_model("torchvision:squeezenet1_1", random_weights=True)
    assert twin.identifier == other.identifier == "torchvision:squeezenet1_1-untrained"
    assert twin.digest() == other.digest() is not None
    weight = twin._engine.network.module.state_dict()["features.0.weight"]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        drawn = import_torchvision().models.squeezenet1_1(weights=None)
    assert torch.equal(weight, drawn.state_dict()["features.0.weight"])


def test_another_file_is_refused(served, home, monkeypatch):
    content = saved(reference("squeezenet1_1").state_dict())
    publish(served, "squeezenet1_1", monkeypatch, content + b" ", sha256=hashlib.sha256(content).hexdigest()[:8])
    with pytest.raises(HashMismatch, match="squeezenet1_1"):
        load_model("torchvision:squeezenet1_1")
    assert not [path for path in home.rglob("*.pth") if path.is_file()]


def test_a_file_that_changes_after_its_first_use_is_refused(served, home, monkeypatch):
    content = saved(reference("squeezenet1_1").state_dict())
    weights = publish(served, "squeezenet1_1", monkeypatch, content)
    assert load_model("torchvision:squeezenet1_1").info.weights[0][1] == hashlib.sha256(content).hexdigest()
    for path in home.rglob(weights.filename):
        path.unlink()
    (served[0] / weights.filename).write_bytes(content + b" ")
    with pytest.raises(HashMismatch):
        load_model("torchvision:squeezenet1_1")


def test_a_truncated_file_is_refused(served, monkeypatch):
    content = saved(reference("squeezenet1_1").state_dict())
    publish(served, "squeezenet1_1", monkeypatch, content[: len(content) // 2])  # its hash is that of the half
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model("torchvision:squeezenet1_1")


def test_pickled_code_inside_is_refused_and_never_run(served, monkeypatch, harmful):
    publish(served, "squeezenet1_1", monkeypatch, saved(harmful))
    with pytest.raises(InvalidFile, match="pickled code is never run"):
        load_model("torchvision:squeezenet1_1")
    assert not harmful.ran


def test_weights_of_another_network_are_refused(served, monkeypatch):
    publish(served, "squeezenet1_0", monkeypatch, saved(reference("squeezenet1_1").state_dict()))
    with pytest.raises(InvalidFile, match="not those of squeezenet1_0"):
        load_model("torchvision:squeezenet1_0")


def test_without_a_network_the_twin_is_offered(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="random_weights=True"):
        load_model("torchvision:resnet101")


def test_a_misspelt_option_is_refused():
    with pytest.raises(InvalidParameter, match="random_weight"):
        load_model("torchvision:resnet18", random_weight=True)
