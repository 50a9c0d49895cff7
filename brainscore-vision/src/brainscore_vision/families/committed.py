"""Rows of networks whose parts are areas by construction: the map comes with the architecture."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .depth import RULE
from .rows import NetworkInfo, Row


@dataclass(frozen=True)
class CommittedRow(Row):
    """A network with its own map instead of that by relative depth.

    Parameters
    ----------
    regions : mapping of region to layer
    chosen : str
        One sentence: how the map was chosen, and the time of steps where there are any.
    """

    regions: Mapping[str, str] = field(default_factory=dict)
    chosen: str = RULE

    @property
    def layers(self) -> dict[str, tuple[str, ...]]:
        """Region to layers."""
        return {region: (layer,) for region, layer in self.regions.items()} or super().layers

    def info(self, *, visual_degrees: float, untrained: bool = False, sha256: str = "") -> NetworkInfo:
        """Everything but the network."""
        known = super().info(visual_degrees=visual_degrees, untrained=untrained, sha256=sha256)
        return replace(known, layers_chosen=self.chosen)
