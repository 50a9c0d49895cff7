"""The parameter grids of the five stimulus sets, as tables in the order in which they are shown."""

import itertools
import json
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd

SETS = ("blank", "receptive_field", "orientation", "spatial_frequency", "size")


@lru_cache(maxsize=1)
def published() -> dict:
    """``gratings.json``: display, citation and grids, numbers as in Marques, Schrimpf & DiCarlo 2021."""
    return json.loads(files(__package__).joinpath("gratings.json").read_text(encoding="utf-8"))


def table(name: str) -> pd.DataFrame:
    """The stimuli of one set.

    Parameters
    ----------
    name : str
        One of ``SETS``.

    Returns
    -------
    pandas.DataFrame
        Columns ``stimulus_id``, ``degrees`` and, but for the blank, ``position_y``, ``position_x``, ``contrast``,
        ``radius``, ``spatial_frequency``, ``orientation``, ``phase``: degrees of visual angle, cycles per degree and
        degrees of arc. ``position_y`` varies slowest and ``phase`` fastest; in the orientation set the radius is a
        number of cycles, so the order there is number of cycles, spatial frequency, orientation, phase.
    """
    degrees = published()["display_degrees"]
    if name == "blank":
        return pd.DataFrame({"stimulus_id": ["blank"], "degrees": [degrees]})
    parameters = _parameters(published()["sets"][name])
    ids = [f"{name}_{row:04d}" for row in range(len(parameters))]
    front = pd.DataFrame({"stimulus_id": ids, "degrees": np.full(len(ids), degrees)})
    return pd.concat([front, parameters], axis=1)


def _parameters(grid: dict) -> pd.DataFrame:
    order = published()["order"]
    size = "diameter_cycles" if "diameter_cycles" in grid else "radius"
    axes = [size if column == "radius" else column for column in order]
    rows = pd.DataFrame(list(itertools.product(*(grid[axis] for axis in axes))), columns=axes, dtype=np.float64)
    if size == "diameter_cycles":
        rows["radius"] = rows["diameter_cycles"] / 2 / rows["spatial_frequency"]
    return rows[order]
