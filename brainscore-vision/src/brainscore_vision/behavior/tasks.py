"""Task -> what does it. Modules are imported when their task is asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Literal

from ..model_interface import Task

if TYPE_CHECKING:
    from .activity import Activity

Source = Literal["readout", "scores", "embedding"]
"""What a task reads: the committed readout, scores of classes, or the layer that is compared with text."""

ACTIVITIES = {
    Task.LABEL: "label:Label",
    Task.PROBABILITIES: "probabilities:Probabilities",
    Task.ODD_ONE_OUT: "odd_one_out:OddOneOut",
    Task.MATCH_TO_SAMPLE: "match_to_sample:MatchToSample",
    Task.DISCRIMINATION: "discrimination:Discrimination",
    Task.VISUAL_SEARCH: "visual_search:VisualSearch",
    Task.RATING: "rating:Rating",
}


def activity_of(task: Task) -> "type[Activity] | None":
    """The class that does a task; None for passive viewing."""
    if task not in ACTIVITIES:
        return None
    module, name = ACTIVITIES[task].split(":")
    return getattr(import_module(f".{module}", __package__), name)
