"""The family: one row, one network."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from brainscore_vision.families import CommittedRow, Family, Row

from .table import ROWS

if TYPE_CHECKING:
    import torch

    from brainscore_vision.families.reading import State


class PatternCompletion(Family):
    """``patterncompletion:alexnet``."""

    def rows(self) -> Mapping[str, CommittedRow]:
        """The table."""
        return ROWS

    def network(self, row: Row, state: "State | None") -> "torch.nn.Module":
        """AlexNet with the weights of a file or as its library draws them, and what is stored."""
        from .network import build

        return build(row, state)
