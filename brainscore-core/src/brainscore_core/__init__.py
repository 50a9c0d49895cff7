"""Brain-Score: integrative benchmarking of brain models.

The names below are imported on first use (PEP 562), so that ``import brainscore_core`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assemblies import BehavioralAssembly, DissimilarityAssembly, NeuroidAssembly, PropertyAssembly, align
    from .contracts import Benchmark, MetricSpec
    from .loading import load_benchmark, load_dataset, load_metric, load_model, load_stimulus_set
    from .run import Record, score, score_all
    from .scores import Score
    from .stimuli import StimulusSet

_HOMES = {
    "assemblies": ("BehavioralAssembly", "DissimilarityAssembly", "NeuroidAssembly", "PropertyAssembly", "align"),
    "contracts": ("Benchmark", "MetricSpec"),
    "loading": ("load_benchmark", "load_dataset", "load_metric", "load_model", "load_stimulus_set"),
    "run": ("Record", "score", "score_all"),
    "scores": ("Score",),
    "stimuli": ("StimulusSet",),
}
_WHERE = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BehavioralAssembly",
    "Benchmark",
    "DissimilarityAssembly",
    "MetricSpec",
    "NeuroidAssembly",
    "PropertyAssembly",
    "Record",
    "Score",
    "StimulusSet",
    "align",
    "load_benchmark",
    "load_dataset",
    "load_metric",
    "load_model",
    "load_stimulus_set",
    "score",
    "score_all",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
