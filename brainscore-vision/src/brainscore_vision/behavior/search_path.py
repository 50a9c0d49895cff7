"""Orders of fixations in visual search, and how soon targets are found: functions of plain arrays."""

import numpy as np


def search_paths(attraction: np.ndarray) -> np.ndarray:
    """Winner take all with inhibition of return: items from the most attractive to the least.

    Parameters
    ----------
    attraction : array, shape (trial, item)

    Returns
    -------
    int array, shape (trial, item)
        Items, from 0 on, in the order of their fixation; of equals the first comes first.
    """
    return np.argsort(-np.asarray(attraction, np.float64), axis=1, kind="stable")


def fixations_to(paths: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Number of fixations until the target, the last one included: shape (trial,), 1 at least."""
    return np.argmax(paths == np.asarray(targets)[:, None], axis=1) + 1


def fixations_until_near(scanpaths: np.ndarray, targets: np.ndarray, radius: float) -> np.ndarray:
    """Number of recorded fixations until one lies on the target.

    Parameters
    ----------
    scanpaths : array, shape (trial, fixation, 2)
        Where subjects looked, without the fixation at the start of the trial; NaN after the last one.
    targets : array, shape (trial, 2)
        In the same unit.
    radius : float
        Of the target.

    Returns
    -------
    int array, shape (trial,)
        0 where no fixation lies on it.
    """
    paths = np.asarray(scanpaths, np.float64)
    near = np.hypot(*np.moveaxis(paths - np.asarray(targets)[:, None], -1, 0)) <= radius
    return np.where(near.any(axis=1), near.argmax(axis=1) + 1, 0)


def cumulative_performance(fixations: np.ndarray, most: int) -> np.ndarray:
    """Share of targets found within 1, 2 ... `most` fixations, shape (most,).

    The measure of Zhang et al. 2018 (doi 10.1038/s41467-018-06217-x, figure 3), for people and models alike. Trials
    without success carry more than `most`, or 0.
    """
    found = np.asarray(fixations)
    return np.array([np.mean((found >= 1) & (found <= count)) for count in range(1, most + 1)])


def chance_performance(items: int) -> np.ndarray:
    """Cumulative performance of a random order without return: ``k / items`` after k fixations, shape (items,)."""
    return np.arange(1, items + 1) / items


def chance_fixations(items: int) -> float:
    """Mean number of fixations of a random order without return, ``(items + 1) / 2``."""
    return (items + 1) / 2
