"""Present stimuli to a model, record from it, and refuse an answer that is none."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidModelOutput

from ..screen import place_on_screen

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

    from ..model_interface import BrainModel, TimeBins

REPEATS = "repeats-over-time"
"""Flag: the model gave the same response in every time bin; nothing about it depends on time."""


def record(
    model: "BrainModel",
    stimuli: "StimulusSet | Callable[[], StimulusSet]",
    *,
    visual_degrees: float | None,
    region: str,
    number_of_trials: int = 1,
    time_bins: "TimeBins | None" = None,
    species: str | None = None,
    hemisphere: str | None = None,
    units: Sequence[str] | None = None,
    keep: bool = True,
    position: tuple[float, float] = (0.0, 0.0),
) -> xr.DataArray:
    """Show stimuli at their size and record the answer of one region.

    Parameters
    ----------
    model : BrainModel
        Not reset here: a stream is several calls.
    stimuli : StimulusSet
        As the experiment has them; they are placed on the model's field of view here. Or what loads them, called when
        the model has accepted the region: one that refuses needs no data.
    visual_degrees : float or None
        Width of the stimuli in the experiment; None: the column ``degrees`` says it.
    region, time_bins, species, hemisphere, units, keep
        As for :meth:`~brainscore_vision.BrainModel.start_recording`; what is not given is not passed on.
    number_of_trials : int
        Presentations of each stimulus.
    position : (float, float)
        Centre of the stimuli relative to fixation, (x, y) in degrees, y upwards.

    Returns
    -------
    xarray.DataArray
        ``presentation x neuroid [x time_bin]``, finite, in the order of the stimuli.

    Raises
    ------
    UnsupportedRegion
        If the model has no map for region, species or hemisphere.
    InvalidModelOutput
        See :func:`checked`.
    """
    options: dict[str, Any] = {"time_bins": time_bins, "species": species, "hemisphere": hemisphere, "units": units}
    options["keep"] = None if keep else False
    model.start_recording(region, **{name: value for name, value in options.items() if value is not None})
    stimuli = stimuli() if callable(stimuli) else stimuli
    placed = place_on_screen(stimuli, model.visual_degrees(), visual_degrees, position=position)
    answer = model.look_at(placed, number_of_trials)
    return checked(
        answer,
        stimuli.ids,
        model=model.identifier,
        number_of_trials=number_of_trials,
        time_bins=time_bins,
        units=units,
    )


def checked(
    answer: Any,
    stimulus_ids: np.ndarray,
    *,
    model: str,
    number_of_trials: int = 1,
    time_bins: "TimeBins | None" = None,
    units: Sequence[str] | None = None,
) -> xr.DataArray:
    """A model's answer while recording, rows in the order of the stimuli, or an error that says what is wrong with it.

    A deterministic model answers with one row a stimulus, any other with one a trial, told apart by ``repetition``.
    Nothing is averaged, filled in or squeezed.

    Parameters
    ----------
    answer : xarray.DataArray
    stimulus_ids : array of text, shape (stimulus,)
        What was shown.
    model : str
        Name, for the message.
    number_of_trials, time_bins, units
        What was asked for.

    Raises
    ------
    InvalidModelOutput
        If rows, stimuli, time bins or units are not those asked for, or any value is NaN or infinite.
    """
    try:
        NeuroidAssembly.validate(answer)
    except InvalidAssembly as error:
        raise InvalidModelOutput(
            f"{model} answered with no valid recording ({error.what})", expected=error.expected, remedy=error.remedy
        ) from error
    answer = _in_order(answer, stimulus_ids, model, number_of_trials)
    _check_time_bins(answer, model, time_bins)
    if units is not None and not np.array_equal(answer["neuroid_id"].values.astype(str), np.asarray(units, dtype=str)):
        raise InvalidModelOutput(
            f"{model} was asked for {len(units)} units and answered with {answer.sizes['neuroid']} others",
            expected="the units asked for, in that order",
        )
    _check_finite(answer, model)
    return answer


def repeats(recording: xr.DataArray) -> bool:
    """Whether several time bins hold the same responses.

    Parameters
    ----------
    recording : NeuroidAssembly
        Also without time bins, or with one: it then repeats nothing.
    """
    if recording.sizes.get("time_bin", 1) < 2:
        return False
    values = np.moveaxis(recording.values, recording.get_axis_num("time_bin"), -1)
    return bool(all((part == part[..., :1]).all() for part in values))  # stops at the first that differs


def _in_order(answer: xr.DataArray, stimulus_ids: np.ndarray, model: str, number_of_trials: int) -> xr.DataArray:
    ids = answer["stimulus_id"].values.astype(str)
    if np.array_equal(ids, stimulus_ids):
        return answer
    place = {stimulus_id: index for index, stimulus_id in enumerate(stimulus_ids.tolist())}
    positions = np.array([place.get(stimulus_id, -1) for stimulus_id in ids.tolist()])
    if (positions < 0).any():
        strange = str(ids[positions < 0][0])
        raise InvalidModelOutput(
            f"{model} answered to stimulus {strange!r}, which was not shown", expected="the ids of the stimuli"
        )
    rows = np.bincount(positions, minlength=len(stimulus_ids))
    trials = rows[0]
    if (rows != trials).any() or trials not in (1, number_of_trials):
        odd = int(np.argmax((rows != 1) & (rows != number_of_trials))) if trials in (1, number_of_trials) else 0
        raise InvalidModelOutput(
            f"{model} answered with {len(ids)} rows to {len(stimulus_ids)} stimuli in {number_of_trials} trials,"
            f" {rows[odd]} of them to {str(stimulus_ids[odd])!r}",
            expected="one row a stimulus" + (f", or {number_of_trials} of each" if number_of_trials > 1 else ""),
        )
    if trials > 1 and "repetition" not in answer.coords:
        raise InvalidModelOutput(
            f"{model} answered with {trials} rows a stimulus that nothing tells apart",
            expected="a coordinate 'repetition' on 'presentation'",
        )
    return answer.isel(presentation=np.argsort(positions, kind="stable"))


def _check_time_bins(answer: xr.DataArray, model: str, time_bins: "TimeBins | None") -> None:
    found = None
    if "time_bin" in answer.dims:
        found = list(zip(answer["time_bin_start"].values.tolist(), answer["time_bin_end"].values.tolist(), strict=True))
    wanted = None if time_bins is None else [(float(start), float(end)) for start, end in time_bins]
    if found != wanted:
        raise InvalidModelOutput(
            f"{model} answered with {_named(found)}",
            expected=_named(wanted),
            remedy="" if wanted is None else "answer in the time_bins= that start_recording was given, in ms",
        )


def _named(time_bins: "TimeBins | None") -> str:
    if time_bins is None:
        return "no dimension 'time_bin'"
    return f"the time bins {', '.join(f'{start:g} to {end:g}' for start, end in time_bins)} ms"


def _check_finite(answer: xr.DataArray, model: str) -> None:
    finite = np.isfinite(answer.values)
    if finite.all():
        return
    first = dict(zip(answer.dims, np.argwhere(~finite)[0].tolist(), strict=True))
    stimulus = answer["stimulus_id"].values[first["presentation"]]
    unit = answer["neuroid_id"].values[first["neuroid"]]
    raise InvalidModelOutput(
        f"{model} answered with {int((~finite).sum())} values that are NaN or infinite, the first to"
        f" {str(stimulus)!r} in unit {str(unit)!r}",
        expected="finite numbers",
        remedy="look at the network's output for this stimulus, and at its precision",
    )
