"""Layers -> regions, as data, with how they were chosen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brainscore_core.errors import InvalidParameter, UnsupportedRegion

BY_HAND = "by hand"

Layers = Mapping[str, str | Sequence[str]]
"""Region to a layer name or several."""


@dataclass(frozen=True, init=False)
class LayerCommitment:
    """Which layers stand for which region.

    Parameters
    ----------
    layers : mapping of region to a layer name or several
        Of any species that has no map of its own.
    chosen : str
        One sentence: how the map was chosen.
    species : tuple of str
        The species that `layers` is meant for; empty: any.
    by_species : mapping of species to (mapping of region to layers)
        Where a species' regions are other layers; regions it does not name are those of `layers`.
    evidence : mapping
        What the choice rests on: benchmark, split of the stimuli, the score of every layer. Plain JSON values.
    model : str
        Identifier of the model that it was made for, where a file says so.
    """

    layers: Mapping[str, tuple[str, ...]]
    chosen: str
    species: tuple[str, ...]
    by_species: Mapping[str, Mapping[str, tuple[str, ...]]]
    evidence: Mapping[str, Any] = field(compare=False)
    model: str = field(compare=False)

    def __init__(
        self,
        layers: Layers,
        chosen: str = BY_HAND,
        species: Sequence[str] = (),
        by_species: Mapping[str, Layers] | None = None,
        evidence: Mapping[str, Any] | None = None,
        model: str = "",
    ):
        maps = {str(name): _tidy(entry) for name, entry in (by_species or {}).items()}
        object.__setattr__(self, "layers", _tidy(layers))
        object.__setattr__(self, "chosen", chosen)
        object.__setattr__(self, "species", (species,) if isinstance(species, str) else tuple(species))
        object.__setattr__(self, "by_species", maps)
        object.__setattr__(self, "evidence", dict(evidence or {}))
        object.__setattr__(self, "model", model)

    @classmethod
    def by_relative_depth(cls, stages: Sequence[str], species: Sequence[str] = ()) -> "LayerCommitment":
        """By the one rule of :func:`~brainscore_vision.families.depth.by_relative_depth`, fixed before any recording.

        Parameters
        ----------
        stages : sequence of str
            The layer at the end of each stage of the network, from the input on.
        """
        from ..families.depth import RULE, by_relative_depth

        return cls(by_relative_depth(stages), RULE, species)

    @classmethod
    def from_file(cls, path: str | Path) -> "LayerCommitment":
        """The map that ``brainscore commit`` wrote and a model package ships; see :mod:`.map_file`."""
        from .map_file import read_map

        return read_map(path)

    def to_file(self, path: str | Path, *, model: str = "") -> None:
        """Write it as JSON; see :mod:`.map_file`."""
        from .map_file import write_map

        write_map(self, path, model=model)

    def of(self, region: str, species: str | None = None, hemisphere: str | None = None) -> tuple[str, ...]:
        """The layers of a region.

        Raises
        ------
        UnsupportedRegion
            Without a map for it, for this species, or for one hemisphere; or where no species is named and the maps of
            several differ.
        """
        if hemisphere is not None and region in self.regions:
            raise UnsupportedRegion(
                f"no map of {region!r} for hemisphere {hemisphere!r}", expected="a recording from either hemisphere"
            )
        if region in self.by_species.get(species or "", {}):
            return self.by_species[species or ""][region]
        if region not in self.layers:
            return self._of_any(region, species)
        if self.species and species is not None and species not in self.species:
            raise UnsupportedRegion(f"no map of {region!r} for {species!r}", expected=f"one of {self._mapped(region)}")
        return self.layers[region]

    def rests_on(self, benchmark: Any) -> bool:
        """Whether the layers of a benchmark's region were chosen on that benchmark, or on the same recordings."""
        found = self.evidence.get(str(getattr(benchmark, "region", "")), {})
        if not isinstance(found, Mapping):
            return False
        data = found.get("data")
        return found.get("benchmark") == benchmark.identifier or (
            data is not None and data == benchmark.dataset.identifier
        )

    @property
    def regions(self) -> list[str]:
        """Regions that some species has a map for."""
        maps = (self.layers, *self.by_species.values())
        return list(dict.fromkeys(region for entry in maps for region in entry))

    def every(self, region: str) -> tuple[str, ...]:
        """Layers that any species' recording from a region may ask for; none without a map."""
        maps = (self.layers, *self.by_species.values())
        return tuple(dict.fromkeys(layer for entry in maps for layer in entry.get(region, ())))

    def _of_any(self, region: str, species: str | None) -> tuple[str, ...]:
        found = {entry[region] for entry in self.by_species.values() if region in entry}
        if not found:
            raise UnsupportedRegion(
                f"no layer is committed to region {region!r}",
                expected=f"one of {sorted(self.regions)}" if self.regions else "a committed region",
                remedy=f"commit one with wrap(..., layers={{{region!r}: LAYER}})",
            )
        if species is not None:
            raise UnsupportedRegion(f"no map of {region!r} for {species!r}", expected=f"one of {self._mapped(region)}")
        if len(found) > 1:
            raise UnsupportedRegion(
                f"maps of {region!r} differ between {self._mapped(region)}", expected="species= with one of them"
            )
        return found.pop()

    def _mapped(self, region: str) -> list[str]:
        """Species with a map of a region."""
        return list(dict.fromkeys((*self.species, *(name for name, map in self.by_species.items() if region in map))))

    def __iter__(self) -> Iterator[str]:
        """All layers, each once."""
        return iter(dict.fromkeys(layer for region in self.regions for layer in self.every(region)))


def _tidy(layers: Layers) -> dict[str, tuple[str, ...]]:
    if not isinstance(layers, Mapping):
        raise InvalidParameter(f"layers={layers!r}", expected="a mapping of region to layer, as {'IT': 'layer4'}")
    tidy = {str(region): (entry,) if isinstance(entry, str) else tuple(entry) for region, entry in layers.items()}
    for region, entry in tidy.items():
        if not entry or len(set(entry)) != len(entry):
            raise InvalidParameter(f"region {region!r} is committed to {entry!r}", expected="distinct layer names")
    return tidy
