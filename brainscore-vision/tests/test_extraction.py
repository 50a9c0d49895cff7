"""What is recorded is what a plain forward pass computes, however it is run; and what it is called is what it is."""

import copy
import errno
import os
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brainscore_core.cache import rows as rows_module
from brainscore_core.errors import InvalidModelOutput, InvalidParameter, NetworkFailed
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import place_on_screen, wrap
from brainscore_vision.activations import Engine, Selection, adapt
from brainscore_vision.activations.preprocessing import Preprocessing
from brainscore_vision.images import image_set

torch = pytest.importorskip("torch")
nn = torch.nn
pytestmark = pytest.mark.usefixtures("home")
RNG = np.random.default_rng(0)
IMAGES = {f"s{number:02d}": RNG.integers(0, 256, (20, 24, 3), dtype=np.uint8) for number in range(17)}
LAYERS = ["conv", "norm", "act", "tokens", "head"]
PREPARE = Preprocessing(resize=(16, 16))


class Tokens(nn.Module):
    def forward(self, x):
        return {"tokens": x.flatten(2).transpose(1, 2), "pooled": x.mean(dim=(2, 3))}


class Net(nn.Module):
    """Convolution, normalisation, an activation in place, tokens in a mapping, a head."""

    def __init__(self, act=nn.ReLU):
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.norm = nn.Conv2d(3, 5, 3, bias=False), nn.BatchNorm2d(5)
        self.act = act(inplace=True) if act is nn.ReLU else act()
        self.drop, self.tokens, self.head = nn.Dropout(0.5), Tokens(), nn.Linear(5, 7)
        self.register_buffer("shift", torch.zeros(5), persistent=False)
        self.gain = 1.0

    def forward(self, x):
        x = self.drop(self.act(self.norm(self.conv(x)))) * self.gain
        return self.head(self.tokens(x)["pooled"] + self.shift)


def stimuli(ids=None, identifier="seventeen", images=IMAGES):
    table = pd.DataFrame({"stimulus_id": list(ids or images)})
    return StimulusSet(table, identifier=identifier, open=images.__getitem__, key=lambda id: f"{identifier} {id}")


def plain(network, layer):
    """By hand, one image at a time."""
    network = copy.deepcopy(network).eval()
    rows = []
    for image in IMAGES.values():
        with torch.no_grad():
            x = torch.from_numpy(PREPARE(image))[None]
            steps = {"conv": network.conv(x)}
            steps["norm"] = network.norm(steps["conv"])
            steps["act"] = network.act(steps["norm"].clone())
            steps["tokens"] = network.tokens(steps["act"])["tokens"]
            steps["head"] = network(x)
        rows.append(steps[layer].flatten().numpy())
    return np.stack(rows)


def state(network):
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    return {name: value.detach().clone() for name, value in tensors.items()}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batch_size=st.integers(1, 18),
    workers=st.integers(1, 3),
    stops=st.lists(st.integers(1, 17), max_size=2),
    layers=st.lists(st.sampled_from(LAYERS), min_size=1, max_size=5, unique=True),
    training=st.booleans(),
)
def test_it_equals_a_plain_pass(tmp_path_factory, batch_size, workers, stops, layers, training):
    """For every batch size and number of workers, after interruptions, by other engines; the network is untouched."""
    network = Net().train(training)
    before = state(network)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path_factory.mktemp("home")))
        for stop in (*stops, None):
            engine = Engine(adapt(network), PREPARE, workers=workers, batch_size=batch_size)
            blocks, seen = [], 0
            with closing(engine.stream(stimuli(), [Selection(layer) for layer in layers])) as batches:
                for at, found in batches:
                    blocks.append(found)
                    seen += at.stop - at.start
                    if stop is not None and seen >= stop:
                        break
    for layer, parts in zip(layers, zip(*blocks, strict=True), strict=True):
        expected = plain(network, layer)
        np.testing.assert_allclose(np.concatenate(parts), expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    assert network.training is training and all(part.training is training for part in network.modules())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in network.modules())
    after = state(network)
    assert before.keys() == after.keys() and all(torch.equal(after[name], value) for name, value in before.items())
    assert not any(parameter.grad is not None for parameter in network.parameters())


# --- names ---------------------------------------------------------------------------------------------------------


def name(network=None, *, prepare=PREPARE, layer="conv", **options):
    """Where the rows of a layer are stored."""
    engine = Engine(adapt(network or Net(), options.pop("autocast", None)), prepare, **options)
    return engine.store(Selection(layer)).own.folder


def changed(change):
    network = Net()
    with torch.no_grad():
        change(network)
    return network


