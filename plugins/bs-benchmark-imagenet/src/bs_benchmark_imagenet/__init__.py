"""Accuracy on the 50,000 validation images of ImageNet, which the user owns (Russakovsky et al. 2015)."""

from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_vision.benchmarks.behavior import BehavioralComparison

from .labels import COUNT, read_labels
from .validation import read_validation

__all__ = ["official_labels", "own_images", "top1"]

CITATION = """@article{russakovsky2015imagenet,
  title = {{ImageNet} Large Scale Visual Recognition Challenge},
  author = {Russakovsky, Olga and Deng, Jia and Su, Hao and Krause, Jonathan and Satheesh, Sanjeev and Ma, Sean and
            Huang, Zhiheng and Karpathy, Andrej and Khosla, Aditya and Bernstein, Michael and Berg, Alexander C. and
            Fei-Fei, Li},
  journal = {International Journal of Computer Vision},
  volume = {115},
  number = {3},
  pages = {211--252},
  year = {2015},
  doi = {10.1007/s11263-015-0816-y}
}"""
_SHARED = {
    "doi": "10.1007/s11263-015-0816-y",
    "bibtex": CITATION,
    "stimuli": COUNT,
    "released": "2012-01-01",
}

official_labels = DataEntry(
    "ImageNet-val",
    read_labels,
    DataInfo("The official label of each validation image of ILSVRC 2012", licence="not stated", **_SHARED),
)
own_images = DataEntry(
    "ImageNet-val",
    read_validation,
    DataInfo(
        "The validation images of ILSVRC 2012, where their user has them: BRAINSCORE_IMAGENET names a folder or tar",
        licence="terms of ImageNet: research, no redistribution",
        **_SHARED,
    ),
)
top1 = BehavioralComparison(
    "ImageNet-top1",
    data="ImageNet-val",
    stimuli="ImageNet-val",
    metric=MetricSpec("accuracy"),
    task="label",
    labels="imagenet",
    parent="engineering_vision",
    version=1,
    visual_degrees=None,
    no_ceiling_because="every answer can be right",
    human={"top5_error_of_a_trained_person": 0.051, "top1": "not published"},
    notes="Engineering: images fill the field of the model, which crops them as it was trained to. What a person scores"
    " is known of five guesses only, on 1,500 test images (Russakovsky et al. 2015, section 6.4).",
)
