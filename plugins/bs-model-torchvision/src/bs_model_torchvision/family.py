"""The family: rows from the table, networks from the library."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from brainscore_vision.families import Family, Row
from brainscore_vision.families.video import VideoRow

if TYPE_CHECKING:
    import torch

    from brainscore_vision import BrainModel
    from brainscore_vision.commitments.committed_model import CommittedModel
    from brainscore_vision.families.reading import State


class Torchvision(Family):
    """``torchvision:NAME``: architectures by the library's names.

    ``resnet50`` is the architecture with the first weights that the library lists for it, as ``IMAGENET1K_V1``; others
    are named in full, as ``resnet50.IMAGENET1K_V2``. Video networks, as ``r3d_18``, watch movies in windows of frames.
    """

    def rows(self) -> Mapping[str, Row]:
        """The table, read once."""
        return _table()

    def network(self, row: Row, state: "State | None") -> "torch.nn.Module":
        """The library's network, with its own initialisation or the parameters of a file."""
        from .network import build

        return build(row, state)

    def committed(self, model: "CommittedModel", row: Row) -> "BrainModel":
        """Video networks with the windows that they are shown."""
        return row.watching(model) if isinstance(row, VideoRow) else model


@cache
def _table() -> Mapping[str, Row]:
    from .table import read

    return read()
