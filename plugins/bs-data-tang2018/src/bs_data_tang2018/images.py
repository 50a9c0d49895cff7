"""The 325 occluded images that are published."""

from typing import TYPE_CHECKING

from brainscore_core.data import fetch

from .sources import IMAGES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

COUNT = 325
IDS = tuple(f"Tang2018_{number:03}" for number in range(1, COUNT + 1))
"""Object i of the trials (``pres``) is image i of the file, counted from 1."""

CATEGORIES = ("animals", "chairs", "faces", "fruits", "vehicles")
"""Category 1 to 5 of the trials."""

FIRST, ADDED = 60, 5
"""Objects of a category among the first 300, which all people saw, and among the 25 that came later."""

VISIBLE = 2
"""Grey levels from the background up to which a pixel counts as hidden."""


def read_stimuli() -> "StimulusSet":
    """The images, uint8 (256, 256), grey.

    Each is one view through four bubbles; people saw other bubbles in every trial. Whole objects are not published.

    Returns
    -------
    StimulusSet
        ``image_label`` is the category; ``visible_pixels`` the share of pixels that differ from the background by more
        than two grey levels, which is not the visibility of the trials: that is a share of the object.
    """
    from scipy.io import loadmat

    from brainscore_core.stimuli import StimulusSet

    cells = loadmat(fetch(IMAGES), variable_names=["img_mat"])["img_mat"].ravel()
    images = dict(zip(IDS, cells, strict=True))
    return StimulusSet(
        _table(images),
        identifier="Tang2018",
        open=lambda id: images[id].copy(),
        key=lambda id: f"{IMAGES.key}:{id}",
    )


def category_of(number: int) -> str:
    """The category of an object, counted from 1."""
    first = FIRST * len(CATEGORIES)
    place = (number - 1) // FIRST if number <= first else (number - first - 1) // ADDED
    return CATEGORIES[place]


def _table(images: "dict[str, np.ndarray]") -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            "stimulus_id": IDS,
            "image_label": [category_of(number) for number in range(1, COUNT + 1)],
            "visible_pixels": [_visible(images[id]) for id in IDS],
        }
    )


def _visible(image: "np.ndarray") -> float:
    import numpy as np

    background = int(np.bincount(image.ravel()).argmax())  # 127 in some images, 128 in most
    return float((np.abs(image.astype(int) - background) > VISIBLE).mean())
