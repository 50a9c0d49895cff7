"""When a model with time answers: the first time step at which the evidence meets a criterion."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidParameter

REACTION_TIME = "reaction_time"


def first_met(evidence: np.ndarray, criterion: float) -> np.ndarray:
    """The first step of each trial at which the evidence is not below the criterion; -1 where there is none.

    Parameters
    ----------
    evidence : array, shape (trial, step)
        NaN is no evidence.
    criterion : float
    """
    met = np.asarray(evidence, np.float64) >= criterion
    return np.where(met.any(axis=1), met.argmax(axis=1), -1)


def reaction_times(
    evidence: np.ndarray, time_bins: Sequence[tuple[float, float]], criterion: float
) -> tuple[np.ndarray, np.ndarray]:
    """Steps and times of answers.

    Parameters
    ----------
    evidence : array, shape (trial, step)
    time_bins : sequence of (start, end)
        Of each step, in ms after stimulus onset.
    criterion : float

    Returns
    -------
    steps : int array, shape (trial,)
        -1 where the criterion is never met.
    times : float array, shape (trial,)
        In ms: the end of that step, as the evidence is of all of it; NaN where the criterion is never met.

    Raises
    ------
    InvalidParameter
    """
    evidence = np.asarray(evidence, np.float64)
    if evidence.ndim != 2 or evidence.shape[1] != len(time_bins):
        raise InvalidParameter(
            f"evidence of shape {evidence.shape} in {len(time_bins)} time bins", expected="(trial, time bin)"
        )
    steps = first_met(evidence, criterion)
    ends = np.array([end for _, end in time_bins], dtype=np.float64)
    return steps, np.where(steps < 0, np.nan, ends[steps])


def evidence_of(answers: xr.DataArray) -> np.ndarray | None:
    """How sure each answer is: the largest probability, else the size of ``evidence``; None where neither is known."""
    if "choice" in answers.dims:
        return answers.max("choice").values.astype(np.float64)
    if "evidence" in answers.coords:
        return np.abs(answers["evidence"].values.astype(np.float64))
    return None


def answered_in_time(
    answers: Sequence[xr.DataArray], time_bins: Sequence[tuple[float, float]], criterion: float
) -> xr.DataArray:
    """Of answers at each step, those given when the criterion is met first.

    Parameters
    ----------
    answers : sequence of BehavioralAssembly
        To the same trials in the same order, one a step.
    time_bins : sequence of (start, end)
    criterion : float

    Returns
    -------
    BehavioralAssembly
        With the coordinate ``reaction_time`` in ms; where the criterion is never met it is NaN and the answer is that
        of the last step. Answers without evidence are those of the last step, without reaction times.
    """
    last = answers[-1]
    sure = [evidence for step in answers if (evidence := evidence_of(step)) is not None]
    if len(sure) < len(answers):
        return last
    steps, times = reaction_times(np.stack(sure, axis=1), time_bins, criterion)
    rows = np.arange(len(steps))

    def taken(parts: list[xr.DataArray]) -> np.ndarray:
        return np.stack([part.transpose("presentation", ...).values for part in parts])[steps, rows]

    coords = {
        str(name): ("presentation", taken([step[name] for step in answers]))
        for name, coord in last.coords.items()
        if coord.dims == ("presentation",)
    }
    rest = {str(name): coord for name, coord in last.coords.items() if coord.dims != ("presentation",)}
    dims = [str(dim) for dim in last.transpose("presentation", ...).dims]
    return BehavioralAssembly(
        taken(list(answers)), dims=dims, coords={**rest, **coords, REACTION_TIME: ("presentation", times)}
    )
