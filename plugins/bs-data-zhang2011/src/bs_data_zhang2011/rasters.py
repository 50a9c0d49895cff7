"""From one raster a neuron to an assembly of all."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from brainscore_core.data import Source, fetch
from brainscore_core.errors import InvalidParameter

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

OBJECTS = ("car", "couch", "face", "flower", "guitar", "hand", "kiwi")
POSITIONS = ("lower", "middle", "upper")
TRIALS, BEFORE, LENGTH = 20, 500, 1000
"""Trials of each stimulus at most; ms before onset, and in all."""

_CONDITIONS = [(name, position) for name in OBJECTS for position in POSITIONS]


def read_recordings(sources: Sequence[Source], bin_width: int = 10) -> "xr.DataArray":
    """All neurons, trial by trial: a pseudo-population, whose trials of one row were not recorded together.

    Parameters
    ----------
    sources : sequence of Source
        One file a neuron.
    bin_width : int
        Ms; a divisor of 500, so that one bin starts at stimulus onset.

    Returns
    -------
    xarray.DataArray
        NeuroidAssembly, ``presentation x neuroid x time_bin``, spikes in each bin from 500 ms before onset to 500 ms
        after, float32. NaN: the neuron has no such trial (some have 19 of a stimulus).

    Raises
    ------
    InvalidParameter
        If bins of this width do not fit.
    """
    import numpy as np

    from brainscore_core.assemblies import NeuroidAssembly

    if bin_width < 1 or BEFORE % bin_width:
        raise InvalidParameter(f"bin_width={bin_width!r}", expected=f"a divisor of {BEFORE} ms")
    rows = TRIALS * len(_CONDITIONS)
    values = np.full((rows, len(sources), LENGTH // bin_width), np.nan, np.float32)
    for neuron, source in enumerate(sources):
        where, spikes = _neuron(source)
        values[where, neuron] = spikes.reshape(len(spikes), -1, bin_width).sum(-1)
    return NeuroidAssembly(values, dims=("presentation", "neuroid", "time_bin"), coords=_coords(sources, bin_width))


def _neuron(source: Source) -> "tuple[list[int], np.ndarray]":
    """(row of each trial, spikes (trial, ms)); the k-th trial of a stimulus is its repetition k."""
    from scipy.io import loadmat

    content = loadmat(fetch(source), variable_names=["raster_data", "raster_labels"])
    labels = content["raster_labels"][0, 0]
    seen: Counter[tuple[str, str]] = Counter()
    rows = []
    for name, position in zip(labels["stimulus_ID"][0], labels["stimulus_position"][0], strict=True):
        condition = str(name.item()), str(position.item())
        rows.append(seen[condition] * len(_CONDITIONS) + _CONDITIONS.index(condition))
        seen[condition] += 1
    return rows, content["raster_data"]


def _coords(sources: Sequence[Source], bin_width: int) -> dict[str, Any]:
    import numpy as np

    names = [source.filename.removesuffix("_raster_data.mat") for source in sources]
    starts = np.arange(-BEFORE, LENGTH - BEFORE, bin_width)
    objects, positions = zip(*_CONDITIONS, strict=True)
    return {
        "stimulus_id": ("presentation", [f"{name}-{position}" for name, position in _CONDITIONS] * TRIALS),
        "object_name": ("presentation", list(objects) * TRIALS),
        "position": ("presentation", list(positions) * TRIALS),
        "repetition": ("presentation", np.repeat(np.arange(TRIALS), len(_CONDITIONS))),
        "neuroid_id": ("neuroid", names),
        "session": ("neuroid", [name.partition("spk")[0] for name in names]),
        "region": ("neuroid", ["IT"] * len(names)),
        "time_bin_start": ("time_bin", starts),
        "time_bin_end": ("time_bin", starts + bin_width),
    }
