"""Networks by name, with the weights of a file."""

from typing import TYPE_CHECKING

from brainscore_vision.families import Row
from brainscore_vision.families.reading import load_state

from .feedforward import cornet_z
from .recurrent import RecurrentCornet
from .skip import cornet_s

if TYPE_CHECKING:
    import torch

    from brainscore_vision.families.reading import State

PARALLEL = "module."
"""What the names in the authors' files begin with, since they were trained on several devices."""


def build(row: Row, state: "State | None") -> "torch.nn.Module":
    """The network of a row in training mode.

    Raises
    ------
    InvalidFile
        If `state` is not of this network.
    """
    network = _drawn(row.name)
    if state is not None:
        load_state(network, {name.removeprefix(PARALLEL): value for name, value in state.items()}, row.name)
    return network


def _drawn(name: str) -> "torch.nn.Module":
    if name in ("R", "RT"):
        return RecurrentCornet(delayed=name == "RT")
    return cornet_z() if name == "Z" else cornet_s()
