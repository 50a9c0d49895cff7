"""How much a PyTorch module computes for one input."""

import torch
from torch.utils.flop_counter import FlopCounterMode


def count_flops(module: torch.nn.Module, inputs: torch.Tensor) -> int:
    """Floating-point operations of one forward pass: those of convolutions, matrix products and attention.

    A multiplication and an addition are two, so that this is twice the multiply-accumulates that papers often state.
    Whatever works on each number by itself (activation functions, normalisation, pooling) is not counted, as there.

    Parameters
    ----------
    module : torch.nn.Module
        In evaluation mode. On the device ``meta`` nothing is computed, only counted.
    inputs : Tensor, shape (1, ...)
    """
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # one operation for all of attention, which is not counted
    trained = [part for part in module.parameters() if part.requires_grad]
    try:
        for part in trained:  # where one is handed to a module, as a class token is, the counter asks for its gradient
            part.requires_grad_(False)
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            module(inputs)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for part in trained:
            part.requires_grad_(True)
    return int(counter.get_total_flops())
