"""Movies as stimuli: video files, GIFs and folders of frames."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainscore_core.digests import digest_sequence
from brainscore_core.errors import InvalidStimulusSet, UnreadableStimulus
from brainscore_core.stimuli import StimulusSet

from .clip import MOVIES, Clip
from .folder import FolderClip, frame_files
from .gif import GifClip, scan_gif
from .problems import unreadable
from .video import VideoClip, decoder, scan

if TYPE_CHECKING:
    import pandas as pd

STILLS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm"})
"""Suffixes of files that are images: no clips."""


def movie_set(identifier: str, table: "pd.DataFrame", paths: Mapping[str, str | Path]) -> StimulusSet:
    """A stimulus set over movies.

    Parameters
    ----------
    identifier : str
    table : pandas.DataFrame
        With a column ``stimulus_id``. Columns ``frame_rate`` (Hz) and ``duration`` (s), where they are there, are
        compared with the files; folders of frames need the first.
    paths : mapping of stimulus id to path
        Video files (decoded by PyAV: ``brainscore-vision[movies]``), ``.gif``, or folders of numbered images.

    Returns
    -------
    StimulusSet
        It opens a :class:`~.clip.Clip` for each id.

    Raises
    ------
    InvalidStimulusSet
        If a stimulus has no path, a path leads nowhere or to a still image, or a folder's frame rate is not stated.
        When opened: where file and table disagree.
    UnreadableStimulus
        When opened: see :func:`~.video.scan`.
    """
    files = MovieFiles(identifier, paths, _stated(table))
    for stimulus_id in table["stimulus_id"].astype(str):
        files.check(stimulus_id)
    return StimulusSet(table, identifier=identifier, open=files.open, key=files.key, kind=MOVIES)


@dataclass(frozen=True)
class Stated:
    """What a table says of a clip: rate in Hz and duration in s; None where it says nothing."""

    frame_rate: float | None = None
    duration: float | None = None


class MovieFiles:
    """Opens clips by stimulus id; what a file is like is read once while it stays the same.

    Parameters
    ----------
    identifier : str
        Of the set, for messages.
    paths : mapping of stimulus id to path
    stated : mapping of stimulus id to Stated
    """

    def __init__(self, identifier: str, paths: Mapping[str, str | Path], stated: Mapping[str, Stated]):
        self.paths = {str(id): Path(path) for id, path in paths.items()}
        self._identifier, self._stated = identifier, stated
        self._clips: dict[str, tuple[Any, Clip]] = {}
        self._keys: dict[str, tuple[Any, str]] = {}

    def check(self, stimulus_id: str) -> None:
        """Refuse what needs no decoding to be wrong."""
        path = self.paths.get(stimulus_id)
        what = f"stimulus {stimulus_id!r} of {self._identifier!r}"
        if path is None or not path.exists():
            raise InvalidStimulusSet(
                f"{what} has no file", expected=f"a movie at {path or 'a path for it'}, or a folder of its frames"
            )
        if path.suffix.lower() in STILLS and path.is_file():
            raise InvalidStimulusSet(
                f"{what} is the image {path.name} among clips",
                expected="clips alone",
                remedy="make two sets, or a folder that holds the image as its one frame",
            )
        if path.is_dir() and not self._stated.get(stimulus_id, Stated()).frame_rate:
            raise InvalidStimulusSet(
                f"nobody states the frame rate of {what}, the folder {path.name}",
                expected="a column 'frame_rate' of the table, in Hz",
            )

    def open(self, stimulus_id: str) -> Clip:
        """The clip, of which nothing is decoded yet.

        Raises
        ------
        InvalidStimulusSet
            If the table states another frame rate or duration.
        UnreadableStimulus
        """
        path = self.paths[stimulus_id]
        state = _state(path)
        known = self._clips.get(stimulus_id)
        if known is None or known[0] != state:
            known = state, self._opened(stimulus_id, path)
            self._clips[stimulus_id] = known
        return known[1]

    def key(self, stimulus_id: str) -> str:
        """Hash of the file, or of those of a folder in order, with the rate stated and the version of what decodes."""
        path = self.paths[stimulus_id]
        state = _state(path)
        known = self._keys.get(stimulus_id)
        if known is None or known[0] != state:
            rate = self._stated.get(stimulus_id, Stated()).frame_rate
            if path.is_dir():
                content, rules = digest_sequence(map(_hash, frame_files(path))), "folder"
            else:
                content, rules = _hash(path), "gif" if _is_gif(path) else decoder()
            known = state, f"clip-1:{rules}:{rate!r}:{content}"
            self._keys[stimulus_id] = known
        return known[1]

    def _opened(self, stimulus_id: str, path: Path) -> Clip:
        stated = self._stated.get(stimulus_id, Stated())
        clip: Clip
        if path.is_dir():
            clip = FolderClip(frame_files(path), stated.frame_rate or 0.0)
        elif _is_gif(path):
            count, rate = scan_gif(path)
            if not rate and not stated.frame_rate:
                raise unreadable(path, "it states no time for its frames, nor does the table: column 'frame_rate', Hz")
            clip = GifClip(path, count, rate or stated.frame_rate or 0.0)
        else:
            clip = VideoClip(path, scan(path))
        self._agree(stimulus_id, path, clip, stated)
        return clip

    def _agree(self, stimulus_id: str, path: Path, clip: Clip, stated: Stated) -> None:
        """Rates to a thousandth; durations to half a frame."""
        what = f"stimulus {stimulus_id!r} of {self._identifier!r} ({path.name})"
        remedy = "correct the table, or fetch the file that it was made for"
        if stated.frame_rate and abs(clip.frame_rate / stated.frame_rate - 1) > 1e-3:
            raise InvalidStimulusSet(
                f"{what} has {clip.frame_rate:g} frames a second", expected=f"{stated.frame_rate:g}", remedy=remedy
            )
        if stated.duration is not None and abs(clip.duration - stated.duration) > 0.5 / clip.frame_rate:
            raise InvalidStimulusSet(
                f"{what} lasts {clip.duration:g} s, {clip.frame_count} frames at {clip.frame_rate:g} Hz",
                expected=f"the {stated.duration:g} s of its table",
                remedy=remedy,
            )


def _stated(table: "pd.DataFrame") -> dict[str, Stated]:
    columns = [table[name] if name in table.columns else [None] * len(table) for name in ("frame_rate", "duration")]
    rows = zip(table["stimulus_id"].astype(str), *columns, strict=True)
    return {id: Stated(_number(rate), _number(duration)) for id, rate, duration in rows}


def _number(value: Any) -> float | None:
    """NaN, as pandas fills in, says nothing."""
    return None if value is None or value != value else float(value)


def _is_gif(path: Path) -> bool:
    return path.suffix.lower() == ".gif"


def _state(path: Path) -> tuple[Any, ...]:
    """Changes when the file does, or any file of the folder."""
    try:
        if not path.is_dir():
            stat = os.stat(path)
            return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
        with os.scandir(path) as entries:
            found = [(entry.name, entry.stat().st_size, entry.stat().st_mtime_ns) for entry in entries]
    except OSError as error:
        raise UnreadableStimulus(f"cannot read {path.name} ({error})", expected="a movie") from error
    return tuple(sorted(found))


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
