"""The family: rows from the table, networks from the library."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from brainscore_vision.families import Family, Row

if TYPE_CHECKING:
    import torch

    from brainscore_vision.families.reading import State


class Timm(Family):
    """``timm:NAME``: networks by the library's names.

    ``resnet50.a1_in1k`` is an architecture with the weights of a tag, ``resnet50`` the architecture with those that the
    library takes by default.
    """

    def rows(self) -> Mapping[str, Row]:
        """The table, read once."""
        return _table()

    def network(self, row: Row, state: "State | None") -> "torch.nn.Module":
        """The library's network, with its own initialisation or the parameters of a file."""
        from .network import build

        return build(row, state)


@cache
def _table() -> Mapping[str, Row]:
    from .table import read

    return read()
