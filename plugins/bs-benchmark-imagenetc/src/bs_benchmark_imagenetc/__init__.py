"""Accuracy on the corrupted images of ImageNet-C, published or made anew (Hendrycks & Dietterich 2019)."""

from functools import partial

from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec

from .experiment import CorruptedImages
from .generated import identifier, read_generated
from .published import read_published

__all__ = [
    "blur",
    "blur_images",
    "digital",
    "digital_images",
    "generated_blur",
    "generated_blur_images",
    "generated_digital",
    "generated_digital_images",
    "generated_noise",
    "generated_noise_images",
    "generated_weather",
    "generated_weather_images",
    "noise",
    "noise_images",
    "weather",
    "weather_images",
]

CITATION = """@inproceedings{hendrycks2019benchmarking,
  title = {Benchmarking neural network robustness to common corruptions and perturbations},
  author = {Hendrycks, Dan and Dietterich, Thomas},
  booktitle = {International Conference on Learning Representations},
  year = {2019}
}"""
_SHARED = {"doi": "10.48550/arXiv.1903.12261", "bibtex": CITATION, "released": "2019-03-28"}
_CATEGORIES = ("noise", "blur", "weather", "digital")


def _published_images(category: str) -> DataEntry:
    info = DataInfo(
        f"Images of ImageNet under {category}, where their user has them: BRAINSCORE_IMAGENETC names the folder",
        licence="CC BY 4.0 (Zenodo 2235448); the images under the terms of ImageNet",
        **_SHARED,
    )
    return DataEntry(f"ImageNet-C-{category}", partial(read_published, category), info)


def _generated_images(category: str) -> DataEntry:
    info = DataInfo(
        f"Validation images of ImageNet that the user has, under {category} made anew",
        licence="terms of ImageNet: research, no redistribution",
        **_SHARED,
    )
    return DataEntry(identifier(category), partial(read_generated, category), info)


def _benchmark(images: str, notes: str) -> CorruptedImages:
    return CorruptedImages(
        f"{images}-top1",
        data="ImageNet-val",
        stimuli=images,
        metric=MetricSpec("accuracy", bootstrap_samples=0),
        task="label",
        labels="imagenet",
        parent="Hendrycks2019-top1",
        version=1,
        visual_degrees=None,
        no_ceiling_because="every answer can be right",
        human={"top1": "not published"},
        doi="10.48550/arXiv.1903.12261",
        bibtex=CITATION,
        notes=notes,
    )


def _published(category: str) -> CorruptedImages:
    return _benchmark(
        f"ImageNet-C-{category}",
        "Engineering: images fill the field. Every tenth image, the same under each corruption and severity.",
    )


def _generated(category: str) -> CorruptedImages:
    frost = " Without frost, which needs photographs that may not be handed out." if category == "weather" else ""
    return _benchmark(
        identifier(category),
        f"Engineering: images fill the field; corruptions are made anew of the user's own images.{frost}",
    )


noise_images, blur_images, weather_images, digital_images = map(_published_images, _CATEGORIES)
(
    generated_noise_images,
    generated_blur_images,
    generated_weather_images,
    generated_digital_images,
) = map(_generated_images, _CATEGORIES)
noise, blur, weather, digital = map(_published, _CATEGORIES)
generated_noise, generated_blur, generated_weather, generated_digital = map(_generated, _CATEGORIES)
