"""Macaque V4 to 640 images, trial by trial (Cowley et al. 2023, session 210325).

Importing reads no file; the entries fetch and decode when asked.
"""

from brainscore_core.contracts import DataEntry, DataInfo

from . import sources
from .reading import COUNT, read_recordings, read_stimuli

__all__ = ["recordings", "stimuli"]

recordings = DataEntry(
    "Cowley2023",
    read_recordings,
    DataInfo(
        "Spike counts of 50 V4 units, 6 to 10 trials of each of 640 images, one bin of 100 ms",
        licence=sources.LICENCE,
        doi=sources.DOI,
        bibtex=sources.CITATION,
        species="macaque",
        regions=("V4",),
        subjects=1,
        units="spikes in 100 ms",
        stimuli=COUNT,
        sources=(sources.RESPONSES,),
        released="2023-11-22",
    ),
)
stimuli = DataEntry(
    "Cowley2023",
    read_stimuli,
    DataInfo(
        "640 natural and synthesised images, 112 x 112 (Bashivan et al. 2019); shown size not stated",
        licence=sources.LICENCE,
        doi="10.1126/science.aav9436",
        bibtex=sources.IMAGES_CITATION,
        stimuli=COUNT,
        sources=(sources.IMAGES,),
        released="2019-05-03",
    ),
)
