"""92 objects and their representation in human and monkey IT (Kriegeskorte et al. 2008).

Importing reads no file; the entries fetch and decode when asked.
"""

from brainscore_core.contracts import DataEntry, DataInfo

from . import citations, sources
from .dissimilarities import read_human, read_judgments, read_models, read_monkey
from .stimuli import COUNT, read_stimuli

__all__ = ["human", "judgments", "models", "monkey", "stimuli"]

_NEURON = {
    "licence": sources.LICENCE,
    "doi": citations.KRIEGESKORTE2008_DOI,
    "released": "2008-12-26",
    "stimuli": COUNT,
}

stimuli = DataEntry(
    "Kriegeskorte2008",
    read_stimuli,
    DataInfo(
        "92 photographs of faces, bodies, natural and artificial objects on grey",
        bibtex=citations.KRIEGESKORTE2008,
        sources=(sources.SUPPLEMENT,),
        **_NEURON,
    ),
)
human = DataEntry(
    "Kriegeskorte2008.human",
    read_human,
    DataInfo(
        "Dissimilarities of 92 images over 316 voxels of human IT, fMRI, 4 people x 2 sessions",
        bibtex=citations.KRIEGESKORTE2008,
        species="human",
        regions=("IT",),
        subjects=4,
        units="1 - Pearson r",
        sources=(sources.BRAINS,),
        **_NEURON,
    ),
)
monkey = DataEntry(
    "Kriegeskorte2008.monkey",
    read_monkey,
    DataInfo(
        "Dissimilarities of 92 images over 674 IT neurons, 2 macaques taken together (recordings of Kiani 2007)",
        bibtex=f"{citations.KRIEGESKORTE2008}\n{citations.KIANI2007}",
        species="macaque",
        regions=("IT",),
        subjects=2,
        units="1 - Pearson r",
        sources=(sources.SUPPLEMENT,),
        **_NEURON,
    ),
)
judgments = DataEntry(
    "Kriegeskorte2008.judgments",
    read_judgments,
    DataInfo(
        "Similarity of 92 images as 16 people arranged them (Mur 2013)",
        licence=sources.LICENCE,
        doi=citations.MUR2013_DOI,
        bibtex=citations.MUR2013,
        species="human",
        subjects=16,
        units="arbitrary, one scale a subject",
        stimuli=COUNT,
        sources=(sources.JUDGMENTS,),
        released="2013-03-22",
    ),
)
models = DataEntry(
    "Kriegeskorte2008.models",
    read_models,
    DataInfo(
        "Dissimilarities of 92 images in 8 models: categories, monkey IT, HMAX, V1, silhouette, Radon transform",
        bibtex=citations.KRIEGESKORTE2008,
        units="arbitrary, one scale a model",
        sources=(sources.MODELS,),
        **_NEURON,
    ),
)
