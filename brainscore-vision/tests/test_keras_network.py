"""Keras models: every kind of them, by layer name, on the backend that Keras runs on; as PyTorch computes them."""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

HAS = {name: importlib.util.find_spec(name) is not None for name in ("tensorflow", "torch")}
os.environ.setdefault("KERAS_BACKEND", "torch" if HAS["torch"] else "tensorflow")
keras = pytest.importorskip("keras", exc_type=ImportError)

from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnknownLayer  # noqa: E402
from brainscore_core.stimuli import StimulusSet  # noqa: E402
from brainscore_vision import wrap  # noqa: E402
from brainscore_vision.activations import adapt  # noqa: E402
from brainscore_vision.activations.content import content_digest, unreadable_reason  # noqa: E402
from brainscore_vision.activations.effects import Effect, intervening  # noqa: E402
from brainscore_vision.activations.keras_content import as_array  # noqa: E402
from brainscore_vision.activations.keras_network import import_keras  # noqa: E402
from brainscore_vision.perturbation import lesion, perturbed  # noqa: E402

layers = keras.layers
INPUTS = list(np.random.default_rng(0).normal(size=(5, 12, 12, 3)).astype(np.float32))


def weights_of(layer):
    return [as_array(weight.value) for weight in layer.weights]


def close(one, other):
    assert one.shape == other.shape
    np.testing.assert_allclose(one, other, atol=1e-5 * np.abs(other).max())


def functional(width=4, activation="relu", seed=0):
    keras.utils.set_random_seed(seed)
    held = keras.Input((10, 10, width))
    x = layers.DepthwiseConv2D(3, name="depthwise")(held)
    x = layers.BatchNormalization(name="norm")(x)
    inner = keras.Model(held, layers.Activation(activation, name="act")(x), name="inner")
    seen = keras.Input((12, 12, 3))
    x = inner(layers.Conv2D(width, 3, name="conv")(seen))
    x = layers.Dropout(0.5, name="drop")(layers.GlobalAveragePooling2D(name="pool")(x))
    model = keras.Model(seen, layers.Dense(7, name="head")(x))
    rng = np.random.default_rng(seed)
    model.set_weights([rng.uniform(0.1, 1, weight.shape) - 0.4 * (len(weight.shape) > 1) for weight in model.weights])
    return model


@keras.saving.register_keras_serializable("tests")
class Subclassed(keras.Model):
    """Its layers are in a list, its output is a dictionary, its gain a plain attribute."""

    def __init__(self, gain=2.0):
        super().__init__()
        self.convs = [layers.Conv2D(4, 3, name=f"conv{number}") for number in range(2)]
        self.head = layers.Dense(3, name="head")
        self.gain = gain

    def call(self, x):
        for conv in self.convs:
            x = conv(x)
        return {"named": self.head(keras.ops.mean(x, (1, 2))) * self.gain, "map": x}


def built(gain=2.0, seed=0):
    keras.utils.set_random_seed(seed)
    model = Subclassed(gain)
    model(np.stack(INPUTS))
    return model


@pytest.mark.parametrize("repeat", [1, 3])
@pytest.mark.parametrize("size", [1, 5])
def test_every_layer_equals_a_plain_pass(size, repeat):
    model = functional()
    network = adapt(model)
    assert network.layers() == [
        "conv", "inner", "inner/depthwise", "inner/norm", "inner/act", "pool", "drop", "head"
    ]  # fmt: skip
    network.check(network.layers())
    for _ in range(repeat):
        recorded = network.record(INPUTS[:size], network.layers())
    x = np.stack(INPUTS[:size])
    inner = model.get_layer("inner")
    for name in ("conv", "inner", "inner/depthwise", "inner/norm", "inner/act", "pool", "drop", "head"):
        if name in ("inner/depthwise", "inner/norm", "inner/act"):
            part = keras.Model(inner.input, inner.get_layer(name[6:]).output)
            plain = as_array(part(model.get_layer("conv")(x)))
        elif name in ("inner", "conv"):
            plain = as_array(model.get_layer("conv")(x))
            plain = as_array(inner(plain)) if name == "inner" else plain
        else:
            plain = as_array(keras.Model(model.input, model.get_layer(name).output)(x))
        close(recorded[name], plain.reshape(size, -1))
    form = network.forms["inner/norm"]
    assert (form.dims, form.shape) == (("y", "x", "channel"), (8, 8, 4))


def test_a_model_of_a_list_of_one_input():
    seen = keras.Input((3,))
    model = keras.Model([seen], layers.Dense(2, name="only")(seen))
    assert adapt(model).record([np.ones(3, np.float32)], ["only"])["only"].shape == (1, 2)


