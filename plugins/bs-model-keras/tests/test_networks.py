"""The networks: equal to the library's, with weights from a server, and recorded as a plain forward pass computes."""

import hashlib
from dataclasses import replace

import h5py
import numpy as np
import pandas as pd
import pytest

library = pytest.importorskip("keras", reason="Keras is not installed", exc_type=ImportError)

from keras.src.utils import file_utils  # noqa: E402

from brainscore_core import load_model  # noqa: E402
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile, InvalidParameter  # noqa: E402
from brainscore_core.stimuli import StimulusSet  # noqa: E402
from brainscore_vision.activations.keras_content import as_array  # noqa: E402
from brainscore_vision.families import Weights  # noqa: E402
from bs_model_keras import keras as family  # noqa: E402
from bs_model_keras.drawing import drawn  # noqa: E402

ON_TENSORFLOW = library.backend.backend() == "tensorflow"
tensorflow_only = pytest.mark.skipif(not ON_TENSORFLOW, reason="NASNet runs on TensorFlow alone")
truncates = pytest.mark.skipif(not ON_TENSORFLOW, reason="on PyTorch Keras truncates at 2, whatever the deviation")
SMALL = "MobileNet.0.25-128"
FORWARD = [
    SMALL,
    "MobileNetV2.0.35-96",
    "MobileNetV3Small.0.75",
    "MobileNetV3Large.minimalistic",
    "Xception",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "ResNet50",
    "ResNet50V2",
    "InceptionV3",
    "ConvNeXtTiny",
    pytest.param("NASNetMobile", marks=tensorflow_only),
]


def perturbed(network):
    """Weights that no initialiser gives: kernels scaled, statistics and offsets moved."""
    generator = np.random.default_rng(7)
    for weight in network.weights:
        values = as_array(weight.value)
        noise = generator.uniform(0.8, 1.2, values.shape)
        shift = generator.uniform(0, 0.1, values.shape) * (values.ndim == 1)
        weight.assign((values * noise + shift).astype(values.dtype) if values.dtype.kind == "f" else values)
    for layer in network.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return network


def published(served, name, monkeypatch):
    """Serve weights as those of a row, by their MD5, and what the library itself makes of that file."""
    folder, address = served
    row = family.row(name)
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in row.settings.items()}
    make = getattr(library.applications, row.architecture)
    path = folder / row.weights.filename
    legacy(perturbed(make(weights=None, **settings)), path)
    monkeypatch.setattr(file_utils, "get_file", lambda *_, **__: str(path))
    reference = make(weights="imagenet", **settings)
    put(name, path, address, monkeypatch)
    return reference


def legacy(network, path):
    """The format of the published files: layers by topology, arrays by name."""
    with h5py.File(path, "w") as file:
        named = [layer for layer in network.layers if layer.weights]
        file.attrs["layer_names"] = [layer.name.encode() for layer in named]
        for layer in named:
            group = file.create_group(layer.name)
            weights = [*layer.trainable_weights, *layer.non_trainable_weights]
            names = [f"{layer.name}/{number}" for number in range(len(weights))]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, weights, strict=True):
                group[name] = as_array(weight.value)


def put(name, path, address, monkeypatch, md5=""):
    md5 = md5 or hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    weights = Weights(path.name, (f"{address}/{path.name}",), md5=md5)
    rows = {**family.rows(), name: replace(family.row(name), weights=weights)}
    monkeypatch.setattr(type(family), "rows", lambda self: rows)
    return weights


def stimuli() -> StimulusSet:
    generator = np.random.default_rng(0)
    images = {str(index): generator.integers(0, 256, (331, 331, 3)).astype(np.uint8) for index in range(2)}
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)


@pytest.mark.parametrize("name", FORWARD)
def test_recordings_equal_a_plain_forward_pass_of_the_library(served, name, monkeypatch):
    reference = published(served, name, monkeypatch)
    model, row = load_model(f"keras:{name}"), family.row(name)
    model.configure(cache=False)
    assert model.identifier == f"keras:{name}"
    network = model._engine.network.model
    assert sum(int(np.prod(weight.shape)) for weight in reference.trainable_weights) == row.parameters
    shown = stimuli()
    batch = np.stack([row.input(shown.open(id)) for id in shown])
    order = {part.name: number for number, part in enumerate(network.operations)}
    extra = len(reference.operations) - len(network.operations)  # the layer that EfficientNet's library adds
    outputs = [reference.operations[order[layer] + extra].output for (layer,) in row.layers.values()]
    plain = library.Model(reference.input, outputs)(batch, training=False)
    for (region, (layer,)), expected in zip(row.layers.items(), map(as_array, plain), strict=True):
        model.start_recording(region)
        scale = np.abs(expected).max()
        assert scale > 0
        values = model.look_at(shown).values
        np.testing.assert_allclose(values, expected.reshape(2, -1), rtol=0, atol=1e-5 * scale, err_msg=layer)


@pytest.mark.parametrize("name", [SMALL, "MobileNetV2.0.35-96", pytest.param("NASNetMobile", marks=tensorflow_only)])
def test_names_and_digests_do_not_hang_on_what_was_built_before(name):
    one = load_model(f"keras:{name}-untrained")
    library.layers.Conv2D(1, 1), library.layers.ReLU()
    other = load_model(f"keras:{name}", random_weights=True)
    assert one.identifier == other.identifier == f"keras:{name}-untrained"
    assert one._engine.network.layers() == other._engine.network.layers()
    assert one.digest() == other.digest() is not None


