"""What people answered, trial by trial."""

from typing import TYPE_CHECKING, Any

from brainscore_core.data import fetch

from .images import CATEGORIES, IDS
from .sources import OCCLUDER, TRIALS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from brainscore_core.data import Source


def read_trials() -> "xr.DataArray":
    """The main experiment (Fig. 1 F to H).

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly, ``presentation``: the category that was named. Coordinates ``stimulus_id`` (the object; each
        trial had bubbles of its own), ``truth``, ``subject``, ``condition`` (``masked`` or ``unmasked``), ``soa`` (time
        the object was shown before mask or grey screen, in ms), ``bubbles`` (how many), ``visibility`` (percent of the
        object's pixels within two standard deviations of a bubble's centre), ``reaction_time`` (ms).
    """
    trials = _read(TRIALS)
    return _assembly(trials, {"visibility": 100 - trials["black"].to_numpy()})


def read_occluder() -> "xr.DataArray":
    """The variation with an occluder (Fig. 1 I).

    Returns
    -------
    xarray.DataArray
        As :func:`read_trials`, without ``visibility``; ``presented`` says what was seen: the object ``whole``, in
        ``parts`` (through bubbles), or ``occluded`` (parts with the occluder drawn). That is read off the names of the
        columns ``occluded`` and ``partial``, which nothing published explains.
    """
    import numpy as np

    trials = _read(OCCLUDER)
    seen = np.where(trials["occluded"] == 0, "whole", np.where(trials["partial"] == 1, "parts", "occluded"))
    return _assembly(trials, {"presented": seen})


def _read(source: "Source") -> "pd.DataFrame":
    import pandas as pd

    return pd.read_csv(fetch(source))


def _assembly(trials: "pd.DataFrame", more: dict[str, Any]) -> "xr.DataArray":
    import numpy as np

    from brainscore_core.assemblies import BehavioralAssembly

    labels = np.array(CATEGORIES)
    number = {name: trials[name].to_numpy().astype(int) for name in ("pres", "truth", "response_category")}
    coords = {
        "stimulus_id": np.array(IDS)[number["pres"] - 1],
        "truth": labels[number["truth"] - 1],
        "subject": trials["subject"].astype(int).astype(str).tolist(),
        "condition": np.where(trials["masked"] == 1, "masked", "unmasked"),
        "soa": np.rint(1000 * trials["soa"].to_numpy()).astype(int),
        "bubbles": trials["nbubbles"].to_numpy().astype(int),
        "reaction_time": 1000 * trials["reaction_times"].to_numpy(),
        **more,
    }
    return BehavioralAssembly(
        labels[number["response_category"] - 1],
        dims=("presentation",),
        coords={name: ("presentation", values) for name, values in coords.items()},
    )
