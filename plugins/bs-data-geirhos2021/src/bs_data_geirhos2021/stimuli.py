"""The images of an experiment."""

from typing import TYPE_CHECKING

from brainscore_core.data import fetch

from .experiments import EXPERIMENTS
from .naming import named
from .sources import archive_sources, shape_sources

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

PUBLISHED = ("edge", "silhouette")
"""Experiments whose images lie one by one in a repository of their authors."""


def read_stimuli(experiment: str, *, conditions: str = "published") -> "StimulusSet":
    """The images, 224 x 224, of ``edge`` and ``silhouette`` from their authors, of the others from Brain-Score 2.

    Parameters
    ----------
    experiment : str
        The authors' name, as ``"cue-conflict"``.
    conditions : "published" or "all"
        Whether to leave out the conditions that the paper leaves out.

    Returns
    -------
    StimulusSet
        Columns ``truth`` and ``condition``, for ``cue-conflict`` also ``texture``, and those of the source.

    Raises
    ------
    DataUnavailable
        If the files cannot be had.
    """
    left_out = EXPERIMENTS[experiment].left_out(conditions)
    stimuli = _published(experiment) if experiment in PUBLISHED else _archived(experiment)
    said = [named(experiment, name) for name in stimuli]
    columns = {"truth": [one.truth for one in said], "condition": [one.condition for one in said]}
    if experiment == "cue-conflict":
        columns["texture"] = [one.texture for one in said]
    for name, values in columns.items():
        stimuli.table[name] = values
    return stimuli.take([position for position, one in enumerate(said) if one.condition not in left_out])


def _published(experiment: str) -> "StimulusSet":
    import pandas as pd

    from brainscore_vision import image_set

    files = {name: fetch(source) for name, source in shape_sources(experiment).items()}
    return image_set(f"Geirhos2021_{experiment}", pd.DataFrame({"stimulus_id": list(files)}), files)


def _archived(experiment: str) -> "StimulusSet":
    from brainscore_vision.ecosystem import read_images

    return read_images(f"Geirhos2021_{experiment}", *archive_sources(experiment))
