"""Noise: images are RGB, float64, 0 to 1, shape (height, width, 3)."""

import numpy as np


def gaussian_noise(image: np.ndarray, parameters: float, rng: np.random.Generator) -> np.ndarray:
    """Normal noise of a standard deviation."""
    return image + rng.normal(scale=parameters, size=image.shape)


def shot_noise(image: np.ndarray, parameters: float, rng: np.random.Generator) -> np.ndarray:
    """Poisson noise of so many photons where the image is 1."""
    return rng.poisson(image * parameters) / parameters


def impulse_noise(image: np.ndarray, parameters: float, rng: np.random.Generator) -> np.ndarray:
    """A share of the values, channel by channel, becomes 0 or 1."""
    struck = rng.random(image.shape) <= parameters
    return np.where(struck, rng.random(image.shape) <= 0.5, image)
