"""The rows of the family, from ``table.json``, which ``tools/make_table.py`` writes."""

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from brainscore_vision.activations.preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from brainscore_vision.families import Row, Weights

MODES: Mapping[str, Mapping[str, Any]] = {
    "tf": {"range": (-1.0, 1.0), "mean": (0.0,), "std": (1.0,)},
    "torch": {"mean": IMAGENET_MEAN, "std": IMAGENET_STD},
    "caffe": {"colours": "BGR", "range": (0.0, 255.0), "mean": (103.939, 116.779, 123.68), "std": (1.0,)},
    "within": {"range": (0.0, 255.0), "mean": (0.0,), "std": (1.0,)},
}
"""What ``preprocess_input`` does in each of its modes; ``within``: nothing, the network's first layers do it."""


def read() -> Mapping[str, Row]:
    """Name to row."""
    table = json.loads(files(__package__).joinpath("table.json").read_text(encoding="utf-8"))
    rows = (_row(entry, table) for entry in table["rows"])
    return MappingProxyType({row.name: row for row in rows})


def preprocessing(pixels: int, mode: str) -> Preprocessing:
    """All of the central square, as the library's networks of a mode take it."""
    return Preprocessing(resize=pixels, crop=pixels, layout="HWC", **MODES[mode])


def _row(entry: Mapping[str, Any], table: Mapping[str, Any]) -> Row:
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
        settings={"input_shape": [pixels, pixels, 3], **entry.get("settings", {})},
    )
