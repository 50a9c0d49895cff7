"""The table: inert, plain, true of the library."""

import json
import subprocess
import sys

import pytest
import torch

from brainscore_core import load_model
from brainscore_core.errors import UnknownIdentifier
from brainscore_core.registry import members
from brainscore_vision.families.depth import RULE
from brainscore_vision.families.torchvision_import import import_torchvision
from brainscore_vision.families.video import VideoRow
from bs_model_torchvision import torchvision as family

ROWS = family.rows()

PUBLISHED = {
    # parameters by the papers or by the library's documentation, in millions
    "alexnet": 61.1,
    "vgg11": 132.9,
    "vgg16": 138.4,
    "vgg19": 143.7,
    "resnet18": 11.7,
    "resnet34": 21.8,
    "resnet50": 25.6,
    "resnet101": 44.5,
    "resnet152": 60.2,
    "densenet121": 8.0,
    "densenet169": 14.1,
    "densenet201": 20.0,
    "mobilenet_v2": 3.5,
    "mobilenet_v3_large": 5.5,
    "inception_v3": 27.2,
    "googlenet": 6.6,
    "convnext_tiny": 28.6,
    "vit_b_16": 86.6,
    "swin_t": 28.3,
    "efficientnet_b0": 5.3,
    "regnet_y_400mf": 4.3,
    "r3d_18": 33.4,
    "mvit_v1_b": 36.6,
    "swin3d_t": 28.2,
}


@pytest.fixture(scope="module")
def models():
    return import_torchvision().models


def test_listing_and_describing_import_no_library():
    code = (
        "import sys; from brainscore_core.registry import members, resolve; "
        "[resolve('models', name).info.to_dict() for name in members('torchvision')]; "
        "print(*sorted({'torch', 'torchvision', 'PIL', 'timm', 'transformers'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_every_row_has_a_twin_and_a_plain_info():
    names = members("torchvision")
    assert len(names) == 2 * len(ROWS) == len(set(names)) == 250
    for name in names:
        info = family.info(name.removeprefix("torchvision:"))
        content = info.to_dict()
        assert json.loads(json.dumps(content)) == content
        for field in ("description", "licence", "doi", "bibtex", "parameters", "layers", "preprocessing"):
            assert content[field], (name, field)
        assert content["layers_chosen"] == RULE
        assert list(content["layers"]) == ["V1", "V2", "V4", "IT"]
        assert name.endswith("-untrained") != bool(content.get("weights"))


def test_every_architecture_and_every_file_of_the_library_has_a_row(models):
    names = [*models.list_models(module=models), *models.list_models(module=models.video)]
    assert {row.architecture for row in ROWS.values()} == set(names)
    files = {entry.url for name in names for entry in models.get_model_weights(name)}
    assert {place for row in ROWS.values() for place in row.weights.places} == files


def test_rows_say_what_the_library_says(models):
    for name, row in ROWS.items():
        entries = list(models.get_model_weights(row.architecture))
        (entry,) = [entry for entry in entries if entry.url == row.weights.places[0]]
        assert name == (row.architecture if entry is entries[0] else f"{row.architecture}.{entry.name}")
        preset = entry.transforms()
        assert (row.input.height, row.input.width) == (preset.crop_size[0],) * 2
        assert row.input.interpolation == preset.interpolation.value
        assert row.input.mean == pytest.approx(preset.mean, abs=1e-6)
        assert row.input.std == pytest.approx(preset.std, abs=1e-6)
        assert row.parameters == entry.meta["num_params"]


def test_hashes_begin_as_the_file_names_say():
    whole = 0
    for row in ROWS.values():
        published = row.weights.filename.removesuffix(".pth").rpartition("-")[2]
        assert len(published) >= 8
        assert row.weights.sha256.startswith(published)
        whole += len(row.weights.sha256) == 64
        assert (row.weights.known == "sha256") == (len(row.weights.sha256) == 64)
    assert whole == 17


def test_numbers_of_parameters_are_the_published_ones():
    for name, millions in PUBLISHED.items():
        assert round(ROWS[name].parameters / 1e6, 1) == millions, name


@pytest.mark.parametrize("name", sorted({row.architecture for row in ROWS.values() if row.parameters < 3e8}))
def test_architectures_have_the_parameters_of_the_table(models, name):
    row = ROWS[name]
    with torch.device("cpu" if name.startswith("regnet") else "meta"):  # RegNet computes its widths with tensors
        network = models.get_model_builder(name)(weights=None, **row.settings)
    assert sum(part.numel() for part in network.parameters()) == row.parameters
    modules = dict(network.named_modules())
    assert all(stage in modules for stage in row.stages)


@pytest.mark.parametrize(("asked", "close"), [("resnet5O", "resnet50"), ("vgg-16", "vgg16")])
def test_unknown_names_offer_the_closest(asked, close):
    with pytest.raises(UnknownIdentifier, match=f"torchvision:{close}"):
        load_model(f"torchvision:{asked}")
    with pytest.raises(UnknownIdentifier, match=f"torchvision:{close}"):
        family.build(asked)


def test_operations_are_twice_the_published_multiply_accumulates(models):
    for row in ROWS.values():
        entries = models.get_model_weights(row.architecture)
        published = next(entry.meta["_ops"] for entry in entries if row.weights.places[0] == entry.url)
        times = row.windows["length"] / 16 if isinstance(row, VideoRow) else 1  # published of 16 frames
        assert family.info(row.name).flops == row.flops == pytest.approx(2e9 * published * times, rel=0.02), row.name


def test_windows_are_as_long_and_as_fast_as_the_library_says(models):
    videos = {name: row for name, row in ROWS.items() if isinstance(row, VideoRow)}
    assert set(models.list_models(module=models.video)) == {row.architecture for row in videos.values()}
    for name, row in videos.items():
        said = next(entry.meta["_docs"] for entry in models.get_model_weights(row.architecture))
        assert f"`clip_len={row.windows['length']}`" in said
        assert f"`frame_rate={row.windows['frame_rate']:g}`" in said
        assert row.windows["stride"] == min(row.windows["length"] // 4, 8)
        assert family.info(name).preprocessing["windows"] == row.windows
        assert f"{row.windows['length']} frames of {row.input.height} x" in row.description
