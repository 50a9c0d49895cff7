"""Cohen's kappa of being right: whether two observers err on the same stimuli more than their accuracies make them."""

import numpy as np

_ROUNDING = 1e-12


def kappas(
    correct: np.ndarray, pairs: np.ndarray, weights: np.ndarray | None = None, zeros: bool = False
) -> np.ndarray:
    """Error consistency of pairs of observers, in many draws of the stimuli at once.

    With accuracies a and b, c the share of stimuli both are right about, expected agreement e = a b + (1 - a)(1 - b)
    and observed agreement o = 1 - a - b + 2 c: kappa = (o - e) / (1 - e) = 2 (c - a b) / (a + b - 2 a b) (Geirhos,
    Meding, Wichmann 2020, NeurIPS, eq. 1 to 3).

    Parameters
    ----------
    correct : bool array, shape (observer, stimulus)
    pairs : array of int, shape (pair, 2)
        Which observers.
    weights : array, shape (draw, stimulus), optional
        How often each stimulus counts.
    zeros : bool
        Keep the kappa of pairs of which one is always right, or always wrong: it is 0 whatever the other does.

    Returns
    -------
    array, shape (draw, pair)
        One draw without weights. NaN where an observer is always right, or always wrong; with `zeros` only where it
        is 0 / 0, since both are.
    """
    right = correct.astype(np.float64)
    weights = np.ones((1, right.shape[1])) if weights is None else weights
    one, other = pairs.T
    shared = right[one] * right[other]
    with np.errstate(invalid="ignore", divide="ignore"):
        count = weights.sum(1, keepdims=True)
        accuracy = weights @ right.T / count
        a, b = accuracy[:, one], accuracy[:, other]
        both = weights @ shared.T / count
        rest = a + b - 2 * a * b
        told = rest if zeros else np.minimum(a * (1 - a), b * (1 - b))
        return np.where(told > _ROUNDING, 2 * (both - a * b) / rest, np.nan)


def attainable(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The greatest kappa that observers of these accuracies can have; NaN where kappa is undefined.

    They agree at most on 1 - abs(a - b) of the stimuli. Accuracies of .35 and .869 allow no more than .150.
    """
    rest = a + b - 2 * a * b
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(rest > _ROUNDING, 1 - np.abs(a - b) / rest, np.nan)
