"""The four networks: sources of their weights, areas and descriptions."""

from collections.abc import Mapping
from types import MappingProxyType

from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.families import CommittedRow, ImageInput, Weights

from .areas import REGIONS

PLACE = "https://s3.amazonaws.com/cornet-models/"
LICENCE = "GPL-3.0-or-later"
TRAINED = "ImageNet (ILSVRC 2012): 1.28 million photographs with labels of 1000 classes"

PREPRINT = """@article{kubilius2018cornet,
  title = {{CORnet}: Modeling the Neural Mechanisms of Core Object Recognition},
  author = {Kubilius, Jonas and Schrimpf, Martin and Nayebi, Aran and Bear, Daniel and Yamins, Daniel L. K. and DiCarlo,
    James J.},
  journal = {bioRxiv},
  year = {2018},
  doi = {10.1101/408385}
}"""
PAPER = """@inproceedings{kubilius2019brainlike,
  title = {Brain-Like Object Recognition with High-Performing Shallow Recurrent {ANN}s},
  author = {Kubilius, Jonas and Schrimpf, Martin and Kar, Kohitij and Rajalingham, Rishi and Hong, Ha and
    Majaj, Najib J. and Issa, Elias B. and Bashivan, Pouya and Prescott-Roy, Jonathan and Schmidt, Kailyn and
    Nayebi, Aran and Bear, Daniel and Yamins, Daniel L. K. and DiCarlo, James J.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {32},
  year = {2019}
}"""

CHOSEN = (
    "By construction: each part of the network is the area that it is named after (Kubilius et al. 2018). Without time "
    "bins the last time step is recorded; a time bin gets the step whose start is nearest to its own. "
)
_THEIRS = "Times of the steps are the authors', as in Brain-Score 2."
_OURS = (
    "Times of the steps are ours: 20 ms each, by which V1, V2 and V4 of the authors' other networks follow each other."
)


def _row(name: str, digits: str, description: str, parameters: int, flops: int, **more: str) -> CommittedRow:
    """`more`: `released`; `times`, where they are not the authors'; `paper`, besides the preprint."""
    filename = f"cornet_{name.lower()}-{digits}.pth"
    papers = "\n".join(filter(None, (PREPRINT, more.get("paper"))))
    layers = {region: f"{region}.output" for region in REGIONS}
    return CommittedRow(
        name=name,
        architecture=f"CORnet-{name}",
        description=f"{description}, 224 x 224 RGB pixels, trained to name objects",
        input=ImageInput(224, 224),
        stages=tuple(layers.values()),
        parameters=parameters,
        flops=flops,
        behavior=Behavior(scores="output", classes="imagenet-1k"),
        weights=Weights(filename, (PLACE + filename,), sha256=digits, licence=LICENCE, citation=papers),
        licence=LICENCE,
        doi="10.1101/408385",
        bibtex=papers,
        training_data=TRAINED,
        released=more.get("released", ""),
        evaluation="shorter side to 256 pixels, central 224 x 224",
        regions=layers,
        chosen=CHOSEN + more.get("times", _THEIRS),
    )


_ALL = (
    _row(
        "Z",
        "5c427c9c",
        "Four areas of one convolution each, without recurrence",
        2_071_656,
        1_624_317_952,
        released="2018-09-04",
    ),
    _row(
        "R",
        "5930a990",
        "Four recurrent areas over five time steps, each seeing what the one before answers at the same step "
        "(the authors advise to use RT instead)",
        5_208_936,
        6_071_517_184,
        released="2018-09-04",
    ),
    _row(
        "RT",
        "933c001c",
        "Four recurrent areas over five time steps, input taking one step from area to area",
        5_208_936,
        6_071_517_184,
        times=_OURS,
    ),
    _row(
        "S",
        "1d3f7974",
        "Four areas, three of them bottlenecks that repeat 2, 4 and 2 times with shared weights around a skip "
        "connection",
        53_416_616,
        32_863_494_144,
        released="2018-09-04",
        paper=PAPER,
    ),
)

ROWS: Mapping[str, CommittedRow] = MappingProxyType({row.name: row for row in _ALL})
