"""Placing stimuli on a model's field of view, in degrees of visual angle; lazily, and never in place."""

from typing import Any

import numpy as np
from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

GREY = 128


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
        Images, uint8, (height, width) or (height, width, 3).
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
        The same ids, images that fill the field; column ``degrees`` is the target.

    Raises
    ------
    InvalidParameter
        If no size, or two, are stated, or a size is not above zero.
    """
    sizes = _source_sizes(stimuli, source_visual_degrees)
    target = _positive("target_visual_degrees", target_visual_degrees)

    def shown(image: Any, stimulus_id: str) -> np.ndarray:
        placed = place(np.asarray(image), target / sizes[stimulus_id], target, position)
        return placed if pixels is None else resample(placed, pixels)

    def key(before: str, stimulus_id: str) -> str:
        return f"{before}|on-screen-1:{sizes[stimulus_id]:g}:{target:g}:{position[0]:g},{position[1]:g}:{pixels}"

    return stimuli.map(shown, key=key, degrees=target)


def place(
    image: np.ndarray, ratio: float, target_degrees: float = 1.0, position: tuple[float, float] = (0.0, 0.0)
) -> np.ndarray:
    """Pad or crop one image so that its size becomes `ratio` times what it was.

    Parameters
    ----------
    image : uint8 array, shape (height, width) or (height, width, 3)
    ratio : float
        Field of view over size of the image, both in degrees.
    target_degrees : float
        Width of the field, for `position`.
    position : (float, float)
        (x, y) in degrees, y upwards.

    Returns
    -------
    uint8 array
        The image itself when nothing changes.
    """
    height, width = image.shape[:2]
    new = np.array([ratio * height, ratio * width]).round().astype(int)
    per_degree = new[1] / target_degrees
    shift = np.array([-position[1] * per_degree, position[0] * per_degree]).round().astype(int)
    if ratio == 1 and not shift.any():
        return image
    top, left = _corner(np.array([height, width]), new, ratio) + shift
    field = np.full((*new, *image.shape[2:]), GREY, dtype=image.dtype)
    rows, columns = _overlap(top, height, new[0]), _overlap(left, width, new[1])
    field[rows, columns] = image[_back(rows, top), _back(columns, left)]
    return field


def _corner(old: np.ndarray, new: np.ndarray, ratio: float) -> np.ndarray:
    """Top-left of the image in the field, rounded as Brain-Score 2 rounds (half to even, of pad or of crop)."""
    return ((new - old) / 2).round().astype(int) if ratio >= 1 else -((old - new) / 2).round().astype(int)


def _overlap(start: int, length: int, limit: int) -> slice:
    return slice(max(int(start), 0), max(min(int(start) + length, int(limit)), 0))


def _back(inside: slice, start: int) -> slice:
    return slice(inside.start - int(start), max(inside.stop - int(start), inside.start - int(start)))


def resample(image: np.ndarray, width: int) -> np.ndarray:
    """The image at another resolution (Lanczos), aspect ratio kept."""
    from PIL import Image

    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS))


def _source_sizes(stimuli: StimulusSet, stated: float | None) -> dict[str, float]:
    has_column = "degrees" in stimuli.table.columns
    if stated is None and not has_column:
        raise InvalidParameter(
            f"nobody states the size of the stimuli in {stimuli.identifier!r}",
            expected="source_visual_degrees=, or a column 'degrees' in the stimulus table",
        )
    if stated is not None and has_column:
        if not (stimuli["degrees"] == stated).all():
            raise InvalidParameter(
                f"source_visual_degrees={stated} and the column 'degrees' of {stimuli.identifier!r} disagree",
                expected="one of the two",
            )
    values = [stated] * len(stimuli) if stated is not None else stimuli["degrees"].tolist()
    return {id: _positive(f"size of {id!r}", value) for id, value in zip(stimuli, values, strict=True)}


def _positive(name: str, value: Any) -> float:
    number = float(value)
    if not 0 < number < np.inf:
        raise InvalidParameter(f"{name} is {value!r}", expected="degrees of visual angle above 0")
    return number
