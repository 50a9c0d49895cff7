"""The published numbers: Serre et al. 2007, Table 1, and the retina of Riesenhuber & Poggio 1999."""

from typing import NamedTuple

import numpy as np

PIXELS_PER_DEGREE = 32
"""Riesenhuber & Poggio 1999, Methods: 160 pixels are 5 degrees."""

VISUAL_DEGREES = 8
"""Wider than the published 5, at the published scale, so that images shown at 8 degrees are not cropped."""

FIELD = VISUAL_DEGREES * PIXELS_PER_DEGREE
"""Side of the retina in pixels."""

ORIENTATIONS = (0.0, 45.0, 90.0, 135.0)
"""Preferred orientations in degrees."""

ASPECT_RATIO = 0.3
"""Gamma of the Gabor function: how elongated its envelope is."""


class Band(NamedTuple):
    """One of the eight scale bands.

    Parameters
    ----------
    sizes : tuple of int
        Side of the two S1 filters, pixels; the larger one last.
    sigmas, wavelengths : tuple of float
        Width of the envelope and wavelength of the carrier, pixels, one per filter.
    pool : int
        Side of the window that a C1 unit pools, pixels; neighbouring windows overlap by half.
    """

    sizes: tuple[int, int]
    sigmas: tuple[float, float]
    wavelengths: tuple[float, float]
    pool: int

    @property
    def margin(self) -> int:
        """Half the larger filter: nearer to the border than this there is no S1 unit, pixels."""
        return self.sizes[-1] // 2

    @property
    def step(self) -> int:
        """Distance of neighbouring C1 units, pixels."""
        return self.pool // 2

    @property
    def blocks(self) -> int:
        """How many steps fit along one side of the S1 map."""
        return (FIELD - 2 * self.margin) // self.step

    @property
    def origin(self) -> int:
        """First row and column that C1 pools, pixels from the border; the grid lies in the middle of the field."""
        return self.margin + (FIELD - 2 * self.margin - self.blocks * self.step) // 2

    @property
    def side(self) -> int:
        """C1 units along one side, per orientation."""
        return self.blocks - 1

    @property
    def centres(self) -> np.ndarray:
        """Where the C1 units of one row look, degrees from the middle of the field, shape (side,)."""
        pixels = self.origin + self.step * (np.arange(self.side) + 1) - 0.5
        return (pixels - (FIELD - 1) / 2) / PIXELS_PER_DEGREE


BANDS = (
    Band((7, 9), (2.8, 3.6), (3.5, 4.6), 8),
    Band((11, 13), (4.5, 5.4), (5.6, 6.8), 10),
    Band((15, 17), (6.3, 7.3), (7.9, 9.1), 12),
    Band((19, 21), (8.2, 9.2), (10.3, 11.5), 14),
    Band((23, 25), (10.2, 11.3), (12.7, 14.1), 16),
    Band((27, 29), (12.3, 13.4), (15.4, 16.8), 18),
    Band((31, 33), (14.6, 15.8), (18.2, 19.7), 20),
    Band((35, 37), (17.0, 18.2), (21.2, 22.8), 22),
)

MARGIN = max(band.margin for band in BANDS)
"""How far outside the pixels that differ from grey an S1 filter can still respond, pixels."""
