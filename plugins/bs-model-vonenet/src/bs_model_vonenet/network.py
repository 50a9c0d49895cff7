"""A front end before a network, and the networks of the authors."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from brainscore_core.registry import resolve
from brainscore_vision.families import Row
from brainscore_vision.families.reading import load_state

from .front_end import VOneBlock

if TYPE_CHECKING:
    from brainscore_vision.families.reading import State

FEATURES = 64
PARALLEL = "module."
"""What the names in the authors' files begin with, since they were trained on several devices."""


def with_front_end(network: nn.Module, features: int = FEATURES, **options: Any) -> nn.Sequential:
    """Put a VOneBlock before any network that takes feature maps of an eighth of a degree.

    Parameters
    ----------
    network : torch.nn.Module
        What is left of one whose first layers the front end replaces; of 224 x 224 pixels it receives 56 x 56.
    features : int
        Channels that it takes: a trained convolution over single places brings the 512 cells to these.
    **options
        Of :class:`~.front_end.VOneBlock`.

    Returns
    -------
    torch.nn.Sequential
        Parts ``vone_block``, ``bottleneck`` and ``model``.
    """
    block = VOneBlock(**options)
    cells = len(block.simple_conv_q0.weight)
    bottleneck = nn.Conv2d(cells, features, 1, bias=False)
    nn.init.kaiming_normal_(bottleneck.weight, mode="fan_out", nonlinearity="relu")
    return nn.Sequential(OrderedDict(vone_block=block, bottleneck=bottleneck, model=network))


def build(row: Row, state: "State | None") -> nn.Module:
    """The network of a row in training mode.

    Raises
    ------
    InvalidFile
        If `state` is not of this network.
    """
    network = with_front_end(BACK_ENDS[row.architecture](), stochastic=row.settings["stochastic"])
    if state is not None:
        load_state(network, {name.removeprefix(PARALLEL): value for name, value in state.items()}, row.name)
    return network


class ResNet(nn.Module):
    """A ResNet of torchvision after its first convolution and pooling."""

    def __init__(self, whole: Any):
        super().__init__()
        self.layer1, self.layer2, self.layer3, self.layer4 = whole.layer1, whole.layer2, whole.layer3, whole.layer4
        self.avgpool, self.fc = whole.avgpool, whole.fc

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Logits."""
        maps = self.layer4(self.layer3(self.layer2(self.layer1(maps))))
        return self.fc(torch.flatten(self.avgpool(maps), 1))


class AlexNet(nn.Module):
    """AlexNet after its first convolution and pooling, with less subsampling than the original (the authors')."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(FEATURES, 192, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, padding=1),
            nn.Conv2d(192, 384, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, padding=1),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Dropout(),
            nn.Linear(256 * 7 * 7, 4096),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, 1000),
        )

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Logits."""
        return self.classifier(torch.flatten(self.avgpool(self.features(maps)), 1))


def _resnet50() -> nn.Module:
    return ResNet(_untrained("torchvision:resnet50"))


def _cornet_s() -> nn.Module:
    whole = _untrained("cornet:S")
    parts = ("V2", "V4", "IT", "decoder")
    return nn.Sequential(OrderedDict((name, whole.get_submodule(name)) for name in parts))


def _untrained(identifier: str) -> Any:
    """The network of another package, with random weights that can be trained."""
    model: Any = resolve("models", f"{identifier}-untrained").build()
    return model.engine.network.module.requires_grad_(True).train()


BACK_ENDS: Mapping[str, Callable[[], nn.Module]] = {"resnet50": _resnet50, "cornet-s": _cornet_s, "alexnet": AlexNet}
