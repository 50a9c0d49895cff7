"""Task -> what does it. Modules are imported when their task is asked for."""

from importlib import import_module

from ..model_interface import Task
from .activity import Activity

ACTIVITIES = {
    Task.LABEL: "label:Label",
    Task.PROBABILITIES: "probabilities:Probabilities",
    Task.ODD_ONE_OUT: "odd_one_out:OddOneOut",
}


def activity_of(task: Task) -> type[Activity] | None:
    """The class that does a task; None for passive viewing."""
    if task not in ACTIVITIES:
        return None
    module, name = ACTIVITIES[task].split(":")
    return getattr(import_module(f".{module}", __package__), name)
