"""Bubbles for any image: Gaussian windows on a grey field, as in Tang et al. 2018 (after Gosselin & Schyns 2001).

An object is multiplied by the largest of the windows at each pixel. The published images have windows of 14 pixels in
256, drawn anywhere in the image.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidParameter, InvalidStimulusSet

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

SIGMA = 14 / 256
"""Standard deviation of a bubble, as a share of the width of the image."""

NOTHING = 1e-8
"""Weights below this are 0."""

TWO_SIGMA = 0.134
"""Weight that far from a centre, as rounded by the authors: where a pixel of the object stops counting as visible."""


def bubble_weights(
    shape: tuple[int, int], centres: Sequence[tuple[float, float]] | np.ndarray, sigma: float = SIGMA
) -> np.ndarray:
    """How much of each pixel is seen.

    Parameters
    ----------
    shape : (height, width)
        Pixels.
    centres : sequence of (row, column)
        In pixels, counted from 0.
    sigma : float
        As a share of the width.

    Returns
    -------
    array, shape (height, width)
        From 0 to 1; all 0 without bubbles.

    Raises
    ------
    InvalidParameter
    """
    points = np.asarray(centres, np.float64).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise InvalidParameter("a bubble's centre is not finite", expected="(row, column) in pixels")
    if not (np.isfinite(sigma) and sigma > 0):
        raise InvalidParameter(f"sigma={sigma!r}", expected="a share of the image's width above 0")
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    weights = np.zeros(shape)
    for row, column in points:
        squares = (rows - row) ** 2 + (columns - column) ** 2
        np.maximum(weights, np.exp(-squares / (2 * (sigma * shape[1]) ** 2)), out=weights)
    weights[weights < NOTHING] = 0
    return weights


def bubbled(image: np.ndarray, centres: Sequence[tuple[float, float]] | np.ndarray, sigma: float = SIGMA) -> np.ndarray:
    """An image through bubbles: ``(image / 255 - .5) * weights + .5``, as uint8.

    Parameters
    ----------
    image : uint8 array, (height, width) or (height, width, 3)
    centres, sigma
        As for :func:`bubble_weights`.

    Returns
    -------
    uint8 array
        Of the same shape; grey 128 where nothing is seen.

    Raises
    ------
    InvalidStimulusSet
        If it is no image.
    """
    image = np.asarray(image)
    if image.dtype != np.uint8 or image.ndim not in (2, 3):
        raise InvalidStimulusSet(
            f"bubbles on an array of {image.dtype} with {image.ndim} axes", expected="a uint8 image, grey or RGB"
        )
    weights = bubble_weights(image.shape[:2], centres, sigma)
    weights = weights if image.ndim == 2 else weights[..., None]
    seen = 255 * ((image / 255 - 0.5) * weights + 0.5)
    return np.rint(np.round(seen, 6)).astype(np.uint8)


def centres_of(shape: tuple[int, int], bubbles: int, seed: int | Sequence[int]) -> np.ndarray:
    """Centres drawn anywhere in an image, each pixel alike, shape (bubble, 2): row and column."""
    if bubbles < 0:
        raise InvalidParameter(f"{bubbles} bubbles", expected="0 or more")
    return np.random.default_rng(seed).integers(0, shape, (bubbles, 2))


def visible_share(object_mask: np.ndarray, weights: np.ndarray) -> float:
    """Visibility of an object: the share of its pixels with a bubble's centre within two standard deviations.

    Parameters
    ----------
    object_mask : bool array, shape (height, width)
        True on the object.
    weights : array, shape (height, width)
        Of :func:`bubble_weights`.

    Raises
    ------
    InvalidParameter
        If shapes differ, or there is no object.
    """
    object_mask = np.asarray(object_mask, bool)
    if object_mask.shape != weights.shape or not object_mask.any():
        raise InvalidParameter(
            f"a mask of shape {object_mask.shape} with {int(object_mask.sum())} pixels on the object",
            expected=f"shape {weights.shape}, some of it on the object",
        )
    return float((weights[object_mask] >= TWO_SIGMA).mean())


def with_bubbles(stimuli: "StimulusSet", bubbles: int = 4, *, sigma: float = SIGMA, seed: int = 0) -> "StimulusSet":
    """The same stimuli, each through bubbles of its own.

    Parameters
    ----------
    stimuli : StimulusSet
        Images on grey 128: bubbles show what is behind them, background too.
    bubbles : int
        How many in each image.
    sigma : float
        As a share of the width of the image.
    seed : int
        Of the centres, which hang on the stimulus id besides and not on the other stimuli of the set.

    Returns
    -------
    StimulusSet
        Opened lazily; a column ``bubbles`` is added.
    """
    centres_of((1, 1), bubbles, seed)
    recipe = {"bubbles": bubbles, "sigma": sigma, "seed": seed}

    def shown(image: np.ndarray, stimulus_id: str) -> np.ndarray:
        letters = list(stimulus_id.encode())
        return bubbled(image, centres_of(np.shape(image)[:2], bubbles, [seed, *letters]), sigma)

    return stimuli.map(
        shown,
        key=lambda before, stimulus_id: digest_json({"image": before, "id": stimulus_id, **recipe}),
        bubbles=bubbles,
    )
