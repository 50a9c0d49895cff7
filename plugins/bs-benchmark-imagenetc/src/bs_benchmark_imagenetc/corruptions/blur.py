"""Blur: images are RGB, float64, 0 to 1, shape (height, width, 3)."""

import numpy as np

from .motion import moved


def defocus_blur(image: np.ndarray, parameters: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Out of focus: mean over a disk of a radius, its edge smoothed."""
    from scipy.signal import fftconvolve

    kernel = disk(*parameters)
    reach = len(kernel) // 2
    padded = np.pad(image, ((reach, reach), (reach, reach), (0, 0)), mode="reflect")
    return fftconvolve(padded, kernel[..., None], mode="valid", axes=(0, 1))


def glass_blur(image: np.ndarray, parameters: tuple[float, int, int], rng: np.random.Generator) -> np.ndarray:
    """Frosted glass: smoothed, each pixel replaced by one nearby, smoothed.

    Published as a swap of two pixels; there both names are views of one array, so that one of them is copied over the
    other instead. The published images have that, and so have ours.
    """
    sigma, reach, passes = parameters
    height, width = image.shape[:2]
    rows, columns = range(height - reach, reach, -1), range(width - reach, reach, -1)
    source = list(range(height * width))
    for _ in range(passes):
        steps = rng.integers(-reach, reach, size=(len(rows) * len(columns), 2)) @ (1, width)
        here = (row * width + column for row in rows for column in columns)
        for pixel, step in zip(here, steps.tolist(), strict=True):
            source[pixel] = source[pixel + step]
    coarse = np.floor(_smooth(image, sigma) * 255) / 255
    return _smooth(coarse.reshape(-1, 3)[source].reshape(image.shape), sigma)


def motion_blur(image: np.ndarray, parameters: tuple[int, float], rng: np.random.Generator) -> np.ndarray:
    """Moved in one direction, within 45 degrees of the horizontal."""
    return moved(image, *parameters, angle=rng.uniform(-45, 45))


def zoom_blur(image: np.ndarray, parameters: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Mean of the image and of its magnifications about the centre."""
    zooms = np.arange(1, *parameters)
    return (image + sum(zoomed(image, zoom) for zoom in zooms)) / (len(zooms) + 1)


def zoomed(image: np.ndarray, zoom: float) -> np.ndarray:
    """The centre of a square image, magnified to its size; shape (size, size, channel)."""
    from scipy.ndimage import zoom as magnify

    size = len(image)
    kept = int(np.ceil(size / zoom))
    start = (size - kept) // 2
    large = magnify(image[start : start + kept, start : start + kept], (zoom, zoom, 1), order=1)
    trim = (len(large) - size) // 2
    return large[trim : trim + size, trim : trim + size]


def disk(radius: float, antialiasing: float) -> np.ndarray:
    """A disk of sum 1, smoothed by a Gaussian of 3 or 5 pixels, mirrored at the border; shape (side, side)."""
    from scipy.ndimage import correlate1d

    reach, taps = (8, 3) if radius <= 8 else (int(radius), 5)
    steps = np.arange(-reach, reach + 1)
    flat = (steps[:, None] ** 2 + steps**2 <= radius**2).astype(np.float64)
    flat /= flat.sum()  # before, as published: smoothing a disk that touches the border changes its sum
    gaussian = np.exp(-((np.arange(taps) - taps // 2) ** 2) / (2 * antialiasing**2))
    for axis in (0, 1):
        flat = correlate1d(flat, gaussian / gaussian.sum(), axis=axis, mode="mirror")
    return flat


def _smooth(image: np.ndarray, sigma: float) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(image, (sigma, sigma, 0), mode="nearest")
