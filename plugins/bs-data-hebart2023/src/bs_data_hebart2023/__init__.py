"""Which of three objects people find the odd one out (THINGS-data, Hebart et al. 2023).

Importing reads no file; the entries fetch and decode when asked. The triplets are the held-out part (``validationset``)
of 4.70 million, one choice each; every image stands for one of 1,854 objects.
"""

from dataclasses import replace

from brainscore_core.contracts import DataEntry
from brainscore_vision.ecosystem import images, trials

from .reading import odd_ones_out

__all__ = ["stimuli", "triplets"]

DOI = "10.7554/eLife.82580"
CITATION = """@article{hebart2023things,
  title = {THINGS-data, a multimodal collection of large-scale datasets for investigating object representations in
    human brain and behavior},
  author = {Hebart, Martin N. and Contier, Oliver and Teichmann, Lina and Rockter, Adam H. and Zheng, Charles Y. and
    Kidder, Alexis and Corriveau, Anna and Vaziri-Pashkam, Maryam and Baker, Chris I.},
  journal = {eLife},
  volume = {12},
  pages = {e82580},
  year = {2023},
  doi = {10.7554/eLife.82580}
}"""
RELEASED = "2023-02-27"


def _images(csv_sha1: str, zip_sha1: str, count: int = 1854) -> DataEntry:
    return images(
        "Hebart2023",
        csv_sha1,
        zip_sha1,
        description=f"{count:,} photographs, one of each object of THINGS",
        doi=DOI,
        bibtex=CITATION,
        stimuli=count,
        access="private",
        released=RELEASED,
    )


def _triplets(sha1: str, count: int = 1854) -> DataEntry:
    entry = trials(
        "Hebart2023",
        "Hebart2023",
        sha1,
        adapt=odd_ones_out,
        description="453,642 choices of the odd one out of three objects, pooled over people",
        doi=DOI,
        bibtex=CITATION,
        species="human",
        units="odd one out",
        access="private",
        released=RELEASED,
    )
    return replace(entry, info=replace(entry.info, stimuli=count))


stimuli = _images("8fd5a8d4d68cc206000878dd835829fd14a426e8", "f244ebfe07c98470885026188c801857ba2ec0ea")
triplets = _triplets("90f66d37c202dcd1c74d82854efd4a1e8c5fe82e")
