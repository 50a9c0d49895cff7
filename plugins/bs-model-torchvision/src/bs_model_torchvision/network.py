"""A network of the library, with its own initialisation or the parameters of a file."""

import re
import warnings
from typing import TYPE_CHECKING, Any

from brainscore_vision.families import Row
from brainscore_vision.families.reading import load_state
from brainscore_vision.families.torchvision_import import import_torchvision

if TYPE_CHECKING:
    import torch

    from brainscore_vision.families.reading import State

_OLD_DENSE = re.compile(r"(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)")
_GOOGLENET_TRAINS_WITH = ("aux1.", "aux2.")


def build(row: Row, state: "State | None") -> "torch.nn.Module":
    """The network of a row in training mode, as libraries give it.

    Raises
    ------
    InvalidFile
        If `state` is not of this network.
    """
    make = import_torchvision().models.get_model_builder(row.architecture)
    options: dict[str, Any] = dict(row.settings)
    if state is not None and "init_weights" in options:
        options["init_weights"] = False
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*initialization of GoogleNet|.*initialization of.*Inception")
        network = make(weights=None, **options)
    if state is not None:
        load_state(network, _as_now(row, state), row.name)
    return network


def _as_now(row: Row, state: "State") -> "State":
    """Files are older than the library: names changed, and some hold what serves training alone."""
    if row.architecture.startswith("densenet"):
        return {_OLD_DENSE.sub(r"\1\2", name): value for name, value in state.items()}
    if row.architecture == "googlenet":
        return {name: value for name, value in state.items() if not name.startswith(_GOOGLENET_TRAINS_WITH)}
    return state
