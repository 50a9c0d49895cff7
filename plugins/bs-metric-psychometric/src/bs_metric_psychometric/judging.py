"""A model's threshold against those of people: distances in units of each person's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score

from .estimate import Estimate


def closeness(threshold: np.ndarray | float, targets: np.ndarray) -> np.ndarray:
    """``max(0, 1 - |target - threshold| / target)``: 0 from twice the target on, shape (..., target)."""
    return np.maximum(1 - np.abs(targets - np.asarray(threshold)[..., None]) / targets, 0.0)


def judged(source: Estimate, targets: xr.DataArray, *, spread_as_error: bool = False) -> Score:
    """The mean closeness to each person.

    Parameters
    ----------
    source : Estimate
    targets : xarray.DataArray
        Dimension ``subject``.
    spread_as_error : bool
        Report the standard deviation over people, as Brain-Score 2, instead of the standard error.

    Returns
    -------
    Score
        Null where there is no threshold, unless it is known to be so high that nobody's is close: then 0.
    """
    details = dict(source.details) | {"subjects": targets.size}
    if np.isnan(source.threshold):
        hopeless = source.beyond >= 2 * float(targets.max())  # NaN: not known
        return Score(0.0 if hopeless else None, flags=source.flags, details=details)
    values = targets.copy(data=closeness(source.threshold, targets.values))
    value, spread = float(values.mean()), float(values.std())
    error = spread if spread_as_error else _standard_error(source, targets.values, values.values)
    return Score(value, error, values=values, flags=source.flags, details=details)


def _standard_error(source: Estimate, targets: np.ndarray, values: np.ndarray) -> float | None:
    """Of people, and of the model's threshold where its answers were resampled."""
    draws = source.draws[~np.isnan(source.draws)]
    parts = []
    if len(values) > 1:
        parts.append(float(values.var(ddof=1)) / len(values))
    if len(draws) > 1:
        parts.append(float(closeness(draws, targets).mean(axis=-1).var(ddof=1)))
    return float(np.sqrt(sum(parts))) if parts else None


def thresholds_of(values: Any, what: str = "thresholds") -> xr.DataArray:
    """Checked positive numbers, one a person, with the dimension ``subject``.

    Raises
    ------
    InvalidAssembly
    """
    if isinstance(values, xr.DataArray):
        if values.ndim != 1:
            raise InvalidAssembly(f"{what} of dimensions {tuple(values.dims)}", expected="one number a subject")
        found = values.rename({values.dims[0]: "subject"}) if values.dims[0] != "subject" else values
    elif isinstance(values, Sequence) and not isinstance(values, str):
        found = xr.DataArray(np.asarray(values, dtype=np.float64), dims=["subject"])
    else:
        raise InvalidAssembly(f"{what}: a {type(values).__name__}", expected="an xarray.DataArray or a list of numbers")
    if found.dtype.kind not in "iuf" or not found.size or not (np.isfinite(found.values) & (found.values > 0)).all():
        raise InvalidAssembly(f"{what}: {found.values.tolist()}", expected="numbers above 0, one a subject")
    return found.astype(np.float64)


def leave_one_out(targets: xr.DataArray) -> Score:
    """Each person against all others; the value is the mean and the error the standard error over people.

    Raises
    ------
    InvalidAssembly
        If there are fewer than two.
    """
    _require_two(targets)
    everyone = targets.values
    scores = [float(closeness(one, np.delete(everyone, at)).mean()) for at, one in enumerate(everyone)]
    values = targets.copy(data=np.array(scores))
    error = float(values.std(ddof=1)) / np.sqrt(len(scores))
    return Score(float(values.mean()), error, values=values, details={"subjects": len(scores)})


def incumbent_ceiling(targets: xr.DataArray) -> Score:
    """As Brain-Score 2: as many draws as people, of a person who may be drawn again, against the others."""
    _require_two(targets)
    left, scores = targets.values.tolist(), []
    for seed in range(len(left)):
        drawn = float(np.random.RandomState(seed).choice(left, replace=False))
        left.remove(drawn)
        scores.append(float(closeness(drawn, np.array(left)).mean()))
        left.append(drawn)
    return Score(float(np.mean(scores)), float(np.std(scores)), details={"subjects": len(scores)})


def _require_two(targets: xr.DataArray) -> None:
    if targets.size < 2:
        raise InvalidAssembly(f"a ceiling from {targets.size} subject(s)", expected="at least 2")
