"""Stretches of a movie: frames beside each other are nearly one frame, so they must stay on one side of a split."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

SEGMENTS = 20
"""Of each neuron's frames: folds are made of them."""


def with_segments(assembly: "xr.DataArray") -> "xr.DataArray":
    """The same with ``segment`` on ``presentation``: which of 20 stretches of its neuron's movie a frame is in.

    Frames are in the order of the movie. A presentation is of one neuron; of several, it counts for the first.
    """
    import numpy as np

    dims = [dim for dim in assembly.dims if dim not in ("presentation", "neuroid")]
    measured = assembly.notnull().any(dims).transpose("presentation", "neuroid").values
    owner = np.where(measured.any(1), measured.argmax(1), -1)
    labels = np.full(len(owner), "none", dtype="U64")
    for index, neuron in enumerate(assembly["neuroid_id"].values.astype(str)):
        frames = np.flatnonzero(owner == index)
        for number, part in enumerate(np.array_split(frames, SEGMENTS)):
            labels[part] = f"{neuron}-{number:02}"
    return assembly.assign_coords(segment=("presentation", labels))
