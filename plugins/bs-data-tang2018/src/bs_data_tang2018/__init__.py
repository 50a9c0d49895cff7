"""People name heavily occluded objects, with and without a backward mask (Tang et al. 2018).

Importing reads no file; the entries fetch and decode when asked.
"""

from brainscore_core.contracts import DataEntry, DataInfo

from . import sources
from .bubbles import SIGMA, bubble_weights, bubbled, centres_of, visible_share, with_bubbles
from .images import COUNT, read_stimuli
from .trials import read_occluder, read_trials

__all__ = [
    "SIGMA",
    "bubble_weights",
    "bubbled",
    "centres_of",
    "occluder",
    "stimuli",
    "trials",
    "visible_share",
    "with_bubbles",
]

_SHARED = {
    "licence": sources.LICENCE,
    "doi": sources.DOI,
    "bibtex": sources.CITATION,
    "stimuli": COUNT,
    "released": "2018-08-13",
}

trials = DataEntry(
    "Tang2018",
    read_trials,
    DataInfo(
        "13,000 trials: 21 people name objects seen through bubbles, masked after 25 to 150 ms or not",
        species="human",
        subjects=21,
        units="one of five categories",
        sources=(sources.TRIALS,),
        **_SHARED,
    ),
)
occluder = DataEntry(
    "Tang2018.occluder",
    read_occluder,
    DataInfo(
        "10,400 trials of a variation: 14 people, objects whole, in parts, or behind an occluder",
        species="human",
        subjects=14,
        units="one of five categories",
        sources=(sources.OCCLUDER,),
        **_SHARED,
    ),
)
stimuli = DataEntry(
    "Tang2018",
    read_stimuli,
    DataInfo(
        "325 objects of five categories, each once through four bubbles, 256 x 256, grey",
        sources=(sources.IMAGES,),
        **_SHARED,
    ),
)
