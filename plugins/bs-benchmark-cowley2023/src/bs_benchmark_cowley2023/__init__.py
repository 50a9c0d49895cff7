"""Macaque V4 on 640 images (Cowley et al. 2023): descriptions."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity

__all__ = ["pls", "ridge"]

_FOLDS = {"mode": "honest", "crossvalidation_kwargs": {"stratification_coord": None}}
_SHARED = {
    "data": "Cowley2023",
    "stimuli": "Cowley2023",
    "region": "V4",
    "parent": "V4",
    "version": 1,
    "species": "macaque",
    "visual_degrees": 11.2,
    "number_of_trials": 8,
    "ceiling_metric": MetricSpec("split_half_reliability"),
    "released": "2023-11-22",
    "notes": "Shown at 11.2 degrees, as the existing package of the later release states; the source does not state it.",
}

pls = NeuralPredictivity("Cowley2023.V4-pls", metric=MetricSpec("pls", **_FOLDS), **_SHARED)
ridge = NeuralPredictivity("Cowley2023.V4-ridge", metric=MetricSpec("ridge", **_FOLDS), **_SHARED)
