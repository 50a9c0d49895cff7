"""Mixtures drawn at random: the family, without what optimisation found in it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .parameters import LayerParameters, MixtureParameters, Pooling
from .space import Space


def draw_mixture(
    space: Space,
    seed: int,
    *,
    depths: Sequence[int],
    pixels: int,
    grid: int = 5,
    tops: int = 10,
    units: int = 125,
) -> MixtureParameters:
    """A mixture of modules of given depths, and a top of tops x units units.

    Parameters
    ----------
    space : Space
    seed : int
    depths : sequence of int
        Layers of each module.
    pixels, grid : int
        See :class:`~.parameters.MixtureParameters`.
    tops, units : int
        Layers side by side at the top, and filters of each.

    Raises
    ------
    InvalidParameter
    """
    generator = np.random.default_rng(seed)
    modules = tuple(space.draw(depth, pixels, generator) for depth in depths)
    top = tuple(draw_top(space, grid, units, generator) for _ in range(tops))
    return MixtureParameters(pixels, modules, grid, top)


def draw_top(space: Space, grid: int, units: int, generator: np.random.Generator) -> LayerParameters:
    """A layer of the top: as the deepest of the space, pooled over the whole grid, one unit a filter (ours)."""
    layer = space.layers[-1].draw(generator)
    size = min(layer.filters.size, grid)
    return replace(
        layer,
        filters=replace(layer.filters, count=units, size=size),
        pooling=Pooling(grid - size + 1, layer.pooling.order, 1),
        normalisation=replace(layer.normalisation, size=1),
    )
