"""From a course over time to the moment at which it reaches a threshold."""

import numpy as np


def first_crossing(
    course: np.ndarray, threshold: np.ndarray, times: np.ndarray, *, highest_before: bool = False
) -> np.ndarray:
    """When each image's course first reaches its threshold, interpolated on a straight line.

    Parameters
    ----------
    course : array, shape (image, time bin)
    threshold : array, shape (image,)
    times : array, shape (time bin,)
        Ms, ascending: what stands for a bin.
    highest_before : bool
        The line starts at the highest of all earlier bins, as in Brain-Score 2; False: at the bin just before.

    Returns
    -------
    array, shape (image,)
        Ms; NaN where the threshold is never reached. The first time where it is reached in the first bin.
    """
    images = np.arange(len(course))
    reached = course >= threshold[:, None]
    hit = reached.argmax(1)
    earlier = np.where(np.arange(course.shape[1]) < hit[:, None], course, -np.inf)
    earlier = np.where(np.isnan(earlier), -np.inf, earlier)
    before = earlier.argmax(1) if highest_before else np.maximum(hit - 1, 0)
    low, high = earlier[images, before], course[images, hit]
    starts_there = np.isneginf(low)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(starts_there, 1.0, (threshold - low) / (high - low))
    found = times[before] + share * (times[hit] - times[before])
    return np.where(reached.any(1), np.where(starts_there, times[hit], found), np.nan)
