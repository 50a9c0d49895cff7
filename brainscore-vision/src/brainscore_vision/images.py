"""Images as stimuli: files on disk, decoded to uint8 pixels."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidStimulusSet, UnreadableStimulus
from brainscore_core.stimuli import StimulusSet

from .screen import GREY

if TYPE_CHECKING:
    import pandas as pd
    from PIL.Image import Image


def image_set(identifier: str, table: "pd.DataFrame", paths: Mapping[str, str | Path]) -> StimulusSet:
    """A stimulus set over image files.

    Parameters
    ----------
    identifier : str
    table : pandas.DataFrame
        With a column ``stimulus_id``.
    paths : mapping of stimulus id to path

    Raises
    ------
    InvalidStimulusSet
        If a stimulus has no path, or a path no file.
    """
    files = ImageFiles(paths)
    for stimulus_id in table["stimulus_id"].astype(str):
        if stimulus_id not in files.paths or not files.paths[stimulus_id].is_file():
            raise InvalidStimulusSet(
                f"stimulus {stimulus_id!r} of {identifier!r} has no file",
                expected=f"an image at {files.paths.get(stimulus_id, 'a path for it')}",
            )
    return StimulusSet(table, identifier=identifier, open=files.open, key=files.key)


class ImageFiles:
    """Opens images by stimulus id; the key of one is the SHA-256 of its file, read once while it stays the same."""

    def __init__(self, paths: Mapping[str, str | Path]):
        self.paths = {str(id): Path(path) for id, path in paths.items()}
        self._names = {id: os.fspath(path) for id, path in self.paths.items()}
        self._keys: dict[str, tuple[tuple[int, int, int], str]] = {}

    def open(self, stimulus_id: str) -> np.ndarray:
        """uint8, (height, width) or (height, width, 3)."""
        return decode_image(self.paths[stimulus_id])

    def key(self, stimulus_id: str) -> str:
        """Hash of the file and version of the decoding rules.

        Raises
        ------
        UnreadableStimulus
            If the file is gone.
        """
        name = self._names[stimulus_id]
        try:
            stat = os.stat(name)
            state = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            known = self._keys.get(stimulus_id)
            if known is None or known[0] != state:
                known = state, f"image-1:{hashlib.sha256(self.paths[stimulus_id].read_bytes()).hexdigest()}"
                self._keys[stimulus_id] = known
        except OSError as error:
            raise _unreadable(name, error) from error
        return known[1]


def decode_image(path: str | Path) -> np.ndarray:
    """Decode one image file to uint8 pixels.

    Greyscale stays (height, width); transparency is composed over grey 128; palettes and CMYK become RGB; 16-bit
    greyscale is scaled to 8 bits (of 16-bit colour Pillow keeps the upper 8). Orientation tags are ignored: pixels are
    taken as they are stored. Of several frames the first is read.

    Raises
    ------
    UnreadableStimulus
        Naming the file and what the decoder said.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.load()
            return pixels_of(image)
    except MemoryError:
        raise
    except Exception as error:  # decoders of damaged files raise whatever they stumble over
        raise _unreadable(path, error) from error


def _unreadable(path: str | Path, error: Exception) -> UnreadableStimulus:
    return UnreadableStimulus(
        f"cannot decode {Path(path).name} ({error or type(error).__name__})",
        expected="an image that Pillow reads",
        remedy="replace the file, or fetch its archive again with `brainscore data verify`",
    )


def pixels_of(image: "Image") -> np.ndarray:
    """uint8 pixels of a Pillow image of any mode, by the rules of :func:`decode_image`.

    Raises
    ------
    ValueError
        If its numbers have no stated range.
    """
    mode = image.mode
    if mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _over_grey(image)
    if mode in ("L", "RGB"):
        return np.array(image)
    if mode.startswith("I") or mode == "F":
        return _scaled(np.array(image), mode)
    return np.array(image.convert("L" if mode == "1" else "RGB"))


def _over_grey(image: "Image") -> np.ndarray:
    """What lies under a transparent pixel is the grey that surrounds stimuli; greyscale stays greyscale."""
    if image.mode.startswith("I"):
        raise ValueError(f"pixels of mode {image.mode} with transparency")
    layered = np.asarray(image.convert("RGBA")).astype(np.float64)
    alpha = layered[..., 3:] / 255
    mixed = np.rint(layered[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)
    return mixed[..., 0] if image.mode in ("1", "L", "LA", "La") else mixed


def _scaled(values: np.ndarray, mode: str) -> np.ndarray:
    """16-bit greyscale to 8 bits; images of floats or of larger integers state no range and are refused."""
    if mode == "F" or values.min() < 0 or values.max() > 65535:
        raise ValueError(f"pixels of mode {mode} have no stated range")
    return np.rint(values / 257).astype(np.uint8)
