"""Preprocessing as data: what libraries compute, read from their own descriptions, printed, and part of the key."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from brainscore_core.errors import InvalidParameter
from brainscore_vision import wrap
from brainscore_vision.activations import resampling
from brainscore_vision.activations.content import content_digest
from brainscore_vision.activations.library_preprocessing import of_huggingface, of_keras, of_timm, of_torchvision
from brainscore_vision.activations.preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (60, 91, 3), dtype=np.uint8)
GREY = RNG.integers(0, 256, (91, 60), dtype=np.uint8)
RAW = Preprocessing(mean=(0.0,), std=(1.0,), range=(0.0, 255.0), layout="HWC")


# --- what it computes ----------------------------------------------------------------------------------------------


def test_without_settings_pixels_are_scaled_as_imagenet():
    expected = (COLOUR / 255 - np.array(IMAGENET_MEAN)) / np.array(IMAGENET_STD)
    found = Preprocessing()(COLOUR)
    assert found.shape == (3, 60, 91) and found.dtype == np.float32 and found.flags.c_contiguous
    np.testing.assert_allclose(found, expected.transpose(2, 0, 1), atol=1e-5)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize(("size", "to"), [(40, (40, 60)), (120, (120, 182)), ((33, 47), (33, 47))])
def test_resizing_is_pillows(interpolation, size, to):
    step = Preprocessing(resize=size, interpolation=interpolation, range=(0, 255), mean=(0,), std=(1,), layout="HWC")
    expected = np.asarray(Image.fromarray(COLOUR).resize(to[::-1], Image.Resampling[interpolation.upper()]))
    np.testing.assert_array_equal(step(COLOUR), expected.astype(np.float32))


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
@pytest.mark.parametrize("to", [(40, 40), (97, 120)])
def test_resizing_without_antialiasing_is_that_of_pytorch(interpolation, to, monkeypatch):
    """Cubic with PyTorch's coefficient, and without the edge, which PyTorch repeats and TensorFlow leaves out."""
    torch = pytest.importorskip("torch", reason="compared with PyTorch's interpolation")
    monkeypatch.setattr(resampling, "CUBIC", -0.75)
    resampling._weights.cache_clear()
    planes = torch.from_numpy(COLOUR.transpose(2, 0, 1)[None].astype(np.float32))
    expected = torch.nn.functional.interpolate(planes, to, mode=interpolation, align_corners=False)[0].numpy()
    found = resampling.resize(COLOUR, to, interpolation, False).transpose(2, 0, 1)
    resampling._weights.cache_clear()
    inner = np.s_[:, 4:-4, 4:-4] if interpolation == "bicubic" else np.s_[:]
    np.testing.assert_allclose(found[inner], expected[inner], atol=2e-5 * 255)


def test_cubic_without_antialiasing_keeps_a_plane():
    ramp = np.broadcast_to(np.arange(60, dtype=np.uint8)[:, None, None] * 4, (60, 40, 1))
    inner = resampling.resize(ramp, (90, 40), "bicubic", False)[6:-6, 20, 0]
    np.testing.assert_allclose(np.diff(inner), 4 * 60 / 90, atol=1e-3)


@pytest.mark.parametrize("crop", [(20, 30), 41, 59, 60])
def test_the_crop_is_central(crop):
    high, wide = crop if isinstance(crop, tuple) else (crop, crop)
    found = Preprocessing(crop=crop, range=(0, 255), mean=(0,), std=(1,), layout="HWC")(COLOUR)
    top, left = round((60 - high) / 2), round((91 - wide) / 2)
    np.testing.assert_array_equal(found, COLOUR[top : top + high, left : left + wide])


def test_a_crop_beyond_the_image_is_padded():
    found = Preprocessing(crop=64, range=(0, 255), mean=(0,), std=(1,), layout="HWC")(COLOUR)
    assert found.shape == (64, 64, 3) and not found[:2].any() and not found[-2:].any()
    np.testing.assert_array_equal(found[2:-2], COLOUR[:, round(27 / 2) : round(27 / 2) + 64])