def test_twins_have_the_same_numbers_on_every_backend():
    network = load_model(f"keras:{SMALL}-untrained")._engine.network.model
    kernel = as_array(network.get_layer("conv_pw_3").kernel.value)
    assert kernel.shape == (1, 1, 32, 32)
    limit = (6 / 64) ** 0.5  # Glorot & Bengio 2010, eq. 16
    assert limit * 0.99 < np.abs(kernel).max() <= limit
    first = np.random.default_rng(0).uniform(-((6 / 99) ** 0.5), (6 / 99) ** 0.5, (3, 3, 3, 8))
    assert as_array(network.get_layer("conv1").kernel.value).shape == first.shape
    np.testing.assert_allclose(as_array(network.get_layer("conv1").kernel.value), first, rtol=1e-6)


@pytest.mark.parametrize(
    "initialiser",
    [
        library.initializers.GlorotUniform(seed=1),
        library.initializers.VarianceScaling(1.0, "fan_in", "untruncated_normal", seed=1),
        library.initializers.RandomNormal(0.5, 0.1, seed=1),
        pytest.param(library.initializers.HeNormal(seed=1), marks=truncates),
        pytest.param(library.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal", seed=1), marks=truncates),
        pytest.param(library.initializers.TruncatedNormal(0.0, 0.02, seed=1), marks=truncates),
    ],
)
def test_numbers_are_drawn_from_the_distribution_of_the_library(initialiser):
    shape = (3, 3, 60, 80)
    ours = drawn(initialiser, shape, np.random.default_rng(0)).ravel()
    theirs = as_array(initialiser(shape)).ravel()
    assert ours.dtype == np.float32
    for quantile in (0.01, 0.05, 0.3, 0.5, 0.7, 0.95, 0.99):
        assert abs(np.quantile(ours, quantile) - np.quantile(theirs, quantile)) < 0.06 * theirs.std(), quantile


def test_numbers_beyond_two_standard_deviations_are_drawn_again():
    ours = drawn(library.initializers.TruncatedNormal(0.0, 0.02), (3, 3, 60, 80), np.random.default_rng(0))
    assert 0.039 < np.abs(ours).max() <= 0.04


def test_an_initialiser_of_another_kind_is_refused():
    with pytest.raises(InvalidParameter, match="Orthogonal"):
        drawn(library.initializers.Orthogonal(), (3, 3), np.random.default_rng(0))


def test_building_moves_no_generator():
    import random

    before = random.getstate()
    load_model(f"keras:{SMALL}-untrained")
    assert random.getstate() == before


# --- weights -------------------------------------------------------------------------------------------------------


def test_the_md5_that_is_published_is_checked(served, home, monkeypatch):
    published(served, SMALL, monkeypatch)
    path = served[0] / family.row(SMALL).weights.filename
    whole = hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_model(f"keras:{SMALL}").info.weights == ((path.name, whole),)
    md5 = family.row(SMALL).weights.md5
    path.write_bytes(path.read_bytes() + b"\0")
    for stored in home.rglob(path.name):
        stored.unlink()
    with pytest.raises(HashMismatch):  # pinned
        load_model(f"keras:{SMALL}")
    (home / "config" / "weights.json").unlink()
    with pytest.raises(HashMismatch, match=md5):
        load_model(f"keras:{SMALL}")


def test_weights_of_another_network_are_refused(served, monkeypatch):
    other = library.applications.MobileNet(weights=None, alpha=0.5, input_shape=(128, 128, 3))
    legacy(other, served[0] / "other.h5")
    put(SMALL, served[0] / "other.h5", served[1], monkeypatch)
    with pytest.raises(InvalidFile, match=f"not those of {SMALL}"):
        load_model(f"keras:{SMALL}")


def test_a_truncated_file_is_refused(served, monkeypatch):
    published(served, SMALL, monkeypatch)
    path = served[0] / family.row(SMALL).weights.filename
    path.write_bytes(path.read_bytes()[:50_000])
    put(SMALL, path, served[1], monkeypatch)
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model(f"keras:{SMALL}")


@pytest.mark.parametrize("way", ["link", "outside", "virtual", "objects"])
def test_a_file_that_reaches_for_others_is_refused(served, monkeypatch, tmp_path, way):
    path, secret = served[0] / "weights.h5", tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["data"] = np.ones(3)
    with h5py.File(path, "w") as file:
        if way == "link":
            file["conv1"] = h5py.ExternalLink(str(secret), "data")
        elif way == "outside":
            file.create_dataset("conv1", (3,), "f4", external=[(str(secret), 0, 12)])
        elif way == "virtual":
            layout = h5py.VirtualLayout((3,), "f8")
            layout[:] = h5py.VirtualSource(str(secret), "data", (3,))
            file.create_virtual_dataset("conv1", layout)
        else:
            file["conv1"] = np.array(["text"], h5py.string_dtype())
    put(SMALL, path, served[1], monkeypatch)
    with pytest.raises(InvalidFile, match="arrays of numbers in the file itself"):
        load_model(f"keras:{SMALL}")


def test_without_a_network_the_twin_is_offered(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="random_weights=True"):
        load_model("keras:Xception")


@pytest.mark.skipif(ON_TENSORFLOW, reason="TensorFlow is here")
def test_a_network_of_tensorflow_without_it_says_what_to_install():
    with pytest.raises(InvalidParameter, match=r'keras:NASNetMobile.*pip install "brainscore-vision\[tensorflow\]"'):
        load_model("keras:NASNetMobile-untrained")


def test_channels_first_is_refused():
    library.config.set_image_data_format("channels_first")
    try:
        with pytest.raises(InvalidParameter, match="channels last"):
            load_model(f"keras:{SMALL}-untrained")
    finally:
        library.config.set_image_data_format("channels_last")


def test_a_misspelt_option_is_refused():
    with pytest.raises(InvalidParameter, match="random_weight"):
        load_model(f"keras:{SMALL}", random_weight=True)
