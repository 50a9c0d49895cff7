"""A stimulus as a small picture."""

from io import BytesIO
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from brainscore_core.errors import InvalidStimulusSet

LONGEST = 128
"""Pixels of the longest side."""
QUALITY = 80
"""Of WebP, lossy."""


class Picture(NamedTuple):
    """Encoded as WebP without metadata; width and height in pixels."""

    content: bytes
    width: int
    height: int


def thumbnail(stimulus: Any) -> Picture:
    """An image, or the middle frame of a clip, with its longest side at most :data:`LONGEST`.

    Parameters
    ----------
    stimulus : array or clip
        uint8, (height, width) or (height, width, 3); a clip has ``frame_count`` and ``frames(start, stop)``.

    Raises
    ------
    InvalidStimulusSet
        If it is neither.
    """
    from PIL import Image

    small = Image.fromarray(_pixels(stimulus))
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    written = BytesIO()
    small.save(written, "WEBP", quality=QUALITY, method=4)
    return Picture(written.getvalue(), *small.size)


def _pixels(stimulus: Any) -> np.ndarray:
    if hasattr(stimulus, "frames"):
        middle = stimulus.frame_count // 2
        stimulus = next(islice(stimulus.frames(middle, middle + 1), 1))
    grey_or_colour = getattr(stimulus, "ndim", 0) == 2 or getattr(stimulus, "shape", ())[2:] == (3,)
    if not (isinstance(stimulus, np.ndarray) and stimulus.dtype == np.uint8 and grey_or_colour and stimulus.size):
        raise InvalidStimulusSet(f"a stimulus is a {type(stimulus).__name__}", expected="uint8 pixels, or a clip")
    return np.ascontiguousarray(stimulus)
