"""CORnet-R and CORnet-RT: each area is a recurrent layer, and time passes between areas or does not."""

import torch
from torch import nn

from .areas import REGIONS
from .parts import FEATURES, Times, decoder, inputs_of

GROUPS = 32
STEPS = 5


class Area(nn.Module):
    """An area with a state: what it answered at the step before is added to its input (Kubilius et al. 2018).

    Parameters
    ----------
    inputs, features : int
        Channels.
    size, stride : int
        Of the convolution over the input.
    """

    def __init__(self, inputs: int, features: int, size: int = 3, stride: int = 2):
        super().__init__()
        self.conv_input = nn.Conv2d(inputs, features, size, stride, padding=size // 2)
        self.norm_input = nn.GroupNorm(GROUPS, features)
        self.nonlin_input = nn.ReLU()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1, bias=False)
        self.norm1 = nn.GroupNorm(GROUPS, features)
        self.nonlin1 = nn.ReLU()
        self.output = nn.Identity()
        self.times = Times()

    def forward(self, driven: torch.Tensor, state: torch.Tensor | None) -> torch.Tensor:
        """Answer at one step, which is also the state for the next.

        Parameters
        ----------
        driven : tensor, shape (image, feature, row, column)
            What :meth:`drive` makes of the input.
        state : tensor, optional
            Of the step before; None: the first step.
        """
        total = driven if state is None else driven + state
        return self.output(self.nonlin1(self.norm1(self.conv1(total))))

    def drive(self, inputs: torch.Tensor) -> torch.Tensor:
        """Input from the area before, convolved, normalised and rectified."""
        return self.nonlin_input(self.norm_input(self.conv_input(inputs)))


class RecurrentCornet(nn.Module):
    """Four recurrent areas over five time steps, the image being shown all the time.

    Parameters
    ----------
    delayed : bool
        Whether input takes one step from area to area, as in cortex (CORnet-RT); else an area sees what the one before
        answers at the same step, from the second step on (CORnet-R).
    """

    def __init__(self, *, delayed: bool):
        super().__init__()
        self.delayed = delayed
        first = {"V1": {"size": 7, "stride": 4}}
        for region, channels in inputs_of().items():
            self.add_module(region, Area(channels, FEATURES[region], **first.get(region, {})))
        self.decoder = decoder()

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits after the last step."""
        shown = self.V1.drive(image)  # the same at every step
        answers: list[dict[str, torch.Tensor]] = []
        for step in range(STEPS):
            before, now = answers[-1] if step else {}, {}
            for region, lower in zip(REGIONS, ("", *REGIONS), strict=False):
                area: Area = getattr(self, region)
                source = before if self.delayed or not step else now
                driven = self._driven(area, region, source.get(lower), shown) if lower else shown
                now[region] = area(driven, before.get(region))
            answers.append(now)
        for region in REGIONS:
            getattr(self, region).times(*(answer[region] for answer in answers))
        return self.decoder(answers[-1][REGIONS[-1]])

    def _driven(self, area: Area, region: str, lower: torch.Tensor | None, shown: torch.Tensor) -> torch.Tensor:
        """What the answer of the lower area drives; zeros where nothing has arrived yet."""
        if lower is not None:
            return area.drive(lower)
        images, _, *plane = shown.shape
        halvings = REGIONS.index(region)
        return shown.new_zeros(images, FEATURES[region], *(-(-side // 2**halvings) for side in plane))
