"""Macaque IT to 7 objects at 3 positions, trial by trial (Zhang et al. 2011). The images are not public.

Importing reads no file; the entry fetches and decodes when asked.
"""

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.data import Source

from .files import FILES
from .rasters import read_recordings

__all__ = ["recordings"]

LICENCE = "GPL-3 (of the package that distributes the files)"
DOI = "10.1073/pnas.1100999108"
CITATION = """@article{zhang2011object,
  title = {Object decoding with attention in inferior temporal cortex},
  author = {Zhang, Ying and Meyers, Ethan M. and Bichot, Narcisse P. and Serre, Thomas and Poggio, Tomaso A. and
    Desimone, Robert},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {108},
  number = {21},
  pages = {8850--8855},
  year = {2011},
  doi = {10.1073/pnas.1100999108}
}"""
_FOLDER = (
    "https://raw.githubusercontent.com/emeyers/NeuroDecodeR/826e2119a69d7879c3f58c75854272324dead2a7/"
    "data-raw/raster/Zhang_Desimone_7object_raster_data_mat/"
)
SOURCES = tuple(
    Source(
        f"{name}_raster_data.mat",
        (f"{_FOLDER}{name}_raster_data.mat",),
        sha256=sha256,
        size=size,
        licence=LICENCE,
        citation=CITATION,
    )
    for name, sha256, size in FILES
)

recordings = DataEntry(
    "Zhang2011",
    lambda bin_width=10: read_recordings(SOURCES, bin_width),
    DataInfo(
        "Spikes of 132 IT neurons, recorded one at a time, to 7 objects at 3 positions, 20 trials each (19 in a few)",
        licence=LICENCE,
        doi=DOI,
        bibtex=CITATION,
        species="macaque",
        regions=("IT",),
        units="spikes in a bin",
        stimuli=21,
        sources=SOURCES,
        released="2011-05-24",
    ),
)
