"""HMAX: simple and complex cells (Riesenhuber & Poggio 1999), and with learned features (Serre et al. 2007)."""

from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import ModelEntry
from brainscore_vision.info import VisualModelInfo

if TYPE_CHECKING:
    from brainscore_vision import BrainModel

VISUAL_DEGREES = 8.0
LAYERS = {"V1": ("C1",), "V2": ("C1",), "V4": ("C2",), "IT": ("C2",)}
CHOSEN = (
    "From the papers: complex cells C1 are those of early visual cortex (V1, and V2, which the model does not tell "
    "apart), composite features C2 those of V4 and posterior IT."
)

BIBTEX = """@article{riesenhuber1999hierarchical,
  title = {Hierarchical models of object recognition in cortex},
  author = {Riesenhuber, Maximilian and Poggio, Tomaso},
  journal = {Nature Neuroscience},
  volume = {2},
  pages = {1019--1025},
  year = {1999},
  doi = {10.1038/14819}
}
@article{serre2007robust,
  title = {Robust object recognition with cortex-like mechanisms},
  author = {Serre, Thomas and Wolf, Lior and Bileschi, Stanley and Riesenhuber, Maximilian and Poggio, Tomaso},
  journal = {IEEE Transactions on Pattern Analysis and Machine Intelligence},
  volume = {29},
  number = {3},
  pages = {411--426},
  year = {2007},
  doi = {10.1109/TPAMI.2007.56}
}"""

INFO = VisualModelInfo(
    "S1 Gabor filters of 16 sizes and 4 orientations on 256 x 256 grey pixels, normalised by local contrast; "
    "C1 maxima over 8 bands; 256 S2 arrangements of 2 x 2 orientations; C2 maxima over the field",
    licence="MIT",
    doi="10.1038/14819",
    bibtex=BIBTEX,
    parameters=0,
    training_data="none",
    released="1999-11-01",
    visual_degrees=VISUAL_DEGREES,
    layers=LAYERS,
    layers_chosen=CHOSEN,
)


LEARNED = VisualModelInfo(
    "S1 and C1 as in hmax; S2 tuned to 1,000 pieces of C1 of photographs, of 4 x 4, 8 x 8, 12 x 12 and 16 x 16 units; "
    "C2 the best match over positions and bands (Serre et al. 2007)",
    licence="MIT",
    doi="10.1109/TPAMI.2007.56",
    bibtex=BIBTEX,
    parameters=480_000,
    training_data="1,000 pieces at random of six photographs that come with scikit-image; nothing fitted to a task",
    released="2007-03-01",
    visual_degrees=VISUAL_DEGREES,
    layers=LAYERS,
    layers_chosen=CHOSEN,
)


def build() -> "BrainModel":
    """The brain model in which nothing is learned."""
    from .network import hmax as network

    return _wrapped(network, hmax.identifier, INFO)


def build_learned() -> "BrainModel":
    """The brain model with learned features."""
    from .learned import LearnedHMAX
    from .prototypes import prototypes

    return _wrapped(LearnedHMAX(prototypes()), hmax_serre2007.identifier, LEARNED)


def _wrapped(network: Any, identifier: str, info: VisualModelInfo) -> "BrainModel":
    from brainscore_vision import wrap
    from brainscore_vision.commitments.layers import LayerCommitment

    from .retina import retina

    return wrap(
        network,
        preprocessing=retina,
        layers=LayerCommitment(LAYERS, chosen=CHOSEN),
        visual_degrees=VISUAL_DEGREES,
        identifier=identifier,
        info=info,
    )


hmax = ModelEntry("hmax", build, INFO)
hmax_serre2007 = ModelEntry("hmax-serre2007", build_learned, LEARNED)
