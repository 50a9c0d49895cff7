"""The 92 images with their categories."""

from typing import TYPE_CHECKING

from .matlab import read_variable, text
from .sources import SUPPLEMENT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

COUNT = 92
IDS = tuple(f"Kriegeskorte2008_{number:02}" for number in range(1, COUNT + 1))
"""Image i of the supplement is condition i of every dissimilarity matrix, counted from 1 as there."""

COLUMNS = {
    "animate": "animate",
    "inanim": "inanimate",
    "human": "human",
    "nonhumani": "nonhuman_animal",
    "body": "body",
    "face": "face",
    "natObj": "natural_object",
    "artiObj": "artificial_object",
    "rand24": "random_24",
    "rand48": "random_48",
    "other48": "other_48",
    "monkeyape": "monkey_or_ape",
}
"""Category vectors of the supplement to columns. The random ones are the paper's control groupings."""


def read_stimuli() -> "StimulusSet":
    """The images, uint8 RGB (175, 175, 3), object on grey 128.

    Returns
    -------
    StimulusSet
        Columns ``category`` (``"human face"``, ``"artificial inanimate"``, ...), ``natural``, and one boolean column a
        published category vector.
    """
    from brainscore_core.stimuli import StimulusSet

    entries = read_variable(SUPPLEMENT, "stimuli_92objs")[0]
    images: dict[str, np.ndarray] = dict(zip(IDS, entries["image"], strict=True))
    return StimulusSet(
        _table(entries),
        identifier="Kriegeskorte2008",
        open=lambda stimulus_id: images[stimulus_id].copy(),
        key=lambda stimulus_id: f"{SUPPLEMENT.sha256}:{IDS.index(stimulus_id)}",
    )


def _table(entries: "np.ndarray") -> "pd.DataFrame":
    import pandas as pd

    names = [text(label) for label in read_variable(SUPPLEMENT, "categoryLabels")[0]]
    members = read_variable(SUPPLEMENT, "categoryVectors").astype(bool)
    return pd.DataFrame(
        {
            "stimulus_id": IDS,
            "category": [text(category) for category in entries["category"]],
            "natural": [bool(natural.item()) for natural in entries["natural"]],
            **{COLUMNS[name]: members[:, index] for index, name in enumerate(names)},
        }
    )
