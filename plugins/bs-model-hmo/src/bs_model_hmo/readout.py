"""A linear classifier whose images have weights, and its answers to images that it was not fitted to."""

import numpy as np

from brainscore_core.errors import InvalidParameter


def held_out(
    features: np.ndarray, labels: np.ndarray, weights: np.ndarray, *, folds: int, penalty: float
) -> np.ndarray:
    """The class that a classifier fitted to all other folds gives to each image.

    Ridge regression of one indicator per class (1 or -1) on standardised features, each image counting as much as its
    weight, with an intercept; the class with the largest answer.

    Parameters
    ----------
    features : ndarray, shape (image, feature)
    labels : ndarray of int, shape (image,)
        Classes from 0 on.
    weights : ndarray, shape (image,)
        Positive; their scale does not matter.
    folds : int
    penalty : float
        Of the squared weights of features, in multiples of an image's mean squared norm.

    Returns
    -------
    ndarray of int, shape (image,)
    """
    answers = np.empty(len(labels), dtype=int)
    fold_of = stratified(labels, folds)
    for fold in range(folds):
        test = fold_of == fold
        answers[test] = _fitted(features[~test], labels[~test], weights[~test], features[test], penalty)
    return answers


def stratified(labels: np.ndarray, folds: int) -> np.ndarray:
    """A fold for each image: images of a class go to the folds in turn, in their order.

    Raises
    ------
    InvalidParameter
        If a class has fewer images than there are folds, or there is one class only.
    """
    classes, counts = np.unique(labels, return_counts=True)
    fewest = counts.min() if len(counts) else 0
    if folds < 2 or len(classes) < 2 or fewest < folds:
        raise InvalidParameter(
            f"{len(classes)} classes, the smallest of {fewest} images, in {folds} folds",
            expected="2 classes and 2 folds or more, and an image of each class in each fold",
        )
    fold_of = np.empty(len(labels), dtype=int)
    for number in classes:
        of_class = np.flatnonzero(labels == number)
        fold_of[of_class] = np.arange(len(of_class)) % folds
    return fold_of


def _fitted(
    features: np.ndarray, labels: np.ndarray, weights: np.ndarray, new: np.ndarray, penalty: float
) -> np.ndarray:
    """Classes of new images."""
    weights = weights / weights.sum()
    mean = weights @ features
    spread = np.sqrt(weights @ np.square(features - mean))
    spread[spread <= 1e-12 * np.abs(mean) + 1e-300] = np.inf  # what does not vary says nothing
    known, new = (features - mean) / spread, (new - mean) / spread
    targets = np.where(labels[:, None] == np.arange(labels.max() + 1), 1.0, -1.0)
    intercept = weights @ targets
    root = np.sqrt(weights)[:, None]
    scaled, answers = root * known, root * (targets - intercept)
    if known.shape[1] <= len(known):
        gram = scaled.T @ scaled
        ridge = penalty * np.trace(gram) + 1e-12
        return np.argmax(new @ np.linalg.solve(gram + ridge * np.eye(len(gram)), scaled.T @ answers) + intercept, 1)
    gram = scaled @ scaled.T
    ridge = penalty * np.trace(gram) + 1e-12
    return np.argmax(new @ (scaled.T @ np.linalg.solve(gram + ridge * np.eye(len(gram)), answers)) + intercept, 1)
