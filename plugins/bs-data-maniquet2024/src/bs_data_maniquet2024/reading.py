"""From the published files to counts, accuracies and a stimulus set."""

import re
from typing import TYPE_CHECKING

from brainscore_core.data import fetch, unpack
from brainscore_core.errors import InvalidAssembly, InvalidFile

from .sources import ACCURACY, CONFUSIONS, IMAGES

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

CATEGORIES = ("person", "cat", "bird", "tree", "banana", "firehydrant", "bus", "building")
"""In the order of the confusion matrices."""

FOLDERS = {
    "clutter/heavy_clutter": "clutter_heavy",
    "clutter/light_clutter": "clutter_light",
    "control": "control",
    "phase_scrambling/highpass": "scrambling_highpass",
    "phase_scrambling/lowpass": "scrambling_lowpass",
} | {
    f"occlusion/{size}/{folder}/{amount}": f"occlusion_{size}_{kind}_{amount}"
    for size in ("few_large", "many_small")
    for folder, kind in (("blobs", "blobs"), ("deletion", "deletion"), ("occluder", "partial_viewing"))
    for amount in ("low", "high")
}
"""Folder of the images to the task, as people's accuracies call it."""

COLUMNS = (
    "control",
    "clutter_light",
    "clutter_heavy",
    "scrambling_highpass",
    "scrambling_lowpass",
    *(
        f"occlusion_{size}_{kind}_{amount}"
        for size in ("few_large", "many_small")
        for kind in ("deletion", "blobs", "partial_viewing")
        for amount in ("low", "high")
    ),
)
"""What the columns of people's accuracies are.

Their header in the file is in the order of the table of means, and is not theirs: by it people would be right under
low-pass filtering in .90, and the table says .65. In this order each column's mean is that of the table to .001.
"""

REASSIGNED = {
    "4": (3, 0, 7, 1, 2, 6, 5, 4),
    "7": (7, 2, 1, 3, 0, 6, 4, 5),
    "19": (6, 3, 2, 4, 1, 0, 7, 5),
    "30": (1, 2, 4, 7, 3, 0, 5, 6),
    "39": (5, 1, 3, 4, 2, 0, 7, 6),
    "64": (5, 6, 1, 3, 2, 7, 4, 0),
    "80": (3, 2, 6, 5, 1, 7, 0, 4),
    "81": (7, 4, 5, 3, 0, 1, 6, 2),
    "83": (6, 3, 4, 1, 0, 5, 7, 2),
    "92": (4, 5, 3, 1, 0, 2, 6, 7),
    "122": (5, 0, 3, 6, 4, 2, 7, 1),
    "136": (3, 0, 7, 1, 4, 6, 5, 2),
    "137": (3, 5, 7, 6, 4, 0, 1, 2),
    "139": (2, 6, 0, 5, 7, 4, 1, 3),
    "142": (3, 4, 1, 5, 2, 6, 0, 7),
    "143": (6, 2, 4, 1, 7, 0, 5, 3),
    "144": (1, 7, 6, 4, 2, 0, 3, 5),
    "153": (6, 7, 1, 4, 5, 2, 0, 3),
    "158": (0, 1, 2, 3, 4, 6, 7, 5),
    "161": (4, 2, 1, 3, 6, 0, 7, 5),
    "164": (5, 3, 6, 2, 0, 4, 1, 7),
    "166": (4, 1, 0, 2, 7, 6, 5, 3),
    "182": (4, 2, 6, 3, 1, 5, 7, 0),
    "189": (3, 7, 0, 6, 5, 1, 2, 4),
    "193": (4, 0, 2, 7, 1, 5, 3, 6),
    "196": (7, 6, 5, 3, 2, 1, 0, 4),
    "214": (0, 2, 7, 4, 1, 6, 5, 3),
}
"""Person to the column that holds the right answers of each category.

The answers of 27 of the 218 are counted under other categories than were chosen, as if their keys had been read in
another order: they would be right in .00 to .59, and the file of accuracies has them right in .81 to .97. With their
columns in this order, the assignment with the most right answers, both files agree.
"""

