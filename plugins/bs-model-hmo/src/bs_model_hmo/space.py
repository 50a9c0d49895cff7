"""The parameter space: what modules may be, as data, and draws from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from .parameters import (
    Activation,
    FilterBank,
    LayerParameters,
    ModuleParameters,
    Normalisation,
    Pooling,
)

ATTEMPTS = 10_000
"""Draws of a module after which the image is said to be too small."""


@dataclass(frozen=True)
class Choice:
    """One of some values, each as likely."""

    values: tuple[Any, ...]

    def draw(self, generator: np.random.Generator) -> Any:
        """One value."""
        return self.values[int(generator.integers(len(self.values)))]


@dataclass(frozen=True)
class Range:
    """A number between two, both included.

    Parameters
    ----------
    low, high : float
    step : int, optional
        Only whole multiples of it; without, any real number.
    logarithmic : bool
        Whether its logarithm is uniform instead of itself.
    """

    low: float
    high: float
    step: int | None = None
    logarithmic: bool = False

    def draw(self, generator: np.random.Generator) -> float | int:
        """One number."""
        margin = (self.step or 0) / 2
        low, high = self.low - margin, self.high + margin
        value = exp(generator.uniform(log(low), log(high))) if self.logarithmic else generator.uniform(low, high)
        if self.step is None:
            return float(value)
        return int(min(max(self.step * round(value / self.step), self.low), self.high))


Values = Choice | Range


@dataclass(frozen=True)
class NormalisationSpace:
    """Values of :class:`~.parameters.Normalisation`."""

    size: Values
    remove_mean: Values
    stretch: Values
    threshold: Values

    def draw(self, generator: np.random.Generator) -> Normalisation:
        """One normalisation."""
        return Normalisation(*(getattr(self, name).draw(generator) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class LayerSpace:
    """Values of :class:`~.parameters.LayerParameters`; fields are named by operation."""

    count: Values
    filter_size: Values
    filter_mean: Values
    filter_norm: Values
    minimum: Values
    maximum: Values
    pool_size: Values
    order: Values
    stride: Values
    normalisation: NormalisationSpace

    def draw(self, generator: np.random.Generator) -> LayerParameters:
        """One layer, with a seed for its filters."""

        def one(name: str) -> Any:
            return getattr(self, name).draw(generator)

        seed = int(generator.integers(2**31))
        return LayerParameters(
            FilterBank(one("count"), one("filter_size"), seed, one("filter_mean"), one("filter_norm")),
            Activation(one("minimum"), one("maximum")),
            Pooling(one("pool_size"), one("order"), one("stride")),
            self.normalisation.draw(generator),
        )


@dataclass(frozen=True)
class Space:
    """Values of :class:`~.parameters.ModuleParameters`.

    Parameters
    ----------
    normalisation : NormalisationSpace
        Of the image.
    layers : tuple of LayerSpace
        From the first layer on; a module of less depth has the first of them.
    """

    normalisation: NormalisationSpace
    layers: tuple[LayerSpace, ...]

    def draw(self, depth: int, pixels: int, generator: np.random.Generator) -> ModuleParameters:
        """A module of some depth that fits an image; draws that shrink to nothing are drawn again.

        Raises
        ------
        InvalidParameter
            If the space has no module so deep, or none that fits.
        """
        if not 1 <= depth <= len(self.layers):
            raise InvalidParameter(f"a module of depth {depth}", expected=f"1 to {len(self.layers)} layers")
        for _ in range(ATTEMPTS):
            layers = tuple(layer.draw(generator) for layer in self.layers[:depth])
            module = ModuleParameters(self.normalisation.draw(generator), layers)
            if module.fits(pixels):
                return module
        raise InvalidParameter(
            f"none of {ATTEMPTS} modules of depth {depth} fits {pixels} x {pixels} pixels", expected="a larger image"
        )


def layered(counts: Sequence[Values], normalisation: NormalisationSpace, **values: Values) -> Space:
    """A space whose layers differ in the number of filters only."""
    return Space(normalisation, tuple(LayerSpace(count=one, normalisation=normalisation, **values) for one in counts))


_SIZES = Choice((3, 5, 7, 9))

PINTO2009 = layered(
    [Choice((16, 32, 64)), Choice((16, 32, 64, 128)), Choice((16, 32, 64, 128, 256))],
    NormalisationSpace(_SIZES, Choice((False, True)), Choice((0.1, 1.0, 10.0)), Choice((0.1, 1.0, 10.0))),
    filter_size=_SIZES,
    filter_mean=Choice((0.0,)),
    filter_norm=Choice((1.0,)),
    minimum=Choice((None, 0.0)),
    maximum=Choice((None, 1.0)),
    pool_size=_SIZES,
    order=Choice((1.0, 2.0, 10.0)),
    stride=Choice((2,)),
)
"""The L3 family: Pinto et al. 2009, as its first author's public code has it."""

_TENTH_TO_TEN = Range(0.1 / 10**0.5, 10 * 10**0.5, logarithmic=True)
_FROM_2_TO_10 = Range(2, 10, step=1)

CONTINUOUS = layered(
    [
        Range(16, 96, step=16, logarithmic=True),
        Range(16, 192, step=16, logarithmic=True),
        Range(16, 384, step=16, logarithmic=True),
    ],
    NormalisationSpace(_FROM_2_TO_10, Choice((False, True)), _TENTH_TO_TEN, _TENTH_TO_TEN),
    filter_size=_FROM_2_TO_10,
    filter_mean=Range(-0.2, 0.2),
    filter_norm=Range(0.8, 1.2),
    minimum=Choice((None, 0.0)),
    maximum=Choice((None, 1.0)),
    pool_size=_FROM_2_TO_10,
    order=Range(1, 10, logarithmic=True),
    stride=Choice((2,)),
)
"""The same, smoothed for search: ranges of public code of Yamins and colleagues of 2012, not of the paper of 2014."""
