"""What is known of a visual model without building it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    preprocessing : mapping
        From a placed image to an input, as it describes itself.
    reduction : mapping of layer to steps
        What is recorded of a layer where it is not all.
    autocast : str
        Type in which operations compute that allow it; ``""``: that of the parameters.
    flops : int, optional
        Floating-point operations for one image, a multiplication and an addition being two.
    tasks : tuple of str
        What it does besides being recorded from.
    behavior : mapping
        How behaviour is read from it (:class:`~.commitments.behavior.Behavior`).
    """

    visual_degrees: float | None = None
    layers: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict)
    layers_chosen: str = ""
    preprocessing: Mapping[str, Any] = field(default_factory=dict)
    reduction: Mapping[str, Any] = field(default_factory=dict)
    autocast: str = ""
    flops: int | None = None
    tasks: tuple[str, ...] = ()
    behavior: Mapping[str, Any] = field(default_factory=dict)


def described(preprocessing: Any) -> dict[str, Any]:
    """What a preprocessing says of itself (``to_dict``); its name where it says nothing."""
    if preprocessing is None:
        return {}
    if hasattr(preprocessing, "to_dict"):
        return dict(preprocessing.to_dict())
    function = getattr(preprocessing, "func", preprocessing)
    return {"function": getattr(function, "__qualname__", type(function).__qualname__)}
