"""Stimuli of a set that may be shown and lie on this machine, drawn and made small."""

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from brainscore_core.contracts import DataEntry
from brainscore_core.data.home import data_folder
from brainscore_core.data.mirrors import in_folder
from brainscore_core.data.store import stored_path
from brainscore_core.errors import DataUnavailable

from .licences import Terms, shareable
from .thumbnails import Picture, thumbnail

DRAWN = 6
"""Stimuli of a set that are shown."""
SEED = 0
LARGEST = 64 * 2**20
"""Bytes of an archive that is unpacked for this, where it is not already: about a second."""
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz")


class Why(StrEnum):
    """Why a benchmark shows no samples."""

    NOT_INSTALLED = "not installed here"
    OTHER_VERSION = "installed in another version"
    BROKEN = "cannot be loaded"
    PRIVATE = "private in part"
    NO_STIMULI = "show no stimulus set"
    LICENCE = "licence does not allow it"
    NOT_HERE = "files are not on this machine"
    LARGE = "archive is not unpacked, and large"
    UNREADABLE = "stimuli cannot be read as pictures"


class NotShown(Exception):
    """A set, or a benchmark, shows no samples.

    Parameters
    ----------
    why : Why
    """

    def __init__(self, why: Why):
        self.why = why
        super().__init__(why.value)


def allowed(entry: DataEntry) -> Terms:
    """The terms of a set that is public and that everybody may hand out, as are all files it is made of.

    Raises
    ------
    NotShown
    """
    info = entry.info
    if any(thing.access != "public" for thing in (info, *info.sources)):
        raise NotShown(Why.PRIVATE)
    terms = shareable(info.licence)
    if terms is None or any(shareable(source.licence) is None for source in info.sources):
        raise NotShown(Why.LICENCE)
    return terms


def here(entry: DataEntry) -> None:
    """Look whether its files lie on this machine; nothing is opened.

    Raises
    ------
    NotShown
        If one does not, or is a large archive that would have to be unpacked.
    """
    for source in entry.info.sources:
        if (data_folder() / source.key / "unpacked").is_dir():
            continue
        path = stored if (stored := stored_path(source)).is_file() else in_folder(source)
        if path is None:
            raise NotShown(Why.NOT_HERE)
        if _packed(path) and path.stat().st_size > LARGEST:
            raise NotShown(Why.LARGE)


def pictures(entry: DataEntry) -> tuple[int, list[Picture]]:
    """How many stimuli a set has, and some of them, made small.

    Raises
    ------
    NotShown
    """
    try:
        stimuli = entry.load()
        chosen = drawn(stimuli, entry.identifier)
        return len(stimuli), [thumbnail(stimuli.open(name)) for name in chosen]
    except DataUnavailable as error:
        raise NotShown(Why.NOT_HERE) from error
    except (Exception, SystemExit) as error:  # a plugin raises what it likes, and the others are shown anyway
        raise NotShown(Why.UNREADABLE) from error


def drawn(ids: Iterable[str], identifier: str, count: int = DRAWN) -> list[str]:
    """Ids spread over a set, whatever the order in which it lists them.

    The sorted ids are cut into `count` runs; of each, the id is taken whose hash, with the seed, is lowest.
    """
    ordered = sorted(ids)
    count = min(count, len(ordered))
    cuts = [len(ordered) * place // count for place in range(count + 1)] if count else []

    def lot(name: str) -> str:
        return hashlib.sha256(f"{SEED}\0{identifier}\0{name}".encode()).hexdigest()

    return [min(ordered[start:stop], key=lot) for start, stop in zip(cuts, cuts[1:], strict=False)]


def write(pictures: Sequence[Picture], folder: Path, number: int) -> list[str]:
    """Write the pictures of set `number`; their addresses within the leaderboard."""
    folder.mkdir(exist_ok=True)
    names = [f"{number}-{place}.webp" for place in range(len(pictures))]
    for name, picture in zip(names, pictures, strict=True):
        (folder / name).write_bytes(picture.content)
    return [f"{folder.name}/{name}" for name in names]


def _packed(path: Path) -> bool:
    return path.name.lower().endswith(_ARCHIVES)
