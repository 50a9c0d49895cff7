"""The two components of a response to a grating over its phases, and the preferred stimulus."""

import numpy as np


def mean_and_modulation(responses: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """DC and AC: the mean over phases above baseline, and the amplitude of the first harmonic.

    Complex cells answer in the mean, simple cells in the modulation.

    Parameters
    ----------
    responses : numpy.ndarray
        In spikes/s, shape (units, sizes, spatial frequencies, orientations, phases).
    baseline : numpy.ndarray
        Response to the blank, shape (units,).

    Returns
    -------
    numpy.ndarray
        Shape (units, sizes, spatial frequencies, orientations, 2).
    """
    mean = responses.mean(axis=-1) - baseline[:, None, None, None]
    modulation = np.abs(np.fft.fft(responses)[..., 1]) / responses.shape[-1] * 2
    return np.stack([mean, modulation], axis=-1)


def preferred(responses: np.ndarray) -> tuple[np.ndarray, ...]:
    """Per unit, where the largest response stands on each further axis; the first of equals.

    Returns
    -------
    tuple of numpy.ndarray
        (unit, index on axis 1, index on axis 2, ...), shape (units,) each: indexes ``responses`` at the maxima.
    """
    units = len(responses)
    best = np.argmax(responses.reshape(units, -1), axis=1)
    return (np.arange(units), *np.unravel_index(best, responses.shape[1:]))


def largest(responses: np.ndarray) -> np.ndarray:
    """The largest response of each unit, shape (units,)."""
    return responses.reshape(len(responses), -1).max(axis=1)
