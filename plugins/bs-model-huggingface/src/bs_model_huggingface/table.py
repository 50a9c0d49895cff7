"""The rows of the family, from ``table.json``, which ``tools/make_table.py`` writes."""

import json
from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from brainscore_vision.families import ImageInput, Row
from brainscore_vision.families.video import VideoRow, windows

from .hub import weights


def read() -> Mapping[str, Row]:
    """Name to row."""
    table = json.loads(files(__package__).joinpath("table.json").read_text(encoding="utf-8"))
    rows = (_row(entry, table["kinds"][entry["kind"]], table["papers"]) for entry in table["rows"])
    return MappingProxyType({row.name: row for row in rows})


def _row(entry: Mapping[str, Any], kind: Mapping[str, Any], papers: Mapping[str, Mapping[str, str]]) -> Row:
    paper, pixels, frames = papers[kind["paper"]], entry["pixels"], kind.get("frames")
    made = partial(VideoRow, windows=windows(frames, kind["frame_rate"], "TCHW")) if frames else Row
    shown = f"{frames} frames of " if frames else ""
    return made(
        name=entry["name"],
        architecture=kind["class"],
        description=f"{kind['title']}, {shown}{pixels} x {pixels} RGB pixels",
        input=ImageInput(pixels, pixels, kind["interpolation"], mean=tuple(kind["mean"]), std=tuple(kind["std"])),
        stages=tuple(entry["stages"]),
        parameters=entry["parameters"],
        flops=entry["flops"],
        weights=weights(entry["name"], "main", kind["licence"], paper["bibtex"]),
        licence=kind["licence"],
        doi=paper["doi"],
        bibtex=paper["bibtex"],
        training_data=entry.get("data", kind["data"]),
        released=kind.get("released", ""),
        evaluation=kind["evaluation"],
        settings={"config": kind["config"] | entry["config"], "options": kind["options"]},
    )
