"""Projected gradient descent on the network's own pixels: two budgets on images of 16 categories."""

from brainscore_core.contracts import MetricSpec

from .budget import Budget
from .experiment import AdversarialRobustness

__all__ = ["AdversarialRobustness", "Budget", "silhouette_l2", "silhouette_linf"]

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

_SHARED = {
    "data": "Geirhos2021_silhouette",
    "labels": CATEGORIES,
    "truth": "truth",
    "metric": MetricSpec("accuracy"),
    "parent": "engineering_vision",
    "version": 1,
    "bibtex": MADRY2018,
    "doi": "10.48550/arXiv.1706.06083",
    "images": None,
    "notes": "Silhouettes are no natural images; with_options(data=..., labels='imagenet') attacks others.",
}

silhouette_linf = AdversarialRobustness(
    "Adversarial-silhouette-linf", budget=Budget("linf", epsilon=1 / 255, steps=20, step_size=0.125 / 255), **_SHARED
)
silhouette_l2 = AdversarialRobustness(
    "Adversarial-silhouette-l2", budget=Budget("l2", epsilon=0.5, steps=20, step_size=0.0625), **_SHARED
)
