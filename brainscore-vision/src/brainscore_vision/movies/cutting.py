"""Long movies cut into excerpts, each a stimulus of its own that says which movie it is from."""

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

from .clip import MOVIES, Clip, clip_in


def excerpts(stimuli: StimulusSet, seconds: float) -> StimulusSet:
    """Cut clips into excerpts of equal length, one after another; what is left at the end is no excerpt.

    Excerpts of one movie are alike: folds are grouped by its name,
    ``crossvalidation_kwargs=dict(group_coord="clip", stratification_coord=None)``.

    Parameters
    ----------
    stimuli : StimulusSet
        Clips.
    seconds : float
        Of an excerpt, rounded to whole frames.

    Returns
    -------
    StimulusSet
        Ids ``ID@START`` with the number of the first frame; columns ``clip`` (the id of the movie), ``onset`` (s) and
        ``duration`` (s) beside those that are there. Opened when asked for, as the movies are.

    Raises
    ------
    InvalidParameter
        If an excerpt has no frame, or a clip is shorter.
    """
    import pandas as pd

    rows, places = [], {}
    for position, stimulus_id in enumerate(stimuli):
        clip = clip_in(stimuli, stimulus_id)
        length = round(seconds * clip.frame_rate) if np.isfinite(seconds) else 0
        if not 0 < length <= clip.frame_count:
            raise InvalidParameter(
                f"excerpts of {seconds:g} s from {stimulus_id!r}, which lasts {clip.duration:g} s",
                expected=f"from one frame ({1 / clip.frame_rate if clip.frame_rate else 0:g} s) to the whole clip",
            )
        for start in range(0, clip.frame_count - length + 1, length):
            name = f"{stimulus_id}@{start}"
            places[name] = (stimulus_id, start, start + length)
            times = {"onset": start / clip.frame_rate, "duration": length / clip.frame_rate}
            rows.append({**stimuli.table.iloc[position], "stimulus_id": name, "clip": stimulus_id, **times})

    def open(name: str) -> Clip:
        stimulus_id, start, stop = places[name]
        return clip_in(stimuli, stimulus_id).excerpt(start, stop)

    def key(name: str) -> str:
        stimulus_id, start, stop = places[name]
        return f"{stimuli.key(stimulus_id)}|excerpt-1:{start}:{stop}"

    keyed = key if stimuli.has_keys else None
    return StimulusSet(pd.DataFrame(rows), identifier=stimuli.identifier, open=open, key=keyed, kind=MOVIES)
