"""Images that a user owns and nobody else may hand out: a folder, or a tar that is read where it lies.

Nothing is copied or unpacked: an image is read when it is opened, so sets of any size stream.
"""

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidFile, InvalidStimulusSet, UnreadableStimulus
from brainscore_core.stimuli import StimulusSet

from .images import pixels_of

if TYPE_CHECKING:
    import pandas as pd

DIGESTS = {40: "sha1", 64: "sha256"}
"""Hexadecimal digits of what a hash list may hold."""


class OwnedImages:
    """Image files below a folder or in an uncompressed tar, by their path inside.

    Parameters
    ----------
    place : Path
    paths : mapping of str to Path, or to (offset, bytes)
        Where each file lies; :func:`owned_images` finds out.
    """

    def __init__(self, place: Path, files: Mapping[str, "Path | tuple[int, int]"]):
        self.place, self.files = place, dict(files)

    def read(self, name: str) -> bytes:
        """The bytes of a file. Several threads may read at once.

        Raises
        ------
        UnreadableStimulus
            If it is gone or cut off.
        """
        file = self.files[name]
        try:
            if isinstance(file, Path):
                return file.read_bytes()
            offset, size = file
            with self.place.open("rb") as archive:
                archive.seek(offset)
                content = archive.read(size)
        except OSError as error:
            raise UnreadableStimulus(f"cannot read {name} in {self.place.name} ({error})") from error
        if len(content) != size:
            raise UnreadableStimulus(f"{name} in {self.place.name} ends after {len(content)} of {size} bytes")
        return content

    def open(self, name: str) -> np.ndarray:
        """uint8 pixels, (height, width) or (height, width, 3)."""
        return decode_bytes(self.read(name), name)


def owned_place(variable: str, what: str, obtain: str) -> Path:
    """The folder or file that an environment variable names.

    Parameters
    ----------
    variable : str
        As ``"BRAINSCORE_IMAGENET"``.
    what, obtain : str
        What should lie there, and where its owner hands it out.

    Raises
    ------
    DataUnavailable
        If the variable is not set, or nothing lies there.
    """
    named = os.environ.get(variable, "")
    if not named:
        raise DataUnavailable(
            f"{what} may not be handed out by us and {variable} does not say where yours are",
            remedy=f"{obtain}, and set {variable} to the folder or tar file",
        )
    place = Path(named).expanduser()
    if not place.exists():
        raise DataUnavailable(f"{variable} names {named!r}, where nothing lies", remedy=f"{obtain}, or mend {variable}")
    return place


def owned_images(place: Path, suffixes: tuple[str, ...] = (".jpeg", ".jpg", ".png")) -> OwnedImages:
    """The images below a folder, or in a tar file.

    Raises
    ------
    InvalidFile
        If a file is no uncompressed tar, or is cut off.
    """
    if place.is_dir():
        found: dict[str, Path | tuple[int, int]] = {
            (Path(folder) / name).relative_to(place).as_posix(): Path(folder) / name
            for folder, _, names in os.walk(place)
            for name in names
            if name.lower().endswith(suffixes)
        }
    else:
        found = _members(place, suffixes)
    return OwnedImages(place, dict(sorted(found.items())))


def md5_of(path: Path) -> str:
    """MD5 of a file, which old archives are published with; read once a process while the file stays the same."""
    stat = path.stat()
    return _md5(path, (stat.st_size, stat.st_mtime_ns, stat.st_ino))


def read_hash_list(path: Path) -> dict[str, str]:
    """File name to digest, from lines ``DIGEST  NAME`` as sha256sum and sha1sum write them.

    Raises
    ------
    InvalidFile
        Naming the line.
    """
    digests: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidFile(f"hash list {path} cannot be read ({error})", expected="lines 'DIGEST  NAME'") from error
    for number, line in enumerate(lines, 1):
        digest, _, name = line.strip().partition(" ")
        if not line.strip():
            continue
        if len(digest) not in DIGESTS or set(digest.lower()) - set("0123456789abcdef") or not name.strip(" *"):
            raise InvalidFile(f"line {number} of {path.name} is {line!r}", expected="'DIGEST  NAME', sha1 or sha256")
        digests[Path(name.strip(" *")).name] = digest.lower()
    return digests


