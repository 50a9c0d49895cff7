"""Fear or happiness in 28 morphed faces, by autistic people and controls (Kar 2022; Wang & Adolphs 2017).

Importing reads no file; the entries fetch and decode when asked.
"""

from functools import partial

from brainscore_core.contracts import DataEntry, DataInfo

from . import sources
from .reading import GROUPS, read_stimuli, read_trials

__all__ = ["asd", "controls", "stimuli"]

_SHARED = {"licence": sources.LICENCE, "doi": sources.DOI, "stimuli": len(sources.IMAGES), "released": "2022-06-22"}
_PEOPLE = {
    "bibtex": f"{sources.CITATION}\n{sources.PEOPLE_CITATION}",
    "species": "human",
    "units": "fear, happiness or na (no answer in time)",
    "sources": (sources.TRIALS,),
}

controls = DataEntry(
    "Kar2022.controls",
    partial(read_trials, GROUPS["controls"]),
    DataInfo("3,780 judgments of 15 people without autism, 9 of each image", subjects=15, **_PEOPLE, **_SHARED),
)
asd = DataEntry(
    "Kar2022.asd",
    partial(read_trials, GROUPS["asd"]),
    DataInfo("4,536 judgments of 18 autistic people, 9 of each image", subjects=18, **_PEOPLE, **_SHARED),
)
stimuli = DataEntry(
    "Kar2022",
    read_stimuli,
    DataInfo(
        "28 grey photographs of 4 faces, morphed in 7 steps from fear to happiness, 246 x 246",
        bibtex=f"{sources.CITATION}\n{sources.PEOPLE_CITATION}",
        sources=tuple(sources.IMAGES.values()),
        **_SHARED,
    ),
)
