"""Layers -> regions, as data, with how they were chosen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from brainscore_core.errors import InvalidParameter, UnsupportedRegion

BY_HAND = "by hand"


@dataclass(frozen=True, init=False)
class LayerCommitment:
    """Which layers stand for which region.

    Parameters
    ----------
    layers : mapping of region to a layer name or several
    chosen : str
        One sentence: how the map was chosen.
    species : tuple of str
        The species it is meant for; empty: any.
    """

    layers: Mapping[str, tuple[str, ...]]
    chosen: str
    species: tuple[str, ...]

    def __init__(self, layers: Mapping[str, str | Sequence[str]], chosen: str = BY_HAND, species: Sequence[str] = ()):
        if not isinstance(layers, Mapping):
            raise InvalidParameter(f"layers={layers!r}", expected="a mapping of region to layer, as {'IT': 'layer4'}")
        tidy = {str(region): (entry,) if isinstance(entry, str) else tuple(entry) for region, entry in layers.items()}
        for region, entry in tidy.items():
            if not entry or len(set(entry)) != len(entry):
                raise InvalidParameter(f"region {region!r} is committed to {entry!r}", expected="distinct layer names")
        object.__setattr__(self, "layers", tidy)
        object.__setattr__(self, "chosen", chosen)
        object.__setattr__(self, "species", (species,) if isinstance(species, str) else tuple(species))

    def of(self, region: str, species: str | None = None, hemisphere: str | None = None) -> tuple[str, ...]:
        """The layers of a region.

        Raises
        ------
        UnsupportedRegion
            Without a map for it, for this species, or for one hemisphere.
        """
        if region not in self.layers:
            raise UnsupportedRegion(
                f"no layer is committed to region {region!r}",
                expected=f"one of {sorted(self.layers)}" if self.layers else "a committed region",
                remedy=f"commit one with wrap(..., layers={{{region!r}: LAYER}})",
            )
        if self.species and species is not None and species not in self.species:
            raise UnsupportedRegion(f"no map of {region!r} for {species!r}", expected=f"one of {list(self.species)}")
        if hemisphere is not None:
            raise UnsupportedRegion(
                f"no map of {region!r} for hemisphere {hemisphere!r}", expected="a recording from either hemisphere"
            )
        return self.layers[region]

    def __iter__(self) -> Iterator[str]:
        """All layers, each once."""
        return iter(dict.fromkeys(layer for entry in self.layers.values() for layer in entry))
