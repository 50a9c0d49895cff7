"""Reliability of each neuroid from the variance over and within stimuli."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.statistics.reliability import OneWay

from .trials import counted, one_way, per_neuroid, positions


@dataclass(frozen=True)
class ICC:
    """ICC(1, k): reliability of the mean over trials, by one-way analysis of variance; ragged repetitions are fine.

    Shrout & Fleiss 1979 (Psychol Bull 86:420), case 1. A neuroid that was not measured in some trials has its own
    number of them.
    """

    inputs: Literal["single"] = field(default="single", init=False)

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid`` with repetitions; `values` has the dimension neuroid."""
        return self.evaluate(assembly).score

    def evaluate(self, assembly: xr.DataArray, stimuli: np.ndarray | None = None) -> Evaluation:
        """The ceiling, to be drawn again over `stimuli` (default: all, sorted)."""
        analysed = one_way(assembly)
        details = counted("ICC(1, k), one-way analysis of variance", analysed.counts)
        score = per_neuroid(analysed.icc()[0], assembly, details)
        order = positions(analysed.stimuli, stimuli)
        return Evaluation(score, analysed.stimuli[order], lambda w: analysed.icc(_spread(w, order, analysed))[None])


@dataclass(frozen=True)
class VoxelNoiseCeiling:
    """ncsnr^2 / (ncsnr^2 + 1/n): explainable share of the variance of an n-trial mean (Allen et al. 2022, Methods).

    ncsnr is the signal's sd over that of the noise: ncsnr^2 = max(0, var_means - var_noise / n) / var_noise.

    Parameters
    ----------
    trials : int, optional
        n; default: the harmonic mean of the trials each stimulus has.

    Notes
    -----
    A voxel whose trials are all alike has no noise to divide by; it is undefined, and counted.
    """

    trials: int | None = None
    inputs: Literal["single"] = field(default="single", init=False)

    def __post_init__(self) -> None:
        if self.trials is not None and not self.trials > 0:
            raise InvalidParameter(f"trials={self.trials}", expected="above 0")

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid`` with repetitions; `values` has the dimension neuroid."""
        return self.evaluate(assembly).score

    def evaluate(self, assembly: xr.DataArray, stimuli: np.ndarray | None = None) -> Evaluation:
        """The ceiling, to be drawn again over `stimuli` (default: all, sorted)."""
        analysed = one_way(assembly)
        counts = analysed.counts.max(1)
        details = counted("ncsnr^2 / (ncsnr^2 + 1/n)", analysed.counts)
        details["n"] = float(self.trials or len(counts) / (1 / counts).sum())
        score = per_neuroid(analysed.noise_ceiling(self.trials)[0], assembly, details, of_noise=True)
        order = positions(analysed.stimuli, stimuli)
        return Evaluation(
            score,
            analysed.stimuli[order],
            lambda w: analysed.noise_ceiling(self.trials, _spread(w, order, analysed))[None],
        )


def _spread(weights: np.ndarray, order: np.ndarray, analysed: OneWay) -> np.ndarray:
    """Weights of the chosen stimuli, as weights of all; (draw, stimulus)."""
    everything = np.zeros((len(weights), len(analysed.stimuli)))
    everything[:, order] = weights
    return everything
