"""Names of layers that do not hang on what else was built in the process."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def rename(network: "keras.Model") -> None:
    """Count automatic names from the first on, as in a process that has built nothing else: ``add``, ``add_1``.

    Keras counts on from whatever was built before, so that a layer would have another name in every process, and a
    region no layer.
    """
    found: dict[str, list[tuple[int, Any]]] = {}
    for part in network.operations:
        stem = _snake(type(part).__name__)
        if automatic := re.fullmatch(rf"{stem}(?:_(\d+))?", part.name):
            found.setdefault(stem, []).append((int(automatic.group(1) or 0), part))
    for stem, numbered in found.items():
        for count, (_, part) in enumerate(sorted(numbered, key=lambda entry: entry[0])):
            part.name = f"{stem}_{count}" if count else stem


def _snake(name: str) -> str:
    """A class's name as Keras writes it in names of layers: ``Conv2D`` gives ``conv2d``."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
