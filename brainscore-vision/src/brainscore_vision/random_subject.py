"""A subject whose units are random filters: with it the conformance kit scores every benchmark once."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .behavior.classes import IMAGENET, class_names
from .model_interface import RecordingTarget

if TYPE_CHECKING:
    from .commitments.committed_model import CommittedModel

PIXELS = 64
SIZE, STRIDE, FILTERS = 5, 4, 2
"""Chosen so that of 12 degrees some fields lie where the tuning experiments show their gratings."""
LAYER, SCORES = "filters", "scores"


def random_subject(benchmark: Any) -> "CommittedModel":
    """A model of the benchmark's field of view, recorded from in each of its regions.

    Parameters
    ----------
    benchmark : Benchmark
        Its ``region`` or regions, ``species`` and ``visual_degrees`` are committed to.

    Returns
    -------
    BrainModel
        With 2 random filters on a grid of 15 x 15 fields, rectified, in every region; it names the benchmark's labels
        at random.
    """
    from .commitments.behavior import Behavior
    from .wrapping import wrap

    labels = getattr(benchmark, "labels", ()) or ("one", "other")
    classes = IMAGENET if isinstance(labels, str) else tuple(labels)
    asked = getattr(benchmark, "region", ())
    regions = {*map(str, RecordingTarget), *([asked] if isinstance(asked, str) else asked)}
    regions |= set(getattr(benchmark, "model_regions", ()))
    return wrap(
        partial(responses, classes=len(class_names(classes))),
        preprocessing=small,
        layers={region: LAYER for region in sorted(regions)},
        visual_degrees=getattr(benchmark, "visual_degrees", None) or 8,
        identifier="random-filters",
        behavior=Behavior(readout=LAYER, scores=SCORES, classes=classes),
    )


def small(image: np.ndarray) -> np.ndarray:
    """Grey values in -.5 to .5 of 64 x 64 pixels."""
    from PIL import Image

    reduced = Image.fromarray(image).convert("L").resize((PIXELS, PIXELS), Image.Resampling.BILINEAR)
    return np.asarray(reduced, np.float32) / 255 - 0.5


def responses(inputs: Sequence[np.ndarray], classes: int = 2) -> dict[str, np.ndarray]:
    """Images of shape (64, 64) to rectified responses (image, filter, y, x), and to random sums of them a class."""
    filters = np.random.default_rng(0).standard_normal((FILTERS, SIZE, SIZE)).astype(np.float32)
    patches = np.lib.stride_tricks.sliding_window_view(np.stack(inputs), (SIZE, SIZE), axis=(1, 2))
    found = np.einsum("nyxij,fij->nfyx", patches[:, ::STRIDE, ::STRIDE], filters)
    rectified = np.maximum(found, 0)
    weights = np.random.default_rng(1).standard_normal((rectified[0].size, classes)).astype(np.float32)
    return {LAYER: rectified, SCORES: rectified.reshape(len(rectified), -1) @ weights}