CHANGES = {
    "weight": lambda net: net.conv.weight.view(-1)[3].add_(1e-6),
    "buffer": lambda net: net.norm.running_mean[0].add_(1e-6),
    "buffer that is not saved": lambda net: net.shift[2].add_(1e-6),
    "activation": lambda net: setattr(net, "act", nn.GELU()),
    "attribute": lambda net: setattr(net, "gain", 1.0 + 1e-12),
    "attribute of a part": lambda net: setattr(net.norm, "eps", 2e-5),
    "dtype": lambda net: net.double(),
    "another part": lambda net: setattr(net, "extra", nn.Identity()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_change_of_the_network_is_another_name(change):
    assert name(changed(CHANGES[change])) != name()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_weight_and_any_buffer_is_in_the_name(data):
    network = Net()
    tensors = [tensor for tensor in (*network.parameters(), *network.buffers()) if tensor.is_floating_point()]
    tensor = data.draw(st.sampled_from(range(len(tensors))))
    index = data.draw(st.integers(0, tensors[tensor].numel() - 1))
    with torch.no_grad():
        flat = tensors[tensor].view(-1)
        flat[index] = torch.nextafter(flat[index], torch.tensor(torch.inf))
    assert name(network) != name()


OTHER_PREPROCESSING = st.sampled_from(
    [
        Preprocessing(resize=(16, 17)),
        Preprocessing(resize=(16, 16), crop=15),
        Preprocessing(resize=(16, 16), interpolation="bicubic"),
        Preprocessing(resize=(16, 16), mean=(0.5,)),
        Preprocessing(resize=(16, 16), colours="BGR"),
        Preprocessing(),
        None,
    ]
)


@given(OTHER_PREPROCESSING)
def test_preprocessing_is_in_the_name(other):
    assert name(prepare=other) != name()


def test_layer_precision_and_reduction_are_in_the_name():
    from brainscore_vision.activations.reduction import Pool, Projection

    names = [
        name(),
        name(layer="norm"),
        name(autocast="bfloat16"),
        name(reductions={"conv": (Pool(),)}),
        name(reductions={"conv": (Pool(), Projection(3))}),
    ]
    assert len(set(names)) == len(names)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batch_size=st.none() | st.integers(1, 99),
    workers=st.none() | st.integers(1, 9),
    identifier=st.text("abc", min_size=1),
    degrees=st.floats(1, 20),
    region=st.sampled_from(["V1", "IT"]),
    training=st.booleans(),
)
def test_what_does_not_decide_a_row_is_not_in_its_name(batch_size, workers, identifier, degrees, region, training):
    model = wrap(
        Net().train(training),
        preprocessing=PREPARE,
        layers={region: "conv"},
        visual_degrees=degrees,
        identifier=identifier,
        workers=workers,
    )
    model.configure(batch_size=batch_size)
    assert model.engine.store(Selection("conv")).own.folder == name()


def runs(network, model, shown):
    """How many images go through a network."""
    record, ran = network.record, []
    network.record = lambda inputs, layers: (ran.extend(inputs), record(inputs, layers))[1]
    model.start_recording("IT")
    model.look_at(shown)
    network.record = record
    return len(ran)


def test_a_pixel_is_another_image_and_paths_ids_and_sets_are_not(tmp_path):
    from PIL import Image

    model = wrap(Net(), preprocessing=PREPARE, layers={"IT": "conv"}, visual_degrees=8)
    network = model.engine.network
    assert runs(network, model, stimuli()) == len(IMAGES)
    assert runs(network, model, stimuli(identifier="another set")) == 0
    assert runs(network, model, stimuli(images={f"x{key}": image for key, image in IMAGES.items()})) == 0
    files = {}
    for key, image in IMAGES.items():
        files[key] = tmp_path / f"elsewhere-{key}.png"
        Image.fromarray(image).save(files[key])
    assert runs(network, model, image_set("files", pd.DataFrame({"stimulus_id": list(files)}), files)) == 0
    one = copy.deepcopy(IMAGES)
    one["s03"][5, 5, 1] ^= 1
    assert runs(network, model, stimuli(identifier="a pixel", images=one)) == 1
    smaller = place_on_screen(stimuli(identifier="smaller"), 8, 4)
    assert runs(network, model, smaller) == len(IMAGES)


# --- networks that are not as they should be -----------------------------------------------------------------------


class Random(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Identity()

    def forward(self, x):
        return self.layer(x.flatten(1) + torch.rand(1))


def test_random_answers_are_noticed_and_never_served_from_disk(caplog):
    first, second = (wrap(Random(), preprocessing=PREPARE, layers={"IT": "layer"}, visual_degrees=8) for _ in range(2))
    first.start_recording("IT")
    before = first.look_at(stimuli())
    np.testing.assert_array_equal(first.look_at(stimuli()), before)
    second.start_recording("IT")
    assert not np.array_equal(second.look_at(stimuli()), before)
    assert "stored activations of layer 'layer' and the network now disagree" in caplog.text


def frozen():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()).eval()
    example = torch.ones(2, 3, 16, 16)
    yield "scripted", torch.jit.script(module)
    yield "frozen", torch.jit.freeze(torch.jit.script(module))
    yield "traced", torch.jit.trace(module, example)


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning", "ignore:.*TorchScript.*")
@pytest.mark.parametrize("kind", ["scripted", "frozen", "traced"])
def test_a_frozen_graph_has_no_layers_but_its_output_can_be_recorded(kind):
    network = dict(frozen())[kind]
    with pytest.raises(InvalidParameter, match="is a frozen graph, whose layers cannot be recorded.*Wrap a function"):
        wrap(network, preprocessing=PREPARE, layers={"IT": "0"}, visual_degrees=8)

    def function(batch):
        with torch.no_grad():
            return network(torch.from_numpy(batch)).numpy()

    model = wrap(function, preprocessing=PREPARE, layers={"IT": "output"}, visual_degrees=8)
    model.start_recording("IT")
    assert model.look_at(stimuli()).shape == (17, 4 * 14 * 14)


def test_an_exported_graph():
    network = torch.export.export(nn.Sequential(nn.Linear(4, 4)).eval(), (torch.ones(2, 4),)).module().cpu()
    with pytest.raises(InvalidParameter, match="is a frozen graph"):
        adapt(network).record([np.ones(4, np.float32)] * 2, ["0"])


def test_inputs_of_a_size_that_the_network_does_not_take():
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 5))
    model = wrap(network, preprocessing=PREPARE, layers={"IT": "1"}, visual_degrees=8)
    model.start_recording("IT")
    says = r"Sequential fails on a batch of shape \(16, 3, 16, 16\).*shapes cannot be multiplied.*Let preprocessing="
    with pytest.raises(NetworkFailed, match=says) as caught:
        model.look_at(stimuli())
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize("made", [None, {"pixels": np.ones(3)}, "image", [[1], [1, 2]]], ids=repr)
def test_inputs_that_are_no_arrays(made):
    model = wrap(Net(), preprocessing=lambda image: made, layers={"IT": "conv"}, visual_degrees=8)
    model.start_recording("IT")
    with pytest.raises(InvalidModelOutput, match=f"preprocessing made a {type(made).__name__} of stimulus 's00'"):
        model.look_at(stimuli())


