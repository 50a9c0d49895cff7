"""The rows of the family, from ``table.json`` and ``flops.json``, which the scripts in ``tools`` write."""

import json
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from brainscore_vision.activations.library_preprocessing import of_keras
from brainscore_vision.activations.preprocessing import Preprocessing
from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.families import Row, Weights


def read() -> Mapping[str, Row]:
    """Name to row."""
    table = json.loads(files(__package__).joinpath("table.json").read_text(encoding="utf-8"))
    flops = json.loads(files(__package__).joinpath("flops.json").read_text(encoding="utf-8"))
    rows = (_row(entry, table, flops) for entry in table["rows"])
    return MappingProxyType({row.name: row for row in rows})


def preprocessing(pixels: int, mode: Any) -> Preprocessing:
    """All of the central square, antialiased, in the range that the library's networks of a mode take."""
    return replace(of_keras(mode, pixels, pixels), resize=pixels, crop=pixels, antialias=True)


def _row(entry: Mapping[str, Any], table: Mapping[str, Any], flops: Mapping[str, int]) -> Row:
    family, paper = table["families"][entry["family"]], table["papers"][entry["family"]]
    pixels, mode = entry["pixels"], family["mode"]
    width = f", {entry['variant']}" if "variant" in entry else ""
    done = "by its first layers" if mode == "within" else f"by preprocess_input, mode {mode!r}"
    return Row(
        name=entry["name"],
        architecture=entry["architecture"],
        description=f"{family['title']}{width}, {pixels} x {pixels} RGB pixels, trained to name objects",
        input=preprocessing(pixels, mode),
        stages=tuple(entry["stages"]),
        parameters=entry["parameters"],
        flops=flops.get(entry["name"]),
        weights=Weights(
            entry["file"],
            (entry["place"],),
            sha256=entry.get("sha256", ""),
            md5=entry.get("md5", ""),
            licence=family["licence"],
            citation=paper["bibtex"],
        ),
        licence=family["licence"],
        doi=paper["doi"],
        bibtex=paper["bibtex"],
        training_data=entry["data"],
        evaluation=f"resized to {pixels} x {pixels}, scaled {done}",
        behavior=Behavior(scores=_scores(entry["architecture"]), classes="imagenet-1k", outputs="probabilities"),
        settings={"input_shape": [pixels, pixels, 3], **entry.get("settings", {})},
    )


def _scores(architecture: str) -> str:
    """The layer with the probabilities of classes, as the library names it."""
    size = architecture.removeprefix("ConvNeXt")
    return "predictions" if size == architecture else f"convnext_{size.lower()}_head_dense"
