"""How well each image is told from other objects: i1 (Rajalingham et al. 2018, J Neurosci 38:7255)."""

import numpy as np


def image_level(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """D' of each image, averaged over the objects that it could be taken for.

    Of image m of object o and another object d: z(hit rate) - z(false-alarm rate), where the hit rate is
    p(o) / (p(o) + p(d)) and the false alarms are those of all images of d that are taken for o. Capped at
    plus or minus 5.

    Parameters
    ----------
    probabilities : array, shape (image, class)
    labels : int array, shape (image,)
        True classes.

    Returns
    -------
    array, shape (image,)
        NaN where no image of another object is there.
    """
    from brainscore_core.statistics.correlation import mean_of_defined
    from brainscore_core.statistics.discriminability import image_dprimes, rates_of_probabilities

    taken = rates_of_probabilities(probabilities, labels)
    classes = probabilities.shape[1]
    false_alarms = np.full((classes, classes), np.nan)
    for label in np.unique(labels):
        false_alarms[label] = mean_of_defined(taken[labels == label])
    return mean_of_defined(image_dprimes(taken, false_alarms, labels), axis=1)
