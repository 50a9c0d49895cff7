"""What is done to the units of a layer while a network runs, whatever its framework."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainscore_core.digests import digest_value
from brainscore_core.errors import Unsupported

from .network import Network


class UnsupportedPerturbation(Unsupported):
    """The network cannot be intervened on, or the model has no such tissue."""


@dataclass(frozen=True, eq=False)
class Effect:
    """``gain * (activation + shift + noise * z)``, z standard normal; a gain of 0 silences whatever else is done.

    Parameters
    ----------
    gain, shift, noise : array, shape (unit,)
        In the units of the layer's activations, flattened in C order.
    """

    gain: np.ndarray
    shift: np.ndarray
    noise: np.ndarray


Effects = Mapping[str, Callable[[tuple[int, ...]], Effect]]
"""Layer to what is done to it, given the shape of its output for one input."""


def seeds_of(inputs: Sequence[Any], *parts: int) -> list[list[int]]:
    """A seed for each input that depends on its content, not on its place in a batch."""
    digests = [digest_value(np.asarray(entry)) for entry in inputs]
    return [[*parts, *(int(digest[start : start + 8], 16) for start in range(0, 32, 8))] for digest in digests]


def can_intervene(network: Network) -> bool:
    """Whether something can be done to a layer with effect on those after it."""
    import sys

    torch = sys.modules.get("torch")
    return torch is not None and isinstance(getattr(network, "module", None), torch.nn.Module)


def require_intervention(network: Network, what: str) -> Any:
    """The module of a network that can be intervened on.

    Raises
    ------
    UnsupportedPerturbation
    """
    if not can_intervene(network):
        raise UnsupportedPerturbation(
            f"{what}: {type(network).__name__.removesuffix('Network').lower()} networks cannot be intervened on, since "
            "what happens between their layers is out of reach",
            expected="a torch.nn.Module",
            remedy="wrap the network as a PyTorch module",
        )
    return network.module  # type: ignore[attr-defined]


def intervening(network: Network, effects: Effects, seeds: Sequence[Sequence[int]]) -> AbstractContextManager[None]:
    """Let `effects` be in force; parameters, buffers and hooks are afterwards what they were."""
    from .torch_effects import edited

    return edited(require_intervention(network, "a perturbation"), effects, seeds)
