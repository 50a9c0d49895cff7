"""Recognition of heavily occluded objects (Tang et al. 2018): three descriptions."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.behavior import RATIO, ROOT
from brainscore_vision.benchmarks.behavior.held_out import HeldOutComparison

from .mask_onset import MaskOnset

__all__ = ["MaskOnset", "accuracy_visibility", "image_agreement", "mask_onset"]

_SHARED = {
    "data": "Tang2018",
    "stimuli": "Tang2018",
    "stimulus_digest": "c24fb0fd233e2b09e534f7ec3e233a3d8d81245028647a3c6e9e338e11887f77",
    "parent": "Tang2018",
    "version": 1,
    "species": "human",
    "released": "2018-08-13",
    "visual_degrees": 5,
    "folds": 5,
}
_CAVEATS = ("fitted-on-occluded", "other-bubbles")
_NOTES = (
    "Whole objects are not published, so a decoder is fitted on four fifths of the occluded images and answers to the"
    " others; the authors fit on whole objects. People saw other bubbles in each trial than those of the image. Shown"
    " at 5 degrees as quoted, not confirmed."
)
_VISIBILITY = MetricSpec("accuracy_profile", coordinate="visibility", source_coordinate="visible_pixels", bins=5)
_ONSET = MetricSpec("accuracy_profile", coordinate="soa")
_IMAGES = MetricSpec("image_level", within="truth")

accuracy_visibility = HeldOutComparison(
    "Tang2018-accuracy_visibility",
    metric=_VISIBILITY,
    ceiling_metric=_VISIBILITY,
    normalisation=RATIO,
    among={"condition": "unmasked"},
    notes=f"{_NOTES} How much of its object an image shows is not published either: images by the area that differs"
    " from the background, and trials by visibility, are compared fifth by fifth.",
    human={"accuracy": 0.680, "accuracy_least_visible_fifth": 0.490, "accuracy_most_visible_fifth": 0.782},
    caveats=(*_CAVEATS, "visibility-by-rank"),
    **_SHARED,
)
image_agreement = HeldOutComparison(
    "Tang2018-image_agreement",
    metric=_IMAGES,
    ceiling_metric=_IMAGES,
    normalisation=ROOT,
    among={"condition": "unmasked"},
    notes=_NOTES,
    human={"split_half_published": 0.629, "split_half_stepped_up_published": 0.772},
    caveats=_CAVEATS,
    **_SHARED,
)
mask_onset = MaskOnset(
    "Tang2018-mask_onset",
    metric=_ONSET,
    ceiling_metric=_ONSET,
    normalisation=RATIO,
    among={"condition": "masked"},
    onsets=(25, 50, 75, 100, 150),
    notes=f"{_NOTES} The mask is not shown, as its images are not published: it is taken to end what IT makes of the"
    " object 100 ms after the onset of the mask.",
    human={"accuracy_25_ms": 0.251, "accuracy_150_ms": 0.718, "accuracy_150_ms_unmasked": 0.735},
    caveats=_CAVEATS,
    **_SHARED,
)
