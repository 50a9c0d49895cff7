"""Mixtures of one's own: filters from files, verified by hash, and nothing run that lies in them."""

import hashlib
import pickle

import numpy as np
import pytest
import torch

from brainscore_core.data import Source
from brainscore_core.errors import HashMismatch, InvalidFile, InvalidParameter
from bs_model_hmo import documents, hmo
from bs_model_hmo.loading import network, write_filters
from bs_model_hmo.network import Mixture
from bs_model_hmo.random_mixture import draw_mixture
from bs_model_hmo.space import PINTO2009

PARAMETERS = draw_mixture(PINTO2009, 21, depths=(1, 2), pixels=64, grid=4, tops=1, units=9)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)


def source(path, sha256=None):
    return Source(path.name, (path.as_uri(),), sha256=sha256 or hashlib.sha256(path.read_bytes()).hexdigest())


def trained(seed=0):
    """Filters that no seed draws."""
    mixture = Mixture(PARAMETERS)
    generator = torch.Generator().manual_seed(seed)
    for weight in mixture.parameters():
        weight.copy_(torch.randn(weight.shape, generator=generator))
    return mixture


def save(mixture, path):
    if path.suffix == ".npz":
        write_filters(mixture, path)
    else:
        from safetensors.torch import save_file

        save_file(mixture.state_dict(), path)


@pytest.mark.parametrize("name", ["filters.npz", "filters.safetensors"])
def test_filters_of_a_file_are_loaded(tmp_path, name):
    mixture = trained()
    save(mixture, tmp_path / name)
    loaded = network(PARAMETERS, source(tmp_path / name))
    batch = torch.rand(2, 1, 64, 64)
    torch.testing.assert_close(loaded(batch), mixture(batch), rtol=0, atol=0)
    assert not torch.allclose(loaded(batch), network(PARAMETERS)(batch))
    assert not loaded.training
    assert not any(weight.requires_grad for weight in loaded.parameters())


def test_names_in_a_file_are_as_documented():
    assert list(Mixture(PARAMETERS).state_dict()) == [
        "hierarchies.0.0.weight",
        "hierarchies.1.0.weight",
        "hierarchies.1.1.weight",
        "top.layers.0.weight",
    ]


def test_another_file_is_refused(tmp_path):
    save(trained(), tmp_path / "filters.npz")
    with pytest.raises(HashMismatch, match="filters.npz"):
        network(PARAMETERS, source(tmp_path / "filters.npz", sha256="0" * 64))


@pytest.mark.parametrize("name", ["filters.npz", "filters.safetensors"])
def test_a_truncated_file_is_refused(tmp_path, name):
    save(trained(), tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(InvalidFile, match="cannot be read"):
        network(PARAMETERS, source(tmp_path / name))


def test_pickled_code_is_never_run(tmp_path, harmful):
    np.savez(tmp_path / "filters.npz", **{"hierarchies.0.0.weight": np.array([harmful], dtype=object)})
    with pytest.raises(InvalidFile, match="never run"):
        network(PARAMETERS, source(tmp_path / "filters.npz"))
    (tmp_path / "raw.npz").write_bytes(pickle.dumps(harmful))
    with pytest.raises(InvalidFile, match="never run"):
        network(PARAMETERS, source(tmp_path / "raw.npz"))
    assert not harmful.ran


@pytest.mark.parametrize("change", ["missing", "extra", "shape"])
def test_filters_of_other_parameters_are_refused(tmp_path, change):
    state = {name: value.numpy() for name, value in trained().state_dict().items()}
    first = next(iter(state))
    if change == "missing":
        del state[first]
    elif change == "extra":
        state["other.weight"] = state[first]
    else:
        state[first] = state[first][:-1]
    np.savez(tmp_path / "filters.npz", **state)
    with pytest.raises(InvalidFile, match="not those of filters.npz"):
        network(PARAMETERS, source(tmp_path / "filters.npz"))


def test_other_formats_are_refused(tmp_path):
    (tmp_path / "filters.pth").write_bytes(b"x")
    with pytest.raises(InvalidFile, match=r"\.npz or \.safetensors"):
        network(PARAMETERS, source(tmp_path / "filters.pth"))
    with pytest.raises(InvalidParameter, match="ends in .npz"):
        write_filters(trained(), tmp_path / "filters.npy")


def test_a_model_of_ones_own(tmp_path, stimuli):
    documents.write(PARAMETERS, tmp_path / "mixture.json")
    save(trained(), tmp_path / "filters.npz")
    weights = source(tmp_path / "filters.npz")
    drawn = hmo(tmp_path / "mixture.json", identifier="hmo-mine")
    loaded = hmo(PARAMETERS, identifier="hmo-mine", weights=weights, visual_degrees=10)
    again = hmo(PARAMETERS, identifier="hmo-mine", weights=weights, visual_degrees=10)
    assert loaded.info.weights == (("filters.npz", weights.sha256),)
    assert (drawn.info.visual_degrees, loaded.info.visual_degrees) == (8, 10)
    assert loaded.info.parameters == PARAMETERS.weights
    assert loaded.info.layers == {"V1": ("layer1",), "V2": ("layer2",), "V4": ("top",), "IT": ("top",)}
    assert drawn.digest() != loaded.digest() == again.digest()
    loaded.configure(cache=False)
    loaded.start_recording("IT")
    assert loaded.look_at(stimuli).shape == (2, PARAMETERS.outputs)
