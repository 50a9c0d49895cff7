"""Macaque V1 on natural vision movies (David, Vinje, Gallant 2004): a description.

Each neuron saw movies of its own, so each is fitted apart; stretches of a movie stay whole in the folds, because frames
beside each other are nearly one frame.
"""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.subjectwise import SubjectwisePredictivity

__all__ = ["ridgecv"]

ridgecv = SubjectwisePredictivity(
    "David2004.V1-ridgecv",
    data="David2004",
    stimuli="David2004",
    region="V1",
    parent="V1",
    version=1,
    species="macaque",
    visual_degrees=4,
    fit_by="neuroid_id",
    metric=MetricSpec(
        "ridgecv", mode="honest", crossvalidation_kwargs={"stratification_coord": None, "group_coord": "segment"}
    ),
    no_ceiling_because="each frame was shown to a neuron once",
    notes="Mean over neurons. The movies were two to four times as wide as each neuron's receptive field; 4 degrees "
    "are assumed here.",
    released="2004-08-04",
)
