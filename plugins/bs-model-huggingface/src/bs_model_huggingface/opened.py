"""A row for a network outside the table, from what its repository says of it."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

from brainscore_core.errors import DataUnavailable, InvalidFile, InvalidParameter
from brainscore_vision.families import ImageInput, Row

from .hub import CONFIG, PREPROCESSOR, description, weights
from .network import library, make
from .stages import stages_of

RESAMPLING = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic"}
"""Numbers of Pillow."""

HALF = (0.5, 0.5, 0.5)

_NOT_SAID = ("architectures", "dtype", "id2label", "label2id", "model_type", "transformers_version")
"""Of a configuration, what decides nothing of the layers."""


def row_of(repository: str, revision: str) -> Row:
    """Read the description of a repository; no code in it is run.

    Raises
    ------
    DataUnavailable
        If the repository cannot be reached, or has no ``config.json``.
    InvalidFile
        If it says no input size.
    InvalidParameter
        If transformers has no network of its kind.
    """
    import torch

    config = description(repository, revision, CONFIG)
    try:
        prepared: dict[str, Any] = description(repository, revision, PREPROCESSOR)
    except DataUnavailable:
        prepared = {}
    architecture, own = vision_part(repository, config)
    entered = image_input(repository, prepared, own)
    options = options_of(architecture)
    with torch.device("meta"):
        network = make(repository, architecture, own, options, None)
    stages = stages_of(network, entered.height)
    return Row(
        name=repository,
        architecture=architecture,
        description=f"{architecture} {repository} of the Hugging Face Hub",
        input=entered,
        stages=tuple(stages),
        parameters=sum(part.numel() for part in network.parameters()),
        weights=weights(repository, revision),
        settings={"config": own, "options": options},
    )


def options_of(architecture: str) -> dict[str, Any]:
    """Without the pooling layer where it is an option: networks that name objects are published without it."""
    arguments = signature(getattr(library(), architecture).__init__).parameters
    return {"add_pooling_layer": False} if "add_pooling_layer" in arguments else {}


def vision_part(repository: str, config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Class and configuration of what sees: of networks that read as well, the image tower.

    Raises
    ------
    InvalidParameter
        If transformers does not know the kind, or it takes no images.
    """
    transformers = library()
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_MAPPING

    kind = str(config.get("model_type", ""))
    if kind not in CONFIG_MAPPING:
        raise InvalidParameter(
            f"transformers {transformers.__version__} knows no {kind or 'kind'} ({CONFIG} of {repository})",
            expected="a model_type that the installed transformers has; code of repositories is never run",
            remedy="pip install --upgrade transformers",
        )
    described = CONFIG_MAPPING[kind].from_dict(dict(config))
    if hasattr(described, "vision_config"):
        described = described.vision_config
    model = MODEL_MAPPING.get(type(described), None)
    if model is None or getattr(model, "main_input_name", "") != "pixel_values":
        raise InvalidParameter(f"{repository} is a {kind}, which sees nothing", expected="a network of images")
    own = described.to_diff_dict()
    return model.__name__, {name: value for name, value in own.items() if name not in _NOT_SAID}


def image_input(repository: str, prepared: Mapping[str, Any], config: Mapping[str, Any]) -> ImageInput:
    """What its preprocessor says; where it has none, what its configuration does.

    Raises
    ------
    InvalidFile
        If neither says a size.
    """
    crop = prepared.get("crop_size") if prepared.get("do_center_crop") else None
    height, width = next(
        (found for found in map(_size, (crop, prepared.get("size"), config.get("image_size"))) if found), (0, 0)
    )
    if not height:
        raise InvalidFile(f"{PREPROCESSOR} of {repository} says no size", expected="size or crop_size, in pixels")
    normal = prepared.get("do_normalize", True)
    return ImageInput(
        height,
        width,
        RESAMPLING.get(prepared.get("resample", 2), "bilinear"),  # type: ignore[arg-type]
        mean=tuple(prepared.get("image_mean") or HALF) if normal else (0.0, 0.0, 0.0),  # type: ignore[arg-type]
        std=tuple(prepared.get("image_std") or HALF) if normal else (1.0, 1.0, 1.0),  # type: ignore[arg-type]
    )


def _size(said: Any) -> tuple[int, int] | None:
    """A number, a pair, or one of the ways in which preprocessors say a size."""
    if isinstance(said, Mapping):
        side = said.get("shortest_edge")
        said = (said["height"], said["width"]) if {"height", "width"} <= said.keys() else side
    if isinstance(said, (list, tuple)) and len(said) == 2:
        return int(said[0]), int(said[1])
    return (int(said), int(said)) if isinstance(said, int) and said > 0 else None
