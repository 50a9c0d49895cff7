"""Classes that networks were trained on, and which of them a label names: data with a source."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from brainscore_core.errors import InvalidParameter, UnsupportedTask

IMAGENET = "imagenet-1k"
"""The 1,000 classes of ILSVRC 2012 in the order of their WordNet ids, which is that of all published networks."""


@dataclass(frozen=True)
class LabelMap:
    """Which classes a label names.

    Parameters
    ----------
    identifier : str
    source : str
        Who says so.
    labels : mapping of label to class numbers
    """

    identifier: str
    source: str
    labels: Mapping[str, tuple[int, ...]]


def class_names(classes: str | Sequence[str]) -> tuple[str, ...]:
    """Names in the order of a network's outputs; ``"imagenet-1k"``: WordNet ids, as ``"n01440764"``.

    Raises
    ------
    InvalidParameter
        If a name of a list of classes is not known, or a class stands twice.
    """
    if isinstance(classes, str):
        if classes != IMAGENET:
            raise InvalidParameter(f"classes={classes!r}", expected=f"{IMAGENET!r}, or the names in order")
        return imagenet_classes()
    names = tuple(map(str, classes))
    if len(set(names)) != len(names):
        raise InvalidParameter(f"class {_repeated(names)!r} stands twice", expected="distinct classes")
    return names


@cache
def imagenet_classes() -> tuple[str, ...]:
    """WordNet ids of the 1,000 classes, in order."""
    return tuple((files(__package__) / "imagenet_1k.txt").read_text("utf-8").split())


@cache
def label_maps() -> tuple[LabelMap, ...]:
    """Label maps over the classes of ImageNet, the 16 entry-level categories of Geirhos et al. first."""
    read = json.loads((files(__package__) / "label_maps.json").read_text("utf-8"))
    return tuple(
        LabelMap(entry["identifier"], entry["source"], {name: tuple(found) for name, found in entry["labels"].items()})
        for entry in read["maps"]
    )


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels to choose from.

    Raises
    ------
    InvalidParameter
        If there are fewer than two, or one stands twice; case and blanks do not tell labels apart.
    """
    if isinstance(labels, str):
        raise InvalidParameter(f"labels={labels!r}", expected="a sequence of labels, or 'imagenet'")
    names = tuple(map(str, labels))
    plain = [_plain(name) for name in names]
    if len(set(plain)) != len(plain):
        raise InvalidParameter(
            f"label {names[plain.index(_repeated(plain))]!r} stands twice",
            expected="distinct labels, whatever their case and blanks",
        )
    if len(names) < 2:
        raise InvalidParameter(f"labels={list(names)}", expected="at least two to choose from")
    return names


def classes_of(
    labels: Sequence[str], classes: str | Sequence[str], own: Mapping[str, Sequence[str]], who: str
) -> list[np.ndarray]:
    """Numbers of the classes that each label names.

    The model's own map comes first, then classes of that very name, then the maps that are shipped, in their order.
    Case and blanks do not matter.

    Raises
    ------
    UnsupportedTask
        If a label names no class.
    """
    names = class_names(classes)
    number = {_plain(name): index for index, name in enumerate(names)}
    known: dict[str, Sequence[int]] = {}
    if classes == IMAGENET:
        for shipped in reversed(label_maps()):
            known |= {_plain(label): found for label, found in shipped.labels.items()}
    known |= {name: (index,) for name, index in number.items()}
    for label, members in own.items():
        if missing := [name for name in members if _plain(name) not in number]:
            raise InvalidParameter(f"label {label!r} is mapped to {missing[0]!r}", expected=f"classes of {who}")
        known[_plain(label)] = [number[_plain(name)] for name in members]
    if unknown := [label for label in labels if _plain(label) not in known]:
        raise UnsupportedTask(
            f"{who} cannot name {', '.join(map(repr, unknown[:5]))}{' ...' if len(unknown) > 5 else ''}",
            expected=f"labels that its {len(names)} classes, or a map from them, know",
            remedy="commit a map, Behavior(labels={label: [class, ...]}), or fit a decoder to stimuli with labels",
        )
    return [np.asarray(known[_plain(label)]) for label in labels]


def _plain(name: str) -> str:
    return "".join(name.lower().split())


def _repeated(names: Sequence[str]) -> str:
    return next(name for index, name in enumerate(names) if name in names[:index])
