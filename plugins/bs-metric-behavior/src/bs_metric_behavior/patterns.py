"""Patterns of discriminability: how well each image, or object, is told from each distractor.

Rates are false alarms: how often a distractor was taken for the object in an image, (image, choice), NaN where the
choice is the object itself or was never offered. Everything can be computed in many draws of the images at once.
"""

import numpy as np

from brainscore_core.statistics.discriminability import CAP, image_dprimes


def rates_of_trials(
    image: np.ndarray, choice: np.ndarray, offered: tuple[np.ndarray, np.ndarray], truth: np.ndarray, choices: int
) -> np.ndarray:
    """How often a distractor was chosen / how often it was offered, shape (image, choice).

    Parameters
    ----------
    image, choice : array of int, shape (trial,)
    offered : two arrays of int, shape (trial,)
        Both choices of each trial.
    truth : array of int, shape (image,)
    choices : int
        How many there are.
    """
    size = len(truth) * choices
    taken = np.bincount(image * choices + choice, minlength=size)
    shown = sum(np.bincount(image * choices + one, minlength=size) for one in offered)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(shown > 0, taken / shown, np.nan).reshape(len(truth), choices)
    rates[np.arange(len(truth)), truth] = np.nan
    return rates


def image_pattern(
    rates: np.ndarray, truth: np.ndarray, weights: np.ndarray, *, each_distractor: bool, normalise: bool
) -> np.ndarray:
    """D' of each image against each distractor, or their mean, shape (draw, image, distractor) or (draw, image, 1).

    d' = z(1 - rate) - z(rate at which the object was taken for the distractor, mean over the distractor's images), cut
    at -5 and 5 (Rajalingham et al. 2018, Schrimpf, Kubilius et al. 2018).

    Parameters
    ----------
    rates : array, shape (image, choice)
    truth : array of int, shape (image,)
    weights : array, shape (draw, image)
        How often each image counts.
    each_distractor : bool
        Whether distractors stay apart (I2), or their mean is taken (I1).
    normalise : bool
        Subtract what the object and distractor have in all images (I1n, I2n).
    """
    found = image_dprimes(rates, object_means(rates[None], truth, weights), truth)
    if normalise:
        found -= object_means(found, truth, weights)[:, truth]
    return found if each_distractor else _mean_of_defined(found)[..., None]


def object_pattern(
    rates: np.ndarray, truth: np.ndarray, weights: np.ndarray, *, each_distractor: bool, normalise: bool = False
) -> np.ndarray:
    """D' of each object against each other, or their mean, shape (draw, object, object) or (draw, object, 1).

    d'(a, b) = z(1 - rate at which a is taken for b's images) - z(rate at which b is taken for a's), symmetric.

    Parameters
    ----------
    As for :func:`image_pattern`; choices are the objects.
    """
    from scipy.special import ndtri

    known = ndtri(object_means(rates[None], truth, weights))
    with np.errstate(invalid="ignore"):
        found = np.clip(-known.transpose(0, 2, 1) - known, -CAP, CAP)
    return found if each_distractor else _mean_of_defined(found)[..., None]


def object_means(entries: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the images of each object, NaN left out, shape (draw, object, choice).

    Parameters
    ----------
    entries : array, shape (draw or 1, image, choice)
    truth : array of int, shape (image,)
    weights : array, shape (draw, image)
    """
    defined = ~np.isnan(entries)
    filled = np.where(defined, entries, 0.0)
    out = np.full((len(weights), entries.shape[2], entries.shape[2]), np.nan)
    for number in np.unique(truth):
        rows = np.flatnonzero(truth == number)
        own = weights[:, None, rows]
        total, count = own @ filled[:, rows], own @ defined[:, rows].astype(np.float64)
        np.divide(total[:, 0], count[:, 0], out=out[:, number], where=count[:, 0] > 0)
    return out


def correlate(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Pearson's r of two patterns over what both have, shape (draw,); NaN where one is constant.

    Parameters
    ----------
    a, b : array, shape (draw, row, entry)
    weights : array, shape (draw, row)
    """
    both = ~(np.isnan(a) | np.isnan(b))
    w = weights[:, :, None] * both
    total = w.sum((1, 2), keepdims=True)
    centred = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for side in (a, b):
            side = np.where(both, side, 0.0)
            centred.append(np.where(both, side - (w * side).sum((1, 2), keepdims=True) / total, 0.0))
        one, other = centred
        products = [np.einsum("dre,dre,dre->d", w, x, y) for x, y in ((one, other), (one, one), (other, other))]
        r = products[0] / np.sqrt(products[1] * products[2])
    return np.where(np.minimum(products[1], products[2]) > 1e-12, r, np.nan)


def _mean_of_defined(entries: np.ndarray) -> np.ndarray:
    from brainscore_core.statistics.correlation import mean_of_defined

    return mean_of_defined(entries, axis=-1)
