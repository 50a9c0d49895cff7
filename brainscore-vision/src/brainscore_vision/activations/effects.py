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


def _kind(network: Network) -> str:
    """The framework in which something can be done to a layer with effect on those after it; none: ``""``."""
    import sys

    torch, keras = sys.modules.get("torch"), sys.modules.get("keras")
    if torch is not None and isinstance(getattr(network, "module", None), torch.nn.Module):
        return "torch"
    if keras is not None and isinstance(getattr(network, "model", None), getattr(keras, "Layer", ())):
        return "keras"
    return ""


def require_perturbable(network: Network, what: str) -> None:
    """Refuse a network whose layers are out of reach.

    Raises
    ------
    UnsupportedPerturbation
    """
    if not _kind(network):
        raise UnsupportedPerturbation(
            f"{what}: {_name(network)} networks cannot be intervened on, since what happens between their layers is "
            "out of reach",
            expected="a torch.nn.Module or a Keras model",
            remedy="wrap the network as one of them",
        )


def require_intervention(network: Network, what: str) -> Any:
    """The PyTorch module of a network.

    Raises
    ------
    UnsupportedPerturbation
        If it is none: what is asked for is done in PyTorch alone.
    """
    if _kind(network) != "torch":
        raise UnsupportedPerturbation(
            f"{what}: not in {_name(network)} networks",
            expected="a torch.nn.Module",
            remedy="wrap it as a PyTorch module",
        )
    return network.module  # type: ignore[attr-defined]


def intervening(network: Network, effects: Effects, seeds: Sequence[Sequence[int]]) -> AbstractContextManager[None]:
    """Let `effects` be in force; parameters, buffers and hooks are afterwards what they were."""
    require_perturbable(network, "a perturbation")
    if _kind(network) == "keras":
        from . import keras_effects

        return keras_effects.edited(network, effects, seeds)  # type: ignore[arg-type]
    from . import torch_effects

    return torch_effects.edited(require_intervention(network, "a perturbation"), effects, seeds)


def _name(network: Network) -> str:
    return type(network).__name__.removesuffix("Network").lower()
