"""What is known of a visual model without building it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from brainscore_core.contracts import ModelInfo


@dataclass(frozen=True)
class VisualModelInfo(ModelInfo):
    """What is known of a visual model.

    Parameters
    ----------
    visual_degrees : float
        Width of the field of view.
    layers : mapping of region to layers
    layers_chosen : str
        One sentence: how the map was chosen.
    tasks : tuple of str
        What it does besides being recorded from.
    """

    visual_degrees: float | None = None
    layers: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict)
    layers_chosen: str = ""
    tasks: tuple[str, ...] = ()
