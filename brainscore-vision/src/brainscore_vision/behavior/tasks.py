"""Task -> what does it. Modules are imported when their task is asked for."""

from importlib import import_module

from ..model_interface import Task
from .activity import Activity

ACTIVITIES = {
    Task.LABEL: "label:Label",
    Task.PROBABILITIES: "probabilities:Probabilities",
    Task.ODD_ONE_OUT: "odd_one_out:OddOneOut",
    Task.MATCH_TO_SAMPLE: "match_to_sample:MatchToSample",
    Task.DISCRIMINATION: "discrimination:Discrimination",
    Task.VISUAL_SEARCH: "visual_search:VisualSearch",
    Task.RATING: "rating:Rating",
}


def activity_of(task: Task) -> type[Activity] | None:
    """The class that does a task; None for passive viewing."""
    if task not in ACTIVITIES:
        return None
    module, name = ACTIVITIES[task].split(":")
    return getattr(import_module(f".{module}", __package__), name)
