"""The VOneBlock: Gabor filters, simple and complex cells, and stochasticity."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .population import Population, population

KERNEL = 25
STRIDE = 4
GAIN = 25.0
"""From filter responses to numbers of spikes."""
NOISE_SCALE = 0.35
NOISE_LEVEL = 0.07
"""The variance at mean m is ``(NOISE_SCALE * m + NOISE_LEVEL) / NOISE_SCALE ** 2``."""
_FLOOR = 1e-4  # below the root of the variance


def gabors(cells: Population, pixels_per_degree: float, quarter: bool = False) -> np.ndarray:
    """Gabor filters (Dapello, Marques et al. 2020, equation 1), shape (cell, KERNEL, KERNEL).

    Parameters
    ----------
    cells : Population
    pixels_per_degree : float
    quarter : bool
        A quarter of a period later: the other one of a quadrature pair.
    """
    half = KERNEL // 2
    down, right = np.meshgrid(np.arange(-half, half + 1.0), np.arange(-half, half + 1.0), indexing="ij")
    frequency = (cells.frequency / pixels_per_degree)[:, None, None]
    angle, phase = (np.deg2rad(part)[:, None, None] for part in (cells.orientation, cells.phase))
    across, along = (part[:, None, None] / frequency for part in (cells.across, cells.along))
    one = down * np.cos(angle) + right * np.sin(angle)
    other = -down * np.sin(angle) + right * np.cos(angle)
    envelope = np.exp(-((one / across) ** 2 + (other / along) ** 2) / 2) / (2 * np.pi * across * along)
    return envelope * np.cos(2 * np.pi * frequency * one + phase + (np.pi / 2 if quarter else 0))


class GaborFilters(nn.Module):
    """A convolution with fixed filters.

    Parameters
    ----------
    filters : array, shape (cell, KERNEL, KERNEL)
    colours : array of int, shape (cell,)
        The channel of the image that each cell sees.
    """

    def __init__(self, filters: np.ndarray, colours: np.ndarray):
        super().__init__()
        weight = np.zeros((len(filters), 3, KERNEL, KERNEL), np.float32)
        weight[np.arange(len(filters)), colours] = filters
        self.register_buffer("weight", torch.from_numpy(weight))

    def forward(self, image: torch.Tensor, cells: slice = slice(None)) -> torch.Tensor:
        """Linear responses of some cells, shape (image, cell, row, column)."""
        return functional.conv2d(image, self.weight[cells], None, STRIDE, KERNEL // 2)


class Noise(nn.Module):
    """Independent noise whose variance is the mean, as that of spike counts, then rectification.

    Without noise it answers with the mean; :mod:`brainscore_vision.activations.torch_sampling` gives noise to it.

    Parameters
    ----------
    variance : bool
        False: trials do not differ.
    """

    def __init__(self, variance: bool):
        super().__init__()
        self.variance = variance

    def forward(self, mean: torch.Tensor) -> torch.Tensor:
        """Means, rectified."""
        return functional.relu(mean)

    def sample(self, mean: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """One trial: ``relu(mean + z sqrt(scale mean + level) / scale)`` (appendix B.3)."""
        if not self.variance:
            return self(mean)
        scaled = NOISE_SCALE * mean + NOISE_LEVEL
        drawn = scaled + noise * torch.sqrt(functional.relu(scaled) + _FLOOR)
        return functional.relu((drawn - NOISE_LEVEL) / NOISE_SCALE)


class VOneBlock(nn.Module):
    """A model of V1 without anything that is trained.

    Parameters
    ----------
    cells : int
        Half of them simple, half complex.
    pixels_per_degree : float
    seed : int
        Of the sample of cells.
    stochastic : bool
    """

    def __init__(self, cells: int = 512, pixels_per_degree: float = 28.0, seed: int = 0, stochastic: bool = True):
        super().__init__()
        self.simple_cells = cells // 2
        drawn = population(cells, seed)
        colours = np.random.default_rng(seed).integers(0, 3, cells)
        self.simple_conv_q0 = GaborFilters(gabors(drawn, pixels_per_degree), colours)
        self.simple_conv_q1 = GaborFilters(gabors(drawn, pixels_per_degree, quarter=True), colours)
        self.noise = Noise(stochastic)
        self.output = nn.Identity()

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Responses, shape (image, cell, row, column): simple cells first."""
        even = self.simple_conv_q0(image)
        odd = self.simple_conv_q1(image, slice(self.simple_cells, None))
        simple = functional.relu(even[:, : self.simple_cells])
        energy = torch.sqrt(even[:, self.simple_cells :] ** 2 + odd**2) / math.sqrt(2)
        return self.output(self.noise(GAIN * torch.cat((simple, energy), 1)))