def test_a_layer_within_another_by_its_own_name():
    network = adapt(functional())
    network.check(["norm", "inner/norm"])
    recorded = network.record(INPUTS, ["norm", "inner/norm", "head"])
    assert list(recorded) == ["norm", "inner/norm", "head"]
    np.testing.assert_array_equal(recorded["norm"], recorded["inner/norm"])


def test_subclassed_models_and_parts_of_outputs():
    model = built()
    outer = keras.Sequential([keras.Input((12, 12, 3)), layers.Identity(name="same")])
    recorded = adapt(model).record(INPUTS, ["conv0", "conv1", "head"])
    whole = {name: as_array(value) for name, value in model(np.stack(INPUTS)).items()}
    close(recorded["conv1"], whole["map"].reshape(5, -1))
    close(recorded["head"] * 2, whole["named"])
    np.testing.assert_array_equal(adapt(outer).record(INPUTS, ["same"])["same"], np.stack(INPUTS).reshape(5, -1))


class Holding(keras.Model):
    def __init__(self, held):
        super().__init__()
        self.held = held

    def call(self, x):
        return self.held(x)["named"]


def test_a_part_of_what_a_layer_returns():
    held = built()
    model = Holding(held)
    model(np.stack(INPUTS))
    name = held.name
    network = adapt(model)
    network.check([f"{name}:map", f"{name}/head"])
    recorded = network.record(INPUTS, [name, f"{name}:map"])
    close(recorded[name], as_array(model(np.stack(INPUTS))))
    assert recorded[f"{name}:map"].shape == (5, 8 * 8 * 4)
    with pytest.raises(InvalidModelOutput, match=r"without a part 'other'.*\['named', 'map'\]"):
        network.record(INPUTS, [f"{name}:other"])


def test_the_model_is_left_as_it_was():
    model = functional()
    before, held = weights_of(model), {layer.name: set(vars(layer)) for layer in model.layers}
    adapt(model).record(INPUTS, ["conv", "norm"])
    with pytest.raises(Exception, match="inner|shape|channels|Input") as failure:
        adapt(model).record([np.zeros((12, 12, 2), np.float32)], ["conv"])
    assert "fails on a batch of shape (1, 12, 12, 2)" in str(failure.value)
    assert {layer.name: set(vars(layer)) for layer in model.layers} == held
    for one, other in zip(before, weights_of(model), strict=True):
        np.testing.assert_array_equal(one, other)


def test_of_a_layer_that_is_called_twice_the_last_call():
    shared = layers.Dense(3, name="shared")
    seen = keras.Input((3,))
    model = keras.Model(seen, layers.Identity(name="end")(shared(shared(seen))))
    network = adapt(model)
    for _ in range(2):
        recorded = network.record([np.ones(3, np.float32)] * 2, ["shared"])["shared"]
        close(recorded, as_array(model(np.ones((2, 3), np.float32))))


class Unfolding(keras.Model):
    def __init__(self):
        super().__init__()
        self.steps, self.step = 2, layers.Identity(name="step")

    def call(self, x):
        for _ in range(self.steps):
            x = self.step(x + 1)
        return x


def test_a_layer_that_is_called_more_often_than_before():
    model = Unfolding()
    model(np.ones((1, 3), np.float32))
    network, inputs = adapt(model), [np.ones(3, np.float32)]
    for _ in range(2):
        assert (network.record(inputs, ["step"])["step"] == 3).all()
    model.steps = 5
    network.forget()
    assert (network.record(inputs, ["step"])["step"] == 6).all()


class Branching(layers.Layer):
    def __init__(self):
        super().__init__(name="branching")
        self.step = layers.Identity(name="step")

    def call(self, x):
        for _ in range(3 if float(np.asarray(as_array(x)).max()) > 0 else 1):
            x = self.step(x + 1)
        return x


@pytest.mark.parametrize("nested", [False, True])
def test_a_layer_that_is_called_as_often_as_values_say(nested):
    part = Branching()
    part(np.ones((1, 3), np.float32))
    model = Around(part) if nested else Around(layers.Identity(), part)
    network = adapt(model)
    for value, calls in ((0, 1), (1, 3), (0, 1)):
        recorded = network.record([np.full(3, value, np.float32)], ["step"])["step"]
        assert (recorded == value + calls).all()


class Around(keras.Model):
    """Layers one after the other, in eager mode."""

    def __init__(self, *parts):
        super().__init__()
        self.parts = list(parts)

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x


