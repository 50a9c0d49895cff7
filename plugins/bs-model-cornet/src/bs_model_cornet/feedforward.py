"""CORnet-Z: each area is one convolution."""

from collections import OrderedDict

import torch
from torch import nn

from .areas import REGIONS
from .parts import FEATURES, decoder, inputs_of


class Area(nn.Module):
    """Convolution, rectification and pooling over 3 x 3 with stride 2 (Kubilius et al. 2018, figure 1).

    Parameters
    ----------
    inputs, features : int
        Channels.
    size, stride : int
        Of the convolution.
    """

    def __init__(self, inputs: int, features: int, size: int = 3, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, features, size, stride, padding=size // 2)
        self.nonlin = nn.ReLU()
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        self.output = nn.Identity()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Answer of the area, shape (image, feature, row, column)."""
        return self.output(self.pool(self.nonlin(self.conv(inputs))))


def cornet_z() -> nn.Sequential:
    """The network with weights drawn as for training: Xavier-uniform, no bias."""
    first = {"V1": {"size": 7, "stride": 2}}
    areas = [
        (region, Area(channels, FEATURES[region], **first.get(region, {}))) for region, channels in inputs_of().items()
    ]
    network = nn.Sequential(OrderedDict([*areas, ("decoder", decoder(FEATURES[REGIONS[-1]]))]))
    for part in network.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(part.weight)
            nn.init.zeros_(part.bias)
    return network
