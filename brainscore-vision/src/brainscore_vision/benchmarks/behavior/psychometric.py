"""Experiment type: thresholds, from trials of two intervals that differ by known levels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidStimulusSet

from ...model_interface import Task
from .comparison import BehavioralComparison

if TYPE_CHECKING:
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

TRIAL, VALUE, LEVEL = "trial", "value", "level"


@dataclass(frozen=True, kw_only=True)
class PsychometricExperiment(BehavioralComparison):
    """Which of two intervals holds more of something, at several levels of difference; the metric fits a threshold.

    The task is ``discrimination``: a model fits a decoder of the value on `fitting_stimuli` (column ``value``) and
    chooses the interval whose decoded value is greater. The metric gets its answers with the coordinates ``level``
    (difference of the values), ``truth`` (the right interval, 1 or 2), ``condition`` where the stimuli have one, and
    ``interval_1``, ``interval_2``; it is one such as ``threshold`` or ``threshold_elevation``. The data are thresholds
    of people, one a subject, or their trials.

    Stimuli have the columns ``trial`` (two rows of each, in the order of the intervals) and ``value``, and may have
    ``level`` where the level is not the difference of the values, and ``condition``
    (:func:`brainscore_vision.behavior.noisy_gratings.interval_pairs` makes such sets).

    Parameters are those of :class:`~brainscore_vision.benchmarks.behavior.BehavioralComparison`.
    """

    task: str = str(Task.DISCRIMINATION)

    def trial_table(self) -> "pd.DataFrame":
        """One row a trial: the intervals, level, truth, condition."""
        return interval_trials(self.stimulus_set())


def interval_trials(stimuli: "StimulusSet") -> "pd.DataFrame":
    """Trials of two intervals from the rows of a stimulus set.

    Returns
    -------
    pandas.DataFrame
        ``interval_1``, ``interval_2`` (stimulus ids), ``trial_id``, ``level``, ``truth`` (1 or 2), and ``condition``
        where the stimuli have it.

    Raises
    ------
    InvalidStimulusSet
        If a column is missing, a trial has not two stimuli, its values are equal, or its rows differ in level or
        condition.
    """
    import pandas as pd

    table, name = stimuli.table, stimuli.identifier
    if missing := [column for column in (TRIAL, VALUE) if column not in table.columns]:
        raise InvalidStimulusSet(
            f"{name!r} has the columns {list(table.columns)}", expected=f"{missing[0]!r} of each stimulus"
        )
    values = table[VALUE].to_numpy()
    if values.dtype.kind not in "iuf" or not np.isfinite(values).all():
        raise InvalidStimulusSet(f"{VALUE} of {name!r} is of dtype {values.dtype}", expected="finite numbers")
    order = np.argsort(pd.factorize(table[TRIAL])[0], kind="stable")
    counts = table[TRIAL].value_counts()
    if (counts != 2).any():
        odd = counts[counts != 2]
        raise InvalidStimulusSet(f"trial {odd.index[0]!r} of {name!r} has {odd.iloc[0]} stimuli", expected="two")
    first, second = table.iloc[order[::2]].reset_index(drop=True), table.iloc[order[1::2]].reset_index(drop=True)
    difference = first[VALUE].to_numpy(dtype=np.float64) - second[VALUE].to_numpy(dtype=np.float64)
    if len(same := np.flatnonzero(difference == 0)):
        raise InvalidStimulusSet(
            f"trial {first[TRIAL].iloc[same[0]]!r} of {name!r} has equal values", expected="one that is greater"
        )
    shared = [column for column in (LEVEL, "condition") if column in table.columns]
    for column in shared:
        if len(differ := np.flatnonzero((first[column] != second[column]).to_numpy())):
            raise InvalidStimulusSet(
                f"trial {first[TRIAL].iloc[differ[0]]!r} of {name!r} has two entries of {column!r}", expected="one"
            )
    return pd.DataFrame(
        {
            "interval_1": first["stimulus_id"],
            "interval_2": second["stimulus_id"],
            "trial_id": first[TRIAL],
            LEVEL: np.round(np.abs(difference), 12),
            "truth": np.where(difference > 0, 1, 2),
            **{column: first[column] for column in shared},
        }
    )
