"""Object solution times of macaque IT (Kar et al. 2019), from the ecosystem's files.

Importing reads no file; the entries fetch and decode when asked.
"""

from dataclasses import replace
from functools import partial

from brainscore_core.contracts import DataEntry
from brainscore_vision.ecosystem import images, trials

from .reading import read_shown, read_times

__all__ = ["shown", "times"]

DOI = "10.1038/s41593-019-0392-5"
CITATION = """@article{kar2019evidence,
  title = {Evidence that recurrent circuits are critical to the ventral stream's execution of core object recognition
    behavior},
  author = {Kar, Kohitij and Kubilius, Jonas and Schmidt, Kailyn and Issa, Elias B. and DiCarlo, James J.},
  journal = {Nature Neuroscience},
  volume = {22},
  number = {6},
  pages = {974--983},
  year = {2019},
  doi = {10.1038/s41593-019-0392-5}
}"""
_SHARED = {"doi": DOI, "bibtex": CITATION, "released": "2019-04-29", "access": "private"}


def _images(csv_sha1: str, zip_sha1: str) -> DataEntry:
    described = "Images of ten objects, rendered on natural backgrounds or photographed"
    entry = images("Kar2019", csv_sha1, zip_sha1, description=described, stimuli=1318, **_SHARED)
    return replace(entry, read=partial(read_shown, *entry.info.sources))


def _times(sha1: str) -> DataEntry:
    entry = trials(
        "Kar2019",
        "dicarlo.Kar2019",
        sha1,
        description="Moments from which on a decoder of IT tells objects as well as the monkeys; NaN: it never does",
        species="macaque",
        regions=("IT",),
        units="ms after stimulus onset",
        **_SHARED,
    )
    info = replace(entry.info, stimuli=1318)
    return replace(entry, read=partial(read_times, *info.sources), info=info)


shown = _images("7f705bdea02c0a72a76d7f5e7b6963531df818a6", "75ab7b8b499fc8e86c813f717b79d268bcb986be")
times = _times("147717ce397e11d56164d472063a84a83bbcbb94")
