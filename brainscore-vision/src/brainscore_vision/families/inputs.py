"""From a placed image to the input of a network, as data: what can be printed, compared and hashed."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from ..activations.preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from ..activations.resampling import Interpolation

Colour = tuple[float, float, float]


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
    mean: Colour = IMAGENET_MEAN
    std: Colour = IMAGENET_STD

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise InvalidParameter(f"an input of {self.height} x {self.width} pixels", expected="at least one pixel")
        if len(self.mean) != 3 or len(self.std) != 3:
            raise InvalidParameter(f"mean={self.mean!r}, std={self.std!r}", expected="three numbers each")
        self.scaled()

    def scaled(self) -> Preprocessing:
        """What follows once the part of the input's proportions is cut out."""
        return Preprocessing(
            resize=(self.height, self.width), interpolation=self.interpolation, mean=self.mean, std=self.std
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
        height, width = image.shape[:2]
        scale = min(width / self.width, height / self.height)
        wide, high = round(self.width * scale), round(self.height * scale)
        left, top = (width - wide) // 2, (height - high) // 2
        return self.scaled()(image[top : top + high, left : left + wide])

    def to_dict(self) -> dict[str, Any]:
        """What it does, as JSON holds it."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def __str__(self) -> str:
        scaled = f"(pixel / 255 - {list(self.mean)}) / {list(self.std)}"
        return f"{self.height} x {self.width} pixels, RGB, {self.interpolation}, {scaled}"