EXEMPLARS = 10
_NAME = re.compile(rf"(?P<before>.*?)(?P<category>{'|'.join(CATEGORIES)})(?P<exemplar>\d+)", re.IGNORECASE)


def read_stimuli() -> "StimulusSet":
    """The images that people saw, uint8 (128, 128), grey, with ``image_label``, ``task`` and ``exemplar``.

    Raises
    ------
    InvalidFile
        If the archive does not hold ten images of each category in each task.
    """
    import pandas as pd

    from brainscore_vision import image_set

    folder = unpack(IMAGES) / "stimuli"
    rows, paths = [], {}
    for place, task in FOLDERS.items():
        for path in sorted((folder / place).glob("*.png")):
            match = _NAME.fullmatch(path.stem)
            if match is None:
                raise InvalidFile(f"{path.name} in {place} names no category", expected=", ".join(CATEGORIES))
            rows.append((path.stem, match["category"].lower(), task, int(match["exemplar"])))
            paths[path.stem] = path
    table = pd.DataFrame(rows, columns=["stimulus_id", "image_label", "task", "exemplar"])
    each = table.groupby(["task", "image_label"])["exemplar"].nunique()
    if len(each) != len(FOLDERS) * len(CATEGORIES) or (each != EXEMPLARS).any():
        raise InvalidFile(
            f"the archive holds {len(table)} images", expected=f"{EXEMPLARS} of each category in each task"
        )
    return image_set("Maniquet2024", table, paths)


def read_confusions(*, reassigned: bool = False) -> "xr.DataArray":
    """Answers counted.

    Parameters
    ----------
    reassigned : bool
        Bring the answers of the people in :data:`REASSIGNED` back to the categories that they chose.

    Returns
    -------
    xarray.DataArray
        DataAssembly, ``subject x truth x choice``, int64.
    """
    import numpy as np

    from brainscore_core.assemblies import DataAssembly

    with np.load(fetch(CONFUSIONS), allow_pickle=False) as file:
        people, counts = file["participant"].astype(str), file["participants"].astype(np.int64)
    for person, columns in REASSIGNED.items() if reassigned else ():
        row = people.tolist().index(person)
        counts[row] = counts[row][:, columns]
    return DataAssembly(
        counts,
        dims=("subject", "truth", "choice"),
        coords={"subject": people, "truth": np.array(CATEGORIES), "choice": np.array(CATEGORIES)},
    )


def read_tasks() -> "xr.DataArray":
    """How often each person was right in each task, columns named by :data:`COLUMNS`.

    Returns
    -------
    xarray.DataArray
        DataAssembly, ``subject x task``, NaN where it was not done.
    """
    import numpy as np
    import pandas as pd

    from brainscore_core.assemblies import DataAssembly

    table = pd.read_csv(fetch(ACCURACY), index_col="participant")
    if len(table.columns) != len(COLUMNS):
        raise InvalidFile(f"{ACCURACY.filename} has {len(table.columns)} tasks", expected=f"{len(COLUMNS)}")
    return DataAssembly(
        table.to_numpy(np.float64),
        dims=("subject", "task"),
        coords={"subject": table.index.astype(str).to_numpy(str), "task": np.array(COLUMNS)},
    )


def answered(file: "xr.DataArray") -> "xr.DataArray":
    """Trials of Brain-Score 2, with what was answered as value in place of whether it was right.

    Raises
    ------
    InvalidAssembly
        Without the columns that say what was shown and answered.
    """
    from brainscore_core.assemblies import BehavioralAssembly

    columns = {"truth": "image_label", "subject": "subject_id", "task": "task", "mask": "mask"}
    for name in ("prediction", *columns.values()):
        if name not in file.coords:
            raise InvalidAssembly(f"trials of Maniquet2024 have no {name!r}", expected="the file of Brain-Score 2")
    coords = {name: file[source].values for name, source in columns.items()}
    coords["subject"] = coords["subject"].astype(str)
    coords["stimulus_id"] = file["stimulus_id"].values
    if "reaction_time" in file.coords:
        coords["reaction_time"] = file["reaction_time"].values
    placed = {name: ("presentation", values) for name, values in coords.items()}
    return BehavioralAssembly(file["prediction"].values.astype(str), dims=("presentation",), coords=placed)
