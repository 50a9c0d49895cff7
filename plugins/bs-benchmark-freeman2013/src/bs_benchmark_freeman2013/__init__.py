"""Macaque V1 and V2 on textures and their noise (Freeman, Ziemba et al. 2013): descriptions.

``pls`` has the splits, formula and version numbers of Brain-Score 2, the sign of r kept. ``ridge`` is ours: samples of
one texture family are never on both sides.
"""

from typing import Any

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity
from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT
from brainscore_vision.geometry import StimulusGeometry

__all__ = ["private_v1_pls", "private_v2_pls", "v1_pls", "v1_ridge", "v2_pls", "v2_ridge"]


def _shared(region: str, part: str = "public") -> dict[str, Any]:
    return {
        "data": f"FreemanZiemba2013.{part}",
        "stimuli": f"FreemanZiemba2013.aperture-{part}",
        "region": region,
        "parent": region,
        "species": "macaque",
        "visual_degrees": 4,
        "number_of_trials": 20,
        "time_bins": [(50, 200)],
        "geometry": StimulusGeometry(aperture="circular, part of the images"),
        "released": "2013-05-19",
    }


def _pls(identifier: str, region: str, part: str, version: int) -> NeuralPredictivity:
    return NeuralPredictivity(
        identifier,
        metric=MetricSpec("pls", crossvalidation_kwargs={"stratification_coord": "texture_type"}),
        ceiling_metric=MetricSpec("internal_consistency"),
        normalisation=INCUMBENT,
        version=version,
        **_shared(region, part),
    )


def _ridge(region: str) -> NeuralPredictivity:
    folds = {"stratification_coord": None, "group_coord": "texture_family"}
    return NeuralPredictivity(
        f"FreemanZiemba2013public.{region}-ridge",
        metric=MetricSpec("ridge", mode="honest", crossvalidation_kwargs=folds),
        ceiling_metric=MetricSpec("split_half_reliability"),
        version=1,
        **_shared(region),
    )


v1_pls, v2_pls = (_pls(f"FreemanZiemba2013public.{region}-pls", region, "public", 1) for region in ("V1", "V2"))
private_v1_pls, private_v2_pls = (
    _pls(f"FreemanZiemba2013.{region}-pls", region, "private", 3) for region in ("V1", "V2")
)
v1_ridge, v2_ridge = _ridge("V1"), _ridge("V2")
