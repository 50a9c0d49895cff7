"""Projected gradient descent on the network's own pixels: two budgets, on silhouettes and on ImageNet."""

from brainscore_core.contracts import MetricSpec

from .budget import Budget
from .experiment import AdversarialRobustness

__all__ = [
    "AdversarialRobustness",
    "Budget",
    "imagenet_l2",
    "imagenet_linf",
    "silhouette_l2",
    "silhouette_linf",
]

CATEGORIES = (
    "airplane", "bear", "bicycle", "bird", "boat", "bottle", "car", "cat",
    "chair", "clock", "dog", "elephant", "keyboard", "knife", "oven", "truck",
)  # fmt: skip
"""Of Geirhos et al. 2018."""

MADRY2018 = """@inproceedings{madry2018towards,
  title = {Towards deep learning models resistant to adversarial attacks},
  author = {Madry, Aleksander and Makelov, Aleksandar and Schmidt, Ludwig and Tsipras, Dimitris and Vladu, Adrian},
  booktitle = {International Conference on Learning Representations},
  year = {2018}
}"""

_LINF = Budget("linf", epsilon=1 / 255, steps=10, step_size=0.25 / 255)
_L2 = Budget("l2", epsilon=0.5, steps=10, step_size=0.125)
_SHARED = {
    "truth": "truth",
    "metric": MetricSpec("accuracy"),
    "parent": "engineering_vision",
    "version": 1,
    "bibtex": MADRY2018,
    "doi": "10.48550/arXiv.1706.06083",
}
_SILHOUETTES = {
    "data": "Geirhos2021_silhouette",
    "labels": CATEGORIES,
    "images": 48,
    "notes": "Silhouettes are no natural images: a stand-in for those without ImageNet.",
    "human": {"accuracy": "not measured on attacked images", "accuracy_unattacked": 0.753},
}
"""People: mean of the ten of Geirhos et al. 2021 on all 160, counted from their trials."""
_IMAGENET = {
    "data": "ImageNet-val",
    "labels": "imagenet",
    "images": 500,
    "notes": "Validation images that the user owns.",
}

silhouette_linf = AdversarialRobustness("Adversarial-silhouette-linf", budget=_LINF, **_SILHOUETTES, **_SHARED)
silhouette_l2 = AdversarialRobustness("Adversarial-silhouette-l2", budget=_L2, **_SILHOUETTES, **_SHARED)
imagenet_linf = AdversarialRobustness("Adversarial-ImageNet-linf", budget=_LINF, **_IMAGENET, **_SHARED)
imagenet_l2 = AdversarialRobustness("Adversarial-ImageNet-l2", budget=_L2, **_IMAGENET, **_SHARED)
