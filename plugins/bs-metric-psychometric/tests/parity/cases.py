"""What the incumbent and we are both asked: single trials of a seeded observer, or of none."""

import numpy as np

LEVELS = [1.0, 2.0, 3.0, 5.0, 8.0, 12.0]
PEOPLE = [2.5, 3.0, 4.0, 6.0]
TRIALS = 25


def observer(seed, midpoint, slope, lapse):
    """(levels, right) of each trial of a cumulative Gaussian."""
    from scipy.special import ndtr

    rng = np.random.default_rng(seed)
    levels = np.repeat(LEVELS, TRIALS)
    rate = 0.5 + (0.5 - lapse) * ndtr(slope * (levels - midpoint))
    return levels, rng.random(len(levels)) < rate


def declining(seed):
    """Performance that rises and then falls to chance."""
    rng = np.random.default_rng(seed)
    rate = np.repeat([0.5, 0.7, 0.95, 1.0, 0.55, 0.5], TRIALS)
    return np.repeat(LEVELS, TRIALS), rng.random(len(rate)) < rate


def cases():
    """Name -> (levels, right)."""
    found = {
        f"observer {midpoint} {slope} {lapse} {seed}": observer(seed, midpoint, slope, lapse)
        for seed, (midpoint, slope, lapse) in enumerate(
            [(3.0, 0.5, 0.0), (3.0, 2.0, 0.05), (5.0, 0.3, 0.02), (2.0, 1.0, 0.1), (8.0, 0.6, 0.0), (14.0, 0.5, 0.0)]
        )
    }
    found["chance"] = observer(7, 1e6, 1.0, 0.0)
    found["declining"] = declining(8)
    found["all right"] = (np.repeat(LEVELS, TRIALS), np.ones(len(LEVELS) * TRIALS, bool))
    return found


def pairs():
    """Name -> (case of the baseline, case of the test condition)."""
    names = list(cases())
    return {f"{one} / {other}": (one, other) for one, other in zip(names, names[1:], strict=False)}


ACCURACIES = ("inflection", 0.75, 0.9)
