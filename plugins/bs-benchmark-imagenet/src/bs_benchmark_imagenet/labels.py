"""Which of the 1,000 classes each validation image of ILSVRC 2012 shows, in the official order of the images."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from brainscore_vision.behavior.classes import imagenet_classes

if TYPE_CHECKING:
    import xarray as xr

COUNT = 50_000


def stimulus_ids() -> list[str]:
    """``ILSVRC2012_val_00000001.JPEG`` to ``ILSVRC2012_val_00050000.JPEG``."""
    return [f"ILSVRC2012_val_{number:08}.JPEG" for number in range(1, len(class_numbers()) + 1)]


@cache
def class_numbers() -> np.ndarray:
    """Class of each image, 0 to 999 in the order of the WordNet ids, shape (image,); 50 images a class."""
    with (files(__package__) / "validation_classes.npy").open("rb") as file:
        numbers = np.load(file, allow_pickle=False)
    numbers.flags.writeable = False
    return numbers


def truths() -> list[str]:
    """WordNet id of the class of each image."""
    names = imagenet_classes()
    return [names[number] for number in class_numbers().tolist()]


def read_labels() -> "xr.DataArray":
    """The right answers, one row an image.

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly on ``presentation``; values and ``truth`` are WordNet ids.
    """
    from brainscore_core.assemblies import BehavioralAssembly

    right = np.array(truths())
    coords = {"stimulus_id": ("presentation", stimulus_ids()), "truth": ("presentation", right)}
    return BehavioralAssembly(right.copy(), dims=("presentation",), coords=coords)
