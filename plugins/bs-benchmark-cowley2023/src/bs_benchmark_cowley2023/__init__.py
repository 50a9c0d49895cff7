"""Macaque V4 on 640 images (Cowley et al. 2023): descriptions."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity
from brainscore_vision.benchmarks.representational_similarity import ROOT, RepresentationalSimilarity

__all__ = ["pls", "rdm", "ridge"]

_FOLDS = {"mode": "honest", "crossvalidation_kwargs": {"stratification_coord": None}}
_SHARED = {
    "data": "Cowley2023",
    "stimuli": "Cowley2023",
    "stimulus_digest": "7de5c5f020f009ca5af72a7c4b603983f2a3327f9c034d9d7cf2cca443c8ccc4",
    "region": "V4",
    "parent": "V4",
    "version": 1,
    "species": "macaque",
    "visual_degrees": 11.2,
    "number_of_trials": 8,
    "released": "2023-11-22",
    "notes": "Shown at 11.2 degrees, as the package of the later release states; the source does not state it.",
}
_HALVES = MetricSpec("split_half_reliability")

pls = NeuralPredictivity("Cowley2023.V4-pls", metric=MetricSpec("pls", **_FOLDS), ceiling_metric=_HALVES, **_SHARED)
ridge = NeuralPredictivity(
    "Cowley2023.V4-ridge", metric=MetricSpec("ridge", **_FOLDS), ceiling_metric=_HALVES, **_SHARED
)
rdm = RepresentationalSimilarity(
    "Cowley2023.V4-rdm",
    metric=MetricSpec("rdm", standardise=True, bootstrap_samples=200),
    ceiling_metric=MetricSpec("rdm_reliability", standardise=True),
    normalisation=ROOT,
    **_SHARED,
)
