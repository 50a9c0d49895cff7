"""The five stimulus sets: a table of parameters, and pixels made when a stimulus is opened."""

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from brainscore_core.stimuli import StimulusSet

# Raised when the pixels of the same parameters change.
PIXELS_VERSION = 1


def read_stimuli(identifier: str, name: str) -> "StimulusSet":
    """One set of gratings, or the blank.

    Parameters
    ----------
    identifier : str
        As ``"Marques2020_size"``.
    name : str
        One of ``bs_data_v1_tuning.parameters.SETS``.

    Returns
    -------
    StimulusSet
        Greyscale uint8 images of (672, 672) pixels that fill 12 degrees.
    """
    from brainscore_core.stimuli import StimulusSet

    from .parameters import table

    stimuli = table(name)
    shown = stimuli.set_index("stimulus_id").drop(columns="degrees").to_dict("index")
    return StimulusSet(stimuli, identifier=identifier, open=partial(_pixels, shown), key=partial(_key, shown))


def _pixels(shown: dict[str, dict[str, float]], stimulus_id: str) -> "np.ndarray":
    from .gratings import blank, grating

    parameters = shown[stimulus_id]
    return grating(**parameters) if parameters else blank()


def _key(shown: dict[str, dict[str, float]], stimulus_id: str) -> str:
    parameters = ",".join(f"{name}={value!r}" for name, value in shown[stimulus_id].items())
    return f"bs-data-v1-tuning/{PIXELS_VERSION}:{parameters or 'blank'}"
