"""Parts that all CORnets share. Modules are named as in the authors' files of weights."""

from collections import OrderedDict

import torch
from torch import nn

from .areas import REGIONS

FEATURES = {"V1": 64, "V2": 128, "V4": 256, "IT": 512}
CLASSES = 1000


class Times(nn.Module):
    """What an area answered at each time step, together: layer ``V4.times:2`` is the third."""

    def forward(self, *outputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The outputs, from the first step on."""
        return outputs


def decoder(features: int = FEATURES["IT"]) -> nn.Sequential:
    """Mean over the visual field, and one linear layer to the classes of ImageNet."""
    return nn.Sequential(
        OrderedDict(avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), linear=nn.Linear(features, CLASSES))
    )


def inputs_of() -> dict[str, int]:
    """Channels that each area receives."""
    return dict(zip(REGIONS, (3, *FEATURES.values()), strict=False))
