"""Which object an image shows, read out of a population in one time bin after the other."""

from collections.abc import Iterator

import numpy as np

from brainscore_core.errors import TooFewStimuli

ITERATIONS = 1000
TOLERANCE = 1e-5
SMALLEST = 1e-6
"""Share of the largest variance below which a direction between images is noise of float32 and left out."""


def decoded(
    source: np.ndarray, labels: np.ndarray, train: np.ndarray, test: np.ndarray, weight_decay: float
) -> Iterator[np.ndarray]:
    """Probabilities of each class for held-out images, bin by bin.

    Multinomial logistic regression on features z-scored over the training images: mean cross-entropy plus
    ``weight_decay / 2`` times the sum of squared weights (Kubilius et al. 2019), solved to convergence. With fewer
    units than images each bin starts from the solution of the one before; with more, it is solved between images.

    Parameters
    ----------
    source : array, shape (image, unit, time bin)
    labels : int array, shape (image,)
        Numbers of classes, from 0 on.
    train, test : index arrays
    weight_decay : float

    Yields
    ------
    array, shape (test image, class)

    Raises
    ------
    TooFewStimuli
        If a class has no training image.
    """
    from sklearn.linear_model import LogisticRegression

    classes = int(labels.max()) + 1
    if len(np.unique(labels[train])) < classes:
        missing = sorted(set(range(classes)) - set(labels[train].tolist()))
        raise TooFewStimuli(
            f"class number {missing[0]} has no image among the {len(train)} that a decoder is fitted on",
            expected="images of every class",
            remedy="stratify the splits by the label, or give more images",
        )
    wide = source.shape[1] > len(train)
    penalty = 1 / (weight_decay * len(train))
    model = LogisticRegression(C=penalty, max_iter=ITERATIONS, tol=TOLERANCE, warm_start=not wide)
    for bin_ in range(source.shape[2]):
        fitted, held_out = _z_scored(source[train, :, bin_], source[test, :, bin_])
        if wide:
            fitted, held_out = _in_their_span(fitted, held_out)
        model.fit(fitted, labels[train])
        yield model.predict_proba(held_out).astype(np.float64)


def _z_scored(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By mean and standard deviation of the training images; units that are constant there become 0."""
    mean, sd = train.mean(0), train.std(0)
    varies = sd > 1e-12 * np.abs(train).max(initial=1.0)
    scale = np.where(varies, sd, 1)
    return (train - mean) / scale, np.where(varies, (test - mean) / scale, 0)


def _in_their_span(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates in the space that the training images span, which is where the weights of a penalised fit lie.

    Products between images are all that such a fit sees of the units, so that nothing is lost; they are computed once,
    and a step of the solver no longer goes through all units.
    """
    from scipy.linalg import eigh

    scale, axes = eigh((train @ train.T).astype(np.float64))
    kept = scale > scale[-1] * SMALLEST
    axes, root = axes[:, kept], np.sqrt(scale[kept])
    return axes * root, (test @ train.T).astype(np.float64) @ (axes / root)
