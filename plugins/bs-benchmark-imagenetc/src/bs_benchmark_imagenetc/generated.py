"""The corruptions, made anew of the validation images that the user has."""

from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidParameter

from .corruptions import SIZE, corrupted, generator
from .corruptions.digital import jpeg
from .corruptions.parameters import CATEGORIES, PARAMETERS, SEVERITIES

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

QUALITY = 85
"""Of the JPEG that the published images are stored as."""

SHORTER = 256
"""Pixels of the shorter side, of which the central 224 are kept."""


def identifier(category: str) -> str:
    """Of the images of a category: that of the weather says that frost is left out."""
    return f"ImageNet-C-generated-{'weather-without-frost' if category == 'weather' else category}"


def read_generated(category: str, *, sampling_factor: int = 1, seed: int = 0) -> "StimulusSet":
    """Images of ``ImageNet-val`` under the corruptions of a category, made when they are opened.

    Parameters
    ----------
    category : {"noise", "blur", "weather", "digital"}
        ``weather`` is without frost, which needs photographs that we may not hand out.
    sampling_factor : int
        Every so many images, in the official order.
    seed : int
        Of the random numbers, which depend besides on image, corruption and severity only.

    Returns
    -------
    StimulusSet
        Columns ``truth`` (WordNet id), ``corruption``, ``severity`` and ``image``.

    Raises
    ------
    DataUnavailable
        If nobody says where the validation images lie.
    """
    from brainscore_core.registry import resolve

    if isinstance(sampling_factor, bool) or not isinstance(sampling_factor, int) or sampling_factor < 1:
        raise InvalidParameter(f"sampling_factor={sampling_factor!r}", expected="a whole number of 1 or more")
    photographs = resolve("stimulus_sets", "ImageNet-val").load()
    return corrupted_set(photographs.take(slice(None, None, sampling_factor)), category, seed)


def corrupted_set(photographs: "StimulusSet", category: str, seed: int = 0) -> "StimulusSet":
    """Images under each corruption of a category at each severity.

    Parameters
    ----------
    photographs : StimulusSet
        Images of any size, with a column ``truth``.
    """
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    made = [name for name in CATEGORIES[category] if name in PARAMETERS]
    rows = [
        (f"{corruption}/{severity}/{image}", truth, corruption, severity, image)
        for corruption in made
        for severity in SEVERITIES
        for image, truth in zip(photographs.ids.tolist(), photographs["truth"], strict=True)
    ]
    table = pd.DataFrame(rows, columns=["stimulus_id", "truth", "corruption", "severity", "image"])
    parts = {id: (corruption, severity, image) for id, _, corruption, severity, image in rows}

    def make(stimulus_id: str) -> np.ndarray:
        corruption, severity, image = parts[stimulus_id]
        changed = corrupted(
            central(photographs.open(image)), corruption, severity, generator(seed, *parts[stimulus_id])
        )
        return jpeg(changed, QUALITY)

    def key(stimulus_id: str) -> str:
        corruption, severity, image = parts[stimulus_id]
        return f"{photographs.key(image)}|imagenet-c-1:{corruption}:{severity}:{seed}"

    return StimulusSet(table, identifier=identifier(category), open=make, key=key)


def central(image: np.ndarray) -> np.ndarray:
    """The central 224 x 224 pixels of an image whose shorter side is made 256, in RGB."""
    from PIL import Image

    whole = Image.fromarray(image).convert("RGB")
    width, height = whole.size
    scale = SHORTER / min(width, height)
    whole = whole.resize(
        (max(SHORTER, int(width * scale)), max(SHORTER, int(height * scale))), Image.Resampling.BILINEAR
    )
    left, top = ((side - SIZE + 1) // 2 for side in whole.size)
    return np.asarray(whole.crop((left, top, left + SIZE, top + SIZE)))
