"""Noise ceiling of each voxel from the variance over repetitions."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import xarray as xr
from brainscore_core.scores import Score

from .consistency import _details, _labelled, repetitions


@dataclass(frozen=True)
class VoxelNoiseCeiling:
    """ncsnr^2 / (ncsnr^2 + 1/n): explainable share of the variance of an n-trial mean (Allen et al. 2022, Methods).

    ncsnr is the signal's standard deviation over that of the noise, ncsnr^2 = max(0, var_total - var_noise) / var_noise.

    Parameters
    ----------
    trials : int, optional
        n; default: the harmonic mean of the trials each stimulus has.
    split_coord : str
    """

    trials: int | None = None
    split_coord: str = "repetition"
    inputs: Literal["single"] = field(default="single", init=False)

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid`` with repetitions; `values` has the dimension neuroid."""
        arranged = repetitions(assembly, self.split_coord)
        values = assembly.transpose("presentation", "neuroid").values.astype(np.float64)
        codes = np.unique(assembly["stimulus_id"].values, return_inverse=True)[1].ravel()
        counts = np.bincount(codes)
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        means = np.add.reduceat(values[order], starts) / counts[:, None]
        noise = ((values - means[codes]) ** 2).sum(0) / (len(values) - len(counts))
        n = self.trials or float(len(counts) / (1 / counts).sum())
        signal = np.maximum(means.var(0, ddof=1) - noise * (1 / counts).mean(), 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            squared = signal / noise
            ceiling = np.where(noise > 0, squared / (squared + 1 / n), np.nan)
        details = _details("ncsnr^2 / (ncsnr^2 + 1/n)", arranged) | {"n": float(n)}
        return Score(float(np.nanmedian(ceiling)), values=_labelled(ceiling, (), assembly), details=details)
