"""The table: inert, plain, true of the library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from brainscore_core import load_model
from brainscore_core.errors import UnknownIdentifier
from brainscore_core.registry import members
from brainscore_vision.activations.torch_flops import count_flops
from brainscore_vision.families.depth import RULE
from brainscore_vision.families.torchvision_import import import_torchvision
from bs_model_timm import timm as family

ROWS = family.rows()

# millions of parameters as the library's own list of results publishes them: results/results-imagenet.csv
PUBLISHED = {
    name: float(millions)
    for name, millions in map(str.split, Path(__file__).with_name("published.txt").read_text().splitlines())
}
SMALL = sorted(name for name, millions in PUBLISHED.items() if millions < 60)


@pytest.fixture(scope="module")
def library():
    import_torchvision()
    import timm

    return timm


def test_listing_and_describing_import_no_library():
    code = (
        "import sys; from brainscore_core.registry import members, resolve; names = members('timm'); "
        "[resolve('models', name).info.to_dict() for name in names[::50]]; "
        "print(*sorted({'torch', 'torchvision', 'PIL', 'timm', 'huggingface_hub'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_every_row_has_a_twin():
    names = members("timm")
    with_weights = {name for name, row in ROWS.items() if row.weights is not None}
    assert len(names) == len(set(names)) == len(ROWS) + len(with_weights)
    assert {f"timm:{name}-untrained" for name in ROWS} | {f"timm:{name}" for name in with_weights} == set(names)


@pytest.mark.parametrize("part", range(4))
def test_every_info_is_plain(part):
    for name in members("timm")[part::4]:
        content = family.info(name.removeprefix("timm:")).to_dict()
        assert json.loads(json.dumps(content)) == content
        for field in ("description", "doi", "bibtex", "parameters", "layers", "preprocessing"):
            assert content[field], (name, field)
        assert content["layers_chosen"] == RULE
        assert list(content["layers"]) == ["V1", "V2", "V4", "IT"]
        assert name.endswith("-untrained") != bool(content.get("weights"))
        assert name.endswith("-untrained") or content["training_data"]


def test_every_architecture_and_every_tag_of_the_library_has_a_row(library):
    assert {row.architecture for row in ROWS.values()} == set(library.list_models())
    assert set(library.list_models(pretrained=True)) <= ROWS.keys()
    assert set(library.list_models()) <= ROWS.keys()


def test_rows_say_what_the_library_says(library):
    from timm.data import resolve_data_config

    for name, row in ROWS.items():
        config = library.models.get_pretrained_cfg(name, allow_unregistered=True)
        if config is None:
            continue
        said = resolve_data_config(pretrained_cfg=config.to_dict())
        assert (row.input.height, row.input.width) == said["input_size"][1:], name
        assert row.input.interpolation == said["interpolation"], name
        assert row.input.mean == pytest.approx(said["mean"], abs=1e-6), name
        assert row.input.std == pytest.approx(said["std"], abs=1e-6), name
        if row.weights is not None:
            assert row.licence == (config.license or "not stated"), name


def test_names_of_architectures_have_the_weights_that_the_library_takes_by_default(library):
    for name in library.list_models():
        config = library.models.get_pretrained_cfg(name, allow_unregistered=True)
        tagged = f"{name}.{config.tag}" if config is not None else ""
        if tagged in ROWS:
            assert ROWS[name].weights == ROWS[tagged].weights
            assert ROWS[name].settings == ROWS[tagged].settings


def test_weights_are_safetensors_of_the_hub_or_named_by_their_hash():
    whole = 0
    for name, row in ROWS.items():
        if row.weights is None:
            continue
        (place,) = row.weights.places
        if place.startswith("https://huggingface.co/"):
            assert place.endswith("/resolve/main/model.safetensors"), name
            assert row.weights.filename.endswith(".safetensors"), name
        else:
            published = place.removesuffix(".pth").rpartition("-")[2].rpartition("_")[2]
            assert row.weights.sha256 == published, name
        whole += len(row.weights.sha256) == 64
    assert whole >= 5


def test_files_are_not_confused():
    files: dict[str, tuple[str, ...]] = {}
    for row in ROWS.values():
        if row.weights is not None:
            assert files.setdefault(row.weights.filename, row.weights.places) == row.weights.places


def test_numbers_of_parameters_are_the_published_ones():
    differ = {
        name: ROWS[name].parameters
        for name, millions in PUBLISHED.items()
        if abs(ROWS[name].parameters / 1e6 - millions) > 0.0051
    }
    assert not differ


@pytest.mark.parametrize("name", SMALL)
def test_networks_are_as_the_table_says(library, name):
    row = ROWS[name]
    with torch.device("meta"):
        network = library.create_model(name)
    assert sum(part.numel() for part in network.parameters()) == row.parameters
    modules = dict(network.named_modules())
    assert all(stage.partition(":")[0] in modules for stage in row.stages)
    if row.flops is not None:
        shape = (1, 3, row.input.height, row.input.width)
        assert count_flops(network.eval(), torch.empty(shape, device="meta")) == row.flops


@pytest.mark.parametrize(
    ("asked", "close"), [("resnet5O", "resnet50"), ("vit_base_patch16_224.augreg-in1k", "vit_base_patch16_224.augreg")]
)
def test_unknown_names_offer_the_closest(asked, close):
    with pytest.raises(UnknownIdentifier, match=f"timm:{close}"):
        load_model(f"timm:{asked}")
    with pytest.raises(UnknownIdentifier, match=f"timm:{close}"):
        family.build(asked)


def test_architectures_without_published_weights_offer_their_twin():
    name = next(name for name, row in ROWS.items() if row.weights is None)
    with pytest.raises(UnknownIdentifier, match=f"(?i)timm:{name}-untrained"):
        family.build(name)
