"""Tensors out of files, and nothing else."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from brainscore_core.errors import InvalidFile
from brainscore_vision.families.reading import load_state, read_state, refuse_missing

from .conftest import network, saved


@pytest.fixture
def state():
    return network(1).state_dict()


def file(folder: Path, content: bytes, suffix: str = ".pth") -> Path:
    path = folder / f"weights{suffix}"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("key", [None, "state_dict", "model", "model_ema", "state_dict_ema"])
def test_state_of_pytorch(tmp_path, state, key):
    content = state if key is None else {key: state, "epoch": 3}
    found = read_state(file(tmp_path, saved(content)))
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], value) for name, value in state.items())
    assert found._metadata == state._metadata


def test_state_of_safetensors(tmp_path, state):
    found = read_state(file(tmp_path, save(dict(state)), ".safetensors"))
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], value) for name, value in state.items())


@pytest.mark.parametrize("legacy", [False, True])
def test_pickled_code_is_refused_and_never_run(tmp_path, state, legacy, harmful):
    path = tmp_path / "weights.pth"
    torch.save({"state_dict": state, "more": harmful}, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(InvalidFile, match="never run.*safetensors"):
        read_state(path)
    assert not harmful.ran


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_truncated_file_is_refused(tmp_path, state, suffix):
    whole = saved(state) if suffix == ".pth" else save(dict(state))
    for part in (0, len(whole) // 2, len(whole) - 1):
        with pytest.raises(InvalidFile, match=rf"weights\{suffix}"):
            read_state(file(tmp_path, whole[:part], suffix))


@pytest.mark.parametrize("content", [torch.zeros(3), [torch.zeros(3)], {"epoch": 3}, {}])
def test_what_is_no_mapping_to_tensors_is_refused(tmp_path, content):
    with pytest.raises(InvalidFile, match="mapping of names to tensors"):
        read_state(file(tmp_path, saved(content)))


def test_every_parameter_is_given(state):
    short = {name: value for name, value in state.items() if name != "2.0.bias"}
    with pytest.raises(InvalidFile, match="(?s)not those of small.*2.0.bias"):
        load_state(network(1), short, "small")
    with pytest.raises(InvalidFile, match="size mismatch"):
        load_state(network(2), state, "small")
    refuse_missing("small", [])
    with pytest.raises(InvalidFile, match="lack a, b, c, d, e and more"):
        refuse_missing("small", list("abcdef"))
