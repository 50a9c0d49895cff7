"""Five convolutional layers over time, the last three of them with cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import elu, pad

from brainscore_vision.families import Row
from brainscore_vision.families.reading import load_state

from .cells import Decay, ReciprocalGatedCell, State
from .times import FEATURES, GREY, SHOWN, STEPS

if TYPE_CHECKING:
    from brainscore_vision.families.reading import State as Weights

CLASSES = 1000
FIRST_WITH_CELL = 3


class Times(nn.Module):
    """What a layer answered at each step, together: ``conv5.times:0`` is the first."""

    def forward(self, *outputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The outputs, from the first step on."""
        return outputs


class Layer(nn.Module):
    """A convolution, perhaps a cell, and pooling over 2 x 2.

    Parameters
    ----------
    inputs, features : int
        Channels.
    size, stride : int
        Of the convolution, which keeps the size of its input but for the stride.
    cell : torch.nn.Module, optional
    rectified : bool
        Whether the convolution is followed by an exponential linear unit.
    """

    def __init__(
        self,
        inputs: int,
        features: int,
        *,
        size: int = 3,
        stride: int = 1,
        cell: nn.Module | None = None,
        rectified: bool = True,
    ):
        super().__init__()
        self.rectified = rectified
        self.margin = (
            (size - stride) // 2,
            (size - stride + 1) // 2,
        ) * 2  # the larger one behind, as in TensorFlow
        self.conv = nn.Conv2d(inputs, features, size, stride)
        self.cell = cell
        self.pool = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.output = nn.Identity()
        self.times = Times()

    def forward(self, received: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """Answers at each step to what is received at each step."""
        answers: list[torch.Tensor] = []
        state: State = ()
        before: torch.Tensor | None = None
        for now in received:
            if now is not before:
                driven = self.drive(now)
                pooled = self.pool(driven) if self.cell is None else driven
            if self.cell is not None:
                active, state = self.cell(driven, now, state)
                pooled = self.pool(active)
            answers.append(self.output(pooled))
            before = now
        self.times(*answers)
        return answers

    def drive(self, received: torch.Tensor) -> torch.Tensor:
        """What the convolution makes of what is received at one step."""
        driven = self.conv(pad(received, self.margin))
        return elu(driven) if self.rectified else driven


class ConvRNN(nn.Module):
    """Five layers; what one answers reaches the next a step later, and at the first step nothing has reached any.

    The image is shown for :data:`~.times.SHOWN` steps, and a uniform field after it. Since nothing flows back, a layer
    is unfolded over all steps before the next.

    Parameters
    ----------
    gated : bool
        Reciprocal gated cells in the last three layers; else their responses only fade.
    """

    def __init__(self, *, gated: bool):
        super().__init__()
        inputs = 3
        for number, features in enumerate(FEATURES, start=1):
            first = {"size": 7, "stride": 2} if number == 1 else {}
            has_cell = number >= FIRST_WITH_CELL
            cell = (ReciprocalGatedCell(features, inputs) if gated else Decay()) if has_cell else None
            layer = Layer(inputs, features, cell=cell, rectified=gated or not has_cell, **first)
            self.add_module(f"conv{number}", layer)
            inputs = features
        self.decoder = nn.Conv2d(inputs, CLASSES, 2)
        for name, part in self.named_modules():
            if isinstance(part, nn.Conv2d):
                _draw(name, part)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits at the last step, shape (image, class)."""
        grey = torch.full_like(image, GREY)
        received = [image] * SHOWN + [grey] * (STEPS - SHOWN)
        for number in range(1, len(FEATURES) + 1):
            answers = self.get_submodule(f"conv{number}")(received)
            received = [torch.zeros_like(answers[0]), *answers[:-1]]
        return self.decoder(received[-1]).mean(dim=(2, 3))


def build(row: Row, state: "Weights | None") -> ConvRNN:
    """The network of a row in training mode.

    Raises
    ------
    InvalidFile
        If `state` is not of this network.
    """
    network = ConvRNN(gated=row.settings["gated"])
    if state is not None:
        load_state(network, state, row.name)
    return network


def _draw(name: str, part: nn.Conv2d) -> None:
    if name == "decoder":
        nn.init.normal_(part.weight, std=0.01)
    elif ".cell." in name:
        nn.init.xavier_uniform_(part.weight)
    else:
        nn.init.kaiming_normal_(part.weight)
    if part.bias is not None:
        nn.init.zeros_(part.bias)
