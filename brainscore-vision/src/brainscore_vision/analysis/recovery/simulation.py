"""Neurons that are a model's: their tuning is made from a layer, their noise from a recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.statistics.averaging import WITHIN, mean_of_trials, trial_rows

if TYPE_CHECKING:
    import xarray as xr

MIXED_UNITS = 10
"""Units that a mixed neuron reads."""
VARIES = 1e-6
"""Range of a unit over stimuli, relative to the layer's largest magnitude, above which it is taken to vary."""


@dataclass(frozen=True)
class RecordedNoise:
    """What a recording says of its neurons' signal and noise, neuron by neuron (and time bin by time bin).

    Parameters
    ----------
    mean, signal : array, shape (column,)
        Grand mean, and variance over stimuli of the expected response: that of the trial means, less what noise adds to
        it. A column is a neuron, or a neuron in one time bin. Zero where the noise explains all of it.
    residuals : array, shape (presentation, column)
        Trial less the mean of its stimulus, times sqrt(n / (n - 1)): of the noise's own size however few trials that
        mean is of. NaN where there is none.
    usable : bool array, shape (column,)
        Columns that have repetitions and vary.
    """

    mean: np.ndarray
    signal: np.ndarray
    residuals: np.ndarray
    usable: np.ndarray

    @classmethod
    def of(cls, trials: "xr.DataArray") -> "RecordedNoise":
        """Estimate it.

        Parameters
        ----------
        trials : xarray.DataArray
            ``presentation x neuroid [x time_bin]``; NaN: not measured.

        Raises
        ------
        InvalidParameter
            If no neuron was measured twice for any stimulus.
        """
        values = columns(trials)
        rows = trial_rows(*(trials[name].values.astype(str) for name in _labels(trials)))
        stimulus = np.empty(len(values), int)
        for row in rows:
            stimulus[row[row >= 0]] = np.flatnonzero(row >= 0)
        means = mean_of_trials(values, rows)
        counts = np.zeros(means.shape)
        np.add.at(counts, stimulus, ~np.isnan(values))
        again = np.where(counts > 1, counts, np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            freedom = np.where(counts > 1, counts - 1, 0).sum(0)
            noise = np.nansum((values - means[stimulus]) ** 2, axis=0) / freedom
            shown = (counts > 0).sum(0)
            grand = np.nansum(means, axis=0) / shown
            spread = np.nansum((means - grand) ** 2, axis=0) / (shown - 1)
            signal = spread - noise * np.where(counts > 0, 1 / counts, 0).sum(0) / shown
        usable = (freedom > 0) & (shown > 1) & (spread > 0)
        if not usable.any():
            raise InvalidParameter(
                "no neuron was measured twice for any stimulus: there is no noise to imitate",
                expected="a benchmark whose recordings hold single trials",
            )
        residuals = (values - means[stimulus]) * np.sqrt(again / (again - 1))[stimulus]
        return cls(grand, np.where(signal > 0, signal, 0.0), residuals, usable)

    def draw(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Noise of so many trials, shape (count, column).

        Whole trials are drawn, which keeps what neurons share, where there are trials in which all were measured; else
        each column's residuals by themselves. Noise does not grow with the response.
        """
        known = ~np.isnan(self.residuals)
        whole = np.flatnonzero(known[:, self.usable].all(1))
        if len(whole):
            return np.nan_to_num(self.residuals[generator.choice(whole, count)])
        drawn = np.zeros((count, self.residuals.shape[1]))
        for column in np.flatnonzero(known.any(0)):
            drawn[:, column] = generator.choice(self.residuals[known[:, column], column], count)
        return drawn


class Readout(Protocol):
    """Makes the tuning of neurons out of units."""

    def __call__(
        self, features: np.ndarray, units: np.ndarray, count: int, generator: np.random.Generator
    ) -> np.ndarray:
        """From (stimulus, unit[, bin]) to (stimulus, neuron[, bin]); `units` are those that may be read."""


def single(features: np.ndarray, units: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Each neuron is one random unit; no unit twice where there are enough."""
    return features[:, generator.choice(units, count, replace=len(units) < count)]


def mixed(features: np.ndarray, units: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Each neuron is the sum of :data:`MIXED_UNITS` random units, standardised, with Gaussian weights."""
    size = min(MIXED_UNITS, len(units))
    chosen = np.stack([generator.choice(units, size, replace=False) for _ in range(count)])
    weights = generator.standard_normal(chosen.shape)
    parts = standardised(features[:, chosen.ravel()]).reshape(len(features), count, size, -1)
    return np.einsum("snub,nu->snb", parts, weights).reshape(len(features), count, *features.shape[2:])


READOUTS: Mapping[str, Readout] = {"single": single, "mixed": mixed}


def simulate(
    trials: "xr.DataArray", noise: RecordedNoise, tuning: Mapping[str, np.ndarray], generator: np.random.Generator
) -> "xr.DataArray":
    """A recording like the given one, of neurons that are tuned otherwise.

    Each keeps its neuron's mean, variance of the signal, noise, and trials that were not measured.

    Parameters
    ----------
    trials : xarray.DataArray
        ``presentation x neuroid [x time_bin]``: what is imitated.
    noise : RecordedNoise
        Of `trials`.
    tuning : mapping of stimulus id to array, shape (column,)
        With mean 0 and variance 1 over stimuli, as of :func:`standardised`.
    """
    values = columns(trials)
    expected = np.stack([tuning[name] for name in trials["stimulus_id"].values.astype(str).tolist()])
    made = noise.mean + np.sqrt(noise.signal) * expected + noise.draw(len(values), generator)
    made[np.isnan(values)] = np.nan
    return trials.copy(data=made.reshape(trials.shape))


def columns(assembly: Any) -> np.ndarray:
    """Values with neurons and time bins side by side, shape (presentation, column), float64."""
    return np.asarray(assembly.values, np.float64).reshape(assembly.shape[0], -1)


def standardised(values: np.ndarray) -> np.ndarray:
    """Mean 0 and variance 1 over the first axis; 0 where nothing varies; float64."""
    values = np.asarray(values, np.float64)
    centred = values - values.mean(0)
    spread = centred.std(0, ddof=1)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)


def varying(features: np.ndarray) -> np.ndarray:
    """Numbers of the units of (stimulus, unit[, bin]) that vary over the stimuli."""
    span = features.max(0) - features.min(0)
    largest = max(float(features.max()), -float(features.min()))
    varies = (span > VARIES * largest).reshape(features.shape[1], -1).all(1)
    return np.flatnonzero(varies)


def _labels(trials: "xr.DataArray") -> list[str]:
    there = [name for name in WITHIN if name in trials.coords and trials[name].dims == ("presentation",)]
    return ["stimulus_id", *there]
