"""The rows of the family, from ``table.json``, which ``tools/make_table.py`` writes."""

import json
from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.families import ImageInput, Row, Weights
from brainscore_vision.families.video import VideoRow

PLACE = "https://download.pytorch.org/models/"


def read() -> Mapping[str, Row]:
    """Name to row."""
    table = json.loads(files(__package__).joinpath("table.json").read_text(encoding="utf-8"))
    rows = (_row(entry, table["architectures"][entry["architecture"]], table) for entry in table["weights"])
    return MappingProxyType({row.name: row for row in rows})


def _row(entry: Mapping[str, Any], architecture: Mapping[str, Any], table: Mapping[str, Any]) -> Row:
    papers = [table["papers"][key] for key in (*architecture["papers"], *entry.get("papers", ()))]
    bibtex = "\n".join(paper["bibtex"] for paper in papers)
    pixels, windows = entry["pixels"], entry.get("windows")
    kind = partial(VideoRow, windows=windows) if windows else Row
    shown = f"{windows['length']} frames of " if windows else ""
    return kind(
        name=entry["name"],
        architecture=entry["architecture"],
        description=f"{architecture['title']}, {shown}{pixels} x {pixels} RGB pixels, {entry['trained']}",
        input=ImageInput(pixels, pixels, entry["interpolation"], mean=tuple(entry["mean"]), std=tuple(entry["std"])),
        stages=tuple(architecture["stages"]),
        parameters=entry["parameters"],
        weights=Weights(
            entry["file"],
            (PLACE + entry["file"],),
            sha256=entry["sha256"],
            size=entry.get("bytes"),
            licence=entry["licence"],
            citation=bibtex,
        ),
        licence=entry["licence"],
        doi=papers[0]["doi"],
        bibtex=bibtex,
        training_data=entry["data"],
        released=entry["released"],
        evaluation=entry["evaluation"],
        settings=entry.get("settings", {}),
        flops=entry["flops"],
        behavior=Behavior() if windows else Behavior(scores="output", classes="imagenet-1k"),
    )
