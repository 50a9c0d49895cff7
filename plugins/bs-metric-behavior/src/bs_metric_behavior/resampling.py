"""Errors of shares: the same stimuli drawn again."""

from collections.abc import Callable

import numpy as np

_CHUNK = 2**22
"""Drawn rows that are held at once."""


def drawn(stimuli: int, samples: int, seed: int, statistic: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """A statistic in draws of the stimuli with replacement, some draws at a time.

    They are the draws of :func:`brainscore_core.statistics.bootstrap.counts`, which for 50,000 stimuli would take
    400 MB as one table.

    Parameters
    ----------
    stimuli : int
    samples : int
    seed : int
    statistic : callable
        Of counts, shape (draw, stimulus), to (draw, ...).

    Returns
    -------
    array, shape (sample, ...)
    """
    generator = np.random.default_rng(seed)
    step = max(1, _CHUNK // stimuli)
    parts = []
    for start in range(0, samples, step):
        weights = np.empty((min(step, samples - start), stimuli))
        for row in weights:
            row[:] = np.bincount(generator.integers(0, stimuli, stimuli), minlength=stimuli)
        parts.append(statistic(weights))
    return np.concatenate(parts)


def spread(draws: np.ndarray, samples: int) -> tuple[float | None, dict[str, str | float]]:
    """(standard error, what to say about it) of draws, shape (draw,); NaN among them are left out."""
    from brainscore_core.statistics.bootstrap import Interval

    interval = Interval.of(draws)
    if np.isnan(interval.error):
        return None, {}
    return interval.error, {
        "error": f"spread over {samples} draws of stimuli",
        "interval_low": interval.low,
        "interval_high": interval.high,
        "interval_level": interval.level,
    }