def test_it_stops_after_the_last_layer():
    later = []

    class Noting(layers.Layer):
        def call(self, x):
            later.append(1)
            return x

    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="first"), Noting(name="after")])
    later.clear()
    network = adapt(model)
    for _ in range(3):
        network.record([np.ones(3, np.float32)], ["first"])
    assert len(later) == 1, "the first pass shows where layers end"


def test_operations_between_layers_are_recorded():
    seen = keras.Input((3,))
    doubled = layers.Dense(3, name="dense")(seen) * 2
    model = keras.Model(seen, keras.layers.Identity(name="end")(seen + doubled))
    network = adapt(model)
    names = [name for name in network.layers() if name not in ("dense", "end")]
    assert [type(network._paths[name]).__name__ for name in names] == ["Multiply", "Add"]
    inputs = list(np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32))
    for _ in range(2):
        recorded = network.record(inputs, ["dense", *names])
        close(recorded[names[0]], 2 * recorded["dense"])
        close(recorded[names[1]], 2 * recorded["dense"] + np.stack(inputs))
    assert all("call" not in vars(network._paths[name]) for name in names)


def test_unknown_layers_are_refused_with_the_closest_names():
    with pytest.raises(UnknownLayer, match="has no layer 'nrm'.*Closest: .*norm"):
        adapt(functional()).check(["conv", "nrm"])


def test_a_layer_that_is_never_called():
    class Idle(keras.Model):
        def __init__(self):
            super().__init__()
            self.used, self.idle = layers.Dense(2, name="used"), layers.Dense(2, name="idle")

        def build(self, shape):
            self.used.build(shape)
            self.idle.build(shape)

        def call(self, x):
            return self.used(x)

    with pytest.raises(InvalidModelOutput, match="layer 'idle'.*never called"):
        adapt(Idle()).record([np.ones(3, np.float32)], ["idle"])


def test_half_precision_and_devices():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, dtype="mixed_bfloat16", name="half")])
    network = adapt(model)
    network.to(None)
    network.to("cpu")
    assert network.device.startswith("cpu")
    assert network.record([np.ones(3, np.float32)], ["half"])["half"].dtype == np.float32
    with pytest.raises(InvalidParameter, match="'no-such-device'"):
        network.to("no-such-device")


# --- perturbation --------------------------------------------------------------------------------------------------


def effect(count, gain=1.0, shift=0.0, noise=0.0):
    return Effect(*(np.broadcast_to(np.float32(part), count).copy() for part in (gain, shift, noise)))


def test_what_is_done_to_a_layer_is_felt_after_it_and_undone():
    model = functional()
    network, x = adapt(model), np.stack(INPUTS)
    before = network.record(INPUTS, ["conv", "norm", "head"])
    gain = (np.arange(400) % 3 > 0).astype(np.float32)
    done = {"conv": lambda shape: effect(np.prod(shape), gain, 0.5)}
    with intervening(network, done, [[0]] * 5):
        recorded = network.record(INPUTS, ["conv", "norm", "head"])
    conv = (as_array(model.get_layer("conv")(x)) + 0.5) * gain.reshape(10, 10, 4)
    rest = model.get_layer("inner")(conv)
    for name in ("pool", "head"):
        rest = model.get_layer(name)(rest)
    close(recorded["conv"], conv.reshape(5, -1))
    close(recorded["head"], as_array(rest))
    assert np.abs(recorded["norm"] - before["norm"]).max() > 0.1
    for name, values in network.record(INPUTS, ["conv", "norm", "head"]).items():
        np.testing.assert_array_equal(values, before[name])


def test_noise_hangs_on_the_input_and_silence_on_nothing():
    network = adapt(functional())
    seeds = [[number] for number in range(5)]
    done = {"norm": lambda shape: effect(np.prod(shape), noise=1.0), "head": lambda shape: effect(7, 0.0, np.inf)}
    with intervening(network, done, seeds):
        whole = network.record(INPUTS, ["norm", "head"])
    for number, image in enumerate(INPUTS):
        with intervening(network, done, seeds[number : number + 1]):
            close(network.record([image], ["norm"])["norm"], whole["norm"][number : number + 1])
    assert not whole["head"].any()
    added = whole["norm"] - network.record(INPUTS, ["norm"])["norm"]
    assert abs(added.std() - 1) < 0.05
    assert abs(added.mean()) < 0.1