class Unfolding(nn.Module):
    def __init__(self, steps):
        super().__init__()
        self.steps, self.step, self.after = steps, nn.Identity(), nn.Identity()

    def forward(self, x):
        x = x.flatten(1)
        for _ in range(self.steps):
            x = self.step(x + 1)
        return self.after(x)


def test_a_layer_that_is_called_more_often_than_before():
    """Where passes ended was learned from a network that its owner has changed since."""
    network = Unfolding(2)
    model = wrap(network, preprocessing=PREPARE, layers={"IT": "step"}, visual_degrees=8)
    model.start_recording("IT")
    two = model.look_at(stimuli()).values
    network.steps = 5
    model.start_recording("IT")
    np.testing.assert_allclose(model.look_at(stimuli()).values - two, 3, atol=1e-5)


class Stubborn(nn.Module):
    """Its statistics follow what it sees whatever mode it is put in."""

    def __init__(self):
        super().__init__()
        self.norm, self.flat = nn.BatchNorm2d(3), nn.Flatten()

    def train(self, mode=True):
        super().train(mode)
        self.norm.training = True
        return self

    def forward(self, x):
        return self.flat(self.norm(x))


def test_a_network_that_keeps_parts_in_training_mode():
    network = Stubborn().train()
    model = wrap(network, preprocessing=PREPARE, layers={"IT": "flat"}, visual_degrees=8)
    model.start_recording("IT")
    found = model.look_at(stimuli()).values
    inputs = torch.stack([torch.from_numpy(np.asarray(PREPARE(image))) for image in IMAGES.values()])
    np.testing.assert_allclose(found, (inputs / (1 + 1e-5) ** 0.5).flatten(1).numpy(), rtol=1e-5)
    assert network.training and network.norm.training and network.norm.num_batches_tracked == 0


def test_a_hook_on_all_modules_is_in_the_name():
    network = Net()
    model = wrap(network, preprocessing=PREPARE, layers={"IT": "conv"}, visual_degrees=8)
    model.start_recording("IT")
    before, digest = model.look_at(stimuli()).values, model.digest()
    handle = nn.modules.module.register_module_forward_hook(doubled)
    try:
        assert model.digest() != digest
        model.start_recording("IT")
        assert np.abs(model.look_at(stimuli()).values).max() > 1.9 * np.abs(before).max()
    finally:
        handle.remove()
    model.start_recording("IT")
    np.testing.assert_array_equal(model.look_at(stimuli()).values, before)


