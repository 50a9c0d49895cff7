"""The family: rows from the table, front end and network together."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from brainscore_vision.families import CommittedRow, Family, Row

from .table import ROWS

if TYPE_CHECKING:
    import torch

    from brainscore_vision import BrainModel
    from brainscore_vision.commitments.committed_model import CommittedModel
    from brainscore_vision.commitments.physiology import Physiology
    from brainscore_vision.families.reading import State

CORNET_S = {"V2": (70, 100, 2), "V4": (90, 50, 4), "IT": (100, 100, 2)}
"""Onset and length of a step in ms, and number of steps."""


class VOneNets(Family):
    """``vonenet:NAME``: the networks that the authors published."""

    def rows(self) -> Mapping[str, CommittedRow]:
        """The table."""
        return ROWS

    def network(self, row: Row, state: "State | None") -> "torch.nn.Module":
        """The network of a row, with the weights of a file or as they are drawn for training."""
        from .network import build

        return build(row, state)

    def physiology(self, row: Row) -> "Physiology | None":
        """Trials differ where the front end is stochastic."""
        from brainscore_vision.commitments.physiology import Physiology
        from brainscore_vision.trials import Sampling

        return Physiology(trials=(Sampling(),)) if row.settings["stochastic"] else None

    def committed(self, model: "CommittedModel", row: Row) -> "BrainModel":
        """With time steps in ms, where it has any."""
        from brainscore_vision.commitments.time import Steps, in_time

        if row.architecture != "cornet-s":
            return model
        steps = {
            region: Steps.regular([f"model.{region}.times:{step}" for step in range(count)], onset, length)
            for region, (onset, length, count) in CORNET_S.items()
        }
        return in_time(model, steps)
