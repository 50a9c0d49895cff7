"""From the published files to answers, trial by trial, and a stimulus set."""

from typing import TYPE_CHECKING

from brainscore_core.data import fetch

from .sources import IMAGES, TRIALS

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

GROUPS = {"controls": "ASD_Ctrl", "asd": "ASD"}
"""Names here, and in the file."""

FACES = ("SF1", "SF3", "SM2", "SM3")
"""Face 1 to 4 of the trials, as the file that names the images orders them."""

FEAR = (100, 70, 60, 50, 40, 30, 0)
"""Percent of fear at levels 1 to 7; the rest is happiness."""

ANSWERS = ("na", "fear", "happiness")
"""What 0, 1 and 2 mean; a trial without an answer in time is kept."""


def read_trials(condition: str) -> "xr.DataArray":
    """Judgments of one group, trial by trial.

    Parameters
    ----------
    condition : str
        As the file calls the group.

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly, ``presentation``: ``fear``, ``happiness`` or ``na``. Coordinates ``stimulus_id``,
        ``subject``, ``repetition`` (from 0, within subject and image, in the order of the file), ``face`` and
        ``level`` (1, all fear, to 7, all happiness). No answer is the right one, so there is no ``truth``.
    """
    import numpy as np
    import pandas as pd

    from brainscore_core.assemblies import BehavioralAssembly

    trials = pd.read_csv(fetch(TRIALS))
    trials = trials[trials["Condition"] == condition].reset_index(drop=True)
    names = [name_of(face, level) for face, level in zip(trials["FaceID"], trials["Stimulus"], strict=True)]
    repetition = trials.groupby(["Subj_idx", "FaceID", "Stimulus"]).cumcount()
    coords = {
        "stimulus_id": names,
        "subject": trials["Subj_idx"].astype(str).tolist(),
        "repetition": repetition.to_numpy(),
        "face": [FACES[face - 1] for face in trials["FaceID"]],
        "level": trials["Stimulus"].to_numpy(),
    }
    return BehavioralAssembly(
        np.array(ANSWERS)[trials["Response"].to_numpy()],
        dims=("presentation",),
        coords={name: ("presentation", values) for name, values in coords.items()},
    )


def read_stimuli() -> "StimulusSet":
    """The morphs, uint8 (246, 246), grey, with ``face``, ``level``, percent of ``fear``.

    ``image_label`` is the emotion that there is more of, ``neither`` at the middle level. It is no right answer.
    """
    import pandas as pd

    from brainscore_vision import image_set

    rows = [
        (name_of(face, level), FACES[face - 1], level, FEAR[level - 1])
        for face in range(1, len(FACES) + 1)
        for level in range(1, len(FEAR) + 1)
    ]
    table = pd.DataFrame(rows, columns=["stimulus_id", "face", "level", "fear"])
    table["image_label"] = ["neither" if fear == 50 else "fear" if fear > 50 else "happiness" for fear in table["fear"]]
    return image_set("Kar2022", table, {id: fetch(IMAGES[id]) for id in table["stimulus_id"]})


def name_of(face: int, level: int) -> str:
    """The image of a face at a level, both counted from 1: ``SF1-fe100-ha0``."""
    fear = FEAR[level - 1]
    return f"{FACES[face - 1]}-fe{fear}-ha{100 - fear}"
