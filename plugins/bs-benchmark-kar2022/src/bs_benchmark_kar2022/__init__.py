"""Fear or happiness in 28 morphed faces, image by image (Kar 2022): a description for each group of people."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.behavior import ROOT
from brainscore_vision.benchmarks.behavior.held_out import HeldOutComparison

__all__ = ["asd", "controls"]

_METRIC = MetricSpec("image_level", choice="happiness", within="level", groups="face")
_SHARED = {
    "stimuli": "Kar2022",
    "stimulus_digest": "58b3b08074c03662efdab52f9ea8c99cee0028606a8befd2b83d6bedefff215d",
    "parent": "Kar2022",
    "version": 1,
    "species": "human",
    "released": "2022-06-22",
    "visual_degrees": 8,
    "metric": _METRIC,
    "ceiling_metric": _METRIC,
    "normalisation": ROOT,
    "folds": "face",
    "fit_where": {"level": [1, 7]},
}
_NOTES = (
    "A decoder is fitted on pure fear and pure happiness of three faces and answers to the fourth. The level of the"
    " morph explains most of what people answer; within_level in the details is about the images. 28 images of 4 faces:"
    " the interval is wide. Shown size not stated; 8 degrees are ours."
)

controls = HeldOutComparison(
    "Kar2022.controls-image_level",
    data="Kar2022.controls",
    notes=_NOTES,
    human={"one_person": 0.910, "other_group": 0.975, "split_half_published": 0.976},
    **_SHARED,
)
asd = HeldOutComparison(
    "Kar2022.asd-image_level",
    data="Kar2022.asd",
    notes=_NOTES,
    human={"one_person": 0.910, "other_group": 0.975, "split_half_published": 0.980},
    **_SHARED,
)
"""Human reference points: mean correlation of one person with the mean of the others of the group; of the means of the
two groups; and of halves of the group, as the data's README quotes it."""
