"""Pixels: the baseline that every model should beat."""

from typing import TYPE_CHECKING

from brainscore_core.contracts import ModelEntry
from brainscore_vision.info import VisualModelInfo

if TYPE_CHECKING:
    from brainscore_vision import BrainModel

VISUAL_DEGREES = 8.0
LAYERS = {region: ("pixels",) for region in ("V1", "V2", "V4", "IT")}
CHOSEN = "There is one layer, the image itself, and it stands for every region."

INFO = VisualModelInfo(
    "Baseline: the luminance of 160 x 160 pixels on 8 degrees",
    licence="MIT",
    parameters=0,
    training_data="none",
    visual_degrees=VISUAL_DEGREES,
    layers=LAYERS,
    layers_chosen=CHOSEN,
    flags=("baseline",),
)


def build() -> "BrainModel":
    """The brain model."""
    from brainscore_vision import wrap
    from brainscore_vision.commitments.layers import LayerCommitment

    from .network import pixels as network
    from .network import resample

    return wrap(
        network,
        preprocessing=resample,
        layers=LayerCommitment(LAYERS, chosen=CHOSEN),
        visual_degrees=VISUAL_DEGREES,
        identifier="pixels",
        info=INFO,
    )


pixels = ModelEntry("pixels", build, INFO)
