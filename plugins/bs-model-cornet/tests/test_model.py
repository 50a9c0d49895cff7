"""CORnets as brain models: areas, times, weights from a server."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from brainscore_core import load_model
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile, UnknownIdentifier, UnsupportedRegion
from brainscore_vision.families import Weights
from brainscore_vision.inspection import flops
from brainscore_vision.perturbation import lesion, perturbed
from bs_model_cornet import cornet
from bs_model_cornet.areas import REGIONS


def saved(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def as_the_authors_save(network: torch.nn.Module) -> bytes:
    state = {f"module.{name}": value for name, value in network.state_dict().items()}
    return saved({"epoch": 25, "state_dict": state, "optimizer": {"param_groups": []}})


def publish(served, name, monkeypatch, content: bytes, *, sha256: str | None = None) -> None:
    """Serve `content` as the weights of a row, 8 digits of its hash in the name."""
    folder, address = served
    digest = sha256 or hashlib.sha256(content).hexdigest()[:8]
    filename = f"cornet_{name.lower()}-{digest}.pth"
    (folder / filename).write_bytes(content)
    rows = {
        **cornet.rows(),
        name: replace(cornet.row(name), weights=Weights(filename, (f"{address}/{filename}",), digest)),
    }
    monkeypatch.setattr(type(cornet), "rows", lambda self: rows)


def other(name: str) -> torch.nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return cornet.network(cornet.row(name), None).eval()


def test_describing_imports_no_framework():
    code = (
        "import sys; from brainscore_core.registry import members, resolve; "
        "print(*members('cornet')); [resolve('models', name).info.to_dict() for name in members('cornet')]; "
        "print(*sorted({'torch', 'PIL'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, frameworks = answer.stdout.split("\n")[:2]
    assert len(names.split()) == 8
    assert frameworks == ""


def test_hashes_and_places_are_the_published_ones():
    for name, digits in {"Z": "5c427c9c", "R": "5930a990", "RT": "933c001c", "S": "1d3f7974"}.items():
        weights = cornet.row(name).weights
        assert weights.sha256 == digits
        assert weights.places == (f"https://s3.amazonaws.com/cornet-models/cornet_{name.lower()}-{digits}.pth",)


def test_what_is_known_without_building():
    info = cornet.info("S")
    assert info.layers == {region: (f"{region}.output",) for region in REGIONS}
    assert "By construction" in info.layers_chosen
    assert info.licence == "GPL-3.0-or-later"
    assert {"kubilius2018cornet", "kubilius2019brainlike"} <= set(info.bibtex.replace("{", ",").split(","))


@pytest.mark.parametrize("name", ["Z", "R", "RT", "S"])
def test_the_authors_files_are_loaded(served, name, monkeypatch, stimuli):
    network = other(name)
    publish(served, name, monkeypatch, as_the_authors_save(network))
    model = load_model(f"cornet:{name}")
    model.configure(cache=False)
    batch = torch.stack([torch.from_numpy(cornet.row(name).input(stimuli.open(id))) for id in stimuli])
    kept = []
    network.IT.output.register_forward_hook(lambda _module, _inputs, output: kept.append(output.flatten(1).numpy()))
    with torch.no_grad():
        network(batch)
    model.start_recording("IT")
    recorded = model.look_at(stimuli)
    assert recorded.dims == ("presentation", "neuroid")
    np.testing.assert_allclose(recorded.values, kept[-1], rtol=0, atol=1e-5 * np.abs(kept[-1]).max())
    assert recorded["neuroid_id"].values[0] == "IT.output.0"


def test_time_bins_get_the_nearest_step(stimuli):
    model = load_model("cornet:S-untrained")
    model.configure(cache=False)
    network = model.engine.network.module
    batch = torch.stack([torch.from_numpy(cornet.row("S").input(stimuli.open(id))) for id in stimuli])
    steps = []
    handle = network.V4.output.register_forward_hook(lambda _m, _i, output: steps.append(output.flatten(1).numpy()))
    with torch.no_grad():
        network(batch)
    handle.remove()
    bins = [(10, 20), (70, 170), (114, 120), (116, 120), (165, 300), (240, 250), (900, 910)]
    model.start_recording("V4", time_bins=bins)
    recorded = model.look_at(stimuli)
    assert recorded["time_bin_start"].values.tolist() == [start for start, _ in bins]
    for index, step in enumerate([0, 0, 0, 1, 1, 3, 3]):  # starts are 90, 140, 190, 240; 165 is midway
        scale = np.abs(steps[step]).max()
        np.testing.assert_allclose(recorded.values[..., index], steps[step], rtol=0, atol=1e-5 * scale)
    model.start_recording("V4", time_bins=bins, units=["V4.output.300", "V4.output.7"])
    np.testing.assert_array_equal(model.look_at(stimuli).values, recorded.values[:, [300, 7]])


def test_z_answers_alike_at_all_times(stimuli):
    model = load_model("cornet:Z-untrained")
    model.configure(cache=False)
    model.start_recording("IT", time_bins=[(70, 170), (170, 270)])
    recorded = model.look_at(stimuli)
    np.testing.assert_array_equal(recorded.values[..., 0], recorded.values[..., 1])


def test_a_lesion_acts_at_every_step_and_downstream(stimuli):
    model = load_model("cornet:S-untrained")
    model.configure(cache=False)
    bins = [(90, 140), (140, 190), (190, 240), (240, 290)]

    def record(region: str) -> np.ndarray:
        model.start_recording(region, time_bins=bins)
        return model.look_at(stimuli).values

    intact, later = record("V4"), record("IT")
    with perturbed(model, lesion("V4", 0.5)):
        damaged, changed = record("V4"), record("IT")
    silent = (damaged == 0).all(axis=(0, 2))
    assert 0.5 <= silent.mean() < 1
    assert (intact[:, silent] != 0).any(axis=(0, 1)).all()
    assert not np.allclose(later, changed)


def test_twins_stand_under_their_own_name_and_are_alike():
    twin, again = load_model("cornet:RT-untrained"), load_model("cornet:RT", random_weights=True)
    assert twin.identifier == again.identifier == "cornet:RT-untrained"
    assert twin.digest() == again.digest() is not None
    assert twin.digest() != load_model("cornet:R-untrained").digest()


def test_other_regions_are_refused():
    with pytest.raises(UnsupportedRegion, match="MT"):
        load_model("cornet:Z-untrained").start_recording("MT")


def test_another_file_is_refused(served, home, monkeypatch):
    content = as_the_authors_save(other("Z"))
    publish(served, "Z", monkeypatch, content + b" ", sha256=hashlib.sha256(content).hexdigest()[:8])
    with pytest.raises(HashMismatch, match="cornet_z"):
        load_model("cornet:Z")
    assert not [path for path in home.rglob("*.pth") if path.is_file()]


def test_a_truncated_file_is_refused(served, monkeypatch):
    content = as_the_authors_save(other("Z"))
    publish(served, "Z", monkeypatch, content[: len(content) // 2])  # its hash is that of the half
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_model("cornet:Z")


def test_pickled_code_inside_is_refused_and_never_run(served, monkeypatch, harmful):
    publish(served, "Z", monkeypatch, saved({"state_dict": harmful}))
    with pytest.raises(InvalidFile, match="pickled code is never run"):
        load_model("cornet:Z")
    assert not harmful.ran


def test_weights_of_another_network_are_refused(served, monkeypatch):
    publish(served, "Z", monkeypatch, as_the_authors_save(other("RT")))
    with pytest.raises(InvalidFile, match="not those of"):
        load_model("cornet:Z")


def test_without_a_network_the_twin_is_offered(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="random_weights=True"):
        load_model("cornet:S")


def test_an_unknown_name_offers_the_closest():
    with pytest.raises(UnknownIdentifier, match="cornet:RT"):
        load_model("cornet:RTS")


@pytest.mark.parametrize("name", ["Z", "RT"])
def test_operations_are_those_that_are_counted(name):
    model = load_model(f"cornet:{name}-untrained")
    assert flops(model) == model.info.flops == cornet.info(name).flops


def test_operations_of_z_are_those_of_its_convolutions():
    convolutions = [(64, 3, 7, 112), (128, 64, 3, 56), (256, 128, 3, 28), (512, 256, 3, 14)]
    counted = sum(2 * made * taken * size**2 * side**2 for made, taken, size, side in convolutions)
    assert cornet.info("Z").flops == counted + 2 * 512 * 1000
