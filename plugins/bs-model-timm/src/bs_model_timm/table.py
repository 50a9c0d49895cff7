"""The rows of the family, from ``table.json`` and ``flops.json``, which the scripts in ``tools`` write."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.families import ImageInput, Row, Weights

from .citation import bibtex, doi
from .training import training_data

HUB = "https://huggingface.co/"
FILE = "/resolve/main/model.safetensors"


def read() -> Mapping[str, Row]:
    """Name to row."""
    table = json.loads(files(__package__).joinpath("table.json").read_text(encoding="utf-8"))
    flops = json.loads(files(__package__).joinpath("flops.json").read_text(encoding="utf-8"))
    rows = {row.name: row for row in (_row(entry, table, flops) for entry in table["rows"])}
    by_default = {
        name: replace(rows[f"{name}.{architecture['default']}"], name=name)
        for name, architecture in table["architectures"].items()
        if "default" in architecture
    }
    return MappingProxyType(rows | by_default)


def _row(entry: list[Any], table: Mapping[str, Any], flops: Mapping[str, int]) -> Row:
    name, tag, parameters, classes, prepared, licence, papers, place, digest = entry
    height, width, interpolation, mean, std, crop, mode = table["inputs"][prepared]
    architecture, numbers = table["architectures"][name], table["papers"][papers]
    cited = bibtex(numbers, table["titles"])
    terms = table["licences"][licence] or ("not stated" if place else "")
    answers = f"{classes} classes" if classes else "no classes: features"
    return Row(
        name=f"{name}.{tag}" if tag else name,
        architecture=name,
        description=f"{architecture['kind']} {name} ({height} x {width} RGB pixels, {answers})"
        + (f", weights {tag}" if tag else ""),
        input=ImageInput(height, width, interpolation, mean=tuple(mean), std=tuple(std)),
        stages=tuple(_stages(architecture["stages"])),
        parameters=parameters,
        flops=flops.get(f"{name}.{tag}" if tag else name),
        weights=_weights(place, digest, terms, cited) if place else None,
        licence=terms,
        doi=doi(numbers),
        bibtex=cited,
        training_data=training_data(tag) if tag else "",
        evaluation=f"{mode} crop of {crop:.0%} of {height} x {width} pixels",
        behavior=Behavior(scores="output", classes="imagenet-1k") if classes == 1000 else Behavior(),
        settings={"name": f"{name}.{tag}" if tag else name, "library": table["library"]},
    )


def _weights(place: str, digest: str, licence: str, citation: str) -> Weights:
    """Addresses of the Hub stand in the table by the name of the repository alone."""
    if place.startswith("hub:"):
        place = f"{HUB}timm/{place.removeprefix('hub:')}{FILE}"
    elif place.startswith(HUB):
        place += FILE
    filename = place.rpartition("/")[2]
    if filename == "model.safetensors":  # a name that tells files apart
        filename = f"{place.split('/')[4]}.safetensors"
    return Weights(filename, (place,), digest, licence=licence, citation=citation)


def _stages(written: list[str]) -> Iterator[str]:
    """``blocks.0-2`` is ``blocks.0``, ``blocks.1``, ``blocks.2``."""
    for name in written:
        if found := re.fullmatch(r"(.+\.)0-(\d+)", name):
            yield from (f"{found[1]}{index}" for index in range(int(found[2]) + 1))
        else:
            yield name
