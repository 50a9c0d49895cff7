"""Hierarchical modular optimisation: modules chosen by boosting on a screening set, then layers on top of them.

Yamins et al. 2014 (main text): combinations of networks are found by a procedure analogous to adaptive boosting,
interleaved with hyperparameter optimisation, on a screening task, and combined hierarchically. This is that, with
random search as the optimiser unless another proposes. What is ours is said in the README.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from brainscore_core.errors import InvalidParameter

from .boosting import Round, Tried, boost
from .network import LinearNonlinear, Mixture
from .parameters import LayerParameters, MixtureParameters, ModuleParameters
from .random_mixture import draw_top
from .retina import Grey
from .space import PINTO2009, Space

BATCH = 32
"""Images that go through a network together."""

Proposer = Callable[[Tried[ModuleParameters], np.random.Generator], ModuleParameters]
"""Makes a module, given those tried in a round with their weighted errors."""


@dataclass(frozen=True)
class Screening:
    """Images whose classes a mixture is to tell apart.

    Parameters
    ----------
    images : ndarray, shape (image, 1, pixels, pixels), float32
        From 0 to 1.
    labels : ndarray of int, shape (image,)
        Classes from 0 on.

    Raises
    ------
    InvalidParameter
    """

    images: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        shape = self.images.shape
        if len(shape) != 4 or shape[1] != 1 or shape[2] != shape[3] or self.labels.shape != shape[:1]:
            raise InvalidParameter(
                f"images of shape {shape} and labels of shape {self.labels.shape}",
                expected="(image, 1, pixels, pixels) and (image,)",
            )
        if not np.array_equal(np.unique(self.labels), np.arange(self.labels.max(initial=0) + 1)):
            raise InvalidParameter(f"classes {np.unique(self.labels)}", expected="0, 1, 2, ... without gaps")

    @classmethod
    def of(cls, images: Sequence[np.ndarray], names: Sequence[str], pixels: int) -> "Screening":
        """From uint8 images, as :class:`~.retina.Grey` takes them, and names of classes."""
        return cls(np.stack([Grey(pixels)(image) for image in images]), np.unique(names, return_inverse=True)[1])

    @property
    def pixels(self) -> int:
        """Side of the images."""
        return int(self.images.shape[-1])


@dataclass(frozen=True)
class Optimised:
    """What was chosen, and how.

    Parameters
    ----------
    parameters : MixtureParameters
    modules : tuple of Round
        One for each module.
    top : tuple of Round
        One for each layer of the top.
    """

    parameters: MixtureParameters
    modules: tuple[Round[ModuleParameters], ...]
    top: tuple[Round[LayerParameters], ...]


def optimise(
    screening: Screening,
    *,
    seed: int,
    space: Space = PINTO2009,
    depths: Sequence[int] = (1, 2, 3),
    rounds: int = 10,
    candidates: int = 20,
    grid: int = 5,
    tops: int = 10,
    units: int = 125,
    propose: Proposer | None = None,
) -> Optimised:
    """A mixture for a screening set.

    Parameters
    ----------
    screening : Screening
    seed : int
        Of every draw: the same seed gives the same mixture.
    space, depths
        What modules are drawn from; each depth is as likely.
    rounds, candidates : int
        Modules at most, and how many are tried for each; the same number is tried for each layer of the top.
    grid, units
        See :func:`~.random_mixture.draw_mixture`.
    tops : int
        Layers of the top at most; 0: no top.
    propose : callable, optional
        Instead of random draws, for instance an optimiser of hyperparameters.

    Raises
    ------
    InvalidParameter
    """
    generator = np.random.default_rng(seed)

    def draw(tried: Tried[ModuleParameters]) -> ModuleParameters:
        if propose is not None:
            return propose(tried, generator)
        return space.draw(int(generator.choice(depths)), screening.pixels, generator)

    modules = boost(
        draw,
        lambda module: module_features(module, screening.images, grid),
        screening.labels,
        rounds=rounds,
        candidates=candidates,
    )
    below = MixtureParameters(screening.pixels, tuple(taken.candidate for taken in modules), grid)
    if not tops:
        return Optimised(below, modules, ())
    joined = _answers(Mixture(below), screening.images)
    top = boost(
        lambda _tried: draw_top(space, grid, units, generator),
        lambda layer: _answers(LinearNonlinear(layer, below.channels), joined).reshape(len(joined), -1),
        screening.labels,
        rounds=tops,
        candidates=candidates,
    )
    layers = tuple(taken.candidate for taken in top)
    return Optimised(MixtureParameters(screening.pixels, below.modules, grid, layers), modules, top)


def module_features(module: ModuleParameters, images: np.ndarray, grid: int) -> np.ndarray:
    """A module's last layer on the grid, shape (image, channel x grid x grid)."""
    alone = Mixture(MixtureParameters(images.shape[-1], (module,), grid))
    return _answers(alone, images).reshape(len(images), -1)


def _answers(network: torch.nn.Module, inputs: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        parts = [network(torch.from_numpy(inputs[start : start + BATCH])) for start in range(0, len(inputs), BATCH)]
    return torch.cat(parts).numpy()
