"""What ceilings share: trials of an assembly arranged by stimulus, and their scores with labels."""

from typing import Any

import numpy as np
import xarray as xr

from brainscore_core.alignment import require_labelled
from brainscore_core.errors import InvalidAssembly, StimulusMismatch
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts
from brainscore_core.statistics.correlation import median_of_defined
from brainscore_core.statistics.reliability import OneWay, Repetitions


def repetitions(assembly: xr.DataArray, split_coord: str) -> Repetitions:
    """Trials of ``presentation x neuroid`` by stimulus and repetition.

    Raises
    ------
    InvalidAssembly
        Without that coordinate, with a time dimension, or with a single repetition.
    """
    trials = Repetitions(_values(assembly), _labels(assembly, "stimulus_id"), _labels(assembly, split_coord))
    _shown_again(len(trials.repetitions))
    return trials


def one_way(assembly: xr.DataArray) -> OneWay:
    """Analysis of variance of ``presentation x neuroid``, stimuli as groups; errors as :func:`repetitions`."""
    analysed = OneWay(_values(assembly), _labels(assembly, "stimulus_id"))
    _shown_again(int(analysed.counts.max()))
    return analysed


def _values(assembly: xr.DataArray) -> np.ndarray:
    require_labelled("what is tested for reliability", assembly)
    if set(assembly.dims) != {"presentation", "neuroid"}:
        raise InvalidAssembly(
            f"dimensions {assembly.dims}",
            expected="(presentation, neuroid)",
            remedy="select a time bin, or use internal_consistency_temporal",
        )
    values = assembly.transpose("presentation", "neuroid").values
    if values.dtype.kind not in "iuf":
        raise InvalidAssembly(f"values are of dtype {values.dtype}", expected="real numbers")
    return values


def _labels(assembly: xr.DataArray, name: str) -> np.ndarray:
    if name not in assembly.coords or assembly[name].dims != ("presentation",):
        there = sorted(str(key) for key, coord in assembly.coords.items() if coord.dims == ("presentation",))
        raise InvalidAssembly(
            f"no coordinate {name!r} on 'presentation' tells trials apart",
            expected=f"one of {there}",
            remedy="pass split_coord=",
        )
    labels = assembly[name].values
    return labels.astype(str) if labels.dtype.kind in "OT" else labels


def _shown_again(trials: int) -> None:
    if trials < 2:
        raise InvalidAssembly(
            "each stimulus was shown once",
            expected="repetitions, to estimate reliability from",
            remedy="say that the ceiling is unknown",
        )


def positions(there: np.ndarray, wanted: np.ndarray | None) -> np.ndarray:
    """Where each wanted stimulus stands among those there; all in their own order where none are asked for.

    Raises
    ------
    StimulusMismatch
        If one is missing; names some.
    """
    if wanted is None:
        return np.arange(len(there))
    index = {name: position for position, name in enumerate(there.astype(str).tolist())}
    missing = [name for name in np.asarray(wanted).astype(str).tolist() if name not in index]
    if missing:
        raise StimulusMismatch(
            f"the recording lacks {len(missing)} stimuli, as {missing[0]!r}", expected="trials of every stimulus"
        )
    return np.array([index[name] for name in np.asarray(wanted).astype(str).tolist()])


def counted(estimator: str, trials: np.ndarray) -> dict[str, Any]:
    """Details: the estimator, how many trials the stimuli have, and how many stimuli have fewer than the others.

    Parameters
    ----------
    trials : array, shape (stimulus,) or (stimulus, neuroid)
    """
    fewer = (trials < trials.max()).reshape(len(trials), -1).any(1)
    numbers = {"trials_min": trials.min(), "trials_max": trials.max(), "stimuli_with_fewer_trials": fewer.sum()}
    return {"estimator": estimator, **{name: int(number) for name, number in numbers.items()}}


def labelled(values: np.ndarray, leading: tuple[str, ...], assembly: xr.DataArray) -> xr.DataArray:
    """Values with the neuroids' coordinates on the last dimension."""
    coords = {str(n): ("neuroid", c.values) for n, c in assembly.coords.items() if c.dims == ("neuroid",)}
    return xr.DataArray(values, dims=[*leading, "neuroid"], coords=coords)


def per_neuroid(
    reliability: np.ndarray, assembly: xr.DataArray, details: dict[str, Any], *, of_noise: bool = False
) -> Score:
    """The median over neuroids; the error from a bootstrap over neuroids, where there are two with a value.

    Parameters
    ----------
    reliability : array, shape (neuroid,)
    assembly : xarray.DataArray
        What it is of.
    details : mapping
    of_noise : bool
        Whether it is undefined without noise, too.

    Raises
    ------
    InvalidAssembly
        If no neuroid has one.
    """
    defined = reliability[~np.isnan(reliability)]
    if not len(defined):
        values = _values(assembly)
        if of_noise and (np.fmax.reduce(values) > np.fmin.reduce(values)).any():
            raise InvalidAssembly(
                "all trials of a stimulus are alike, in every neuroid that varies, so that no noise can be estimated",
                expected="single trials, not a mean repeated",
                remedy="if there is no noise, say no_ceiling_because= and compare raw values",
            )
        raise InvalidAssembly("no neuroid varies over stimuli", expected="at least one with a defined reliability")
    error = None
    if len(defined) > 1:
        drawn = counts(len(defined), DRAWS).astype(int)
        medians = np.array([np.median(np.repeat(defined, row)) for row in drawn])
        error = Interval.of(medians).error
    undefined = len(reliability) - len(defined)
    details |= {"undefined": undefined, "error_estimator": "bootstrap over neuroids" if error is not None else "none"}
    value = float(median_of_defined(reliability))
    return Score(value, error, values=labelled(reliability, (), assembly), details=details)
