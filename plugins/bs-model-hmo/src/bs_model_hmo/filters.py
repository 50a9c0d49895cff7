"""Weights of filters, at random: zero mean and unit norm (Pinto et al. 2009), or another mean and norm."""

import numpy as np

from .parameters import FilterBank


def draw(bank: FilterBank, channels: int) -> np.ndarray:
    """Filters of a bank over the channels of the layer below.

    Uniform numbers, from which a filter's mean is subtracted before it is divided by its Euclidean norm (Pinto et al.
    2009, linear filtering). That mean and spread of filters differ between modules, and matter, is from Yamins et al.
    2014; that they are a multiple of the standard deviation and a norm is ours.

    Returns
    -------
    ndarray, shape (count, channels, size, size), float32
        The same on every machine.
    """
    generator = np.random.default_rng([bank.seed, channels, bank.size])
    weights = generator.random((bank.count, channels * bank.size**2))
    if weights.shape[1] == 1:
        weights[:] = 1.0  # one number alone has no spread
        return (weights * bank.norm).astype(np.float32).reshape(-1, channels, bank.size, bank.size)
    weights -= weights.mean(axis=1, keepdims=True)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    weights = bank.norm * (weights + bank.mean / np.sqrt(weights.shape[1]))
    return weights.astype(np.float32).reshape(bank.count, channels, bank.size, bank.size)
