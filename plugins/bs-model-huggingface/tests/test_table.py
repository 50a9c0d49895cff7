"""The table: inert, plain, true of the library."""

import json
import subprocess
import sys

import pytest
import torch

from brainscore_core import load_model
from brainscore_core.errors import UnknownIdentifier
from brainscore_core.registry import members, resolve
from brainscore_vision.activations.torch_flops import count_flops
from brainscore_vision.families.depth import RULE
from brainscore_vision.families.video import VideoRow
from bs_model_huggingface import hf as family
from bs_model_huggingface.network import make
from bs_model_huggingface.stages import stages_of

ROWS = family.rows()

PUBLISHED = {
    # millions of parameters by papers and model cards, heads not counted
    "google/vit-base-patch16-224": 86,
    "google/vit-huge-patch14-224-in21k": 632,
    "facebook/deit-tiny-patch16-224": 5.7,
    "facebook/deit-small-patch16-224": 22,
    "facebook/deit-base-patch16-224": 86,
    "microsoft/beit-base-patch16-224": 86,
    "microsoft/beit-large-patch16-224": 304,
    "facebook/dino-vits16": 21,
    "facebook/dino-vitb8": 85,
    "facebook/dinov2-large": 304,
    "facebook/dinov2-giant": 1136,
    "facebook/dinov3-vits16-pretrain-lvd1689m": 21.6,
    "facebook/dinov3-vitb16-pretrain-lvd1689m": 85.7,
    "facebook/dinov3-vitl16-pretrain-lvd1689m": 303,
    "facebook/dinov3-convnext-tiny-pretrain-lvd1689m": 27.8,
    "facebook/convnext-tiny-224": 27.8,
    "facebook/convnextv2-huge-1k-224": 657,
    "microsoft/resnet-50": 23.5,
    "openai/clip-vit-large-patch14": 304,
    "google/siglip-base-patch16-224": 93,
    "google/siglip-so400m-patch14-384": 428,
    "microsoft/swin-tiny-patch4-window7-224": 27.5,
    "facebook/hiera-large-224-in1k-hf": 213,
    "MCG-NJU/videomae-base": 87,
    "MCG-NJU/videomae-large": 305,
    "facebook/timesformer-base-finetuned-k400": 121.4,
}


def test_listing_and_describing_import_no_library():
    code = (
        "import sys; from brainscore_core.registry import members, resolve; "
        "[resolve('models', name).info.to_dict() for name in members('hf')]; "
        "resolve('models', 'hf:org/another'); "
        "print(*sorted({'torch', 'torchvision', 'PIL', 'huggingface_hub', 'transformers'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_every_row_has_a_twin_and_a_plain_info():
    names = members("hf")
    assert len(names) == 2 * len(ROWS) == len(set(names))
    for name in names:
        content = family.info(name.removeprefix("hf:")).to_dict()
        assert json.loads(json.dumps(content)) == content
        for field in ("description", "licence", "doi", "bibtex", "parameters", "layers", "preprocessing"):
            assert content[field], (name, field)
        assert content["layers_chosen"] == RULE
        assert name.endswith("-untrained") != bool(content.get("weights"))
        assert name.endswith("-untrained") or content["source"]["known"] == "not known; pinned at first use"


def test_numbers_of_parameters_are_the_published_ones():
    for name, millions in PUBLISHED.items():
        assert ROWS[name].parameters / 1e6 == pytest.approx(millions, rel=0.035), name


@pytest.mark.parametrize(
    ("name", "giga"),  # multiply-accumulates, as the papers state them
    [
        ("microsoft/resnet-50", 4.1),
        ("google/vit-base-patch16-224", 17.6),
        ("facebook/convnext-tiny-224", 4.5),
        ("microsoft/swin-tiny-patch4-window7-224", 4.5),
        ("MCG-NJU/videomae-base", 180),
        ("MCG-NJU/videomae-large", 597),
        ("facebook/timesformer-base-finetuned-k400", 196),
    ],
)
def test_operations_are_twice_the_published_multiplications(name, giga):
    assert ROWS[name].flops / 2e9 == pytest.approx(giga, rel=0.03)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_networks_are_as_the_table_says(name):
    row = ROWS[name]
    with torch.device("meta"):
        network = make(name, row.architecture, row.settings["config"], row.settings["options"], None)
    assert sum(part.numel() for part in network.parameters()) == row.parameters
    modules = dict(network.named_modules())
    assert all(stage in modules for stage in row.stages)


@pytest.mark.parametrize(
    "name",
    [
        "google/mobilenet_v2_0.35_96",
        "facebook/convnextv2-atto-1k-224",
        "facebook/deit-tiny-patch16-224",
        "microsoft/swin-tiny-patch4-window7-224",
        "facebook/hiera-tiny-224-in1k-hf",
        "openai/clip-vit-base-patch32",
        "MCG-NJU/videomae-base",
        "facebook/timesformer-base-finetuned-k400",
    ],
)
def test_stages_are_found_as_the_table_says(name):
    row = ROWS[name]
    with torch.device("meta"):
        network = make(name, row.architecture, row.settings["config"], row.settings["options"], None)
    frames = row.windows["length"] if isinstance(row, VideoRow) else None
    assert stages_of(network, row.input.height, frames) == list(row.stages)
    shape = (*([frames] if frames else []), 3, *[row.input.height] * 2)
    assert count_flops(network.eval(), torch.empty(1, *shape, device="meta")) == row.flops


@pytest.mark.parametrize(
    ("asked", "close"), [("vit-base-patch16-224", "google/vit-base-patch16-224"), ("google", "google/")]
)
def test_names_that_no_repository_can_have_are_unknown(asked, close):
    with pytest.raises(UnknownIdentifier):
        load_model(f"hf:{asked}")
    with pytest.raises(UnknownIdentifier):
        family.build(asked)


def test_the_closest_of_the_table_is_offered():
    with pytest.raises(UnknownIdentifier, match="hf:google/vit-base-patch16-224"):
        resolve("models", "hf:google-vit-base-patch16-224")


def test_of_other_repositories_it_is_said_where_they_would_come_from():
    info = resolve("models", "hf:org/another").info
    assert "config.json" in info.description
    assert info.source["places"] == ["https://huggingface.co/org/another/resolve/main/model.safetensors"]
    assert resolve("models", "hf:org/another-untrained").info.flags == ("untrained",)
