"""Macaque V1 to natural vision movies, frame by frame (David, Vinje, Gallant 2004), from the ecosystem's files.

Importing reads no file; the entries fetch and decode when asked. The ecosystem cites another "David 2004" by mistake.
"""

from brainscore_core.contracts import DataEntry
from brainscore_vision.ecosystem import images, recordings

from .segments import with_segments

__all__ = ["recording", "shown"]

DOI = "10.1523/JNEUROSCI.1422-04.2004"
CITATION = """@article{david2004natural,
  title = {Natural stimulus statistics alter the receptive field structure of {V1} neurons},
  author = {David, Stephen V. and Vinje, William E. and Gallant, Jack L.},
  journal = {Journal of Neuroscience},
  volume = {24},
  number = {31},
  pages = {6991--7006},
  year = {2004},
  doi = {10.1523/JNEUROSCI.1422-04.2004}
}"""
_SHARED = {"doi": DOI, "bibtex": CITATION, "released": "2004-08-04", "access": "private"}


def _images(csv_sha1: str, zip_sha1: str) -> DataEntry:
    return images("David2004", csv_sha1, zip_sha1, description="Frames of natural vision movies", **_SHARED)


def _recordings(sha1: str, stimuli: DataEntry) -> DataEntry:
    return recordings(
        "David2004",
        "gallant.David2004",
        sha1,
        stimuli=stimuli,
        region="V1",
        renamed={"neuroid_id": "neuroid"},
        adapt=with_segments,
        description="V1 neurons, each to the frames of movies of its own; NaN for the frames of others",
        species="macaque",
        regions=("V1",),
        units="spikes in a frame",
        **_SHARED,
    )


shown = _images("8ec76338b998cadcdf1e57edd2dd992e2ab2355b", "0200421d66a0613946d39cab64c00b561160016e")
recording = _recordings("d2ed9834c054da2333f5d894285c9841a1f27313", shown)
