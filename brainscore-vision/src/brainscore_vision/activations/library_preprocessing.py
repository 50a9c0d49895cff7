"""How libraries state their preprocessing, read: torchvision, timm, the Hugging Face Hub, Keras."""

from collections.abc import Mapping
from math import floor
from typing import Any, Literal

from brainscore_core.errors import InvalidParameter

from .preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing, Size
from .resampling import INTERPOLATIONS, Interpolation


def of_torchvision(preset: Any) -> Preprocessing:
    """What ``weights.transforms()`` does, or a mapping of its attributes.

    Parameters
    ----------
    preset : torchvision ImageClassification, or mapping
        With ``crop_size, resize_size, mean, std, interpolation, antialias``.

    Raises
    ------
    InvalidParameter
        If it lacks one of them.
    """
    get = _getter(preset, "a torchvision preset")
    return Preprocessing(
        resize=size_of(get("resize_size")),
        crop=size_of(get("crop_size")),
        interpolation=interpolation_of(get("interpolation", "bilinear")),
        antialias=get("antialias", True) is not False,
        mean=tuple(get("mean", IMAGENET_MEAN)),
        std=tuple(get("std", IMAGENET_STD)),
    )


def of_timm(config: Mapping[str, Any]) -> Preprocessing:
    """What timm's evaluation transform does for a data configuration (``timm.data.resolve_data_config``).

    Parameters
    ----------
    config : mapping
        With ``input_size``; ``crop_pct, crop_mode, interpolation, mean, std`` have timm's defaults.
    """
    get = _getter(config, "a timm configuration")
    channels, height, width = get("input_size")
    mode, fraction = get("crop_mode", "center"), float(get("crop_pct", 0.875))
    if mode not in ("center", "squash"):
        raise InvalidParameter(f"crop_mode={mode!r}", expected="'center' or 'squash'")
    high, wide = floor(height / fraction), floor(width / fraction)
    if mode == "center" and height != width:
        raise InvalidParameter(f"input_size={(channels, height, width)}", expected="a square, or crop_mode 'squash'")
    return Preprocessing(
        resize=high if mode == "center" else (high, wide),
        crop=(height, width),
        interpolation=interpolation_of(get("interpolation", "bicubic")),
        mean=tuple(get("mean", IMAGENET_MEAN)),
        std=tuple(get("std", IMAGENET_STD)),
        colours="L" if channels == 1 else "RGB",
    )


def of_huggingface(config: Mapping[str, Any]) -> Preprocessing:
    """What a ``preprocessor_config.json`` of the Hugging Face Hub says.

    Parameters
    ----------
    config : mapping
        ``size`` with ``shortest_edge`` or ``height`` and ``width``; ``crop_size, resample, image_mean, image_std,
        rescale_factor, crop_pct`` and the switches ``do_*``.
    """
    get = _getter(config, "a Hugging Face configuration")
    size, crop = (_huggingface_size(get(name, None)) for name in ("size", "crop_size"))
    crop = crop if get("do_center_crop", False) else None
    if get("crop_pct", None) and isinstance(size, int):  # ConvNeXT: resized by so much more, then cropped to size
        crop = size if size < 384 else None
        size = int(size / get("crop_pct")) if size < 384 else (size, size)
    factor = float(get("rescale_factor", 1 / 255)) if get("do_rescale", True) else 1.0
    normalise = bool(get("do_normalize", True))
    return Preprocessing(
        resize=size if get("do_resize", True) else None,
        crop=crop,
        interpolation=interpolation_of(get("resample", 2)),
        range=(0.0, 255 * factor),
        mean=tuple(get("image_mean", IMAGENET_MEAN)) if normalise else (0.0,),
        std=tuple(get("image_std", IMAGENET_STD)) if normalise else (1.0,),
    )


def of_keras(mode: Literal["tf", "torch", "caffe", "within"], height: int, width: int) -> Preprocessing:
    """What ``preprocess_input`` of a family in ``keras.applications`` does, after its resizing.

    Parameters
    ----------
    mode : {"tf", "torch", "caffe", "within"}
        From -1 to 1; ImageNet's mean and std; BGR from 0 to 255 without the mean; from 0 to 255, where the network's
        first layers do the rest.
    """
    common: dict[str, Any] = {"resize": (height, width), "antialias": False, "layout": "HWC"}
    if mode == "tf":
        return Preprocessing(**common, range=(-1.0, 1.0), mean=(0.0,), std=(1.0,))
    if mode == "caffe":
        mean = (103.939, 116.779, 123.68)
        return Preprocessing(**common, colours="BGR", range=(0.0, 255.0), mean=mean, std=(1.0,))
    if mode == "within":
        return Preprocessing(**common, range=(0.0, 255.0), mean=(0.0,), std=(1.0,))
    if mode != "torch":
        raise InvalidParameter(f"mode={mode!r}", expected="'tf', 'torch', 'caffe' or 'within'")
    return Preprocessing(**common)


def _getter(source: Any, what: str) -> Any:
    """``get(name[, default])`` over a mapping or attributes."""
    missing = object()

    def get(name: str, default: Any = missing) -> Any:
        found = source.get(name, default) if isinstance(source, Mapping) else getattr(source, name, default)
        if found is missing:
            raise InvalidParameter(f"{what} without {name!r}", expected=f"{name!r} among what it holds")
        return found

    return get


def size_of(size: Any) -> Size:
    """As torchvision states sizes: one number of the shorter side, or two."""
    parts = [size] if isinstance(size, int) else list(size)
    return int(parts[0]) if len(parts) == 1 else (int(parts[0]), int(parts[1]))


def _huggingface_size(size: Any) -> Size:
    if size is None or isinstance(size, int):
        return size
    if not isinstance(size, Mapping):
        return int(size[0]), int(size[1])
    if "shortest_edge" in size:
        return int(size["shortest_edge"])
    if "height" in size and "width" in size:
        return int(size["height"]), int(size["width"])
    raise InvalidParameter(f"size {dict(size)!r}", expected="'shortest_edge', or 'height' and 'width'")


def interpolation_of(name: Any) -> Interpolation:
    """A name, Pillow's number, or a member of torchvision's ``InterpolationMode``."""
    numbers = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic"}
    value = getattr(name, "value", name)
    found = numbers.get(value, value) if isinstance(value, int) else str(value).lower()
    if found not in INTERPOLATIONS:
        raise InvalidParameter(f"interpolation {name!r}", expected=f"one of {INTERPOLATIONS}")
    return found  # type: ignore[return-value]
