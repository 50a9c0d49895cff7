"""CORnet-S: each area is a bottleneck that repeats with shared weights, around a skip connection."""

import math
from collections import OrderedDict

import torch
from torch import nn

from .parts import FEATURES, Times, decoder

WIDTH = 4
STEPS = {"V1": 1, "V2": 2, "V4": 4, "IT": 2}
"""Found by the authors' search over architectures (Kubilius et al. 2019, section 3)."""


class Area(nn.Module):
    """Three convolutions repeated `steps` times; only the normalisation is of each step's own.

    Parameters
    ----------
    inputs, features, steps : int
    """

    def __init__(self, inputs: int, features: int, steps: int):
        super().__init__()
        wide = features * WIDTH
        self.steps = steps
        self.conv_input = nn.Conv2d(inputs, features, 1, bias=False)
        self.skip = nn.Conv2d(features, features, 1, stride=2, bias=False)
        self.norm_skip = nn.BatchNorm2d(features)
        self.conv1 = nn.Conv2d(features, wide, 1, bias=False)
        self.conv2 = nn.Conv2d(wide, wide, 3, stride=2, padding=1, bias=False)
        self.conv3 = nn.Conv2d(wide, features, 1, bias=False)
        self.nonlin = nn.ReLU()
        self.output = nn.Identity()
        self.times = Times()
        for step in range(steps):
            self.add_module(f"norm1_{step}", nn.BatchNorm2d(wide))
            self.add_module(f"norm2_{step}", nn.BatchNorm2d(wide))
            self.add_module(f"norm3_{step}", nn.BatchNorm2d(features))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Answer after the last step."""
        state = self.conv_input(inputs)
        answers = []
        for step in range(self.steps):
            state = self._step(state, step)
            answers.append(state)
        return self.times(*answers)[-1]

    def _step(self, state: torch.Tensor, step: int) -> torch.Tensor:
        """The first step halves the resolution."""
        skip = state if step else self.norm_skip(self.skip(state))
        inner = self.nonlin(self._norm(1, step)(self.conv1(state)))
        stride = 1 if step else self.conv2.stride
        inner = nn.functional.conv2d(inner, self.conv2.weight, None, stride, self.conv2.padding)
        inner = self.nonlin(self._norm(2, step)(inner))
        return self.output(self.nonlin(self._norm(3, step)(self.conv3(inner)) + skip))

    def _norm(self, number: int, step: int) -> nn.Module:
        return self.get_submodule(f"norm{number}_{step}")


def first_area() -> nn.Sequential:
    """V1: two convolutions without recurrence."""
    features = FEATURES["V1"]
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, features, 7, stride=2, padding=3, bias=False),
            norm1=nn.BatchNorm2d(features),
            nonlin1=nn.ReLU(),
            pool=nn.MaxPool2d(3, 2, padding=1),
            conv2=nn.Conv2d(features, features, 3, padding=1, bias=False),
            norm2=nn.BatchNorm2d(features),
            nonlin2=nn.ReLU(),
            output=nn.Identity(),
        )
    )


def cornet_s() -> nn.Sequential:
    """The network with weights drawn as for training (He et al. 2015, by the number of outputs)."""
    pairs = (("V2", "V1"), ("V4", "V2"), ("IT", "V4"))
    areas = [(region, Area(FEATURES[lower], FEATURES[region], STEPS[region])) for region, lower in pairs]
    network = nn.Sequential(OrderedDict([("V1", first_area()), *areas, ("decoder", decoder())]))
    for part in network.modules():
        if isinstance(part, nn.Conv2d):
            fan_out = part.kernel_size[0] * part.kernel_size[1] * part.out_channels
            nn.init.normal_(part.weight, 0, math.sqrt(2 / fan_out))
    return network
