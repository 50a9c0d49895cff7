"""Mixtures as PyTorch networks: modules side by side, level by level, and the top over all of them."""

import torch
from torch import nn
from torch.nn import functional

from .filters import draw
from .operations import activate, normalise, pool
from .parameters import LayerParameters, MixtureParameters, ModuleParameters

SAMPLED = 12
"""Rows and columns at which levels below the top are recorded, at most."""


class LinearNonlinear(nn.Module):
    """One layer: filter, threshold and saturate, pool, normalise.

    Parameters
    ----------
    parameters : LayerParameters
    channels : int
        Of the layer below.
    """

    def __init__(self, parameters: LayerParameters, channels: int):
        super().__init__()
        self.description = parameters
        self.weight = nn.Parameter(torch.from_numpy(draw(parameters.filters, channels)), requires_grad=False)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Maps of the layer, shape (image, filter, row, column)."""
        filtered = functional.conv2d(maps, self.weight)
        pooled = pool(activate(filtered, self.description.activation), self.description.pooling)
        return normalise(pooled, self.description.normalisation)


def hierarchy(parameters: ModuleParameters) -> nn.ModuleList:
    """The layers of a module, from the first on."""
    counts = [layer.filters.count for layer in parameters.layers]
    return nn.ModuleList(
        LinearNonlinear(layer, below) for layer, below in zip(parameters.layers, (1, *counts), strict=False)
    )


class Top(nn.Module):
    """Layers side by side over the modules' last maps; without layers, those maps."""

    def __init__(self, layers: tuple[LayerParameters, ...], channels: int):
        super().__init__()
        self.layers = nn.ModuleList(LinearNonlinear(layer, channels) for layer in layers)

    def forward(self, joined: torch.Tensor) -> torch.Tensor:
        """Units of all layers, shape (image, unit); or the maps as they are."""
        return torch.cat([layer(joined).flatten(1) for layer in self.layers], 1) if self.layers else joined


class Mixture(nn.Module):
    """Modules of different depth on one image, concatenated, and the top.

    What can be recorded: ``layer1``, ``layer2``, ... are all modules' layers of that depth, each sampled at (at most)
    SAMPLED x SAMPLED places and concatenated along channels; ``top`` is what :meth:`forward` returns.

    Parameters
    ----------
    parameters : MixtureParameters
    """

    def __init__(self, parameters: MixtureParameters):
        super().__init__()
        self.grid = parameters.grid
        self.normalisations = tuple(module.normalisation for module in parameters.modules)
        self.hierarchies = nn.ModuleList(hierarchy(module) for module in parameters.modules)
        for number in range(1, parameters.depth + 1):
            self.add_module(f"layer{number}", nn.Identity())
        self.depth = parameters.depth
        self.top = Top(parameters.top, parameters.channels)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Answers to images, shape (image, 1, row, column), of the top."""
        maps = [normalise(images, normalisation) for normalisation in self.normalisations]
        for level in range(self.depth):
            deep = [number for number, layers in enumerate(self.hierarchies) if len(layers) > level]
            for number in deep:
                maps[number] = self.hierarchies[number][level](maps[number])
            self.get_submodule(f"layer{level + 1}")(self._sampled([maps[number] for number in deep]))
        return self.top(torch.cat([functional.adaptive_avg_pool2d(part, self.grid) for part in maps], 1))

    def _sampled(self, maps: list[torch.Tensor]) -> torch.Tensor:
        """Units at places that divide each map evenly, so that channels of different resolution share places."""
        side = min(SAMPLED, *(part.shape[-1] for part in maps))
        places = [((2 * torch.arange(side) + 1) * part.shape[-1]) // (2 * side) for part in maps]
        return torch.cat([part[:, :, at][:, :, :, at] for part, at in zip(maps, places, strict=True)], 1)
