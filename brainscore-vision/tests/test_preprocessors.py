"""Preprocessing of other libraries: what they compute, as data where it can be read."""

import warnings

import numpy as np
import pytest
from PIL import Image

from brainscore_core.errors import InvalidParameter
from brainscore_vision import wrap
from brainscore_vision.activations.content import content_digest
from brainscore_vision.activations.library_preprocessing import of_timm
from brainscore_vision.activations.preprocessing import Preprocessing
from brainscore_vision.activations.preprocessors import Processed, Transformed, preprocessing_of

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (300, 341, 3), dtype=np.uint8)
GREY = RNG.integers(0, 256, (280, 270), dtype=np.uint8)


@pytest.fixture(scope="module")
def torchvision():
    pytest.importorskip("torch", reason="torchvision needs it")
    from brainscore_vision.families.torchvision_import import import_torchvision

    try:
        return import_torchvision()
    except ImportError:
        pytest.skip("torchvision is not installed")


@pytest.fixture(scope="module")
def timm(torchvision):
    return pytest.importorskip("timm", reason="timm is not installed")


@pytest.fixture(scope="module")
def transformers(torchvision):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("transformers", reason="transformers is not installed")


def picture(image):
    return Image.fromarray(image).convert("RGB")


def same(prepare, transform, atol=1e-5):
    for image in (COLOUR, GREY):
        np.testing.assert_allclose(prepare(image), np.asarray(transform(picture(image))), atol=atol)


def test_what_is_no_description_stays_what_it_is():
    for thing in (None, np.float32, Preprocessing(), len):
        assert preprocessing_of(thing) is thing


def test_presets_of_torchvision(torchvision):
    for name in ("AlexNet_Weights", "ViT_B_16_Weights", "EfficientNet_B1_Weights", "Inception_V3_Weights"):
        for weights in getattr(torchvision.models, name):
            preset = weights.transforms()
            prepare = preprocessing_of(preset)
            assert isinstance(prepare, Preprocessing)
            same(prepare, preset)


def test_transforms_that_are_read(torchvision):
    v2 = pytest.importorskip("torchvision.transforms.v2")
    for steps in (torchvision.transforms, v2):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # v2 has ToTensor for those who had it
            one = steps.Compose(
                [
                    steps.Resize(256, interpolation=steps.InterpolationMode.BICUBIC),
                    steps.CenterCrop(224),
                    steps.ToTensor(),
                    steps.Normalize([0.5, 0.4, 0.3], [0.2, 0.3, 0.4]),
                ]
            )
        prepare = preprocessing_of(one)
        assert isinstance(prepare, Preprocessing) and prepare.interpolation == "bicubic"
        same(prepare, one)
    torch = pytest.importorskip("torch")
    modern = v2.Compose([v2.Resize((230, 240)), v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    assert isinstance(preprocessing_of(modern), Preprocessing)
    same(preprocessing_of(modern), modern)


def test_transforms_that_are_called(torchvision):
    steps = torchvision.transforms
    for unusual in (
        [steps.CenterCrop(200), steps.Resize(100), steps.ToTensor()],
        [steps.Resize(99, max_size=150), steps.ToTensor()],
        [steps.Resize(64), steps.Grayscale(3), steps.ToTensor()],
        [steps.Resize(64), steps.PILToTensor()],
    ):
        transform = steps.Compose(unusual)
        prepare = preprocessing_of(transform)
        assert isinstance(prepare, Transformed) and content_digest(prepare) is not None
        same(prepare, transform)
    assert isinstance(preprocessing_of(steps.ToTensor()), Transformed)


def test_what_is_called_is_in_the_key_too(torchvision):
    steps = torchvision.transforms
    made = [steps.Compose([steps.CenterCrop(size), steps.Resize(50), steps.ToTensor()]) for size in (99, 99, 98)]
    one, again, other = (content_digest(preprocessing_of(transform)) for transform in made)
    assert one == again != other


def test_configurations_of_timm(timm):
    from timm.data import create_transform, resolve_data_config

    for name in ("resnet18", "vit_tiny_patch16_224", "efficientnet_b0", "beit_base_patch16_224"):
        model = timm.create_model(name, pretrained=False)
        config = resolve_data_config({}, model=model)
        prepare = preprocessing_of(config)
        assert isinstance(prepare, Preprocessing)
        same(prepare, create_transform(**config))
        assert preprocessing_of(model.pretrained_cfg_obj if hasattr(model, "pretrained_cfg_obj") else config) == prepare
        assert preprocessing_of(create_transform(**config)).to_dict() == prepare.to_dict()


PROCESSORS = [
    ("CLIPImageProcessor", {}),
    ("ViTImageProcessor", {}),
    ("ConvNextImageProcessor", {"size": {"shortest_edge": 224}, "crop_pct": 0.875}),
    ("BitImageProcessor", {}),
    ("DeiTImageProcessor", {}),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "options"), PROCESSORS)
def test_processors_of_hugging_face(transformers, name, options):
    processor = getattr(transformers, name)(**options)
    prepare = preprocessing_of(processor)
    assert isinstance(prepare, Preprocessing)
    assert preprocessing_of(processor.to_dict()) == prepare
    expected = np.asarray(processor(images=picture(COLOUR), return_tensors="np")["pixel_values"][0])
    found = prepare(COLOUR)
    assert found.shape == expected.shape
    # PyTorch resizes most of its bytes as Pillow does, some one step of 255 away
    assert np.abs(found - expected).max() <= 1.6 / 255 / min(prepare.std) and np.abs(found - expected).mean() < 2e-3


@pytest.mark.filterwarnings("ignore")
def test_processors_that_are_called(transformers):
    processor = transformers.EfficientNetImageProcessor(size={"height": 96, "width": 96})
    prepare = preprocessing_of(processor)
    assert isinstance(prepare, Processed)
    for image in (COLOUR, GREY):
        expected = np.asarray(processor(images=picture(image), return_tensors="np")["pixel_values"][0])
        np.testing.assert_allclose(prepare(image), expected, atol=1e-5)


def test_mappings():
    assert preprocessing_of({"input_size": (3, 224, 224)}) == of_timm({"input_size": (3, 224, 224)})
    assert preprocessing_of({"crop_size": [224], "resize_size": [256]}) == Preprocessing(resize=256, crop=224)
    assert preprocessing_of({"do_resize": False, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}).std == (0.5,) * 3
    with pytest.raises(InvalidParameter, match=r"preprocessing with \['mean'\].*'input_size'"):
        preprocessing_of({"mean": 0.5})
    model = wrap(len, preprocessing={"input_size": (3, 224, 224)}, layers={"IT": "output"}, visual_degrees=8)
    assert model.info.preprocessing["crop"] == [224, 224]
