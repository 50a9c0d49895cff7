"""S1 receptive fields: Gabor functions, and their Fourier transforms."""

from functools import cache

import numpy as np

from .parameters import ASPECT_RATIO, BANDS, ORIENTATIONS, Band


def gabor(size: int, sigma: float, wavelength: float, orientation: float) -> np.ndarray:
    """One even-symmetric filter, made zero-mean and unit-norm (Serre et al. 2007, equation 1).

    Parameters
    ----------
    size : int
        Side in pixels, odd.
    sigma, wavelength : float
        Pixels.
    orientation : float
        Degrees. At 0 the bars that it prefers are vertical: the carrier varies along x.

    Returns
    -------
    ndarray, shape (size, size), float64
    """
    half = size // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(float)
    theta = np.deg2rad(orientation)
    across = x * np.cos(theta) + y * np.sin(theta)
    along = -x * np.sin(theta) + y * np.cos(theta)
    envelope = np.exp(-(across**2 + ASPECT_RATIO**2 * along**2) / (2 * sigma**2))
    values = envelope * np.cos(2 * np.pi * across / wavelength)
    values -= values.mean()
    return values / np.linalg.norm(values)


def bank(band: Band) -> tuple[np.ndarray, np.ndarray]:
    """The filters of a band: one array of shape (4 orientations, size, size) per size."""
    first, second = (
        np.stack([gabor(size, sigma, wavelength, orientation) for orientation in ORIENTATIONS])
        for size, sigma, wavelength in zip(band.sizes, band.sigmas, band.wavelengths, strict=True)
    )
    return first, second


@cache
def spectra(band: int, side: int) -> np.ndarray:
    """Transforms of the filters of a band, centred on the first pixel of a square window.

    A filter that equals its own mirror image has a real transform, so only that is kept.

    Parameters
    ----------
    band : int
        Index into BANDS.
    side : int
        Of the window in pixels, at least that of the filters.

    Returns
    -------
    ndarray, shape (2 sizes, 4 orientations, side, side // 2 + 1), float32
    """
    return np.stack([_spectrum(filters, side) for filters in bank(BANDS[band])])


def _spectrum(filters: np.ndarray, side: int) -> np.ndarray:
    size = filters.shape[-1]
    placed = np.zeros((len(filters), side, side))
    placed[:, :size, :size] = filters
    placed = np.roll(placed, (-(size // 2), -(size // 2)), axis=(1, 2))
    return np.fft.rfft2(placed).real.astype(np.float32)
