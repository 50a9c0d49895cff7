"""What was asked for in a recording, and the assembly that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.stimuli import StimulusSet

from ..activations import Selection

RESERVED = frozenset(
    {"stimulus_id", "presentation", "neuroid", "time_bin", "time_bin_start", "time_bin_end"}
    | {"neuroid_id", "neuroid_num", "region", "layer"}
)
"""Names that a column of a stimulus table does not get in an assembly."""


@dataclass(frozen=True, eq=False)
class Recording:
    """A recording that was started.

    Parameters
    ----------
    region : str
    layers : tuple of str
        That are committed to it.
    selections : tuple of Selection
        What of each layer is recorded.
    order : array, optional
        Of the units that were asked for, among those of the selections.
    time_bins : tuple of (start, end), optional
        In ms.
    keep : bool
        Whether rows are stored.
    """

    region: str
    layers: tuple[str, ...]
    selections: tuple[Selection, ...]
    order: np.ndarray | None = None
    time_bins: tuple[tuple[float, float], ...] | None = None
    keep: bool = True


def assembled(
    trials: Sequence[np.ndarray],
    stimuli: StimulusSet,
    recording: Recording,
    units: Mapping[str, Any],
    *,
    varies: bool,
    over_time: str,
) -> xr.DataArray:
    """The NeuroidAssembly of a recording.

    Parameters
    ----------
    trials : sequence of arrays, each (stimulus, unit[, time bin])
    stimuli : StimulusSet
    recording : Recording
    units : mapping
        Coordinates on ``neuroid``.
    varies : bool
        Whether trials differ, so that each has rows of its own, told apart by ``repetition``.
    over_time : str
        Where responses in time bins come from.
    """
    dims = ["presentation", "neuroid"]
    coords = {**stimulus_coords(stimuli), **units}
    values = trials[0] if len(trials) == 1 else np.concatenate(trials)
    if varies:
        own = {name: entry for name, entry in coords.items() if entry[0] == "presentation"}
        coords |= {name: ("presentation", np.tile(entry[1], len(trials))) for name, entry in own.items()}
        coords["repetition"] = ("presentation", np.repeat(np.arange(len(trials)), len(stimuli)))
    if recording.time_bins is None:
        return NeuroidAssembly(values, dims=dims, coords=coords)
    starts, ends = zip(*recording.time_bins, strict=True)
    coords |= {"time_bin_start": ("time_bin", list(starts)), "time_bin_end": ("time_bin", list(ends))}
    return NeuroidAssembly(values, dims=[*dims, "time_bin"], coords=coords, attrs={"over_time": over_time})


def stimulus_coords(stimuli: StimulusSet) -> dict[str, Any]:
    """Ids and every column of numbers or of complete text."""
    coords: dict[str, Any] = {"stimulus_id": ("presentation", stimuli.ids)}
    for name, column in stimuli.table.items():
        if not isinstance(name, str) or name in RESERVED:
            continue
        values = column.to_numpy()
        if values.dtype.kind in "biuf":
            coords[name] = ("presentation", values)
        elif all(isinstance(value, str) for value in values):
            coords[name] = ("presentation", values.astype(str))
    return coords
