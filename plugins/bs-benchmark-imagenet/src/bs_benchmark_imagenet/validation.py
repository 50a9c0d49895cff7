"""The validation images, where their user has them."""

import re
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from brainscore_core.errors import HashMismatch, InvalidStimulusSet
from brainscore_vision.owned_images import OwnedImages, md5_of, owned_images, owned_place, owned_set, read_hash_list

from .labels import stimulus_ids, truths

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

PLACE = "BRAINSCORE_IMAGENET"
"""Environment variable: where the user's images lie."""

HASHES = "BRAINSCORE_IMAGENET_HASHES"
"""Environment variable: a list of hashes that they are checked by."""

ARCHIVE, MD5 = "ILSVRC2012_img_val.tar", "29b22e2961454d5413ddabcf34fc5622"
"""The official archive, and its MD5 as image-net.org publishes it (and torchvision checks)."""

_OBTAIN = f"register at image-net.org for {ARCHIVE}"
_INSIDE = ("", ARCHIVE, "val", "ILSVRC/Data/CLS-LOC/val")
_IMAGE = re.compile(r"ILSVRC2012_val_\d{8}\.JPEG", re.IGNORECASE)
_CLASS = re.compile(r"n\d{8}")


def read_validation(place: str | Path | None = None, hashes: str | Path | None = None) -> "StimulusSet":
    """The 50,000 images, streamed from where they lie.

    Parameters
    ----------
    place : path, optional
        ``ILSVRC2012_img_val.tar``, which is checked by its official MD5; or a folder with the images, flat or in one
        folder a class, or with ``val`` or that tar inside. By default what ``BRAINSCORE_IMAGENET`` names.
    hashes : path, optional
        A list of sha1 or sha256, a line an image as sha256sum writes them, that every image is checked by when it is
        read. By default what ``BRAINSCORE_IMAGENET_HASHES`` names.

    Returns
    -------
    StimulusSet
        Columns ``truth`` (WordNet id) and ``verified``: by what the images were checked.

    Raises
    ------
    DataUnavailable
        If nobody says where they lie.
    HashMismatch
        If the archive is not the official one.
    InvalidStimulusSet
        If an image is missing, stands twice, or lies in the folder of another class.
    """
    import pandas as pd

    images = owned_images(_found(place))
    listed = _hash_list(hashes)
    official = images.place.is_file()
    if official and (md5 := md5_of(images.place)) != MD5:
        raise HashMismatch(f"{images.place.name} has MD5 {md5}", expected=MD5, remedy=_OBTAIN)
    verified = "MD5 of the archive" if official else "hash list" if listed else "names, number and classes only"
    table = pd.DataFrame({"stimulus_id": stimulus_ids(), "truth": truths(), "verified": verified})
    content = (lambda name: f"{MD5}:{PurePosixPath(name).name}") if official else None
    return owned_set("ImageNet-val", table, images, _in_order(images), content=content, digests=listed)


def _found(place: str | Path | None) -> Path:
    given = Path(place) if place is not None else owned_place(PLACE, "the validation images of ImageNet", _OBTAIN)
    for inside in reversed(_INSIDE):
        if (given / inside).exists():
            return given / inside
    return given


def _hash_list(hashes: str | Path | None) -> dict[str, str] | None:
    import os

    named = hashes if hashes is not None else os.environ.get(HASHES, "")
    return read_hash_list(Path(named)) if named else None


def _in_order(images: OwnedImages) -> list[str]:
    """Path of each image inside, in the official order."""
    found = defaultdict(list)
    for name in images.files:
        path = PurePosixPath(name)
        if _IMAGE.fullmatch(path.name):
            found[path.name.lower()].append(path)
    ids, right = stimulus_ids(), truths()
    paths = [found[id.lower()] for id in ids]
    if wrong := [(id, len(there)) for id, there in zip(ids, paths, strict=True) if len(there) != 1]:
        raise InvalidStimulusSet(
            f"{images.place.name} has {wrong[0][0]} {wrong[0][1]} times, and {len(wrong)} images not once",
            expected=f"each of {len(ids):,} once",
            remedy=_OBTAIN,
        )
    for (path,), truth in zip(paths, right, strict=True):
        if _CLASS.fullmatch(path.parent.name) and path.parent.name != truth:
            raise InvalidStimulusSet(f"{path.name} lies in {path.parent.name}", expected=f"{truth}, its official class")
    return [str(path) for (path,) in paths]
