"""How broad a Gabor's spatial-frequency tuning is, and the Gabor that has a wanted breadth.

All frequencies are in units of the carrier frequency f0. With the envelope's standard deviation sigma across the bars,
``x = 2 pi sigma f0`` says how many radians of the carrier one sigma spans, and the envelope's spectrum is
``G(u) = exp(-(x u)^2 / 2)``. The even and odd filters answer gratings of frequency u with

    E(u) = (G(u - 1) + G(u + 1)) / 2 - b G(u)        O(u) = (G(u - 1) - G(u + 1)) / 2

where ``b = exp(-x^2 / 2)`` makes the even filter blind to uniform light, and ``b = 0`` leaves it as it is. A simple
cell of phase phi has the amplitude ``hypot(E cos phi, O sin phi)``, a quadrature pair ``hypot(E, O) / sqrt(2)``.
"""

import numpy as np

HALF_POWER = 0.707
X = np.geomspace(0.9, 12, 120)
U = np.geomspace(0.02, 6, 800)
PHASES = np.linspace(0, np.pi / 2, 17)


def amplitude(u: np.ndarray, x: np.ndarray, phase: np.ndarray, balanced: np.ndarray | bool = True) -> np.ndarray:
    """Response amplitude to a grating of frequency ``u``: arguments broadcast; ``phase`` in radians, NaN: a pair."""
    near, far = np.exp(-((x * (u - 1)) ** 2) / 2), np.exp(-((x * (u + 1)) ** 2) / 2)
    light = np.where(balanced, np.exp(-(x**2) * (1 + u**2) / 2), 0.0)
    even, odd = (near + far) / 2 - light, (near - far) / 2
    pair = np.isnan(phase)
    cosine = np.where(pair, np.sqrt(0.5), np.cos(np.where(pair, 0, phase)))
    sine = np.where(pair, np.sqrt(0.5), np.sin(np.where(pair, 0, phase)))
    return np.hypot(even * cosine, odd * sine)


def gabor_for_bandwidth(octaves: np.ndarray, phase: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Balanced envelopes whose tuning has this width at .707 of the peak.

    Parameters
    ----------
    octaves : numpy.ndarray
        Wanted full width, shape (units,). What no Gabor has becomes the nearest that one has.
    phase : numpy.ndarray
        Of the carrier in radians, NaN for a quadrature pair, shape (units,).

    Returns
    -------
    x : numpy.ndarray
        ``2 pi sigma f0``, shape (units,).
    peak : numpy.ndarray
        Frequency of the largest response, in units of f0, shape (units,).
    """
    # tuning depends on the phase up to its sign and half turns
    folded = np.abs(np.angle(np.exp(2j * np.nan_to_num(phase)))) / 2
    index = np.where(np.isnan(phase), len(PHASES), np.rint(folded / (np.pi / 2) * (len(PHASES) - 1))).astype(int)
    widths, peaks = _table()
    chosen = np.argmin(np.abs(widths[index] - octaves[:, None]), axis=1)
    return X[chosen], peaks[index, chosen]


def _table() -> tuple[np.ndarray, np.ndarray]:
    """Width in octaves and peak of balanced Gabors: rows are phases, the pair last; columns X."""
    phases = np.append(PHASES, np.nan)
    curves = amplitude(U, X[None, :, None], phases[:, None, None])
    return width_and_peak(curves)


def width_and_peak(curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Full width at .707 in octaves, and peak, of curves over ``U`` (last axis)."""
    low = curves > HALF_POWER * curves.max(axis=-1, keepdims=True)
    lower, upper = np.argmax(low, axis=-1), len(U) - 1 - np.argmax(low[..., ::-1], axis=-1)
    return np.log2(U[upper] / U[lower]), U[np.argmax(curves, axis=-1)]
