"""Macaque V1 and V2 to textures and spectrally matched noise (Freeman, Ziemba et al. 2013), from the ecosystem's files.

Importing reads no file; the entries fetch and decode when asked. What is shown is seen through an aperture; the sets
without one are the images before it was laid over them.
"""

from brainscore_core.contracts import Access, DataEntry
from brainscore_vision.ecosystem import images, recordings

__all__ = [
    "everything",
    "images_aperture",
    "images_aperture_private",
    "images_aperture_public",
    "images_private",
    "images_public",
    "images_whole",
    "noaperture",
    "noaperture_private",
    "noaperture_public",
    "private",
    "public",
]

DOI = "10.1038/nn.3402"
CITATION = """@article{freeman2013functional,
  title = {A functional and perceptual signature of the second visual area in primates},
  author = {Freeman, Jeremy and Ziemba, Corey M. and Heeger, David J. and Simoncelli, Eero P. and Movshon, J. Anthony},
  journal = {Nature Neuroscience},
  volume = {16},
  number = {7},
  pages = {974--981},
  year = {2013},
  doi = {10.1038/nn.3402}
}"""
_SHARED = {"doi": DOI, "bibtex": CITATION, "released": "2013-05-19"}
_COUNTS = {"public": 135, "private": 315, "all": 450}
"""30% of the images, balanced over texture and noise, are public."""


def _images(name: str, csv: str, zip: str, part: str, *versions: str) -> DataEntry:
    return images(
        name,
        csv,
        zip,
        *versions,
        description="Samples of 15 texture families, and noise with their spectra, 320 x 320 pixels",
        stimuli=_COUNTS[part],
        access=_access(part),
        **_SHARED,
    )


def _recordings(identifier: str, sha1: str, stimuli: DataEntry, part: str, version: str | None = None) -> DataEntry:
    return recordings(
        identifier,
        f"movshon.{identifier}",
        sha1,
        version,
        stimuli=stimuli,
        description="Spikes of 102 V1 and 103 V2 neurons in bins of 1 ms, 20 trials of each image",
        species="macaque",
        regions=("V1", "V2"),
        units="spikes in 1 ms",
        access=_access(part),
        **_SHARED,
    )


def _access(part: str) -> Access:
    return "public" if part == "public" else "private"


images_aperture_public = _images(
    "FreemanZiemba2013.aperture-public",
    "194c9b301a4e3e9cff02481d4c19b39331d52660",
    "3a6fec1fc28c212882d6833e267ea8654d289611",
    "public",
)
images_aperture_private = _images(
    "FreemanZiemba2013.aperture-private",
    "65bee31483dd743ae2a19c6af03b9abe5f4d5a41",
    "daa724a4797b23929df59c18744923790edf71cb",
    "private",
    "Klo0lMygUX0IZPkLoypccXH55a1hZjf2",
    "nZES.el0vF3KXuRrB2ELQOqzCcxumFMY",
)
images_aperture = _images(
    "FreemanZiemba2013.aperture",
    "4205eca54974da46accba7812fce25c1b6df58e0",
    "3eacddfecd825b18026da3e4c749d5d1bc9213ed",
    "all",
)
images_public = _images(
    "FreemanZiemba2013.public",
    "b4fee824f361fa0b78d7247ed4192b04cd675d4f",
    "3a5e2cb347eb97d02ff9f7294abc11c1b45a78dc",
    "public",
)
images_private = _images(
    "FreemanZiemba2013.private",
    "91bab3340410ff5171490a337c5931545f29da82",
    "e973cf0f98eac3d9673b00b314deb3b85e76c23c",
    "private",
)
images_whole = _images(
    "FreemanZiemba2013",
    "de0e65a25c7de4c1740f48ac9b1ff513dcfa5caf",
    "bdfc3ba2d878d6aeaa842f9de6abeae50922f2f2",
    "all",
)

public = _recordings(
    "FreemanZiemba2013.public",
    "761c08f796db4e342555cdb60eef23a4f19ead43",
    images_aperture_public,
    "public",
    "W2vx7jdh9utZdVumHHarXa4L1zOrA8Fd",
)
private = _recordings(
    "FreemanZiemba2013.private",
    "63f636fa2e2b51b47a676768a69b06ce95efdd8f",
    images_aperture_private,
    "private",
    "wx5LB7Nq42SV74RQ8Cw6EtyabywsnSyG",
)
everything = _recordings("FreemanZiemba2013", "f03f1630f0ab1e2dbd51816b47fbf2916876134e", images_aperture, "all")
noaperture_public = _recordings(
    "FreemanZiemba2013.noaperture.public", "68dd9e1da7207dc2ae17dbbb1adf628e922d15fa", images_public, "public"
)
noaperture_private = _recordings(
    "FreemanZiemba2013.noaperture.private", "9ffa772ce61754f6f5b7b391436680ebc25bb8dd", images_private, "private"
)
noaperture = _recordings(
    "FreemanZiemba2013.noaperture", "6176fd435ab840d284c2c426742c8211622739b5", images_whole, "all"
)