def test_what_is_done_to_a_part_and_what_cannot_be():
    held = built()
    model = Holding(held)
    model(np.stack(INPUTS))
    network, name = adapt(model), held.name
    plain = network.record(INPUTS, [f"{name}:map", name])
    with intervening(network, {f"{name}:map": lambda shape: effect(np.prod(shape), 2.0)}, [[0]] * 5):
        recorded = network.record(INPUTS, [f"{name}:map", name])
    close(recorded[f"{name}:map"], 2 * plain[f"{name}:map"])
    close(recorded[name], plain[name])
    with pytest.raises(InvalidModelOutput, match="one row for each of 4 inputs"):
        with intervening(network, {name: lambda shape: effect(3)}, [[0]] * 4):
            network.record(INPUTS, [name])
    assert not any("call" in vars(part) for part in network._paths.values())


def test_a_brain_model_of_keras_can_be_lesioned():
    images = {str(number): np.uint8(np.abs(image[..., 0]) * 60) for number, image in enumerate(INPUTS)}
    table = pd.DataFrame({"stimulus_id": list(images)})
    shown = StimulusSet(table, identifier="five", open=images.__getitem__, key=lambda name: f"image {name}")
    model = wrap(
        functional(),
        identifier="small",
        preprocessing=lambda image: np.repeat(image[..., None] / np.float32(255), 3, -1),
        layers={"V4": "conv", "IT": "head"},
        visual_degrees=8,
    )
    model.configure(cache=False)

    def recorded(region):
        model.start_recording(region)
        return model.look_at(shown).values

    intact = recorded("IT")
    with perturbed(model, lesion("V4", 0.5, seed=1)):
        silent = (recorded("V4") == 0).all(axis=0)
        changed = recorded("IT")
    assert 0.4 < silent.mean() < 0.7
    assert np.abs(changed - intact).max() > 1e-3
    np.testing.assert_array_equal(recorded("IT"), intact)


# --- content -------------------------------------------------------------------------------------------------------


def test_equal_models_have_one_digest_whatever_they_are_called():
    one, other = functional(), functional()
    assert one.name != other.name
    assert content_digest(one) == content_digest(other) is not None
    assert content_digest(built()) == content_digest(built()) is not None


def test_running_and_training_flags_change_nothing():
    model, subclassed = functional(), built()
    before = content_digest(model), content_digest(subclassed)
    for thing in (model, subclassed):
        adapt(thing).record(INPUTS, ["head"])
        thing.trainable = False
    assert (content_digest(model), content_digest(subclassed)) == before


def nudged(model, layer, number):
    weight = model.get_layer(layer).weights[number]
    values = as_array(weight.value).copy()
    values.flat[0] += 1e-3
    weight.assign(values)
    return model


def other_activation(x):
    return keras.ops.relu(x) * 2


@pytest.mark.parametrize(
    "other",
    [
        lambda: functional(activation="gelu"),
        lambda: functional(activation=other_activation),
        lambda: functional(width=5),
        lambda: functional(seed=1),
        lambda: nudged(functional(), "conv", 0),
        lambda: nudged(functional(), "head", 1),
        lambda: nudged(functional(), "inner", 4),  # a moving mean
    ],
)
def test_another_model_has_another_digest(other):
    assert content_digest(other()) not in (content_digest(functional()), None)


def test_attributes_and_code_of_ones_own_classes():
    class Subclassed2(Subclassed):
        def call(self, x):
            return {"named": super().call(x)["named"] + 1}

    keras.utils.set_random_seed(0)
    recoded = Subclassed2()
    recoded(np.stack(INPUTS))
    assert len({content_digest(built()), content_digest(built(3.0)), content_digest(built(seed=1))}) == 3
    assert content_digest(recoded) != content_digest(built())


def test_what_cannot_be_read():
    assert "weights yet" in unreadable_reason(Subclassed())
    held = keras.Input((3,))
    assert "lambda" in unreadable_reason(keras.Model(held, layers.Lambda(lambda x: x * 2)(held)))


# --- beside PyTorch ------------------------------------------------------------------------------------------------


