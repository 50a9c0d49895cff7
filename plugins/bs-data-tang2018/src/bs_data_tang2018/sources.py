"""The files, by content, and where they can be had."""

from brainscore_core.data import Source

LICENCE = "not stated (no licence file in the repository): cite, research use"
DOI = "10.1073/pnas.1719397115"
CITATION = """@article{tang2018recurrent,
  title = {Recurrent computations for visual pattern completion},
  author = {Tang, Hanlin and Schrimpf, Martin and Lotter, William and Moerman, Charlotte and Paredes, Ana and
            Ortega Caro, Josue and Hardesty, Walter and Cox, David and Kreiman, Gabriel},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {115},
  number = {35},
  pages = {8835--8840},
  year = {2018},
  doi = {10.1073/pnas.1719397115}
}"""

_FOLDER = (
    "https://raw.githubusercontent.com/kreimanlab/occlusion-classification/"
    "94514806fb90da6f91193e86d97de7653c4a0247/data/"
)

IMAGES = Source(
    "KLAB325-occluded.mat",
    (f"{_FOLDER}KLAB325-occluded.mat",),
    sha256="ba63052463b34a774e613b1f99b20a4d022e52be58a42e15365f59c6a63cb612",
    sha1="beb91f5b0b55a2fc42ba0f84b7e536807e4388cc",
    size=1_716_226,
    licence=LICENCE,
    citation=CITATION,
)
TRIALS = Source(
    "data_occlusion_klab325v2_trials.csv",
    sha256="d781b57a49c8251c27c5f162304aa21bfdf89aeb69270b57c88ccccff5c62bcc",
    sha1="318e80747335ef0ab738cf38ebdab2b8ffba9486",
    size=1_634_573,
    licence=LICENCE,
    citation=CITATION,
)
OCCLUDER = Source(
    "data_occlusion_klab325v3_trials.csv",
    sha256="bf43a8731b0e5ad75f8aa7cdbaba72f9e806e6e936b354dfd47393f40a6c06f7",
    sha1="e164429e1a27b9b805846e684f36de02225d911d",
    size=1_121_650,
    licence=LICENCE,
    citation=CITATION,
)
"""Like the one above made of a MATLAB dataset object (``data_occlusion_klab325v2.mat`` and ``v3`` there), which
nothing but MATLAB reads: only mirrors have them."""
