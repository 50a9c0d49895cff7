"""What packages of many published networks share: rows of a table, inputs, weights by hash, untrained twins.

Such a package has a table, and a :class:`Family` that makes a network of a row. Listing and describing import no
framework.
"""

from .committed import CommittedRow
from .depth import RULE, by_relative_depth
from .family import UNTRAINED, VISUAL_DEGREES, Family
from .inputs import ImageInput
from .rows import NetworkInfo, Row
from .weights import Weights

__all__ = [
    "RULE",
    "UNTRAINED",
    "VISUAL_DEGREES",
    "CommittedRow",
    "Family",
    "ImageInput",
    "NetworkInfo",
    "Row",
    "Weights",
    "by_relative_depth",
]
