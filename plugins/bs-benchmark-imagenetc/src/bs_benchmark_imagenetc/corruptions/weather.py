"""Weather: images are RGB, float64, 0 to 1, shape (size, size, 3)."""

import numpy as np

from .blur import zoomed
from .motion import moved

LUMINANCE = (0.299, 0.587, 0.114)
FLAKE_MAP = 256


def snow(image: np.ndarray, parameters: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    """Flakes, moved downwards, over a whitened image; and the same flakes turned by half a turn."""
    mean, sd, zoom, threshold, radius, sigma, kept = parameters
    flakes = zoomed(rng.normal(mean, sd, image.shape[:2])[..., None], zoom)[..., 0]
    flakes = np.floor(np.clip(np.where(flakes < threshold, 0, flakes), 0, 1) * 255) / 255
    streaks = moved(flakes, int(radius), sigma, rng.uniform(-135, -45))
    flakes = np.floor(streaks * 255 + 1e-6) / 255  # as ImageMagick stores them
    white = np.maximum(image, (image @ LUMINANCE)[..., None] * 1.5 + 0.5)
    return kept * image + (1 - kept) * white + flakes[..., None] + np.rot90(flakes, 2)[..., None]


def fog(image: np.ndarray, parameters: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """A plasma fractal is added, and the range scaled back."""
    strength, decay = parameters
    brightest = image.max()
    side = max(FLAKE_MAP, 1 << (max(image.shape[:2]) - 1).bit_length())
    cloud = plasma(side, decay, rng)[: image.shape[0], : image.shape[1], None]
    return (image + strength * cloud) * brightest / (brightest + strength)


def brightness(image: np.ndarray, parameters: float, rng: np.random.Generator) -> np.ndarray:
    """V of HSV is raised, up to 1; hue and saturation stay."""
    value = image.max(-1, keepdims=True)
    raised = np.minimum(value + parameters, 1)
    return np.where(value > 0, image * raised / np.where(value > 0, value, 1), raised)


def plasma(side: int, decay: float, rng: np.random.Generator) -> np.ndarray:
    """A height map by diamonds and squares, 0 to 1, periodic; shape (side, side), a power of 2.

    Each new point is the mean of four neighbours plus noise, whose range falls by `decay` with each halving of the
    distance.
    """
    heights = np.zeros((side, side))
    step, wobble = side, 100.0

    def noisy(total: np.ndarray) -> np.ndarray:
        return total / 4 + wobble * rng.uniform(-wobble, wobble, total.shape)

    while step >= 2:
        half = step // 2
        corners = heights[::step, ::step]
        rows = corners + np.roll(corners, -1, 0)
        heights[half::step, half::step] = noisy(rows + np.roll(rows, -1, 1))
        centres, corners = heights[half::step, half::step], heights[::step, ::step]
        heights[::step, half::step] = noisy(centres + np.roll(centres, 1, 0) + corners + np.roll(corners, -1, 1))
        heights[half::step, ::step] = noisy(centres + np.roll(centres, 1, 1) + corners + np.roll(corners, -1, 0))
        step, wobble = half, wobble / decay
    heights -= heights.min()
    return heights / heights.max()
