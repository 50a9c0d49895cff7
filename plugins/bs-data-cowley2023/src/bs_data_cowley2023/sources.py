"""The files, by content, and where they can be had."""

from brainscore_core.data import Source

LICENCE = "GPL-3.0 (of the repository)"
DOI = "10.1101/2023.11.22.568315"
CITATION = """@article{cowley2023compact,
  title = {Compact deep neural network models of visual cortex},
  author = {Cowley, Benjamin R. and Stan, Patricia L. and Pillow, Jonathan W. and Smith, Matthew A.},
  journal = {bioRxiv},
  year = {2023},
  doi = {10.1101/2023.11.22.568315}
}"""
IMAGES_CITATION = """@article{bashivan2019neural,
  title = {Neural population control via deep image synthesis},
  author = {Bashivan, Pouya and Kar, Kohitij and DiCarlo, James J.},
  journal = {Science},
  volume = {364},
  number = {6439},
  pages = {eaav9436},
  year = {2019},
  doi = {10.1126/science.aav9436}
}"""

_FOLDER = (
    "https://raw.githubusercontent.com/cowleygroup/V4_compact_models/f4552ad9d34a466ebc66658f72a08a8e5038f1cf/"
    "data_V4_responses/"
)

RESPONSES = Source(
    "responses_210325.npy",
    (f"{_FOLDER}responses_raw/responses_210325.npy",),
    sha256="4008dbbf31a47d9b1b8d8da609f4a7a3433c7071f0e45c611c220b217dd75b76",
    sha1="203ed7b052f4745dd93a403a7227a079e2a90f7b",
    size=2_560_128,
    licence=LICENCE,
    citation=CITATION,
)
IMAGES = Source(
    "images_210325.zip",
    (f"{_FOLDER}images/images_210325.zip",),
    sha256="992774eca3508a2ad01accb1a31f5f3e3d90248c49f4eec314f2a915a263e454",
    sha1="b224477c84cce5f3da0814640a16e822f308aa05",
    size=1_841_475,
    licence=LICENCE,
    citation=IMAGES_CITATION,
)
