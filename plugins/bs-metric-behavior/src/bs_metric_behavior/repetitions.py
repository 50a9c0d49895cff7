"""Models whose trials differ: each trial is compared by itself, and what comes out is averaged."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.scores import Score

from .answers import column

if TYPE_CHECKING:
    import xarray as xr

REPETITION = "repetition"


def each_trial(source: "xr.DataArray", compare: "Callable[[xr.DataArray], Score]") -> Score:
    """The mean over a model's trials of what a comparison gives for each.

    Parameters
    ----------
    source : xarray.DataArray
        Answers of a model; ``repetition`` on ``presentation`` tells its trials apart, where there are several.
    compare : callable
        From the answers of one trial to their score.

    Returns
    -------
    Score
        Values, draws and numbers among the details are means over trials, and error and interval those of the mean over
        draws: the stimuli are drawn alike for all trials, which are fixed. `details` say besides how many
        ``model_trials`` there are, and ``sd_over_model_trials``; ``undefined_model_trials``, where some have no score,
        which are then left out.
    """
    if REPETITION not in source.coords:
        return compare(source)
    number = column(source, REPETITION, "source")
    names = np.unique(number)
    if len(names) < 2:
        return compare(source)
    return _mean([compare(source.isel(presentation=np.flatnonzero(number == name))) for name in names])


def _mean(scores: Sequence[Score]) -> Score:
    flags = tuple(dict.fromkeys(flag for score in scores for flag in score.flags))
    there = [score for score in scores if score.value is not None]
    said: dict[str, str | int | float] = {"model_trials": len(scores)}
    if len(there) < len(scores):
        said["undefined_model_trials"] = len(scores) - len(there)
    if not there:
        return scores[0].with_(flags=flags, details=_shared(scores) | said)
    found = np.array([float(score) for score in there])
    if len(there) > 1:
        said["sd_over_model_trials"] = float(found.std(ddof=1))
    values = _averaged([score.values for score in there])
    score = Score(float(found.mean()), values=values, flags=flags, details=_shared(there) | said)
    return _with_error(score, there)


def _with_error(score: Score, there: Sequence[Score]) -> Score:
    from brainscore_core.statistics.bootstrap import Interval
    from brainscore_core.statistics.correlation import mean_of_defined

    errors = [one.error for one in there if one.error is not None]
    if not errors:
        return score
    drawn = [one.draws for one in there]
    if any(draws is None or draws.attrs != there[0].draws.attrs for draws in drawn):
        # not the same draws: trials that leave out an answer, or a form whose draws cannot be paired
        told = {key: entry for key, entry in score.details.items() if not key.startswith("interval_")}
        return score.with_(error=float(np.mean(errors)), details=told | {"error": "mean of the errors of each trial"})
    draws = _averaged(drawn)
    each = draws.values if draws.ndim == 1 else mean_of_defined(draws.values, axis=1)
    interval = Interval.of(each)
    told = {**score.details, "interval_low": interval.low, "interval_high": interval.high}
    return score.with_(error=None if np.isnan(interval.error) else interval.error, draws=draws, details=told)


def _averaged(arrays: "Sequence[xr.DataArray]") -> "xr.DataArray":
    """Entry by entry, NaN left out; coordinates and attributes are those of the first."""
    from brainscore_core.statistics.correlation import mean_of_defined

    return arrays[0].copy(data=mean_of_defined(np.stack([array.values for array in arrays])))


def _shared(scores: Sequence[Score]) -> dict[str, str | int | float]:
    """Details that all have: text of the first, numbers that differ as their mean."""
    found: dict[str, str | int | float] = {}
    for key in (key for key in scores[0].details if all(key in score.details for score in scores)):
        entries = [score.details[key] for score in scores]
        alike = isinstance(entries[0], str) or all(entry == entries[0] for entry in entries)
        found[key] = entries[0] if alike else float(np.mean([float(entry) for entry in entries]))
    return found
