"""The table: inert, plain, true of the library."""

import json
import re
import subprocess
import sys
from importlib.resources import files
from math import floor

import numpy as np
import pytest

from brainscore_core import load_model
from brainscore_core.errors import UnknownIdentifier
from brainscore_core.registry import members
from brainscore_vision.families.depth import RULE
from bs_model_keras import keras as family
from bs_model_keras.table import preprocessing

ROWS = family.rows()
TABLE = json.loads(files("bs_model_keras").joinpath("table.json").read_text(encoding="utf-8"))
NUMBERS = {entry["name"]: entry["numbers"] for entry in TABLE["rows"]}

PUBLISHED = {
    # numbers in millions, those of batch normalisation that are not trained included: keras.io/api/applications
    "Xception": 22.9,
    "VGG16": 138.4,
    "VGG19": 143.7,
    "ResNet50": 25.6,
    "ResNet50V2": 25.6,
    "ResNet101": 44.7,
    "ResNet101V2": 44.7,
    "ResNet152": 60.4,
    "ResNet152V2": 60.4,
    "InceptionV3": 23.9,
    "InceptionResNetV2": 55.9,
    "MobileNet": 4.3,
    "MobileNetV2": 3.5,
    "DenseNet121": 8.1,
    "DenseNet169": 14.3,
    "DenseNet201": 20.2,
    "NASNetMobile": 5.3,
    "NASNetLarge": 88.9,
    "EfficientNetB0": 5.3,
    "EfficientNetB1": 7.9,
    "EfficientNetB2": 9.2,
    "EfficientNetB3": 12.3,
    "EfficientNetB4": 19.5,
    "EfficientNetB5": 30.6,
    "EfficientNetB6": 43.3,
    "EfficientNetB7": 66.7,
    "EfficientNetV2B0": 7.2,
    "EfficientNetV2B1": 8.2,
    "EfficientNetV2B2": 10.2,
    "EfficientNetV2B3": 14.5,
    "EfficientNetV2S": 21.6,
    "EfficientNetV2M": 54.4,
    "EfficientNetV2L": 119.0,
    "ConvNeXtTiny": 28.6,
    "ConvNeXtSmall": 50.2,
    "ConvNeXtBase": 88.5,
    "ConvNeXtLarge": 197.7,
    "ConvNeXtXLarge": 350.1,
}


def test_listing_and_describing_import_no_library():
    code = (
        "import sys; from brainscore_core.registry import members, resolve; "
        "[resolve('models', name).info.to_dict() for name in members('keras')]; "
        "print(*sorted({'keras', 'tensorflow', 'torch', 'h5py', 'PIL'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_every_row_has_a_twin_and_a_plain_info():
    names = members("keras")
    assert len(names) == 2 * len(ROWS) == len(set(names)) == 160
    for name in names:
        info = family.info(name.removeprefix("keras:"))
        content = info.to_dict()
        assert json.loads(json.dumps(content)) == content
        for field in ("description", "licence", "doi", "bibtex", "parameters", "layers", "preprocessing"):
            assert content[field], (name, field)
        assert content["layers_chosen"] == RULE
        assert list(content["layers"]) == ["V1", "V2", "V4", "IT"]
        assert name.endswith("-untrained") != bool(content.get("weights"))


def test_hashes_are_as_much_as_is_published():
    known = [row.weights.known for row in ROWS.values()]
    assert {text: known.count(text) for text in set(known)} == {
        "sha256": 5,
        "md5, as published; sha256 pinned at first use": 37,
        "not known; pinned at first use": 38,
    }
    for row in ROWS.values():
        (place,) = row.weights.places
        assert re.fullmatch(r"https://storage\.googleapis\.com/.*\.h5", place)
        without = row.architecture in ("MobileNet", "MobileNetV2")  # the library states none
        assert bool(row.weights.sha256 or row.weights.md5) != without, row.name


def test_numbers_are_the_published_ones():
    for name, millions in PUBLISHED.items():
        tenths = NUMBERS[name] / 1e5
        assert 10 * millions in (round(tenths), floor(tenths)), name  # some are cut instead of rounded
    assert {row.architecture for row in ROWS.values()} - {"MobileNetV3Large", "MobileNetV3Small"} == set(PUBLISHED)


@pytest.mark.parametrize(
    ("name", "giga"),  # multiply-accumulates, as the papers state them
    [("DenseNet121", 2.87), ("EfficientNetB0", 0.39), ("ConvNeXtBase", 15.4)],
)
def test_operations_are_twice_the_published_multiplications(name, giga):
    assert ROWS[name].flops / 2e9 == pytest.approx(giga, rel=0.03)


def test_operations_are_missing_only_where_pytorch_does_not_run():
    assert {name for name, row in ROWS.items() if row.flops is None} == {"NASNetMobile"}


@pytest.mark.parametrize("mode", ["tf", "torch", "caffe"])
def test_inputs_are_scaled_as_the_library_does(mode):
    library = pytest.importorskip("keras", reason="Keras is not installed")
    module = {"tf": "xception", "torch": "densenet", "caffe": "vgg16"}[mode]
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    expected = getattr(library.applications, module).preprocess_input(image.astype(np.float32).copy())
    ours = preprocessing(64, mode)(image)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-6 * np.abs(expected).max())
    np.testing.assert_array_equal(preprocessing(64, "within")(image), image)


@pytest.mark.parametrize(("asked", "close"), [("Xceptoin", "Xception"), ("mobilenet", "MobileNet")])
def test_unknown_names_offer_the_closest(asked, close):
    with pytest.raises(UnknownIdentifier, match=f"keras:{close}"):
        load_model(f"keras:{asked}")
