"""Macaque V1 to 7,249 natural images and textures made from them (Cadena et al. 2019), from the ecosystem's files.

Importing reads no file; the entries fetch and decode when asked.
"""

from brainscore_core.contracts import DataEntry
from brainscore_vision.ecosystem import images, recordings

__all__ = ["recording", "shown"]

DOI = "10.1371/journal.pcbi.1006897"
CITATION = """@article{cadena2019deep,
  title = {Deep convolutional models improve predictions of macaque {V1} responses to natural images},
  author = {Cadena, Santiago A. and Denfield, George H. and Walker, Edgar Y. and Gatys, Leon A. and Tolias, Andreas S.
    and Bethge, Matthias and Ecker, Alexander S.},
  journal = {PLoS Computational Biology},
  volume = {15},
  number = {4},
  pages = {e1006897},
  year = {2019},
  doi = {10.1371/journal.pcbi.1006897}
}"""
_SHARED = {"doi": DOI, "bibtex": CITATION, "released": "2019-04-23", "access": "private"}


def _images(csv_sha1: str, zip_sha1: str) -> DataEntry:
    return images(
        "Cadena2017",
        csv_sha1,
        zip_sha1,
        description="Grey natural images, and textures made to have their statistics",
        stimuli=7249,
        **_SHARED,
    )


def _recordings(sha1: str, stimuli: DataEntry) -> DataEntry:
    return recordings(
        "Cadena2017",
        "tolias.Cadena2017",
        sha1,
        stimuli=stimuli,
        region="V1",
        renamed={"neuroid_id": "neuroid"},
        description="29,000 presentations to 166 V1 neurons of two macaques; NaN where a neuron was not recorded",
        species="macaque",
        regions=("V1",),
        subjects=2,
        units="spikes in 40 to 100 ms",
        **_SHARED,
    )


shown = _images("f55b174cc4540e5612cfba5e695324328064b051", "88cc2ce3ef5e197ffd1477144a2e6a68d424ef6c")
recording = _recordings("69bcaaa9370dceb0027beaa06235ef418c3d7063", shown)
