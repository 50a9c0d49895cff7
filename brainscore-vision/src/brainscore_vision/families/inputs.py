"""From a placed image to the input of a network, as data: what can be printed, compared and hashed."""

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from brainscore_core.errors import InvalidParameter

Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos"]
Colour = tuple[float, float, float]

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos")


@dataclass(frozen=True)
class ImageInput:
    """Central part of the input's proportions, resized to its size with antialiasing, ``(pixel / 255 - mean) / std``.

    A placed image fills the field of view, so all of its central square is shown to the network: the margin that
    libraries cut off when they measure accuracy is part of the field of view here. Grey images become
    three equal channels.

    Parameters
    ----------
    height, width : int
        Size of the input, in pixels.
    interpolation : {"nearest", "bilinear", "bicubic", "lanczos"}
        Of Pillow.
    mean, std : (red, green, blue)
        On the scale from 0 to 1.

    Raises
    ------
    InvalidParameter

    Examples
    --------
    >>> ImageInput(224, 224)(image).shape  # doctest: +SKIP
    (3, 224, 224)
    """

    height: int
    width: int
    interpolation: Interpolation = "bilinear"
    mean: Colour = (0.485, 0.456, 0.406)
    std: Colour = (0.229, 0.224, 0.225)

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise InvalidParameter(f"an input of {self.height} x {self.width} pixels", expected="at least one pixel")
        if self.interpolation not in _INTERPOLATIONS:
            raise InvalidParameter(f"interpolation {self.interpolation!r}", expected=f"one of {_INTERPOLATIONS}")
        if len(self.mean) != 3 or len(self.std) != 3 or not all(part > 0 for part in self.std):
            raise InvalidParameter(
                f"mean={self.mean!r}, std={self.std!r}", expected="three numbers each, those of std above 0"
            )

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """One input.

        Parameters
        ----------
        image : ndarray, shape (height, width) or (height, width, 3), uint8

        Returns
        -------
        ndarray, shape (3, self.height, self.width), float32
        """
        from PIL import Image

        picture = Image.fromarray(image)
        scale = min(picture.width / self.width, picture.height / self.height)
        wide, high = round(self.width * scale), round(self.height * scale)
        left, top = (picture.width - wide) // 2, (picture.height - high) // 2
        picture = picture.crop((left, top, left + wide, top + high))
        resampling = Image.Resampling[self.interpolation.upper()]
        pixels = np.asarray(picture.resize((self.width, self.height), resampling), dtype=np.float32)
        planes = np.broadcast_to(pixels, (3, *pixels.shape)) if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
        mean, std = (np.array(part, dtype=np.float32)[:, None, None] for part in (self.mean, self.std))
        return np.ascontiguousarray((planes / np.float32(255) - mean) / std, dtype=np.float32)

    def to_dict(self) -> dict[str, Any]:
        """What it does, as JSON holds it."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def __str__(self) -> str:
        scaled = f"(pixel / 255 - {list(self.mean)}) / {list(self.std)}"
        return f"{self.height} x {self.width} pixels, RGB, {self.interpolation}, {scaled}"
