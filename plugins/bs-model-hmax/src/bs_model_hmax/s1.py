"""S1, simple cells: filters normalised by the local contrast they look at."""

import math
from collections.abc import Iterator

import numpy as np

from .contrast import LocalContrast
from .filters import spectra
from .parameters import BANDS, FIELD, ORIENTATIONS
from .retina import Stimulus, Window, window_around


class Workspace:
    """Memory for the largest window, used again for every filter: fresh pages would cost a tenth of the time."""

    def __init__(self) -> None:
        count = len(ORIENTATIONS)
        self._transforms = np.empty((2, count * FIELD * (FIELD // 2 + 1)), dtype=np.complex64)
        self._responses = np.empty((2, count * FIELD * FIELD), dtype=np.float32)

    def of(self, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Two transforms and two responses of a window, one row per orientation."""
        half, full = (len(ORIENTATIONS), side, side // 2 + 1), (len(ORIENTATIONS), side, side)
        one, two = (memory[: math.prod(half)].reshape(half) for memory in self._transforms)
        three, four = (memory[: math.prod(full)].reshape(full) for memory in self._responses)
        return one, two, three, four


def s1(stimulus: Stimulus, workspace: Workspace) -> Iterator[tuple[Window, np.ndarray]]:
    """Responses of all simple cells, band by band.

    A response is the absolute correlation of a filter with the patch it covers: ``|w . x| / max(|x - mean(x)|,
    sqrt(n) * CONTRAST_FLOOR)``, where w has zero mean and unit norm and n is its number of pixels, so it lies in
    [0, 1] and does not depend on the patch's luminance or, above the floor, on its contrast. Riesenhuber & Poggio 1999
    (rectified dot products, filters zero-sum and square-normalised to 1), with the normalisation by patch of Serre et
    al. 2007 applied to the patch without its mean.

    Yields
    ------
    Window
        Outside it there is no response.
    ndarray, shape (4 orientations, side, side), float32
        The stronger of the band's two sizes at each place. Only where the larger filter lies within the field is it
        a unit's response. Lies in the workspace: the next band overwrites it.
    """
    windows = [window_around(stimulus, band.margin) for band in BANDS]
    transforms = {window: np.fft.rfft2(window.cut(stimulus)) for window in dict.fromkeys(windows)}
    contrast = LocalContrast(stimulus, windows)
    for number, (band, window) in enumerate(zip(BANDS, windows, strict=True)):
        product, half, first, second = workspace.of(window.side)
        for spectrum, size, response in zip(spectra(number, window.side), band.sizes, (first, second), strict=True):
            np.multiply(spectrum, transforms[window], out=product)
            np.fft.ifft(product, axis=-2, out=half)
            np.fft.irfft(half, n=window.side, axis=-1, out=response)
            np.abs(response, out=response)
            response *= contrast.inverse(window, size)
        yield window, np.maximum(first, second, out=first)
