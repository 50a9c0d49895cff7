"""Single-unit properties of V1 (Marques, Schrimpf & DiCarlo 2021): 22 files beside this one, each a benchmark.

A file is read when its name is asked for; nothing is computed here.
"""

from brainscore_core.contracts import DataEntry
from brainscore_vision.ecosystem import images
from brainscore_vision.papers import described_in

_FILES, _describe = described_in(__name__)

textures: DataEntry = images(
    "FreemanZiemba2013_properties",
    "6f7bcb5d0c01e81c9fbdcec9bf586cbb579a9b02",
    "c64a0d6b447676a6d5cff3d3625a5f294e62ff97",
    description="Textures and noise of Freeman et al. 2013 as Marques 2020 shows them, with a position",
    doi="10.1038/nn.3402",
)

__all__ = [*_FILES, "textures"]


def __getattr__(name: str):
    return _describe(name)


def __dir__() -> list[str]:
    return __all__