def doubled(module, inputs, output):
    return output * 2 if isinstance(output, torch.Tensor) else output


def test_parameters_without_values():
    with torch.device("meta"):
        network = Net()
    model = wrap(network, preprocessing=PREPARE, layers={"IT": "conv"}, visual_degrees=8)
    with pytest.raises(InvalidParameter, match="lies on the device 'meta'"):
        model.start_recording("IT")
        model.look_at(stimuli())


# --- whole runs ----------------------------------------------------------------------------------------------------


def test_a_disk_that_fills_up_in_the_middle_is_resumed_from(home, monkeypatch, caplog):
    monkeypatch.setattr(rows_module, "SHARD_BYTES", 1)
    replace, left = os.replace, [5]

    def filling(source, target):
        if str(target).endswith(".npy"):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(source, target)

    network = Net()
    with monkeypatch.context() as patched:
        patched.setattr("brainscore_core.data.writing.os.replace", filling)
        first = Engine(adapt(network), PREPARE, batch_size=2)
        found = np.concatenate([blocks[0] for _, blocks in first.stream(stimuli(), [Selection("conv")])])
    expected = plain(network, "conv")
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())
    assert "rows of layer 'conv' are computed but not kept" in caplog.text
    kept = len(list(home.rglob("*.npy")))
    assert kept == 5
    second = Engine(adapt(network), PREPARE, batch_size=2)
    ran, record = [], second.network.record
    second.network.record = lambda inputs, layers: (ran.extend(inputs), record(inputs, layers))[1]
    again = np.concatenate([blocks[0] for _, blocks in second.stream(stimuli(), [Selection("conv")])])
    np.testing.assert_allclose(again, expected, atol=1e-5 * np.abs(expected).max())
    assert len(ran) == len(IMAGES) - 2 * kept + 2, "what was not kept, and two to see that what was is right"


class Restless(nn.Module):
    """Draws random numbers whatever mode it is in."""

    def __init__(self, draw):
        super().__init__()
        self.flat, self.out, self.draw = nn.Flatten(), nn.Identity(), draw

    def forward(self, x):
        return self.out(self.draw(self.flat(x)))


RESTLESS = {
    "dropout": lambda x: nn.functional.dropout(x, 0.5, training=True),
    "torch": lambda x: x + torch.randn(x.shape),
    "one for the batch": lambda x: x + torch.randn(1),
    "numpy": lambda x: x + float(np.random.normal()),
}


@pytest.mark.parametrize("draw", RESTLESS)
def test_random_outputs_are_noticed_in_the_first_run(draw, caplog):
    model = wrap(Restless(RESTLESS[draw]), preprocessing=PREPARE, layers={"IT": "out"}, visual_degrees=8)
    model.start_recording("IT")
    model.look_at(stimuli())
    assert caplog.text.count("layer 'out' computes different rows for stimulus 's00'") == 1
    assert "draws random numbers. Switch dropout and noise off in evaluation mode" in caplog.text


def _seeded(x):
    torch.manual_seed(0)
    return x + torch.randn(x.shape[1])


def test_random_numbers_that_are_the_same_in_each_pass_or_not_used_are_no_matter(caplog):
    for draw in (_seeded, lambda x: (torch.randn(3), x)[1]):
        model = wrap(Restless(draw), preprocessing=PREPARE, layers={"IT": "out"}, visual_degrees=8)
        model.start_recording("IT")
        one = model.look_at(stimuli()).values
        np.testing.assert_array_equal(model.look_at(stimuli()).values, one)
    assert "random numbers" not in caplog.text


@pytest.mark.parametrize("how", ["in place", "loaded", "replaced"])
def test_weights_that_change_between_start_recording_and_look_at(how):
    network = Net()
    model = wrap(network, preprocessing=PREPARE, layers={"IT": "conv"}, visual_degrees=8)
    model.start_recording("IT")
    before = model.look_at(stimuli()).values
    model.start_recording("IT")
    doubled = 2 * network.conv.weight.detach().clone()
    if how == "in place":
        with torch.no_grad():
            network.conv.weight.mul_(2)
    elif how == "loaded":
        network.load_state_dict({**network.state_dict(), "conv.weight": doubled})
    else:
        network.conv.weight = nn.Parameter(doubled)
    after = model.look_at(stimuli()).values
    assert not np.allclose(after, before)
    with torch.no_grad():
        network.conv.weight.div_(2)
    model.start_recording("IT")
    np.testing.assert_allclose(model.look_at(stimuli()).values, before, atol=1e-6)
