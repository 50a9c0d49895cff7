"""From a placed image to the input of a network, as data: what can be printed, compared and hashed."""

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidParameter

from .resampling import INTERPOLATIONS, Interpolation, resize

Size = int | tuple[int, int] | None
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Preprocessing:
    """Resize, crop, colours, range, ``(pixel - mean) / std``, layout: in this order.

    Parameters
    ----------
    resize : int, (height, width) or None
        A number: of the shorter side, proportions kept (rounded down, as torchvision does).
    crop : int, (height, width) or None
        Of the centre; where the image is smaller it is padded with zeros, as torchvision pads.
    interpolation : {"nearest", "bilinear", "bicubic", "lanczos"}
    antialias : bool
        True: by Pillow, whose filters widen when they reduce. False: two or four neighbours, as TensorFlow resizes.
    colours : {"RGB", "BGR", "L"}
        Grey images become three equal channels, or coloured ones one (by Pillow's weights).
    range : (lowest, highest)
        What pixels of 0 and 255 become before mean and std.
    mean, std : tuple of numbers
        One a channel, or one for all.
    layout : {"CHW", "HWC"}

    Raises
    ------
    InvalidParameter
        Naming the field.

    Examples
    --------
    >>> Preprocessing(resize=256, crop=224)(image).shape  # doctest: +SKIP
    (3, 224, 224)
    """

    resize: Size = None
    crop: Size = None
    interpolation: Interpolation = "bilinear"
    antialias: bool = True
    colours: Literal["RGB", "BGR", "L"] = "RGB"
    range: tuple[float, float] = (0.0, 1.0)
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    layout: Literal["CHW", "HWC"] = "CHW"

    def __post_init__(self) -> None:
        for name in ("resize", "crop", "range", "mean", "std"):
            value = getattr(self, name)
            if isinstance(value, (list, np.ndarray)):
                object.__setattr__(self, name, tuple(np.asarray(value).tolist()))
        channels = 1 if self.colours == "L" else 3
        allowed = {"interpolation": INTERPOLATIONS, "colours": ("RGB", "BGR", "L"), "layout": ("CHW", "HWC")}
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                raise InvalidParameter(f"{name}={getattr(self, name)!r}", expected=f"one of {values}")
        for name in ("resize", "crop"):
            if not _is_size(getattr(self, name)):
                raise InvalidParameter(f"{name}={getattr(self, name)!r}", expected="pixels, (height, width), or None")
        for name, counts in (("range", (2,)), ("mean", (1, channels)), ("std", (1, channels))):
            if len(getattr(self, name)) not in counts:
                raise InvalidParameter(
                    f"{name}={getattr(self, name)!r}", expected=f"{' or '.join(map(str, counts))} numbers"
                )
        if not self.range[0] < self.range[1]:
            raise InvalidParameter(f"range={self.range!r}", expected="(lowest, highest)")
        if not all(part > 0 for part in self.std):
            raise InvalidParameter(f"std={self.std!r}", expected="numbers above 0")

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """One input.

        Parameters
        ----------
        image : ndarray, shape (height, width) or (height, width, 3), uint8

        Returns
        -------
        ndarray, float32
            Shape (channel, height, width) or (height, width, channel).
        """
        pixels = self.pixels(image)
        values = self._looked_up(pixels) if pixels.dtype == np.uint8 else self._scaled(pixels).transpose(2, 0, 1)
        return np.ascontiguousarray(values if self.layout == "CHW" else values.transpose(1, 2, 0))

    def _scaled(self, pixels: np.ndarray) -> np.ndarray:
        """In the network's range, shape (..., channel), float32."""
        low, high = self.range
        mean, std = (np.asarray(part, np.float32) for part in (self.mean, self.std))
        scaled = pixels.astype(np.float32) * np.float32((high - low) / 255) + np.float32(low)
        return (scaled - mean) / std

    def _looked_up(self, pixels: np.ndarray) -> np.ndarray:
        """The same for uint8, which has 256 values: (height, width, channel) to (channel, height, width)."""
        channels = pixels.shape[-1]
        table = np.ascontiguousarray(self._scaled(np.repeat(np.arange(256)[:, None], channels, axis=1)).T)
        found = np.empty((channels, *pixels.shape[:2]), np.float32)
        for channel in range(channels):  # nothing is out of range; only mode="raise" would copy
            np.take(table[channel], pixels[..., channel], out=found[channel], mode="clip")
        return found

    def pixels(self, image: np.ndarray) -> np.ndarray:
        """What of the image is shown: uint8 with antialiasing, else float32; (height, width, channel)."""
        image = _in_colours(image, self.colours)
        if self.resize is not None:
            image = resize(image, self._target(image.shape[:2]), self.interpolation, self.antialias)
        if self.crop is not None:
            image = _centre(image, _pair(self.crop))
        return image[..., ::-1] if self.colours == "BGR" else image

    def to_dict(self) -> dict[str, Any]:
        """What it does, as JSON holds it."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def digest(self) -> str:
        """SHA-256 of :meth:`to_dict`."""
        return digest_json(self.to_dict())

    def __str__(self) -> str:
        """One line, as a model card prints it."""
        steps = []
        if self.resize is not None:
            to = f"shorter side to {self.resize}" if isinstance(self.resize, int) else "to {} x {}".format(*self.resize)
            steps.append(f"{to} pixels ({self.interpolation}{'' if self.antialias else ', not antialiased'})")
        if self.crop is not None:
            steps.append("central {} x {}".format(*_pair(self.crop)))
        scale = f"[{self.range[0]:g}, {self.range[1]:g}], minus {_short(self.mean)}, over {_short(self.std)}"
        return "; ".join([*steps, f"{self.colours} in {scale}", self.layout])

    def _target(self, shape: tuple[int, int]) -> tuple[int, int]:
        if not isinstance(self.resize, int):
            return self.resize or shape
        height, width = shape
        if height <= width:
            return self.resize, int(self.resize * width / height)
        return int(self.resize * height / width), self.resize


def _is_size(size: Any) -> bool:
    if size is None:
        return True
    pair = size if isinstance(size, tuple) else (size, size)
    return len(pair) == 2 and all(isinstance(part, int) and not isinstance(part, bool) and part > 0 for part in pair)


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def _in_colours(image: np.ndarray, colours: str) -> np.ndarray:
    """(height, width, 3), or (height, width, 1) for ``L``."""
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)):
        raise InvalidParameter(f"an image of {image.dtype} {image.shape}", expected="uint8, (height, width[, 3])")
    if colours == "L":
        if image.ndim == 2:
            return image[..., None]
        from PIL import Image

        return np.asarray(Image.fromarray(image).convert("L"))[..., None]
    return np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image


def _centre(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The central part, by torchvision's rounding."""
    short = [max(0, wanted - there) for wanted, there in zip(size, image.shape[:2], strict=True)]
    if any(short):
        image = np.pad(image, [(part // 2, part - part // 2) for part in short] + [(0, 0)])
    top, left = (round((there - wanted) / 2) for wanted, there in zip(size, image.shape[:2], strict=True))
    return image[top : top + size[0], left : left + size[1]]


def _short(values: tuple[float, ...]) -> str:
    return f"{values[0]:g}" if len(values) == 1 else "[" + ", ".join(f"{value:g}" for value in values) + "]"
