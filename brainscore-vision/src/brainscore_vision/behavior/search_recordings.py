"""People's fixations in the search of object arrays, in the format in which Brain-Score keeps Zhang et al. 2018.

The assembly has the dimensions ``presentation`` x ``fixation`` (8) x ``position`` (2). The first seven entries of a
trial are pixels of a screen of 1280 x 1024: the centre, then one of six items a fixation, 0 after the last. The eighth
holds how many of the seven there are. The data are not at hand; the format was read off the code of Brain-Score 1.
"""

import numpy as np
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidAssembly

CENTRE = (640, 512)
ITEMS = ((365, 988), (90, 512), (365, 36), (915, 36), (1190, 512), (915, 988))
"""Centres of the items, in the order of their numbers; a circle of 550 pixels around the centre."""

RADIUS = 200
"""Pixels from the centre of an item up to which it counts as fixated."""


def search_answers(fixations: xr.DataArray, target: str = "tar_obj_pos") -> xr.DataArray:
    """The number of fixations until the target, as the task ``visual_search`` answers.

    Parameters
    ----------
    fixations : xarray.DataArray
        ``presentation`` x ``fixation`` x ``position``, as described above.
    target : str
        Coordinate on ``presentation`` with the item that is the target, from 0 on.

    Returns
    -------
    BehavioralAssembly
        Integers; 0 where the last fixation is not on the target. The coordinates on ``presentation`` are kept;
        ``scanpath`` (numbers of the fixated items from 1 on, joined by ``|``), ``items`` and ``target_item`` are new.

    Raises
    ------
    InvalidAssembly
        If shapes, counts or the coordinate of the target are others, or a fixation is on no item.
    """
    shape = dict(fixations.sizes)
    if set(shape) != {"presentation", "fixation", "position"} or (shape["fixation"], shape["position"]) != (8, 2):
        raise InvalidAssembly(f"fixations of {shape}", expected="presentation, 8 x fixation, 2 x position")
    if target not in fixations.coords:
        raise InvalidAssembly(
            f"fixations without coordinate {target!r}",
            expected=f"the target; found {sorted(map(str, fixations.coords))}",
        )
    values = fixations.transpose("presentation", "fixation", "position").values.astype(np.float64)
    counts, which = values[:, 7, 0], fixations[target].values.astype(int)
    if not np.isin(counts, range(2, 8)).all() or not np.isin(which, range(len(ITEMS))).all():
        raise InvalidAssembly(
            f"{np.unique(counts).tolist()} fixations, targets {np.unique(which).tolist()}",
            expected="2 to 7, the central one included, and targets 0 to 5",
        )
    taken = counts.astype(int) - 1
    paths = [_items(trial[1 : count + 1], row) for row, (trial, count) in enumerate(zip(values, taken, strict=True))]
    found = np.array([count if path[-1] == item else 0 for path, count, item in zip(paths, taken, which, strict=True)])
    kept = {
        str(name): ("presentation", coord.values)
        for name, coord in fixations.coords.items()
        if coord.dims == ("presentation",) and name != "presentation"
    }
    new = {
        "scanpath": ("presentation", np.array(["|".join(str(item + 1) for item in path) for path in paths])),
        "items": ("presentation", np.full(len(found), len(ITEMS))),
        "target_item": ("presentation", which + 1),
    }
    return BehavioralAssembly(found, dims=["presentation"], coords=kept | new)


def _items(fixated: np.ndarray, row: int) -> list[int]:
    """The item of each fixation, from 0 on."""
    distances = np.linalg.norm(fixated[:, None] - np.array(ITEMS), axis=-1)
    if (distances.min(axis=1) > RADIUS).any():
        odd = fixated[int(distances.min(axis=1).argmax())]
        raise InvalidAssembly(f"trial {row} fixates {odd.tolist()}", expected=f"one of the items at {ITEMS}")
    return distances.argmin(axis=1).tolist()
