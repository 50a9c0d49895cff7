"""Placing stimuli on a model's field of view, in degrees of visual angle; lazily, and never in place."""

import math
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter, InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet

from .movies.clip import Clip, of_kind

GREY = 128
LARGEST = 2**28
"""Pixels of the largest field that is made: far beyond any experiment, and still no threat to memory."""


def place_on_screen(
    stimuli: StimulusSet,
    target_visual_degrees: float,
    source_visual_degrees: float | None = None,
    *,
    position: tuple[float, float] = (0.0, 0.0),
    pixels: int | None = None,
) -> StimulusSet:
    """Show stimuli at their size on a field of view.

    A stimulus smaller than the field is padded with grey (128), a larger one is cropped, both about the centre and
    without resampling, as Brain-Score 2 does.

    Parameters
    ----------
    stimuli : StimulusSet
        Images, uint8, (height, width) or (height, width, 3); or clips, of which each frame is placed.
    target_visual_degrees : float
        Width of the model's field of view.
    source_visual_degrees : float, optional
        Width of the stimuli; by default the column ``degrees`` of the table.
    position : (float, float)
        Centre of the stimulus relative to the centre of the field: (x, y) in degrees, y upwards.
    pixels : int, optional
        Resample the placed image to this width (Lanczos): a true change of resolution, off by default.

    Returns
    -------
    StimulusSet
        The same ids, images (or clips) that fill the field; column ``degrees`` is the target.

    Raises
    ------
    InvalidParameter
        If no size, or two different ones, are stated, or a size is not above zero.
    InvalidStimulusSet
        When opened: a stimulus that is no image, or one whose field would have too many pixels.
    """
    sizes = _source_sizes(stimuli, source_visual_degrees)
    target = _positive("target_visual_degrees", target_visual_degrees)
    shift = _position(position, target)
    if pixels is not None and (isinstance(pixels, bool) or int(pixels) != pixels or pixels < 1):
        raise InvalidParameter(f"pixels={pixels!r}", expected="a whole number above 0")

    def shown(image: Any, stimulus_id: str) -> Any:
        if isinstance(of_kind(image, stimulus_id, stimuli), Clip):
            return image.map(lambda frame: placed_image(frame, stimulus_id))
        return placed_image(image, stimulus_id)

    def placed_image(image: Any, stimulus_id: str) -> np.ndarray:
        image = _image(image, stimulus_id, stimuli.identifier, target / sizes[stimulus_id])
        placed = place(image, target / sizes[stimulus_id], shift)
        return placed if pixels is None else resample(placed, pixels)

    moved = f":{shift[0]!r}:{shift[1]!r}:{pixels}"
    suffixes = {size: f"|on-screen-1:{target / size!r}{moved}" for size in set(sizes.values())}
    if shift == (0.0, 0.0) and pixels is None:
        suffixes[target] = ""  # it is what it was

    def key(before: str, stimulus_id: str) -> str:
        return before + suffixes[sizes[stimulus_id]]

    return stimuli.map(shown, key=key, degrees=target)


def place(image: np.ndarray, ratio: float, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """Pad or crop one image so that its size becomes `ratio` times what it was, but at least one pixel.

    Parameters
    ----------
    image : uint8 array, shape (height, width) or (height, width, 3)
    ratio : float
        Field of view over size of the image, both in degrees.
    shift : (float, float)
        Of the centre of the image, to the right and upwards, in widths of the field.

    Returns
    -------
    uint8 array
        The image itself when nothing changes.
    """
    old = np.array(image.shape[:2])
    new = np.maximum((ratio * old).round().astype(int), 1)
    offset = np.array([-shift[1] * new[1], shift[0] * new[1]]).round().astype(int)
    if ratio == 1 and not offset.any():
        return image
    corner = ((new - old) / 2).round().astype(int)  # half to even, as Brain-Score 2 rounds
    top, left = (int(start) for start in corner + offset)
    field = np.full((*new, *image.shape[2:]), GREY, dtype=image.dtype)
    rows, columns = _overlap(top, int(old[0]), int(new[0])), _overlap(left, int(old[1]), int(new[1]))
    field[rows, columns] = image[_back(rows, top), _back(columns, left)]
    return field


def _overlap(start: int, length: int, limit: int) -> slice:
    """Where `length` pixels from `start` on lie within 0 to `limit`."""
    first = min(max(start, 0), limit)
    return slice(first, max(min(start + length, limit), first))


def _back(inside: slice, start: int) -> slice:
    return slice(inside.start - start, inside.stop - start) if inside.stop > inside.start else slice(0, 0)


def resample(image: np.ndarray, width: int) -> np.ndarray:
    """The image at another resolution (Lanczos), aspect ratio kept."""
    from PIL import Image

    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS))


def _image(value: Any, stimulus_id: str, identifier: str, ratio: float) -> np.ndarray:
    image = np.asarray(value)
    if image.dtype != np.uint8 or image.size == 0 or not (image.ndim == 2 or image.ndim == 3 and image.shape[2] == 3):
        raise InvalidStimulusSet(
            f"stimulus {stimulus_id!r} of {identifier!r} is an array of shape {image.shape} and dtype {image.dtype}",
            expected="an image: uint8, (height, width) or (height, width, 3)",
        )
    if ratio * image.shape[0] * ratio * image.shape[1] > LARGEST:
        raise InvalidStimulusSet(
            f"stimulus {stimulus_id!r} of {identifier!r} would lie on a field {ratio * image.shape[1]:.3g} pixels wide",
            expected="sizes in degrees that are of the same order",
        )
    return image


def _source_sizes(stimuli: StimulusSet, stated: float | None) -> dict[str, float]:
    """Width of each stimulus in degrees, by id."""
    has_column = "degrees" in stimuli.table.columns
    if stated is None and not has_column:
        raise InvalidParameter(
            f"nobody states the size of the stimuli in {stimuli.identifier!r}",
            expected="source_visual_degrees=, or a column 'degrees' in the stimulus table",
        )
    if stated is not None and has_column and not (stimuli["degrees"] == stated).all():
        raise InvalidParameter(
            f"source_visual_degrees={stated} and the column 'degrees' of {stimuli.identifier!r} disagree",
            expected="one of the two",
        )
    values = [stated] * len(stimuli) if stated is not None else stimuli["degrees"].tolist()
    known = {value: _positive(f"a size in {stimuli.identifier!r}", value) for value in set(values)}
    return {id: known[value] for id, value in zip(stimuli, values, strict=True)}


def _position(position: tuple[float, float], target: float) -> tuple[float, float]:
    """(x, y) as parts of the width of the field."""
    x, y = (_number("position", value) / target for value in position)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise InvalidParameter(f"position={position!r}", expected="(x, y) in degrees of visual angle")
    return x, y


def _positive(name: str, value: Any) -> float:
    number = _number(name, value)
    if not 0 < number < math.inf:
        raise InvalidParameter(f"{name} is {value!r}", expected="degrees of visual angle above 0")
    return number


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise InvalidParameter(f"{name} is {value!r}", expected="a number") from error
