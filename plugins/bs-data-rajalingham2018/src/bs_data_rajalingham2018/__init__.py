"""What people take rendered objects for, image by image (Rajalingham, Issa et al. 2018).

Importing reads no file; the entries fetch and decode when asked. A trial showed an image for 100 ms, then two objects
to choose from. Of 2,400 images, 240 with more trials each are the private part; the rest is for everybody.
"""

from functools import partial

from brainscore_core.contracts import Access, DataEntry, DataInfo
from brainscore_core.data import Source
from brainscore_vision.ecosystem import images, trials

from .reading import choices, object_names, read_probabilities

__all__ = [
    "alexnet",
    "object_names",
    "objectome_private",
    "objectome_public",
    "private",
    "public",
    "resnet18",
    "resnet34",
]

DOI = "10.1523/JNEUROSCI.0388-18.2018"
CITATION = """@article{rajalingham2018large,
  title = {Large-scale, high-resolution comparison of the core visual object recognition behavior of humans, monkeys,
    and state-of-the-art deep artificial neural networks},
  author = {Rajalingham, Rishi and Issa, Elias B. and Bashivan, Pouya and Kar, Kohitij and Schmidt, Kailyn and
    DiCarlo, James J.},
  journal = {Journal of Neuroscience},
  volume = {38},
  number = {33},
  pages = {7255--7269},
  year = {2018},
  doi = {10.1523/JNEUROSCI.0388-18.2018}
}"""
RELEASED = "2018-08-15"
_NETWORKS = (
    "https://raw.githubusercontent.com/brain-score/vision/ae22ea51903f049c0873467a7e9a3bcb4fc2be24/"
    "brainscore_vision/metrics/i1i2/test_resources/"
)


def _images(name: str, csv_sha1: str, zip_sha1: str, count: int, access: Access = "public") -> DataEntry:
    return images(
        name,
        csv_sha1,
        zip_sha1,
        description=f"{count:,} images of 24 rendered objects on natural backgrounds",
        doi=DOI,
        bibtex=CITATION,
        stimuli=count,
        access=access,
        released=RELEASED,
    )


def _trials(identifier: str, sha1: str, stimuli: DataEntry, count: int, access: Access = "public") -> DataEntry:
    return trials(
        identifier,
        f"dicarlo.{identifier}",
        sha1,
        stimuli=stimuli,
        adapt=choices,
        description=f"{count:,} choices of people between the object shown and another one, pooled over people",
        doi=DOI,
        bibtex=CITATION,
        species="human",
        units="object chosen",
        access=access,
        released=RELEASED,
    )


def _network(name: str, sha256: str, sha1: str) -> DataEntry:
    source = Source(
        f"{name}-probabilities.nc",
        (f"{_NETWORKS}{name}-probabilities.nc",),
        sha256=sha256,
        sha1=sha1,
        size=89_646,
        licence="MIT",
        citation=CITATION,
    )
    described = DataInfo(
        f"Probabilities of 24 objects that {name} gives to the 240 images of objectome.private",
        licence="MIT",
        doi=DOI,
        bibtex=CITATION,
        units="probability",
        stimuli=240,
        sources=(source,),
        released=RELEASED,
    )
    return DataEntry(f"Rajalingham2018.{name}", partial(read_probabilities, source), described)


objectome_public = _images(
    "objectome.public",
    "47884e17106a3be471d6481279cab33889b80850",
    "064f2955f98e63867755fee2e3ead8cddf6bfab8",
    2160,
)
objectome_private = _images(
    "objectome.private",
    "ac38e8f7c08fa8294ed25a3bf84a6adb108bf3fc",
    "ccd39f7f9b8b4a92da06e3960d06225e46208593",
    240,
    "private",
)
public = _trials(
    "Rajalingham2018.public", "34c6a8b6f7c523589c1861e4123232e5f7c7df4c", objectome_public, 927_296 - 341_785
)
private = _trials(
    "Rajalingham2018.private", "516f13793d1c5b72bb445bb4008448ce97a02d23", objectome_private, 341_785, "private"
)
alexnet = _network(
    "alexnet",
    "eff812ac9c66d8b4ec6f9f80fd3179940efd7b2f3a8364469fd29cba48d0556c",
    "fd12fdfe31ba9ff9f3cfe4bdaf98ce4a24cb0dd7",
)
resnet18 = _network(
    "resnet18",
    "d7095c2edf9fc2fdccafd52d23255e3fd3e00c995e8eea4dae319a538965ba0d",
    "a8ab75b0d6f4dea5d6ad75573aa78c0bed641f7d",
)
resnet34 = _network(
    "resnet34",
    "18f95cfb3780908f62f711a281d12f6a3849b209bc573679d85eac313374e69b",
    "d3ead5999fc51c6ac490db1d16931f073c3cd309",
)
