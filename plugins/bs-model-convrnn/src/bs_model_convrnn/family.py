"""The family: rows from the table, networks from the papers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from brainscore_vision.families import CommittedRow, Family, Row

from .table import ROWS
from .times import REGIONS, steps_of

if TYPE_CHECKING:
    import torch

    from brainscore_vision import BrainModel
    from brainscore_vision.commitments.committed_model import CommittedModel
    from brainscore_vision.families.reading import State


class ConvRNNs(Family):
    """``convrnn:rgc-shallow-untrained`` and its control without gates."""

    def rows(self) -> Mapping[str, CommittedRow]:
        """The table."""
        return ROWS

    def network(self, row: Row, state: "State | None") -> "torch.nn.Module":
        """The network of a row, with given weights or as they are drawn for training."""
        from .network import build

        return build(row, state)

    def committed(self, model: "CommittedModel", row: Row) -> "BrainModel":
        """With its time steps in ms."""
        from brainscore_vision.commitments.time import Steps, in_time

        times = {region: steps_of(layer) for region, layer in REGIONS.items()}
        return in_time(model, {region: Steps(tuple(steps), tuple(steps.values())) for region, steps in times.items()})
