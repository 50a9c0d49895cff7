"""What was recorded: of which region, in how many trials, and what about it a reader of the score should know."""

from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.contracts import DataEntry

MORE_TRIALS = "more-trials-than-recorded"
"""Flag: the model is shown each stimulus more often than any was in the recording."""
CONSTANT_UNITS = "units-that-never-vary"
"""Flag: some unit responds to every stimulus alike, so that nothing can correlate with it."""


def of_region(entry: "DataEntry", region: str) -> "xr.DataArray":
    """Recordings of the units of one region.

    Parameters
    ----------
    entry : DataEntry
    region : str

    Raises
    ------
    InvalidParameter
        If no unit lies in the region.
    InvalidAssembly
        If two of its units have one name.
    """
    assembly = entry.load()
    regions = assembly["region"].values.astype(str)
    if not (regions == region).any():
        raise InvalidParameter(
            f"no unit of recording {entry.identifier!r} has region {region!r}",
            expected=f"one of {np.unique(regions).tolist()}",
        )
    recorded = assembly if (regions == region).all() else assembly.isel(neuroid=np.flatnonzero(regions == region))
    names, times = np.unique(recorded["neuroid_id"].values.astype(str), return_counts=True)
    if (times > 1).any():
        raise InvalidAssembly(
            f"{int((times > 1).sum())} units of recording {entry.identifier!r} share their neuroid_id with another, as"
            f" {str(names[times > 1][0])!r}",
            expected="a neuroid_id of its own for each unit",
            remedy="put the session, the subject or the electrode into it",
        )
    return recorded


def same_stimuli(source: "xr.DataArray", target: "xr.DataArray", shown: str, recorded: str) -> None:
    """Refuse recordings of other stimuli than those that the model was shown.

    Parameters
    ----------
    source, target : NeuroidAssembly
        Of the model, and of the brain.
    shown, recorded : str
        Identifiers of the stimulus set and of the recording.

    Raises
    ------
    StimulusMismatch
    """
    of_model, of_brain = (set(part["stimulus_id"].values.astype(str).tolist()) for part in (source, target))
    for lacking, other, what in (
        (of_brain, of_model, f"the recording {recorded!r} lacks"),
        (of_model, of_brain, f"the stimulus set {shown!r}, which the model was shown, lacks"),
    ):
        if missing := sorted(other - lacking):
            raise StimulusMismatch(
                f"{what} {', '.join(missing[:3])}" + (f" and {len(missing) - 3} more" if len(missing) > 3 else ""),
                expected="the same stimulus ids in both",
                remedy="select the common stimuli on purpose, or correct the ids",
            )


def trials_of(trials: "xr.DataArray", target: "xr.DataArray") -> dict[str, int]:
    """How often the stimuli of `target` were measured, for the details of a score; NaN is no trial.

    Parameters
    ----------
    trials : NeuroidAssembly
        One row a trial.
    target : NeuroidAssembly
        Their means.
    """
    counts = _measured(trials, target["stimulus_id"].values.astype(str))
    most = int(counts.max())
    return {
        "trials_min": int(counts.min()),
        "trials_max": most,
        "stimuli_with_fewer_trials": int((counts.min(axis=1) < most).sum()),
    }


def constant_units(target: "xr.DataArray") -> int:
    """How many units have one mean response to every stimulus, in every time bin."""
    values = target.transpose("presentation", "neuroid", ...).values
    values = values.reshape(*values.shape[:2], -1)
    spread = np.fmax.reduce(values, axis=0) - np.fmin.reduce(values, axis=0)
    return int((spread == 0).all(axis=1).sum())


def _measured(trials: "xr.DataArray", kept: np.ndarray) -> np.ndarray:
    """Trials of each stimulus in which each unit was measured, shape (stimulus, unit); one column where none is NaN."""
    trials = trials.transpose("presentation", "neuroid", ...)
    rows = np.flatnonzero(np.isin(trials["stimulus_id"].values.astype(str), kept))
    ids, code = np.unique(trials["stimulus_id"].values.astype(str)[rows], return_inverse=True)
    values = trials.values
    # A sum is NaN where any value is: one pass without a temporary array.
    if values.dtype.kind != "f" or np.isfinite(values.sum(dtype=np.float64)):
        return np.bincount(code, minlength=len(ids))[:, None]
    there = ~np.isnan(values[rows]).reshape(len(rows), trials.sizes["neuroid"], -1).any(axis=2)
    order = np.argsort(code, kind="stable")
    return np.add.reduceat(there[order].astype(int), np.searchsorted(code[order], np.arange(len(ids))), axis=0)
