"""Preprocessing of other libraries: read as data where it can be, called as its library calls it where not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from .library_preprocessing import interpolation_of, of_huggingface, of_timm, of_torchvision, size_of
from .preprocessing import Preprocessing

Prepare = Callable[[np.ndarray], Any]

_UNUSUAL = (
    "do_pad",
    "do_rotate",
    "do_thumbnail",
    "do_flip_channel_order",
    "do_color_quantize",
    "do_image_splitting",
    "do_align_long_axis",
    "rescale_offset",
    "include_top",
)
"""What some processors of Hugging Face do besides, when it is switched on."""


def preprocessing_of(thing: Any) -> Prepare | None:
    """From what a library gives to a callable of one image.

    Parameters
    ----------
    thing : object
        ``weights.transforms()`` or a ``Compose`` of torchvision (timm makes such ones too), a configuration of timm
        (``resolve_data_config(...)``, ``model.pretrained_cfg``), an image processor of Hugging Face or the content of
        its ``preprocessor_config.json``: read, and as :class:`.Preprocessing` where that can say it. Anything else
        stays what it is.

    Raises
    ------
    InvalidParameter
        For a mapping that is none of these, or a configuration that cannot be followed.
    """
    if isinstance(thing, Mapping):
        return _of_mapping(thing)
    roots = {base.__module__.partition(".")[0] for base in type(thing).__mro__}
    if "timm" in roots and hasattr(thing, "input_size") and hasattr(thing, "to_dict"):
        return of_timm(thing.to_dict())
    if "transformers" in roots:
        return _of_processor(getattr(thing, "image_processor", thing))
    if "torchvision" in roots:
        return _of_transform(thing)
    return thing


def _of_mapping(config: Mapping[str, Any]) -> Preprocessing:
    if "input_size" in config:
        return of_timm(config)
    if "resize_size" in config:
        return of_torchvision(config)
    if "image_mean" in config or "do_resize" in config:
        return of_huggingface(config)
    raise InvalidParameter(
        f"preprocessing with {sorted(map(str, config))}",
        expected="a configuration of timm ('input_size'), torchvision ('resize_size') or Hugging Face ('image_mean')",
    )


# --- Hugging Face --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Processed:
    """What an image processor of Hugging Face makes of an image, by calling it."""

    processor: Any

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """One input, as the processor shapes it."""
        colours = np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image
        return np.asarray(self.processor(images=colours, return_tensors="np")["pixel_values"][0])


def _of_processor(processor: Any) -> Prepare:
    if not (callable(processor) and hasattr(processor, "to_dict")):
        return processor
    config = processor.to_dict()
    if any(config.get(name) for name in _UNUSUAL):
        return Processed(processor)
    try:
        return of_huggingface(config)
    except InvalidParameter:
        return Processed(processor)


# --- torchvision ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Transformed:
    """What transforms of torchvision make of an image: they take pictures of Pillow, in colour."""

    transform: Any

    def __call__(self, image: np.ndarray) -> Any:
        """One input."""
        from PIL import Image

        return self.transform(Image.fromarray(image).convert("RGB"))


def _of_transform(transform: Any) -> Prepare:
    if hasattr(transform, "resize_size") and hasattr(transform, "crop_size"):
        return of_torchvision(transform)
    if not hasattr(transform, "transforms"):
        return Transformed(transform)
    found = _of_steps(transform.transforms)
    return Transformed(transform) if found is None else found


def _of_steps(steps: Sequence[Any]) -> Preprocessing | None:
    """One after the other, in the order in which :class:`.Preprocessing` does them; None: in words it does not have."""
    options: dict[str, Any] = {"mean": (0.0,), "std": (1.0,)}
    order = {"Resize": 0, "CenterCrop": 1, "ToTensor": 2, "MaybeToTensor": 2, "ToImage": 2, "PILToTensor": 2}
    order |= {"ConvertImageDtype": 3, "ToDtype": 3, "Normalize": 4}
    places = [order.get(type(step).__name__, -1) for step in steps]
    scaled = {"ToTensor", "MaybeToTensor", "ConvertImageDtype"} & {type(step).__name__ for step in steps}
    scaled |= {"ToDtype" for step in steps if type(step).__name__ == "ToDtype" and step.scale}
    if -1 in places or any(late <= early for early, late in zip(places, places[1:], strict=False)) or not scaled:
        return None
    for step in steps:
        match type(step).__name__:
            case "Resize":
                if step.max_size is not None:
                    return None
                options |= {"resize": size_of(step.size), "interpolation": interpolation_of(step.interpolation)}
                options["antialias"] = True  # pictures of Pillow are always antialiased
            case "CenterCrop":
                high, wide = step.size
                options["crop"] = (int(high), int(wide))
            case "Normalize":
                options |= {"mean": _numbers(step.mean), "std": _numbers(step.std)}
    return Preprocessing(**options)


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(float(str(value)) for value in np.asarray(values).ravel())  # of a float32, .485 and not .48500001
