"""The files, by content, and where they can be had."""

from brainscore_core.data import Source, s3_address

from .ecosystem_files import HASHES
from .edge_files import EDGES
from .silhouette_files import SILHOUETTES
from .trial_files import TRIALS

DOI = "10.48550/arXiv.2106.07411"
CITATION = """@inproceedings{geirhos2021partial,
  title = {Partial success in closing the gap between human and machine vision},
  author = {Geirhos, Robert and Narayanappa, Kantharaju and Mitzkus, Benjamin and Thieringer, Tizian and
            Bethge, Matthias and Wichmann, Felix A. and Brendel, Wieland},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {34},
  pages = {23885--23899},
  year = {2021}
}"""
SHAPES_CITATION = """@inproceedings{geirhos2019imagenet,
  title = {{ImageNet}-trained {CNNs} are biased towards texture; increasing shape bias improves accuracy and
           robustness},
  author = {Geirhos, Robert and Rubisch, Patricia and Michaelis, Claudio and Bethge, Matthias and
            Wichmann, Felix A. and Brendel, Wieland},
  booktitle = {International Conference on Learning Representations},
  year = {2019}
}"""

CC_BY = "CC BY 4.0"
IMAGENET_TERMS = "terms of ImageNet (LICENSES_OVERVIEW.md of model-vs-human): research, no redistribution"
TRIALS_LICENCE = "MIT (of the repository)"

_TRIALS = (
    "https://raw.githubusercontent.com/bethgelab/model-vs-human/79ed7cd1d9ac3a114e71b6638f0a98bdd627316c/raw-data/"
)
_SHAPES = (
    "https://raw.githubusercontent.com/rgeirhos/texture-vs-shape/ccd0c01d42c0a8a834e90ec141e7f24fa915dc23/stimuli/"
)
_BUCKET = "brainscore-storage/brainio-brainscore"


def image_terms(experiment: str) -> str:
    """Licence of the images of an experiment."""
    if experiment in ("cue-conflict", "edge", "silhouette"):
        return CC_BY
    return "MIT (of ImageNet-Sketch)" if experiment == "sketch" else IMAGENET_TERMS


def trial_sources(experiment: str) -> tuple[Source, ...]:
    """One csv a person, in order."""
    rows = (row for row in _rows(TRIALS) if row[0].partition("_subject")[0] == experiment)
    return tuple(
        _source(f"{_TRIALS}{experiment}/", f"{name}_session_1.csv", size, sha256, TRIALS_LICENCE, CITATION)
        for name, size, sha256 in rows
    )


def shape_sources(experiment: str) -> dict[str, Source]:
    """The images of ``edge`` or ``silhouette`` by stimulus id, as ``airplane1``."""
    rows = _rows(EDGES if experiment == "edge" else SILHOUETTES)
    return {
        path.rpartition("/")[2].removesuffix(".png"): _source(_SHAPES, path, size, sha256, CC_BY, SHAPES_CITATION)
        for path, size, sha256 in rows
    }


def recorded_source(experiment: str) -> Source:
    """The same trials as Brain-Score 2 has them, netCDF."""
    return _ecosystem(f"assy_brendel_Geirhos2021_{experiment}.nc", HASHES[experiment][0], TRIALS_LICENCE)


def archive_sources(experiment: str) -> tuple[Source, Source]:
    """Table and archive of the images as Brain-Score 2 has them."""
    _, table, archive = HASHES[experiment]
    name, licence = f"stimulus_Geirhos2021_{experiment}", image_terms(experiment)
    return _ecosystem(f"{name}.csv", table, licence), _ecosystem(f"{name}.zip", archive, licence)


def _ecosystem(filename: str, sha1: str, licence: str) -> Source:
    """Whether the public address answers is up to its owners; those with their credentials are let in anyway."""
    places = (s3_address(_BUCKET, filename), s3_address(_BUCKET, filename, signed=True))
    return Source(filename, places, sha1=sha1, licence=licence, citation=CITATION)


def _source(folder: str, path: str, size: str, sha256: str, licence: str, citation: str) -> Source:
    return Source(
        path.rpartition("/")[2], (folder + path,), sha256=sha256, size=int(size), licence=licence, citation=citation
    )


def _rows(table: str) -> list[list[str]]:
    """(name, bytes, sha256) of each line."""
    return [line.split(" ") for line in table.strip().splitlines()]
