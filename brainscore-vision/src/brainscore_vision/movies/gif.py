"""Animated GIFs, decoded by Pillow as images are; colours are RGB, transparency lies over grey."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from brainscore_core.errors import BrainScoreError

from ..images import pixels_of
from .clip import Clip, Frame
from .problems import broken_tail, unreadable, varying

TRAILER = b";"
"""Last byte of a whole GIF."""


def scan_gif(path: Path) -> tuple[int, float]:
    """Number of frames and their rate in Hz; 0 where the file states none.

    Raises
    ------
    UnreadableStimulus
        If it is no GIF, has a broken tail, or a frame rate that varies.
    """
    from PIL import Image

    durations: list[float] = []
    try:
        with Image.open(path) as image:
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                durations.append(float(image.info.get("duration", 0)))
    except MemoryError:
        raise
    except Exception as error:  # decoders of damaged files raise whatever they stumble over
        raise unreadable(path, str(error) or type(error).__name__) from error
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - 1024))
        whole = file.read().rstrip(b"\0").endswith(TRAILER)
    if not whole:
        raise broken_tail(path, len(durations) - 1, len(durations))
    if len(set(durations)) > 1:
        raise varying(path, min(durations), max(durations))
    return len(durations), 1000 / durations[0] if durations[0] else 0.0


class GifClip(Clip):
    """A GIF.

    Parameters
    ----------
    path : Path
    frame_count : int
    frame_rate : float
        In Hz.
    """

    def __init__(self, path: Path, frame_count: int, frame_rate: float):
        super().__init__(frame_count, frame_rate)
        self._path = path

    def _frames(self, start: int, stop: int) -> Iterator[Frame]:
        from PIL import Image

        number = start
        try:
            with Image.open(self._path) as image:
                for number in range(start, stop):
                    image.seek(number)
                    pixels = pixels_of(image)
                    yield pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
        except (MemoryError, BrainScoreError, GeneratorExit):
            raise
        except Exception as error:
            raise broken_tail(self._path, number, self.frame_count) from error
