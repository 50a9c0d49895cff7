"""Activations -> rates: a map, fitted once on named stimuli, that gives a region the rates that were measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainscore_core.digests import digest_sequence
from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

KINDS = ("affine", "rectified")
LARGEST = 2**22
"""Values that a map for all units is fitted on; of more, evenly spaced ones."""
STEPS = 60


@dataclass(frozen=True)
class Calibration:
    """Which rates a region has: their mean and spread over named stimuli, in spikes/s.

    Parameters
    ----------
    kind : {'affine', 'rectified'}
        ``offset + gain * activation``; or the same not below 0, fitted so that what is left has the mean and spread.
    mean, sd : float
        Of the rates over stimuli and units; over stimuli, where `each_unit`.
    stimuli : str or StimulusSet or DataEntry
        What the rates were measured with.
    visual_degrees : float, optional
        Width of these stimuli; None: their column ``degrees``.
    each_unit : bool
        A map for each unit rather than one for all.
    """

    kind: str
    mean: float
    sd: float
    stimuli: Any
    visual_degrees: float | None = None
    each_unit: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidParameter(f"a calibration of kind {self.kind!r}", expected=f"one of {list(KINDS)}")
        if not (np.isfinite([self.mean, self.sd]).all() and self.sd > 0):
            raise InvalidParameter(f"rates of mean {self.mean} and sd {self.sd}", expected="finite, sd above 0")
        if self.kind == "rectified" and not self.mean > 0:
            raise InvalidParameter(f"rectified rates of mean {self.mean}", expected="above 0")

    def load(self) -> StimulusSet:
        """The named stimuli."""
        if isinstance(self.stimuli, StimulusSet):
            return self.stimuli
        if isinstance(self.stimuli, str):
            from brainscore_core import load_stimulus_set

            return load_stimulus_set(self.stimuli)
        return self.stimuli.load()

    def fit(self, activations: np.ndarray) -> "RateMap":
        """The map that gives `activations`, shape (stimulus, unit), these rates."""
        return fit(self.kind, activations, self.mean, self.sd, self.each_unit)

    def described(self) -> dict[str, Any]:
        """As plain values, stimuli by content, for the digest."""
        stimuli = self.load()
        return {
            "kind": self.kind,
            "mean": self.mean,
            "sd": self.sd,
            "stimuli": digest_sequence(stimuli.key(stimulus_id) for stimulus_id in stimuli),
            "visual_degrees": self.visual_degrees,
            "each_unit": self.each_unit,
        }


@dataclass(frozen=True, eq=False)
class RateMap:
    """``offset + gain * activation`` in spikes/s, not below 0 where `rectified`.

    Parameters
    ----------
    gain, offset : array, shape (unit,) or ()
    rectified : bool
    """

    gain: np.ndarray
    offset: np.ndarray
    rectified: bool

    def __call__(self, activations: np.ndarray) -> np.ndarray:
        """Rates, shape (stimulus, unit), in the dtype of the activations where that is floating."""
        rates = activations * self.gain + self.offset
        rates = np.maximum(rates, 0) if self.rectified else rates
        return rates.astype(activations.dtype) if activations.dtype.kind == "f" else rates

    def of(self, units: np.ndarray | None) -> "RateMap":
        """The map of some units."""
        if units is None or self.gain.ndim == 0:
            return self
        return RateMap(self.gain[units], self.offset[units], self.rectified)


def fit(kind: str, activations: np.ndarray, mean: float, sd: float, each_unit: bool = False) -> RateMap:
    """Match mean and standard deviation.

    A unit that never varies is put at the mean. Rectified: with y = max(0, x - t), sd(y) / mean(y) grows with the
    threshold t (Cauchy-Schwarz), so that bisection finds the one that is wanted.

    Parameters
    ----------
    kind : {'affine', 'rectified'}
    activations : array, shape (stimulus, unit)
    mean, sd : float
        Wanted, in spikes/s.
    each_unit : bool

    Raises
    ------
    InvalidParameter
        If activations do not vary at all, or no threshold gives rectified rates that are as sparse.
    """
    values = np.asarray(activations, np.float64)
    values = values if each_unit else values.reshape(-1, 1)
    spread = values.std(0)
    if not (spread > 0).any():
        raise InvalidParameter("activations that do not vary cannot be calibrated", expected="other stimuli")
    varies = spread > 0
    threshold = values.mean(0) - mean * spread / sd
    if kind == "rectified" and (sparse := varies & (threshold > values.min(0))).any():
        some = values if each_unit else values[:: -(-len(values) // LARGEST)]
        threshold[sparse] = _threshold(some[:, sparse], sd / mean)
    left = _rectified(values, threshold) if kind == "rectified" else lambda moment: moment(values - threshold, axis=0)
    scale = left(np.std)
    gain = np.divide(sd, scale, out=np.zeros_like(scale), where=varies & (scale > 0))
    offset = np.where(varies, -gain * threshold, mean)
    return RateMap(gain if each_unit else gain[0], offset if each_unit else offset[0], kind == "rectified")


def _rectified(values: np.ndarray, threshold: np.ndarray) -> Callable[[Any], np.ndarray]:
    kept = np.maximum(values - threshold, 0)
    return lambda moment: moment(kept, axis=0)


def _threshold(values: np.ndarray, wanted: float) -> np.ndarray:
    """Where sd / mean of what is above it is `wanted`, for each column."""
    low, high = values.min(0), values.max(0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        above = np.maximum(values - middle, 0)
        mean = above.mean(0)
        ratio = np.divide(above.std(0), mean, out=np.full_like(mean, np.inf), where=mean > 0)
        low, high = np.where(ratio < wanted, middle, low), np.where(ratio < wanted, high, middle)
    above = np.maximum(values - low, 0)
    reached = above.std(0) / np.maximum(above.mean(0), np.finfo(float).tiny)
    if not np.allclose(reached, wanted, rtol=1e-3):
        raise InvalidParameter(
            f"rectified rates of sd {wanted:.3g} times their mean cannot be had from these activations",
            expected=f"at most {float(np.min(reached)):.3g}",
            remedy="calibrate with more stimuli",
        )
    return low
