"""gabor-v1: simple and complex cells drawn from what was published of macaque V1; the positive control of V1."""

from typing import TYPE_CHECKING

from brainscore_core.contracts import ModelEntry
from brainscore_vision.info import VisualModelInfo

if TYPE_CHECKING:
    from brainscore_vision import BrainModel

CELLS = 1500
SEED = 0
VISUAL_DEGREES = 8.0
DATASETS = ("DeValois1982a", "DeValois1982b", "Schiller1976c", "Cavanaugh2002a")
LAYERS = {"V1": ("output",)}
CHOSEN = "The model is of V1 and of nothing else."

INFO = VisualModelInfo(
    f"{CELLS} simple and complex cells of V1 with divisive normalisation, drawn from the published statistics that the"
    " V1 benchmarks score; their fields lie within 0.3 degrees of (0.5, 0.5), x to the right and y downwards, where the"
    " gratings of Marques 2020 are shown, and nowhere else",
    licence="MIT",
    parameters=0,
    training_data="none; parameters are drawn from " + ", ".join(DATASETS),
    visual_degrees=VISUAL_DEGREES,
    layers=LAYERS,
    layers_chosen=CHOSEN,
    flags=("positive-control",),
)


def build() -> "BrainModel":
    """The brain model."""
    from brainscore_core import load_dataset
    from brainscore_vision import wrap
    from brainscore_vision.commitments.layers import LayerCommitment

    from .network import GaborNetwork
    from .population import draw
    from .pyramid import see

    cells = draw({name: load_dataset(name) for name in DATASETS}, CELLS, SEED)
    return wrap(
        GaborNetwork(cells),
        preprocessing=see,
        layers=LayerCommitment(LAYERS, chosen=CHOSEN),
        visual_degrees=VISUAL_DEGREES,
        identifier="gabor-v1",
        info=INFO,
    )


gabor_v1 = ModelEntry("gabor-v1", build, INFO)
