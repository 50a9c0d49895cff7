"""Parts of a PyTorch module that are random by themselves: they are given what they draw, by a seed for each input."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol, runtime_checkable
from zlib import crc32

import numpy as np
import torch

from brainscore_core.errors import InvalidParameter


@runtime_checkable
class Random(Protocol):
    """A part that answers with its mean, and with a sample when it is given noise."""

    def sample(self, inputs: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """What it answers to `inputs` in one trial.

        Parameters
        ----------
        inputs : tensor
            As its ``forward`` receives them.
        noise : tensor of the shape of `inputs`
            Standard normal numbers.
        """


@contextmanager
def sampling(module: torch.nn.Module, seeds: Sequence[Sequence[int]]) -> Iterator[None]:
    """Let random parts draw, each input by a seed of its own: the same in every batch.

    Parameters
    ----------
    module : torch.nn.Module
    seeds : sequence, one entry for each input of the batch

    Raises
    ------
    InvalidParameter
        If no part of the module is random.
    """
    found = {name: part for name, part in module.named_modules() if isinstance(part, Random)}
    if not found:
        raise InvalidParameter(
            f"{type(module).__name__} has no part that is random by itself",
            expected="a module with sample(inputs, noise)",
        )
    with ExitStack() as hooks:
        for name in found:
            part = module.get_submodule(name)
            hooks.callback(part.register_forward_hook(_sampled(name, seeds)).remove)
        yield


def _sampled(name: str, seeds: Sequence[Sequence[int]]) -> Any:
    calls, salt = iter(range(2**31)), crc32(name.encode())

    def hook(part: Any, inputs: tuple[torch.Tensor, ...], _output: torch.Tensor) -> torch.Tensor:
        call, (given,) = next(calls), inputs
        shape = tuple(given.shape[1:])
        drawn = [np.random.default_rng([*seed, salt, call]).standard_normal(shape, np.float32) for seed in seeds]
        return part.sample(given, torch.from_numpy(np.stack(drawn)).to(given.device, given.dtype))

    return hook