def test_colours():
    np.testing.assert_array_equal(RAW(GREY), np.repeat(GREY[..., None], 3, axis=2))
    blue_first = Preprocessing(**{**RAW.to_dict(), "colours": "BGR"})
    np.testing.assert_array_equal(blue_first(COLOUR), COLOUR[..., ::-1])
    one = Preprocessing(**{**RAW.to_dict(), "colours": "L"})
    np.testing.assert_array_equal(one(COLOUR)[..., 0], np.asarray(Image.fromarray(COLOUR).convert("L")))
    np.testing.assert_array_equal(one(GREY)[..., 0], GREY)


@given(st.floats(-3, 0), st.floats(0.5, 300), st.floats(-1, 1), st.floats(0.1, 3))
def test_range_mean_and_deviation(low, width, mean, std):
    step = Preprocessing(range=(low, low + width), mean=(mean,), std=(std,), layout="HWC")
    expected = (COLOUR[:4, :4] / 255 * width + low - mean) / std
    np.testing.assert_allclose(step(COLOUR[:4, :4]), expected, atol=1e-3, rtol=1e-4)


# --- read from others ----------------------------------------------------------------------------------------------

PRESET = {
    "crop_size": [224],
    "resize_size": [256],
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
    "interpolation": "bilinear",
    "antialias": True,
}


def test_torchvision():
    step = of_torchvision(PRESET)
    assert step == Preprocessing(resize=256, crop=224)
    import types

    assert of_torchvision(types.SimpleNamespace(**PRESET)) == step
    assert of_torchvision(PRESET | {"antialias": None, "resize_size": [300, 310]}).resize == (300, 310)
    with pytest.raises(InvalidParameter, match="a torchvision preset without 'crop_size'"):
        of_torchvision({"resize_size": [256]})


def test_timm():
    config = {
        "input_size": (3, 288, 288),
        "crop_pct": 0.95,
        "interpolation": "bicubic",
        "mean": (0.5,) * 3,
        "std": (0.5,) * 3,
    }
    step = of_timm(config)
    assert (step.resize, step.crop, step.interpolation, step.mean) == (303, (288, 288), "bicubic", (0.5, 0.5, 0.5))
    squashed = of_timm(config | {"crop_mode": "squash", "input_size": (1, 90, 180), "mean": (0.5,), "std": (0.5,)})
    assert (squashed.resize, squashed.colours) == ((94, 189), "L")
    for wrong in ({"crop_mode": "border"}, {"input_size": (3, 224, 200)}, {"interpolation": "random"}):
        with pytest.raises(InvalidParameter):
            of_timm(config | wrong)


CLIP = {
    "crop_size": {"height": 224, "width": 224},
    "do_center_crop": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"shortest_edge": 224},
}


