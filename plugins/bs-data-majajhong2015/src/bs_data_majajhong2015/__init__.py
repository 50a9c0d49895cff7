"""Macaque V4 and IT to 5,760 images of 64 objects (Majaj, Hong et al. 2015), in the files of the existing ecosystem.

Importing reads no file; the entries fetch and decode when asked. The public part (variations 0 and 3) was meant for
everybody, the private part (variation 6) and whatever includes it for the owners of the ecosystem's credentials.
"""

from brainscore_core.contracts import Access, DataEntry
from brainscore_vision.ecosystem import images, recordings

__all__ = [
    "everything",
    "hvm",
    "hvm_private",
    "hvm_public",
    "private",
    "public",
    "temporal",
    "temporal_10ms",
    "temporal_private",
    "temporal_public",
]

DOI = "10.1523/JNEUROSCI.5181-14.2015"
CITATION = """@article{majajhong2015simple,
  title = {Simple Learned Weighted Sums of Inferior Temporal Neuronal Firing Rates Accurately Predict Human Core Object
    Recognition Performance},
  author = {Majaj, Najib J. and Hong, Ha and Solomon, Ethan A. and DiCarlo, James J.},
  journal = {Journal of Neuroscience},
  volume = {35},
  number = {39},
  pages = {13402--13418},
  year = {2015},
  doi = {10.1523/JNEUROSCI.5181-14.2015}
}"""
_SHARED = {"doi": DOI, "bibtex": CITATION, "released": "2015-09-30"}


def _images(name: str, csv_sha1: str, zip_sha1: str, count: int, access: Access = "public") -> DataEntry:
    described = f"{count:,} grey images of 64 rendered objects on natural backgrounds"
    return images(name, csv_sha1, zip_sha1, description=described, stimuli=count, access=access, **_SHARED)


def _recordings(identifier: str, sha1: str, stimuli: DataEntry, bins: str, access: Access = "public") -> DataEntry:
    return recordings(
        identifier,
        f"dicarlo.{identifier}",
        sha1,
        stimuli=stimuli,
        description=f"Multi-unit responses of V4 and IT of two macaques to {stimuli.info.stimuli:,} images, {bins}",
        species="macaque",
        regions=("V4", "IT"),
        subjects=2,
        units="normalised spike rate",
        access=access,
        **_SHARED,
    )


_ONE, _MANY = "one bin of 70 to 170 ms", "bins over time"
hvm = _images(
    "hvm", "a56f55205904d5fb5ead4d0dc7bfad5cc4083b94", "6fd5080deccfb061699909ffcb86a26209516811", 5760, "private"
)
hvm_private = _images(
    "hvm-private",
    "6ff4981722fa05feb73a2bd26bbbba8b50dc29a6",
    "d7b1ca1876dad87e15b0242b4c82c0203ff3cbd3",
    2560,
    "private",
)
hvm_public = _images(
    "hvm-public", "5ca7a3da00d8e9c694a9cd725df5ba0ad6d735af", "8aa44e038d7b551efa8077467622f9d48d72e473", 3200
)
public = _recordings("MajajHong2015.public", "13d28ca0ce88ee550b54db3004374ae19096e9b9", hvm_public, _ONE)
private = _recordings("MajajHong2015.private", "7a40d16148d6f82939155f0bd976d310857fb156", hvm_private, _ONE, "private")
everything = _recordings("MajajHong2015", "bf8f8d01010d727e3db3f85a9bd5f95f9456b7ec", hvm, _ONE, "private")
temporal_public = _recordings(
    "MajajHong2015.temporal.public", "093ac35b3e8464c676d24cf38238415d4d6a9448", hvm_public, _MANY
)
temporal_private = _recordings(
    "MajajHong2015.temporal.private", "804ea9e7c08ae9ab7a7d705c9c7e68582750e2ea", hvm_private, _MANY, "private"
)
temporal = _recordings("MajajHong2015.temporal", "4c5cfe25ad53162c5c716d64004de269162eff38", hvm, _MANY, "private")
temporal_10ms = _recordings(
    "MajajHong2015.temporal-10ms", "3a43db05db722b456d156f53b7215413c994e5b5", hvm, "bins of 10 ms", "private"
)
