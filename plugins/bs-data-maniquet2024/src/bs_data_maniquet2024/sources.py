"""The files, by content, and where they can be had."""

from brainscore_core.data import Source

LICENCE = "MIT"
DOI = "10.1101/2024.04.02.587669"
CITATION = """@article{maniquet2024recurrent,
  title = {Recurrent issues with deep neural network models of visual recognition},
  author = {Maniquet, Tim and Op de Beeck, Hans and Costantino, Andrea Ivan},
  journal = {bioRxiv},
  year = {2024},
  doi = {10.1101/2024.04.02.587669}
}"""

# made of stimuli/**.png and data/processed/*.pkl of the authors' repository, without pickle: only mirrors have them
IMAGES = Source(
    "stimuli_128px_gray.zip",
    sha256="8d1b49a6d3dcf45f01e58a7bcd53b223aa19210c1964aac1acc4d485f1fb8c59",
    sha1="c1ddcacdb73312e4c82092d697d88c2ba1f019f2",
    size=6_425_917,
    licence=LICENCE,
    citation=CITATION,
)
CONFUSIONS = Source(
    "confusion_matrices.npz",
    sha256="6d529a2b619f6810ddc6e7fb47a3e914acce361ec1b59ef96fe813f2b0312cd5",
    sha1="ca7e0ac720e3efa8e7054857a1024b0b7c0ca49b",
    size=10_882,
    licence=LICENCE,
    citation=CITATION,
)
ACCURACY = Source(
    "participant_accuracy.csv",
    sha256="08b1b7ffdedf052e3be873cb85cf456148e15cee00a3ea522def2267db9c548d",
    sha1="74e6d0c06acbc3924d9f13a92ce03bcde16ea356",
    size=18_877,
    licence=LICENCE,
    citation=CITATION,
)
MEANS = Source(
    "task_means.csv",
    sha256="53c6111b82a78e8596f1c76459ac9b53b419b3c98b779ee0d9905d543dd22fcb",
    sha1="2a7b34bc0ef64cf21b584bddce66f2e0dd22e9d1",
    size=5_031,
    licence=LICENCE,
    citation=CITATION,
)