def test_hugging_face():
    clip = of_huggingface(CLIP)
    assert (clip.resize, clip.crop, clip.interpolation) == (224, (224, 224), "bicubic")
    assert clip.range == (0.0, 1.0) and clip.std == tuple(CLIP["image_std"])
    vit = {"size": 224, "do_resize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 2}
    assert of_huggingface(vit | {"size": {"height": 224, "width": 200}}).resize == (224, 200)
    bare = of_huggingface(CLIP | {"do_rescale": False, "do_normalize": False, "do_resize": False})
    assert (bare.range, bare.mean, bare.std, bare.resize) == ((0.0, 255.0), (0.0,), (1.0,), None)
    with pytest.raises(InvalidParameter, match="'shortest_edge'"):
        of_huggingface(CLIP | {"size": {"longest_edge": 300}})


def test_keras():
    np.testing.assert_allclose(
        of_keras("caffe", 60, 91)(COLOUR),
        COLOUR[..., ::-1] - np.float32([103.939, 116.779, 123.68]),
        atol=1e-4,
    )
    np.testing.assert_allclose(of_keras("tf", 60, 91)(COLOUR), COLOUR / 127.5 - 1, atol=1e-5)
    assert of_keras("torch", 7, 9)(COLOUR).shape == (7, 9, 3)
    np.testing.assert_array_equal(of_keras("within", 60, 91)(COLOUR), COLOUR)
    with pytest.raises(InvalidParameter, match="mode='onnx'"):
        of_keras("onnx", 1, 1)


# --- as data -------------------------------------------------------------------------------------------------------

VARIANTS = [
    Preprocessing(),
    Preprocessing(resize=256),
    Preprocessing(resize=256, crop=224),
    Preprocessing(resize=256, crop=224, interpolation="bicubic"),
    Preprocessing(resize=256, crop=224, antialias=False),
    Preprocessing(resize=(256, 256), crop=224),
    Preprocessing(resize=256, crop=223),
    Preprocessing(colours="BGR"),
    Preprocessing(range=(-1, 1)),
    Preprocessing(mean=(0.5,)),
    Preprocessing(std=(0.5,)),
    Preprocessing(layout="HWC"),
]


def test_each_setting_is_part_of_the_key():
    models = [wrap(len, preprocessing=step, layers={"IT": "output"}, visual_degrees=8) for step in VARIANTS]
    assert len({step.digest() for step in VARIANTS}) == len(VARIANTS)
    assert len({content_digest(step) for step in VARIANTS}) == len(VARIANTS) and None not in map(
        content_digest, VARIANTS
    )
    assert len({model.engine.preprocessing_digest() for model in models}) == len(VARIANTS)


@pytest.mark.parametrize("step", VARIANTS)
def test_it_goes_through_json(step):
    again = Preprocessing(**json.loads(json.dumps(step.to_dict())))
    assert again.digest() == step.digest() and content_digest(again) == content_digest(step)
    np.testing.assert_array_equal(again(COLOUR), step(COLOUR))


def test_a_card_prints_it():
    text = str(Preprocessing(resize=256, crop=224, interpolation="bicubic"))
    assert text == (
        "shorter side to 256 pixels (bicubic); central 224 x 224; "
        "RGB in [0, 1], minus [0.485, 0.456, 0.406], over [0.229, 0.224, 0.225]; CHW"
    )
    info = wrap(len, preprocessing=VARIANTS[2], layers={"IT": "output"}, visual_degrees=8).info
    assert info.preprocessing == VARIANTS[2].to_dict()


def test_of_an_opaque_callable_the_name_is_known():
    def prepare(image):
        return image

    info = wrap(len, preprocessing=prepare, layers={"IT": "output"}, visual_degrees=8).info
    assert info.preprocessing["function"].endswith("prepare")
    assert wrap(len, layers={"IT": "output"}, visual_degrees=8).info.preprocessing == {}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resize": 0}, "resize=0"),
        ({"crop": (1, 2, 3)}, "crop="),
        ({"resize": 2.5}, "resize=2.5"),
        ({"resize": True}, "resize=True"),
        ({"interpolation": "linear"}, "interpolation='linear'"),
        ({"colours": "rgb"}, "colours='rgb'"),
        ({"layout": "NCHW"}, "layout='NCHW'"),
        ({"mean": (0.5, 0.5)}, r"mean=\(0.5, 0.5\)"),
        ({"std": (0.5, 0.5, 0.0)}, "above 0"),
        ({"range": (1, 0)}, "lowest, highest"),
        ({"range": (1,)}, "2 numbers"),
        ({"colours": "L"}, "mean="),
    ],
)
def test_what_is_no_preprocessing(options, words):
    with pytest.raises(InvalidParameter, match=words):
        Preprocessing(**options)


@pytest.mark.parametrize("image", [COLOUR.astype(float), COLOUR[..., :2], COLOUR[0, 0]])
def test_what_is_no_image(image):
    with pytest.raises(InvalidParameter, match=r"expected uint8, \(height, width\[, 3\]\)"):
        Preprocessing()(image)


def test_lanczos_without_antialiasing_is_refused():
    with pytest.raises(InvalidParameter, match="lanczos without antialiasing"):
        Preprocessing(resize=30, interpolation="lanczos", antialias=False)(COLOUR)
