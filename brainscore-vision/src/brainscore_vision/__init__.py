"""The vision domain of Brain-Score; names are imported on first use (PEP 562)."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brainscore_core import load_benchmark, load_dataset, load_metric, load_model, load_stimulus_set, score

    from .images import image_set
    from .model_interface import BrainModel, RecordingTarget, Task
    from .screen import place_on_screen
    from .wrapping import wrap

_WHERE = {
    "BrainModel": "brainscore_vision.model_interface",
    "RecordingTarget": "brainscore_vision.model_interface",
    "Task": "brainscore_vision.model_interface",
    "image_set": "brainscore_vision.images",
    "load_benchmark": "brainscore_core",
    "load_dataset": "brainscore_core",
    "load_metric": "brainscore_core",
    "load_model": "brainscore_core",
    "load_stimulus_set": "brainscore_core",
    "place_on_screen": "brainscore_vision.screen",
    "score": "brainscore_core",
    "wrap": "brainscore_vision.wrapping",
}

__all__ = [
    "BrainModel",
    "RecordingTarget",
    "Task",
    "image_set",
    "load_benchmark",
    "load_dataset",
    "load_metric",
    "load_model",
    "load_stimulus_set",
    "place_on_screen",
    "score",
    "wrap",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
