"""Published histograms as one value a recorded unit, placed so that counting them again gives the published counts."""

import json
from functools import lru_cache
from importlib.resources import files

import numpy as np


@lru_cache(maxsize=1)
def published() -> dict[str, dict]:
    """``histograms.json``: citation, number of neurons, and bins and counts of each property, by dataset."""
    return json.loads(files(__package__).joinpath("histograms.json").read_text(encoding="utf-8"))


def unit_values(histogram: dict, n_neurons: int) -> np.ndarray:
    """One value a unit: NaN for units whose property is undefined, then the counted ones in ascending order.

    Values lie at the bin centres (the geometric centre where the bins are logarithmic), and at 0 and 1 where the
    property is yes or no.

    Parameters
    ----------
    histogram : dict
        ``bins`` (n + 1 edges), ``counts`` (n) and ``bin_scale``: linear, log2 or edges.
    n_neurons : int
        Recorded units, those with an undefined property included.

    Returns
    -------
    numpy.ndarray
        float64, shape (n_neurons,).
    """
    counts = np.asarray(histogram["counts"])
    undefined = np.full(n_neurons - counts.sum(), np.nan)
    return np.concatenate([undefined, np.repeat(_centres(histogram), counts)])


def unit_groups(histogram: dict, n_neurons: int) -> np.ndarray | None:
    """The published subgroup (such as ``simple_foveal``) of each unit of ``unit_values``; None where not published.

    Undefined units are ``unknown``: their group was not reported.
    """
    subgroups = histogram.get("subgroups")
    if subgroups is None:
        return None
    by_bin = [np.repeat(list(subgroups), counts) for counts in zip(*subgroups.values(), strict=True)]
    known = np.concatenate(by_bin)
    return np.concatenate([np.full(n_neurons - len(known), "unknown"), known])


def _centres(histogram: dict) -> np.ndarray:
    edges = np.asarray(histogram["bins"], dtype=np.float64)
    scale = histogram["bin_scale"]
    if scale == "edges":
        return edges[[0, -1]]
    if scale == "log2":
        return np.sqrt(edges[:-1] * edges[1:])
    return (edges[:-1] + edges[1:]) / 2
