"""How well images are told from other objects, in two-alternative choices: d' (Rajalingham et al. 2018)."""

import numpy as np

CAP = 5.0
"""d' beyond which it is cut, as Rajalingham et al. 2018, J Neurosci 38:7255."""


def rates_of_probabilities(probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """How often a distractor is taken for the object: p(distractor) / (p(distractor) + p(object)).

    Parameters
    ----------
    probabilities : array, shape (image, choice)
    truth : array of int, shape (image,)
        Which choice is right.

    Returns
    -------
    array, shape (image, choice)
        NaN where the choice is the object itself, and where both probabilities are 0.
    """
    rows = np.arange(len(truth))
    probabilities = np.asarray(probabilities, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = probabilities / (probabilities + probabilities[rows, truth][:, None])
    rates[rows, truth] = np.nan
    return rates


def image_dprimes(rates: np.ndarray, known: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """D' of each image against each distractor: z(hit rate) - z(false-alarm rate), cut at -5 and 5.

    The hit rate of an image is one minus the rate at which the distractor was taken; false alarms are the distractor's
    images that were taken for the object of this one.

    Parameters
    ----------
    rates : array, shape (image, choice)
        Of :func:`rates_of_probabilities`, or of trials.
    known : array, shape (..., choice, choice)
        Mean rates of the images of each object (first) at each choice (second), however images are weighed.
    truth : array of int, shape (image,)

    Returns
    -------
    array, shape (..., image, choice)
        NaN where one of the two is.
    """
    from scipy.special import ndtri

    with np.errstate(invalid="ignore"):
        dprimes = ndtri(1 - rates) - ndtri(known).swapaxes(-1, -2)[..., truth, :]
    return np.clip(dprimes, -CAP, CAP)
