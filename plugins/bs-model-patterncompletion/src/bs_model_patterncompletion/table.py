"""The one network: what it is made of, and what it has stored."""

from collections.abc import Mapping
from types import MappingProxyType

from brainscore_vision.families import CommittedRow, ImageInput, Weights

STORED = "Kriegeskorte2008"
DEGREES = 2.9
RANDOM_PATTERNS = 325
"""As many as the authors stored."""

FILE = "alexnet-owt-7be5be79.pth"
SHA256 = "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02"
LICENCE = "BSD-3-Clause (library); terms of the weights not stated"

BIBTEX = """@article{tang2018recurrent,
  title = {Recurrent computations for visual pattern completion},
  author = {Tang, Hanlin and Schrimpf, Martin and Lotter, William and Moerman, Charlotte and Paredes, Ana and Ortega
    Caro, Josue and Hardesty, Walter and Cox, David and Kreiman, Gabriel},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {115},
  number = {35},
  pages = {8835--8840},
  year = {2018},
  doi = {10.1073/pnas.1719397115}
}
@article{li1989analysis,
  title = {Analysis and synthesis of a class of neural networks: linear systems operating on a closed hypercube},
  author = {Li, Jian-Hua and Michel, Anthony N. and Porod, Wolfgang},
  journal = {IEEE Transactions on Circuits and Systems},
  volume = {36},
  number = {11},
  pages = {1405--1422},
  year = {1989},
  doi = {10.1109/31.41297}
}
@article{krizhevsky2014one,
  title = {One weird trick for parallelizing convolutional neural networks},
  author = {Krizhevsky, Alex},
  journal = {arXiv:1404.5997},
  year = {2014}
}"""

CHOSEN = (
    "IT is the attractor network, after the paper, which compares it with recordings from the human ventral stream; "
    "V1, V2 and V4 are the layers that torchvision:alexnet commits to them by relative depth. All before any recording "
    "was seen. Its 256 steps are not committed to milliseconds: IT is its last state at all times."
)
REGIONS = {"V1": "features.4", "V2": "features.7", "V4": "features.9", "IT": "attractor.output"}

_ALEXNET = CommittedRow(
    name="alexnet",
    architecture="alexnet",
    description="AlexNet up to its seventh layer, whose 4,096 units are connected to a Hopfield network with the 92 "
    "objects of Kriegeskorte et al. 2008 as attractors; 224 x 224 RGB pixels",
    input=ImageInput(224, 224),
    stages=tuple(REGIONS.values()),
    parameters=57_003_840,
    weights=Weights(FILE, (f"https://download.pytorch.org/models/{FILE}",), SHA256, 244_408_911, LICENCE, BIBTEX),
    licence=LICENCE,
    doi="10.1073/pnas.1719397115",
    bibtex=BIBTEX,
    training_data="ImageNet (ILSVRC 2012): 1.28 million photographs with labels of 1000 classes; nothing in the "
    "attractor network is trained, it stores 92 images of objects",
    regions=REGIONS,
    chosen=CHOSEN,
)

ROWS: Mapping[str, CommittedRow] = MappingProxyType({_ALEXNET.name: _ALEXNET})
