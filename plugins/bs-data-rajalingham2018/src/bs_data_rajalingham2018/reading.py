"""From the files of the existing ecosystem to trials and probabilities."""

from typing import TYPE_CHECKING

from brainscore_core.data import Source
from brainscore_core.errors import InvalidAssembly

if TYPE_CHECKING:
    import xarray as xr

ROLES = ("truth", "sample_obj", "dist_obj")
"""What was shown, what was asked for, and what was offered besides."""


def object_names() -> dict[str, str]:
    """Internal name of each of the 24 objects to a word for it; '' where the internal name says none.

    The objects are named in files by their three-dimensional models, as ``lo_poly_animal_RHINO_2``. Of those that are
    numbers (``MB30758``) no list of words was at hand, and none is guessed.
    """
    import csv
    from importlib.resources import files

    with (files(__package__) / "objects.csv").open(encoding="utf-8", newline="") as file:
        return {row["object"]: row["name"] for row in csv.DictReader(file)}


def choices(trials: "xr.DataArray") -> "xr.DataArray":
    """Trials with the object chosen as value, and what it was chosen from as coordinates.

    Raises
    ------
    InvalidAssembly
        If a role is missing, or what was chosen was not offered.
    """
    missing = [role for role in ROLES if role not in trials.coords]
    if missing:
        raise InvalidAssembly(
            f"trials of Rajalingham2018 have no coordinate {missing[0]!r}", expected=f"{', '.join(ROLES)} in each trial"
        )
    offered = (trials.values == trials["sample_obj"].values) | (trials.values == trials["dist_obj"].values)
    if not offered.all():
        row = int((~offered).argmax())
        raise InvalidAssembly(
            f"trial {row} of Rajalingham2018 is answered {str(trials.values[row])!r}",
            expected=" or ".join(repr(str(trials[role].values[row])) for role in ROLES[1:]) + ", which were offered",
        )
    return trials.drop_vars("choice", errors="ignore")


def read_probabilities(source: Source) -> "xr.DataArray":
    """Probabilities of the 24 objects that a network gives to each image.

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly, ``presentation x choice``, float32, rows sum to 1.
    """
    from brainscore_core.assemblies import BehavioralAssembly
    from brainscore_core.data import fetch, open_assembly

    with open_assembly(fetch(source)) as opened:
        probabilities = opened.load()
    return BehavioralAssembly.validate(probabilities.drop_vars(["stimulus_path", "image_id"], errors="ignore"))
