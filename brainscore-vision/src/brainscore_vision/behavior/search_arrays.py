"""Arrays for visual search: objects on a circle around fixation, from any set of images, or cut from given arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter, InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet

from ..screen import GREY

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Circle:
    """Where the items of an array lie.

    Parameters
    ----------
    items : int
        How many, equally spaced.
    eccentricity : float
        Distance of their centres from fixation, in degrees.
    item_degrees : float
        Side of the square that an item fits in.
    visual_degrees : float
        Width of the array.
    pixels : int
        Width of the array.
    first_angle : float
        Of item 1, in degrees, counter-clockwise from the right.

    Raises
    ------
    InvalidParameter
        If items would overlap or lie outside.
    """

    items: int = 6
    eccentricity: float = 6.0
    item_degrees: float = 3.0
    visual_degrees: float = 16.0
    pixels: int = 448
    first_angle: float = 0.0

    def __post_init__(self) -> None:
        if self.items < 2 or self.pixels < 1 or not min(self.eccentricity, self.item_degrees, self.visual_degrees) > 0:
            raise InvalidParameter(f"{self}", expected="at least two items, and sizes above 0")
        if (np.abs(self.positions).max() + self.item_degrees / 2) > self.visual_degrees / 2:
            raise InvalidParameter(
                f"items of {self.item_degrees} degrees at {self.eccentricity}",
                expected=f"items that lie within the {self.visual_degrees} degrees of the array",
            )
        # squares overlap where both distances are below their side
        apart = np.abs(self.positions[:, None] - self.positions[None]).max(axis=-1)[np.triu_indices(self.items, 1)]
        if apart.min() < self.item_degrees - 1e-9:
            raise InvalidParameter(
                f"{self.items} items of {self.item_degrees} degrees at {self.eccentricity}",
                expected="items that do not overlap",
            )

    @property
    def positions(self) -> np.ndarray:
        """Centres (x, y) relative to fixation in degrees, y upwards: shape (item, 2)."""
        angles = np.deg2rad(self.first_angle + 360 * np.arange(self.items) / self.items)
        return self.eccentricity * np.stack([np.cos(angles), np.sin(angles)], axis=1)

    @property
    def side(self) -> int:
        """Pixels of the side of an item."""
        return max(1, round(self.item_degrees / self.visual_degrees * self.pixels))

    def corner(self, item: int | None) -> tuple[int, int]:
        """Row and column where the square of an item (from 0 on) begins; None: at fixation."""
        x, y = (0.0, 0.0) if item is None else self.positions[item]
        middle, per_degree = self.pixels / 2, self.pixels / self.visual_degrees
        last = self.pixels - self.side
        row, column = (round(middle + part * per_degree - self.side / 2) for part in (-y, x))
        return min(max(row, 0), last), min(max(column, 0), last)


@dataclass(frozen=True, eq=False)
class SearchArrays:
    """Arrays with their trials.

    Parameters
    ----------
    stimuli : StimulusSet
        What a model looks at: targets and items, each alone on grey. Width: ``circle.visual_degrees``.
    arrays : StimulusSet
        The whole arrays, as people see them.
    trials : pandas.DataFrame
        For the task ``visual_search``: ``target``, ``item_1`` ..., ``target_item``, ``array``.
    circle : Circle
    """

    stimuli: StimulusSet
    arrays: StimulusSet
    trials: "pd.DataFrame"
    circle: Circle


def search_arrays(
    objects: StimulusSet,
    *,
    circle: Circle,
    number: int = 100,
    category: str | None = None,
    centred: bool = True,
    seed: int = 0,
) -> SearchArrays:
    """Arrays with one target and distractors, drawn from a set of objects.

    Parameters
    ----------
    objects : StimulusSet
        Images, uint8; they are resampled (Lanczos) to fit the square of an item.
    circle : Circle
    number : int
        Arrays.
    category : str, optional
        Column of `objects`. The target in the array is then another image of the category that was shown before (search
        that is invariant, as in Zhang et al. 2018), and all distractors are of other categories. None: the very image
        is searched for, among other images, which is no task for a model that sees it in the same place.
    centred : bool
        Items are seen as if they were fixated, at the centre; False: each at its place in the array.
    seed : int

    Returns
    -------
    SearchArrays

    Raises
    ------
    InvalidParameter
        If the column is missing, or the objects do not suffice for an array.
    """
    import pandas as pd

    rng = np.random.default_rng(seed)
    groups = _groups(objects, category)
    rows = [_drawn(groups, circle.items, rng, paired=category is not None) for _ in range(number)]
    seen: dict[str, tuple[str, int | None]] = {}

    def view(object_id: str, item: int | None) -> str:
        name = object_id if item is None else f"{object_id}@{item + 1}"
        seen[name] = (object_id, item)
        return name

    records = []
    for index, (target, shown, which) in enumerate(rows):
        record: dict[str, Any] = {"array": f"array-{index:04d}", "target": view(target, None), "target_item": which + 1}
        for item, object_id in enumerate(shown):
            record[f"item_{item + 1}"] = view(object_id, None if centred else item)
        records.append(record)
    composed = {record["array"]: shown for record, (_, shown, _) in zip(records, rows, strict=True)}
    arrays = StimulusSet(
        pd.DataFrame({"stimulus_id": list(composed), "degrees": circle.visual_degrees}),
        identifier=f"{objects.identifier}-arrays",
        open=lambda id: field([objects.open(one) for one in composed[id]], range(circle.items), circle),
        key=_keyed(objects, circle, lambda id: list(enumerate(composed[id]))),
    )
    stimuli = StimulusSet(
        pd.DataFrame(
            {
                "stimulus_id": list(seen),
                "object": [object_id for object_id, _ in seen.values()],
                "item": [0 if item is None else item + 1 for _, item in seen.values()],
                "degrees": circle.visual_degrees,
            }
        ),
        identifier=f"{objects.identifier}-items",
        open=lambda id: field([objects.open(seen[id][0])], [seen[id][1]], circle),
        key=_keyed(objects, circle, lambda id: [(seen[id][1], seen[id][0])]),
    )
    return SearchArrays(stimuli, arrays, pd.DataFrame(records), circle)


def item_windows(arrays: StimulusSet, circle: Circle, *, centred: bool = True) -> StimulusSet:
    """What is seen of each item of given arrays: the square of the item, all around it grey.

    Parameters
    ----------
    arrays : StimulusSet
        Square images of ``circle.pixels``, whose items lie on `circle`.
    circle : Circle
    centred : bool
        See :func:`search_arrays`.

    Returns
    -------
    StimulusSet
        Ids ``ARRAY/item_1`` and so on, with the columns ``array`` and ``item``.
    """
    import pandas as pd

    parts = {f"{array}/item_{item + 1}": (array, item) for array in arrays for item in range(circle.items)}

    def opened(id: str) -> np.ndarray:
        array, item = parts[id]
        image = np.asarray(arrays.open(array))
        if image.shape[:2] != (circle.pixels, circle.pixels):
            raise InvalidStimulusSet(
                f"array {array!r} of {arrays.identifier!r} has shape {image.shape}",
                expected=f"{circle.pixels} x {circle.pixels} pixels",
            )
        row, column = circle.corner(item)
        square = image[row : row + circle.side, column : column + circle.side]
        return _put([square], [circle.corner(None if centred else item)], circle.pixels)

    key = None
    if arrays.has_keys:

        def key(id: str) -> str:
            array, item = parts[id]
            return f"{arrays.key(array)}|window-1:{circle!r}:{item}:{centred}"

    table = pd.DataFrame(
        {
            "stimulus_id": list(parts),
            "array": [array for array, _ in parts.values()],
            "item": [item + 1 for _, item in parts.values()],
            "degrees": circle.visual_degrees,
        }
    )
    return StimulusSet(table, identifier=f"{arrays.identifier}-items", open=opened, key=key)


def field(images: Sequence[np.ndarray], items: Sequence[int | None], circle: Circle) -> np.ndarray:
    """Images in the squares of items (None: at fixation) on grey: uint8, in colour where one of them is."""
    squares = [_fitted(np.asarray(image), circle.side) for image in images]
    return _put(squares, [circle.corner(item) for item in items], circle.pixels)


def _put(squares: Sequence[np.ndarray], corners: Sequence[tuple[int, int]], pixels: int) -> np.ndarray:
    colour = any(square.ndim == 3 for square in squares)
    shown = np.full((pixels, pixels, 3) if colour else (pixels, pixels), GREY, dtype=np.uint8)
    for square, (row, column) in zip(squares, corners, strict=True):
        height, width = square.shape[:2]
        shown[row : row + height, column : column + width] = (
            square[..., None] if colour and square.ndim == 2 else square
        )
    return shown


def _fitted(image: np.ndarray, side: int) -> np.ndarray:
    """Resampled to fit the square, centred in it on grey."""
    from PIL import Image

    ratio = side / max(image.shape[:2])
    height, width = (max(1, round(length * ratio)) for length in image.shape[:2])
    small = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS))
    square = np.full((side, side, *image.shape[2:]), GREY, dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = small
    return square


def _keyed(objects: StimulusSet, circle: Circle, parts: Any) -> Any:
    """Names of what is composed, from those of the objects; None where they have none that are cheap."""
    if not objects.has_keys:
        return None
    return lambda id: f"search-1:{circle!r}:" + "|".join(f"{item}={objects.key(one)}" for item, one in parts(id))


def _groups(objects: StimulusSet, category: str | None) -> dict[str, list[str]]:
    """Ids of the objects of each category; without one each object is its own."""
    if category is None:
        return {id: [id] for id in objects}
    if category not in objects.table.columns:
        raise InvalidParameter(
            f"{objects.identifier!r} has no column {category!r}", expected=f"one of {list(objects.table.columns)}"
        )
    found: dict[str, list[str]] = {}
    for id, name in zip(objects, objects[category].astype(str), strict=True):
        found.setdefault(name, []).append(id)
    return found


def _drawn(
    groups: dict[str, list[str]], items: int, rng: np.random.Generator, *, paired: bool
) -> tuple[str, list[str], int]:
    """The target as it is shown before, the objects of the array, and which of them is the target."""
    targets = [name for name, members in groups.items() if len(members) >= (2 if paired else 1)]
    if not targets or len(groups) < 2:
        raise InvalidParameter(
            f"{len(groups)} categories, {len(targets)} of them with enough images",
            expected="two images of the target's category, and other categories" if paired else "several images",
        )
    name = targets[rng.integers(len(targets))]
    members = rng.permutation(groups[name]).tolist()
    target, searched = (members[0], members[1]) if paired else (members[0], members[0])
    others = [id for other, ids in groups.items() if other != name for id in ids]
    if len(others) < items - 1:
        raise InvalidParameter(f"{len(others)} distractors", expected=f"at least {items - 1}, one for each other item")
    shown = rng.permutation(others)[: items - 1].tolist()
    which = int(rng.integers(items))
    return target, [*shown[:which], searched, *shown[which:]], which
