"""The published corrupted images, where their user has them (Zenodo record 2235448)."""

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from brainscore_core.errors import HashMismatch, InvalidParameter, InvalidStimulusSet
from brainscore_vision.owned_images import OwnedImages, md5_of, owned_images, owned_place, owned_set

from .corruptions.parameters import CATEGORIES, SEVERITIES

if TYPE_CHECKING:
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

PLACE = "BRAINSCORE_IMAGENETC"
"""Environment variable: the folder with ``noise.tar`` and its like, or with what was unpacked from them."""

ADDRESS = "https://zenodo.org/record/2235448/files"
MD5 = {
    "noise": "e80562d7f6c3f8834afb1ecf27252745",
    "blur": "2d8e81fdd8e07fef67b9334fa635e45c",
    "weather": "33ffea4db4d93fe4a428c40a6ce0c25d",
    "digital": "89157860d7b10d5797849337ca2e5c03",
}
"""Of the archives, as Zenodo publishes them and several loaders check them."""

IMAGES = 50_000
"""Under each corruption at each severity."""

_PATH = re.compile(r"(?:^|/)(\w+)/([1-5])/(n\d{8})/([^/]+)$")


def read_published(category: str, *, place: str | Path | None = None, sampling_factor: int = 1) -> "StimulusSet":
    """The images of a category, streamed from where they lie.

    Parameters
    ----------
    category : {"noise", "blur", "weather", "digital"}
    place : path, optional
        ``noise.tar`` (checked by its MD5), or a folder with it or with the unpacked images,
        ``gaussian_noise/1/n01440764/...JPEG``, flat or below ``noise``. Default: what ``BRAINSCORE_IMAGENETC`` names.
    sampling_factor : int
        Every so many images, in the order of class and name, the same under each corruption and severity.

    Returns
    -------
    StimulusSet
        Columns ``truth`` (WordNet id), ``corruption``, ``severity``, ``image`` and ``verified``.

    Raises
    ------
    DataUnavailable
        If nobody says where they lie.
    HashMismatch
        If the archive is not the published one.
    InvalidStimulusSet
        If images are missing.
    """
    if isinstance(sampling_factor, bool) or not isinstance(sampling_factor, int) or sampling_factor < 1:
        raise InvalidParameter(f"sampling_factor={sampling_factor!r}", expected="a whole number of 1 or more")
    found = _found(category, place)
    archive = found.is_file()
    if archive and (md5 := md5_of(found)) != MD5[category]:
        raise HashMismatch(f"{found.name} has MD5 {md5}", expected=MD5[category], remedy=f"fetch {ADDRESS} again")
    images = _indexed(found, found.stat().st_mtime_ns)
    table = _table(category, images, sampling_factor)
    names = table.pop("path")
    table["verified"] = "MD5 of the archive" if archive else "names and number only"
    content = (lambda name: f"{MD5[category]}:{name}") if archive else None
    return owned_set(f"ImageNet-C-{category}", table, images, names, content=content)


def _found(category: str, place: str | Path | None) -> Path:
    what, obtain = f"the {category} images of ImageNet-C", f"fetch {ADDRESS}/{category}.tar (MD5 {MD5[category]})"
    given = Path(place) if place is not None else owned_place(PLACE, what, obtain)
    return next((given / inside for inside in (f"{category}.tar", category) if (given / inside).exists()), given)


@lru_cache
def _indexed(place: Path, state: int) -> OwnedImages:
    """Listing the hundreds of thousands of images of a category takes a minute."""
    return owned_images(place)


def _table(category: str, images: OwnedImages, step: int) -> "pd.DataFrame":
    import pandas as pd

    cells: dict[tuple[str, str], list[tuple[str, str, str]]] = {
        (corruption, str(severity)): [] for corruption in CATEGORIES[category] for severity in SEVERITIES
    }
    for path in images.files:
        if (match := _PATH.search(path)) and (cell := cells.get((match[1], match[2]))) is not None:
            cell.append((match[3], match[4], path))
    for (corruption, severity), cell in cells.items():
        if len({name for _, name, _ in cell}) != IMAGES or len(cell) != IMAGES:
            raise InvalidStimulusSet(
                f"{images.place.name} has {len(cell)} images of {corruption} at severity {severity}",
                expected=f"{IMAGES:,}, each once",
                remedy=f"unpack {category}.tar of {ADDRESS} again",
            )
    return pd.DataFrame(
        [
            (f"{corruption}/{severity}/{name}", truth, corruption, int(severity), name, path)
            for (corruption, severity), cell in cells.items()
            for truth, name, path in sorted(cell)[::step]
        ],
        columns=["stimulus_id", "truth", "corruption", "severity", "image", "path"],
    )
