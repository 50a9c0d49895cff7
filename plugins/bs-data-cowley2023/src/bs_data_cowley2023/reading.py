"""From the published files to an assembly and a stimulus set."""

from typing import TYPE_CHECKING

from brainscore_core.data import fetch, unpack

from .sources import IMAGES, RESPONSES

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

COUNT = 640
IDS = tuple(f"image{number:04}" for number in range(1, COUNT + 1))
"""Names of the files; their order is the image axis of the responses."""


def read_recordings() -> "xr.DataArray":
    """Single trials.

    Returns
    -------
    xarray.DataArray
        NeuroidAssembly, ``presentation x neuroid``, spikes in one bin of 100 ms, float64; ``repetition`` from 0. Trials
        that were not recorded (NaN in the file, the same for all units) are left out, so repetitions are ragged.
    """
    import numpy as np

    from brainscore_core.assemblies import NeuroidAssembly

    counts = np.load(fetch(RESPONSES), allow_pickle=False)
    units, images, repeats = counts.shape
    trials = counts.transpose(2, 1, 0).reshape(repeats * images, units)
    there = ~np.isnan(trials).any(1)
    return NeuroidAssembly(
        trials[there],
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", np.tile(IDS, repeats)[there]),
            "repetition": ("presentation", np.repeat(np.arange(repeats), images)[there]),
            "neuroid_id": ("neuroid", [f"PE-210325-{unit:02}" for unit in range(units)]),
            "region": ("neuroid", ["V4"] * units),
            "subject": ("neuroid", ["PE"] * units),
        },
    )


def read_stimuli() -> "StimulusSet":
    """The images, uint8 RGB (112, 112, 3)."""
    import pandas as pd

    from brainscore_vision import image_set

    folder = unpack(IMAGES)
    return image_set("Cowley2023", pd.DataFrame({"stimulus_id": IDS}), {id: folder / f"{id}.jpg" for id in IDS})
