"""Folders of frames: images in the order of the numbers in their names."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from brainscore_core.errors import UnreadableStimulus

from ..images import decode_image
from .clip import Clip, Frame, checked_frame

_NUMBER = re.compile(r"(\d+)(?!.*\d)")


def frame_files(folder: Path) -> list[Path]:
    """Files of a folder in order: ``frame2`` comes before ``frame10``; names that begin with a dot do not count.

    Raises
    ------
    UnreadableStimulus
        If there are none, a name has no number, or a number is missing or stands twice.
    """
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    numbers: dict[int, Path] = {}
    for path in sorted(files):
        found = _NUMBER.search(path.stem)
        if found is None or int(found.group()) in numbers:
            other = f", as {numbers[int(found.group())].name}" if found else ""
            raise UnreadableStimulus(
                f"{folder.name}/{path.name} has {'the number ' + found.group() if found else 'no number'}{other}",
                expected="frames numbered in their order, one file each, and nothing else in the folder",
            )
        numbers[int(found.group())] = path
    if not numbers:
        raise UnreadableStimulus(
            f"the folder {folder.name} has 0 frames", expected="images that are numbered in their order"
        )
    first, last = min(numbers), max(numbers)
    missing = next((number for number in range(first, last + 1) if number not in numbers), None)
    if missing is not None:
        raise UnreadableStimulus(
            f"frame {missing} is missing in {folder.name}, which has {len(numbers)} from {first} to {last}",
            expected="every frame",
            remedy="fetch the folder again, or number its frames one after another",
        )
    return [numbers[number] for number in sorted(numbers)]


class FolderClip(Clip):
    """Images one after another, decoded as single images are.

    Parameters
    ----------
    files : sequence of Path
        In order.
    frame_rate : float
        In Hz.
    """

    def __init__(self, files: Sequence[Path], frame_rate: float):
        super().__init__(len(files), frame_rate)
        self._files = tuple(files)

    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        first = self.shape if start else None
        for path in self._files[start:stop]:
            frame = decode_image(path)
            first = first or frame.shape
            yield checked_frame(frame, first, f"frame {path.parent.name}/{path.name}")
