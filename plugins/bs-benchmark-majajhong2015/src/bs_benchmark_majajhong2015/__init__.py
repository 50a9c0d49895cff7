"""Macaque V4 and IT on images of objects (Majaj, Hong et al. 2015): descriptions.

Those under identifiers of Brain-Score 2 have its splits, its formula and its version numbers, the sign of r kept.
``ridge`` and ``rdm`` are ours: folds that keep all images of an object on one side, and the root of the reliability,
with an interval for new objects: all images of an object are drawn together.
"""

from typing import Any

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity
from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT
from brainscore_vision.benchmarks.representational_similarity import ROOT, RepresentationalSimilarity

from .decoder_consistency import DecoderConsistency

__all__ = [
    "it_decoder_consistency",
    "it_pls",
    "it_rdm",
    "it_reverse_pls",
    "it_ridge",
    "it_temporal_pls",
    "private_it_pls",
    "private_v4_pls",
    "v4_pls",
    "v4_rdm",
    "v4_reverse_pls",
    "v4_ridge",
    "v4_temporal_pls",
]

_BY_OBJECT = {"stratification_coord": "object_name"}
_NEW_OBJECTS = {"stratification_coord": None, "group_coord": "object_name"}
_ONE_WINDOW = [(70, 170)]


def _shared(region: str, data: str = "MajajHong2015.public", stimuli: str = "hvm-public") -> dict[str, Any]:
    return {
        "data": data,
        "stimuli": stimuli,
        "region": region,
        "parent": region,
        "species": "macaque",
        "visual_degrees": 8,
        "number_of_trials": 50,
        "released": "2015-09-30",
    }


def _pls(identifier: str, region: str, **shared: Any) -> NeuralPredictivity:
    return NeuralPredictivity(
        identifier,
        metric=MetricSpec("pls", crossvalidation_kwargs=_BY_OBJECT),
        ceiling_metric=MetricSpec("internal_consistency"),
        normalisation=INCUMBENT,
        time_bins=_ONE_WINDOW,
        version=4,
        **_shared(region, **shared),
    )


def _temporal(region: str) -> NeuralPredictivity:
    return NeuralPredictivity(
        f"MajajHong2015public.{region}-temporal-pls",
        metric=MetricSpec("spantime_pls", crossvalidation_kwargs=_BY_OBJECT),
        ceiling_metric=MetricSpec("internal_consistency_temporal"),
        normalisation=INCUMBENT,
        bin_width=10,
        version=4,
        **_shared(region, data="MajajHong2015.temporal.public"),
    )


def _reverse(region: str) -> NeuralPredictivity:
    return NeuralPredictivity(
        f"MajajHong2015public.{region}-reverse_pls",
        metric=MetricSpec("reverse_pls", crossvalidation_kwargs=_BY_OBJECT),
        no_ceiling_because="predicting model units from neurons is not bounded by how reliable the neurons are",
        notes="The fit is on noisy predictors.",
        time_bins=_ONE_WINDOW,
        version=4,
        **_shared(region),
    )


def _ridge(region: str) -> NeuralPredictivity:
    return NeuralPredictivity(
        f"MajajHong2015public.{region}-ridge",
        metric=MetricSpec("ridge", mode="honest", crossvalidation_kwargs=_NEW_OBJECTS),
        ceiling_metric=MetricSpec("split_half_reliability"),
        time_bins=_ONE_WINDOW,
        version=1,
        **_shared(region),
    )


def _rdm(region: str) -> RepresentationalSimilarity:
    return RepresentationalSimilarity(
        f"MajajHong2015public.{region}-rdm",
        metric=MetricSpec("rdm", bootstrap_samples=100, group_coord="object_name"),
        ceiling_metric=MetricSpec("rdm_reliability", group_coord="object_name"),
        normalisation=ROOT,
        notes="Sites of both animals taken together.",
        time_bins=_ONE_WINDOW,
        version=1,
        **_shared(region),
    )


it_decoder_consistency = DecoderConsistency(
    "MajajHong2015public.IT-decoder_consistency",
    metric=MetricSpec("O2", bootstrap_samples=100),
    time_bins=_ONE_WINDOW,
    version=1,
    notes="The paper's result is with people, whose trials are not at hand: give them with people=. The published"
    " number could not be confirmed from a source at hand, and none is quoted.",
    human={"consistency": "not at hand"},
    **_shared("IT"),
)
v4_pls, it_pls = (_pls(f"MajajHong2015public.{region}-pls", region) for region in ("V4", "IT"))
private_v4_pls, private_it_pls = (
    _pls(f"MajajHong2015.{region}-pls", region, data="MajajHong2015.private", stimuli="hvm-private")
    for region in ("V4", "IT")
)
v4_temporal_pls, it_temporal_pls = _temporal("V4"), _temporal("IT")
v4_reverse_pls, it_reverse_pls = _reverse("V4"), _reverse("IT")
v4_ridge, it_ridge = _ridge("V4"), _ridge("IT")
v4_rdm, it_rdm = _rdm("V4"), _rdm("IT")
