"""The family: rows from the table, networks from the papers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from brainscore_vision.families import CommittedRow, Family, Row

from .areas import TIMES
from .table import ROWS

if TYPE_CHECKING:
    import torch

    from brainscore_vision import BrainModel
    from brainscore_vision.commitments.committed_model import CommittedModel
    from brainscore_vision.families.reading import State


class Cornet(Family):
    """``cornet:Z``, ``cornet:R``, ``cornet:RT`` and ``cornet:S``."""

    def rows(self) -> Mapping[str, CommittedRow]:
        """The table."""
        return ROWS

    def network(self, row: Row, state: "State | None") -> "torch.nn.Module":
        """The network of a row, with the weights of a file or as they are drawn for training."""
        from .network import build

        return build(row, state)

    def committed(self, model: "CommittedModel", row: Row) -> "BrainModel":
        """With its time steps in ms."""
        from brainscore_vision.commitments.time import Steps, in_time

        steps = {
            region: Steps(tuple(f"{region}.times:{step}" for step in times), tuple(times.values()))
            for region, times in TIMES[row.name].items()
            if len(times) > 1
        }
        return in_time(model, steps) if steps else model
