"""From the file of the existing ecosystem to triplets with the odd one out."""

from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidAssembly

if TYPE_CHECKING:
    import xarray as xr

IMAGES = ("image_1", "image_2", "image_3")
"""In the file; people chose the third as the odd one out, in every row."""
ROLES = ("stimulus_1", "stimulus_2", "stimulus_3")


def odd_ones_out(file: "xr.DataArray") -> "xr.DataArray":
    """Triplets with the image chosen as value.

    Parameters
    ----------
    file : xarray.DataArray
        With the coordinates ``image_1`` to ``image_3``, ids as text or as integers.

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly, ``presentation``, one row a triplet: the ``stimulus_id`` of the odd one out. ``stimulus_id``
        is ``'a|b|c'``, ``stimulus_1`` to ``stimulus_3`` are its parts; columns about the odd one alone are left out.

    Raises
    ------
    InvalidAssembly
        If an image stands twice in a triplet, or the answer is not one of the three.
    """
    from brainscore_core.assemblies import BehavioralAssembly

    missing = [name for name in IMAGES if name not in file.coords]
    if missing:
        raise InvalidAssembly(f"triplets have no coordinate {missing[0]!r}", expected=", ".join(IMAGES))
    columns = [as_ids(file[name].values) for name in IMAGES]
    check_triplets(*columns)
    answers = as_ids(file.values)
    if (strange := ~np.any([answers == column for column in columns], axis=0)).any():
        row = int(strange.argmax())
        raise InvalidAssembly(
            f"triplet {row} is answered {str(answers[row])!r}",
            expected=" or ".join(repr(str(column[row])) for column in columns),
        )
    coords: dict[str, Any] = dict(zip(ROLES, columns, strict=True))
    coords["stimulus_id"] = joined(columns)
    if "triplet_id" in file.coords:
        coords["trial_id"] = file["triplet_id"].values.astype(str)
    given = {name: ("presentation", values) for name, values in coords.items()}
    return BehavioralAssembly(answers, dims=("presentation",), coords=given)


def check_triplets(first: np.ndarray, second: np.ndarray, third: np.ndarray) -> None:
    """Refuse a triplet in which an image stands twice.

    Raises
    ------
    InvalidAssembly
        Naming the first such triplet, and the image.
    """
    twice = (first == second) | (first == third) | (second == third)
    if twice.any():
        row = int(twice.argmax())
        image = first[row] if first[row] in (second[row], third[row]) else second[row]
        raise InvalidAssembly(
            f"triplet {row} holds image {str(image)!r} twice ({int(twice.sum())} such triplets)",
            expected="three different images: of two that are one, none is odd",
        )


def as_ids(values: np.ndarray) -> np.ndarray:
    """Numbers of images as text, no wider than the longest."""
    if values.dtype.kind not in "iu":
        return values.astype(str)
    width = max(len(str(values.min())), len(str(values.max())))
    return values.astype(f"U{width}")


def joined(columns: list[np.ndarray]) -> np.ndarray:
    """``'a|b|c'`` of each row."""
    first, *rest = columns
    for column in rest:
        first = np.strings.add(np.strings.add(first, "|"), column)
    return first
