"""Ideal observers: answers drawn from a known psychometric function, to plan an experiment or to test a fit."""

from typing import Any

import numpy as np
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly

from .fit import Design, PsychometricFit


def observer(
    design: Design | None = None, midpoint: float = 5.0, width: float = 4.0, lapse: float = 0.02
) -> PsychometricFit:
    """Somebody with this psychometric function; midpoint and width lie on the axis of the sigmoid."""
    return PsychometricFit(design or Design(), midpoint, width, lapse, 0.0, 0.0)


def answers_of(true: PsychometricFit, levels: Any, trials: int, *, seed: int, **coords: Any) -> xr.DataArray:
    """Answers to trials with two intervals.

    Parameters
    ----------
    true : PsychometricFit
        Who answers; see :func:`observer`.
    levels : sequence of float
    trials : int
        For each level.
    seed : int
    **coords
        The same for all trials, as ``subject="a"`` or ``condition="baseline"``.

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly: the interval that was chosen, 1 or 2; coordinates ``level`` and ``truth``.
    """
    rng = np.random.default_rng(seed)
    shown = np.repeat(np.asarray(levels, dtype=np.float64), trials)
    truth = rng.integers(1, 3, len(shown))
    right = rng.random(len(shown)) < true.rate(shown)
    named: dict[str, Any] = {name: ("presentation", [value] * len(shown)) for name, value in coords.items()}
    named |= {
        "stimulus_id": ("presentation", [f"{level:g}-{index}" for index, level in enumerate(shown)]),
        "level": ("presentation", shown),
        "truth": ("presentation", truth),
    }
    return BehavioralAssembly(np.where(right, truth, 3 - truth), dims=["presentation"], coords=named)
