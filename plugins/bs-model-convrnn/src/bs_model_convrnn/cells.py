"""What a layer does over time: reciprocal gated cells, and decay alone."""

import torch
from torch import nn
from torch.nn.functional import elu

State = tuple[torch.Tensor, ...]


class ReciprocalGatedCell(nn.Module):
    """Output and memory of a layer, each gating what reaches the other (Nayebi et al. 2018, section 3).

    With input x, output h, memory c and the logistic function s::

        h' = elu((1 - s(W_ch c [+ W_rh r])) x + (1 - s(W_hh h)) h)
        c' = elu((1 - s(W_hc h)) [W_xc] x + (1 - s(W_cc c)) c)

    All products but those with W, which are convolutions over 3 x 3, are of units. What stands in brackets belongs to
    the networks that the authors published later (2022): r is what the layer receives before its own convolution.

    Parameters
    ----------
    features : int
        Channels of x, h and c.
    inputs : int, optional
        Channels of r; None: the cell of 2018, without what stands in brackets.
    """

    def __init__(self, features: int, inputs: int | None = None):
        super().__init__()
        self.out_to_out, self.cell_to_out, self.out_to_cell, self.cell_to_cell = (_plane(features) for _ in range(4))
        self.input_to_cell = nn.Identity() if inputs is None else _plane(features)
        self.received_to_out = None if inputs is None else nn.Conv2d(inputs, features, 3, padding=1, bias=False)

    def forward(self, driven: torch.Tensor, received: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """One step of time.

        Parameters
        ----------
        driven : tensor, shape (image, feature, row, column)
            The input x.
        received : tensor, shape (image, input, row, column)
            The input r.
        state : tuple of tensor
            Output and memory of the step before; empty: zeros.

        Returns
        -------
        output : tensor
        state : tuple of tensor
        """
        out, cell = state or (torch.zeros_like(driven),) * 2
        blocked = self.cell_to_out(cell)
        if self.received_to_out is not None:
            blocked = blocked + self.received_to_out(received)
        new_out = elu(_passed(blocked) * driven + _passed(self.out_to_out(out)) * out)
        into_cell = _passed(self.out_to_cell(out)) * self.input_to_cell(driven)
        new_cell = elu(into_cell + _passed(self.cell_to_cell(cell)) * cell)
        return new_out, (new_out, new_cell)


class Decay(nn.Module):
    """A layer whose responses fade: ``h' = x + d h`` with one trained number d, which begins at 0."""

    def __init__(self) -> None:
        super().__init__()
        self.decay = nn.Parameter(torch.zeros(1))

    def forward(self, driven: torch.Tensor, received: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """One step of time; see :class:`ReciprocalGatedCell`."""
        new = driven + self.decay * state[0] if state else driven
        return new, (new,)


def _plane(features: int) -> nn.Conv2d:
    return nn.Conv2d(features, features, 3, padding=1)


def _passed(blocked: torch.Tensor) -> torch.Tensor:
    """What a gate lets through: all that it does not block."""
    return 1 - torch.sigmoid(blocked)
