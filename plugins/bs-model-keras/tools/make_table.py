"""Write ``table.json`` from the installed Keras: ``python tools/make_table.py`` in an environment with TensorFlow.

What the library states is taken from it: addresses, hashes, sizes of inputs; parameters are counted in the networks
that it builds. Papers and terms come from ``sources.json``, ends of stages from ``stages.py``. Nothing is downloaded.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

os.environ["KERAS_BACKEND"] = "tensorflow"  # NASNet runs on no other

import keras
from keras.src.utils import file_utils
from stages import stages

from bs_model_keras.naming import rename

SOURCES = json.loads((Path(__file__).parent / "sources.json").read_text(encoding="utf-8"))
TABLE = Path(__file__).parent.parent / "src" / "bs_model_keras" / "table.json"
IMAGENET = "ImageNet (ILSVRC 2012): 1.28 million photographs with labels of 1000 classes"
IMAGENET_21K = "ImageNet-21k: 14 million photographs with labels of 21,841 classes"
SIZES = {
    "MobileNet": [(alpha, pixels) for alpha in (1.0, 0.75, 0.5, 0.25) for pixels in (224, 192, 160, 128)],
    "MobileNetV2": [(1.4, 224), (1.3, 224)]
    + [(alpha, pixels) for alpha in (0.75, 0.5, 0.35) for pixels in (224, 192, 160, 128, 96)],
}
SIZES["MobileNetV2"] = [(1.0, pixels) for pixels in (224, 192, 160, 128, 96)] + SIZES["MobileNetV2"]
"""Width and pixels of published weights, the first of them the library's own choice."""


def architectures() -> Iterator[tuple[str, str]]:
    """Functions of the library that make a network, and the family each belongs to."""
    for name in sorted(vars(keras.applications)):
        function = getattr(keras.applications, name)
        if name[0].isupper() and callable(function):
            family = function.__module__.rpartition(".")[2]
            yield name, "vgg" if family.startswith("vgg") else family


def variants(name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Names, settings and words of the variants of an architecture."""
    if name in SIZES:
        for alpha, pixels in SIZES[name]:
            first = (alpha, pixels) == SIZES[name][0]
            settings = {"alpha": alpha, "input_shape": (pixels, pixels, 3)}
            yield name if first else f"{name}.{alpha}-{pixels}", settings, f"width {alpha}"
    elif name.startswith("MobileNetV3"):
        size = {"input_shape": (224, 224, 3)}
        yield name, {"alpha": 1.0, **size}, "width 1.0"
        yield f"{name}.0.75", {"alpha": 0.75, **size}, "width 0.75"
        yield f"{name}.minimalistic", {"minimalistic": True, **size}, "minimalistic"
    else:
        yield name, {}, ""


def published(name: str, settings: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """The network as the library builds it for its weights, and which file it asks for."""
    asked: dict[str, str] = {}

    def note(fname: str, origin: str, file_hash: str = "", **_: Any) -> str:
        digest = {32: {"md5": file_hash}, 64: {"sha256": file_hash}}.get(len(file_hash), {})
        asked.update({"file": fname, "place": origin, **digest})
        return fname

    with patch.object(file_utils, "get_file", note), patch.object(keras.Model, "load_weights", lambda *_, **__: None):
        network = getattr(keras.applications, name)(weights="imagenet", **settings)
    return network, asked


def row(name: str, family: str, label: str, settings: dict[str, Any], words: str) -> dict[str, Any]:
    """A row of the table."""
    network, asked = published(name, settings)
    rename(network)
    deep = name in ("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtXLarge")
    kept = {key: value for key, value in settings.items() if key != "input_shape"}
    made = {
        "name": label,
        "architecture": name,
        "family": family,
        "pixels": network.input_shape[1],
        **asked,
        "parameters": sum(int(np.prod(weight.shape)) for weight in network.trainable_weights),
        "numbers": network.count_params(),
        "stages": stages(name, network),
        "data": f"{IMAGENET_21K}, then {IMAGENET}" if deep else IMAGENET,
    }
    return made | ({"variant": words} if words else {}) | ({"settings": kept} if kept else {})


def paper(entry: dict[str, Any]) -> dict[str, str]:
    """A paper by its preprint."""
    fields = {"title": entry["title"], "author": entry["authors"], "year": entry["year"], "eprint": entry["arxiv"]}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    bibtex = "\n".join([f"@article{{{entry['key']},", *lines, "  archivePrefix = {arXiv}", "}"])
    return {"doi": f"10.48550/arXiv.{entry['arxiv']}", "bibtex": bibtex}


def main() -> None:
    """Write the table."""
    rows = []
    for name, family in architectures():
        for label, settings, words in variants(name):
            rows.append(row(name, family, label, settings, words))
            keras.backend.clear_session()
    papers = {key: paper(entry) for key, entry in SOURCES["papers"].items()}
    table = {"families": SOURCES["families"], "papers": papers, "rows": rows}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}".replace("}, ", "},\n ") for key, value in table.items()]
    TABLE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
