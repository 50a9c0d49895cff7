"""Regions by relative depth: one rule for every network."""

from collections.abc import Sequence
from math import ceil

from brainscore_core.errors import InvalidParameter

REGIONS = ("V1", "V2", "V4", "IT")

RULE = (
    "The four areas of the ventral hierarchy (Felleman & Van Essen 1991) divide the network's stages into four equal "
    "parts, and each is the stage at which its part ends (1/4, 2/4, 3/4, 4/4 of the depth, rounded up). Stages are the "
    "parts that its authors divide it into: those between which resolution changes; where resolution stays, as in most "
    "transformers, its blocks; those of AlexNet are its five convolutional layers. The same for every network of every "
    "family, fixed before any recording was seen."
)


def by_relative_depth(stages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Regions to layers, by :data:`RULE`.

    Parameters
    ----------
    stages : sequence of str
        The layer at the end of each stage, from the input on.

    Raises
    ------
    InvalidParameter
        If there are no stages, or one is named twice.

    Examples
    --------
    >>> by_relative_depth(["layer1", "layer2", "layer3", "layer4"])["V4"]
    ('layer3',)
    """
    if not stages or len(set(stages)) != len(stages):
        raise InvalidParameter(f"stages {list(stages)!r}", expected="at least one, each named once")
    ends = (ceil(len(stages) * part / len(REGIONS)) for part in range(1, len(REGIONS) + 1))
    return {region: (stages[end - 1],) for region, end in zip(REGIONS, ends, strict=True)}