def torch_twin(model):
    """The same network in PyTorch, with the weights of the Keras model."""
    import torch

    inner = model.get_layer("inner")
    twin = torch.nn.Sequential()
    conv, depthwise, norm = torch.nn.Conv2d(3, 4, 3), torch.nn.Conv2d(4, 4, 3, groups=4), torch.nn.BatchNorm2d(4, 1e-3)
    head = torch.nn.Linear(4, 7)
    for part, (kernel, bias), axes in (
        (conv, weights_of(model.get_layer("conv")), (3, 2, 0, 1)),
        (depthwise, weights_of(inner.get_layer("depthwise")), (2, 3, 0, 1)),
        (head, weights_of(model.get_layer("head")), (1, 0)),
    ):
        part.weight.data, part.bias.data = torch.tensor(kernel.transpose(axes).copy()), torch.tensor(bias)
    gamma, beta, mean, variance = map(torch.tensor, weights_of(inner.get_layer("norm")))
    norm.weight.data, norm.bias.data, norm.running_mean, norm.running_var = gamma, beta, mean, variance
    parts = {
        "conv": conv, "depthwise": depthwise, "norm": norm, "act": torch.nn.ReLU(),
        "pool": torch.nn.AdaptiveAvgPool2d(1), "flat": torch.nn.Flatten(), "head": head,
    }  # fmt: skip
    for name, part in parts.items():
        twin.add_module(name, part)
    return twin


@pytest.mark.skipif(not HAS["torch"], reason="PyTorch is not installed")
def test_the_same_weights_give_the_same_activations_in_pytorch():
    model = functional()
    twin = adapt(torch_twin(model))
    ours, theirs = adapt(model), {}
    names = ["conv", "depthwise", "norm", "act", "head"]
    recorded = ours.record(INPUTS, names)
    theirs = twin.record([image.transpose(2, 0, 1) for image in INPUTS], names)
    for name in names:
        shape = twin.forms[name].shape
        other = theirs[name].reshape(-1, *shape)
        close(recorded[name], (other.transpose(0, 2, 3, 1) if len(shape) == 3 else other).reshape(len(INPUTS), -1))


# --- what is not installed -----------------------------------------------------------------------------------------


def test_the_file_of_a_model_is_no_model():
    with pytest.raises(
        InvalidParameter, match=r"a str is no network.*[Ll]oad it with keras.saving.load_model\('m.keras'"
    ):
        adapt("m.keras")


def test_without_keras_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(InvalidParameter, match=r"brainscore-vision\[tensorflow\]"):
        import_keras()


WITHOUT_TENSORFLOW = """
import sys

class Hiding:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, *rest):
        return None if name.partition(".")[0] == "tensorflow" else self.finder.find_spec(name, *rest)

    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = map(Hiding, sys.meta_path)
"""


def printed(code, **environment):
    """Output of another process."""
    kept = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=kept | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.mark.skipif(not HAS["torch"], reason="PyTorch is not installed")
def test_without_tensorflow_and_a_choice_it_runs_on_pytorch():
    code = f"""{WITHOUT_TENSORFLOW}
from brainscore_vision.activations.keras_network import import_keras
keras = import_keras()
print(keras.backend.backend(), float(keras.ops.sum(keras.ops.ones(3))))
"""
    assert printed(code).split() == ["torch", "3.0"]


def test_without_the_backend_that_was_chosen_it_says_what_to_install():
    code = f"""{WITHOUT_TENSORFLOW}
from brainscore_core.errors import InvalidParameter
from brainscore_vision.activations.keras_network import import_keras
try:
    import_keras()
except InvalidParameter as error:
    print(error)
"""
    message = printed(code, KERAS_BACKEND="tensorflow")
    assert "tensorflow is not installed" in message
    assert 'pip install "brainscore-vision[tensorflow]"' in message


@pytest.mark.skipif(not HAS["torch"], reason="PyTorch is not installed")
def test_other_networks_import_neither_keras_nor_its_backends():
    code = """
import sys, torch
from brainscore_vision.activations import adapt
adapt(torch.nn.Sequential(torch.nn.ReLU()))
adapt(len)
print(*sorted({"keras", "tensorflow", "jax", "onnxruntime"} & set(sys.modules)))
"""
    assert printed(code).split() == []


@pytest.mark.skipif(not HAS["tensorflow"], reason="TensorFlow is not installed")
@pytest.mark.skipif(os.environ["KERAS_BACKEND"] == "tensorflow", reason="this is the run with TensorFlow")
def test_all_of_this_with_tensorflow_as_backend():
    environment = os.environ | {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", __file__],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout[-3000:]


@pytest.mark.skipif(not HAS["tensorflow"], reason="TensorFlow is not installed")
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="Keras does not run on TensorFlow here")
def test_layers_within_a_graph_function_are_recorded():
    import tensorflow

    class Compiled(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2, name="inside")

        @tensorflow.function
        def call(self, x):
            return self.inner(x) + 1

    model = Compiled()
    whole = as_array(model(np.ones((2, 3), np.float32)))
    recorded = adapt(model).record([np.ones(3, np.float32)] * 2, ["inside"])["inside"]
    close(recorded + 1, whole)
    assert not tensorflow.config.functions_run_eagerly()