def owned_set(
    identifier: str,
    table: "pd.DataFrame",
    images: OwnedImages,
    names: Iterable[str],
    *,
    content: Callable[[str], str] | None = None,
    digests: Mapping[str, str] | None = None,
) -> StimulusSet:
    """A stimulus set over images that a user owns.

    Parameters
    ----------
    identifier : str
    table : pandas.DataFrame
        With a column ``stimulus_id``.
    images : OwnedImages
    names : iterable of str
        Path inside `images` of each row.
    content : callable, optional
        Name of a file to the name of its content, where the whole archive was verified; its hash otherwise.
    digests : mapping of file name to hexadecimal digest, optional
        Each image is checked when it is read, and one that is not listed is refused.

    Raises
    ------
    InvalidStimulusSet
        If an image is not there, or not in the hash list.
    """
    inside = dict(zip(table["stimulus_id"].astype(str), names, strict=True))
    if missing := [name for name in inside.values() if name not in images.files]:
        raise InvalidStimulusSet(
            f"{identifier!r} lacks {len(missing)} of {len(inside)} images, as {missing[0]!r}",
            expected=f"all of them in {images.place.name}",
        )
    if digests is not None and (unlisted := [name for name in inside.values() if Path(name).name not in digests]):
        raise InvalidStimulusSet(f"the hash list has no {Path(unlisted[0]).name!r}", expected="a line for every image")

    def read(stimulus_id: str) -> bytes:
        found = images.read(inside[stimulus_id])
        if digests is not None:
            _verify(found, digests[Path(inside[stimulus_id]).name], inside[stimulus_id])
        return found

    def key(stimulus_id: str) -> str:
        if content is not None:
            return f"image-1:{content(inside[stimulus_id])}"
        return f"image-1:{hashlib.sha256(read(stimulus_id)).hexdigest()}"

    return StimulusSet(
        table, identifier=identifier, open=lambda id: decode_bytes(read(id), inside[id]), key=lru_cache(None)(key)
    )


def decode_bytes(content: bytes, name: str) -> np.ndarray:
    """uint8 pixels of an encoded image, by the rules of :func:`~brainscore_vision.images.decode_image`.

    Raises
    ------
    UnreadableStimulus
        Naming the file and what the decoder said.
    """
    from PIL import Image

    try:
        with Image.open(BytesIO(content)) as image:
            image.load()
            return pixels_of(image)
    except MemoryError:
        raise
    except Exception as error:  # decoders of damaged files raise whatever they stumble over
        raise UnreadableStimulus(
            f"cannot decode {name} ({error or type(error).__name__})", expected="an image that Pillow reads"
        ) from error


def _members(place: Path, suffixes: tuple[str, ...]) -> "dict[str, Path | tuple[int, int]]":
    try:
        with tarfile.open(place, "r:") as archive:
            return {
                entry.name.removeprefix("./"): (entry.offset_data, entry.size)
                for entry in archive
                if entry.isreg() and entry.name.lower().endswith(suffixes)
            }
    except (tarfile.TarError, OSError, EOFError) as error:
        raise InvalidFile(
            f"{place.name} cannot be read as a tar file ({error})",
            expected="a folder, or an uncompressed tar",
            remedy="fetch it again, or unpack it and name the folder",
        ) from error


@lru_cache
def _md5(path: Path, state: tuple[int, int, int]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _verify(content: bytes, digest: str, name: str) -> None:
    found = hashlib.new(DIGESTS[len(digest)], content, usedforsecurity=False).hexdigest()
    if found != digest:
        raise HashMismatch(
            f"{name} has {DIGESTS[len(digest)]} {found}", expected=digest, remedy="unpack or fetch it again"
        )
