"""A grey field on which something is drawn: where its pixels lie, in degrees."""

from dataclasses import dataclass

import numpy as np

BACKGROUND = 128


@dataclass(frozen=True)
class Field:
    """A square field of view.

    Parameters
    ----------
    degrees : float
        Width, in degrees of visual angle.
    pixels : int
        Width.
    """

    degrees: float
    pixels: int

    @property
    def per_degree(self) -> float:
        """Pixels a degree."""
        return self.pixels / self.degrees

    def blank(self) -> np.ndarray:
        """uint8 (pixels, pixels), all 128."""
        return np.full((self.pixels, self.pixels), BACKGROUND, dtype=np.uint8)

    def axis(self, position: float) -> np.ndarray:
        """Distance of each pixel from `position` along one axis, in degrees; the axis runs through the middle pixel."""
        return (np.arange(self.pixels) - self.pixels / 2) / self.per_degree - position


def shown(luminance: np.ndarray) -> np.ndarray:
    """Luminance on 0 to 255 as uint8; rounded twice, since ties would hang on the processor's sine."""
    return np.rint(np.round(luminance, 6)).astype(np.uint8)
