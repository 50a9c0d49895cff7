"""A network with its commitments: the brain model that :func:`brainscore_vision.wrap` makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import Plan
from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidParameter, UnsupportedRegion, UnsupportedTask
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine, Selection
from ..info import VisualModelInfo
from ..model_interface import BrainModel, RecordingTarget, Task, TimeBins, bins
from ..screen import place_on_screen
from .layers import LayerCommitment


@dataclass(frozen=True)
class _Recording:
    region: str
    selections: tuple[Selection, ...]
    order: np.ndarray | None
    time_bins: tuple[tuple[float, float], ...] | None
    keep: bool


class CommittedModel(BrainModel):
    """A static, deterministic network committed to regions.

    Parameters
    ----------
    identifier : str
    engine : Engine
    commitment : LayerCommitment
    visual_degrees : float
    info : VisualModelInfo
    """

    def __init__(
        self,
        identifier: str,
        engine: Engine,
        commitment: LayerCommitment,
        visual_degrees: float,
        info: VisualModelInfo,
    ):
        self._identifier, self._engine, self._commitment = identifier, engine, commitment
        self._visual_degrees, self._info = visual_degrees, info
        self._recording: _Recording | None = None
        self._task: Task | None = None
        self._coords: dict[Any, dict[str, Any]] = {}
        engine.network.check(list(commitment))

    @property
    def identifier(self) -> str:
        return self._identifier

    @property
    def info(self) -> VisualModelInfo:
        return self._info

    @property
    def commitment(self) -> LayerCommitment:
        """Layers of each region."""
        return self._commitment

    def visual_degrees(self) -> float:
        return self._visual_degrees

    def configure(
        self, *, seed: int = 0, device: str | None = None, batch_size: int | None = None, cache: bool = True
    ) -> None:
        """Set device, batch size and caching. `seed` changes nothing: this model has no trials that differ."""
        if batch_size is not None and batch_size < 1:
            raise InvalidParameter(f"batch_size={batch_size}", expected="at least 1")
        self._engine.network.to(device)
        self._engine.batch_size, self._engine.keep = batch_size, cache

    def reset(self) -> None:
        self._recording = self._task = None

    def digest(self) -> str | None:
        network, preprocessing = self._engine.network_digest(), self._engine.preprocessing_digest()
        if network is None or preprocessing is None:
            return None
        return digest_json(
            {
                "network": network,
                "preprocessing": preprocessing,
                "layers": self._commitment.layers,
                "visual_degrees": self._visual_degrees,
            }
        )

    def expect(self, plan: Plan) -> None:
        """Note which layers each placed image will be asked for, so that one pass records their union."""
        expected: dict[str, set[str]] = {}
        for entry in plan:
            if entry.region not in self._commitment.layers or not entry.whole:
                continue
            placed = place_on_screen(entry.stimuli, self.visual_degrees(), entry.visual_degrees)
            for stimulus_id in placed:
                expected.setdefault(placed.key(stimulus_id), set()).update(self._commitment.layers[entry.region])
        self._engine.expected = {key: frozenset(layers) for key, layers in expected.items()}

    def start_task(self, task: Task | str, fitting_stimuli: StimulusSet | Sequence[str] | str | None = None) -> None:
        if task != Task.PASSIVE:
            raise UnsupportedTask(
                f"{self.identifier} does not do the task {str(task)!r}",
                expected="'passive': no behavioural readout is committed",
            )
        self._task, self._recording = Task.PASSIVE, None

    def start_recording(
        self,
        recording_target: RecordingTarget | str,
        *,
        time_bins: TimeBins | None = None,
        species: str | None = None,
        hemisphere: str | None = None,
        units: Sequence[str] | None = None,
        keep: bool = True,
    ) -> None:
        region = str(recording_target)
        layers = self._commitment.of(region, species, hemisphere)
        selections, order = (tuple(map(Selection, layers)), None) if units is None else _selections(layers, units)
        self._recording = _Recording(region, selections, order, bins(time_bins), keep)
        self._task = None

    def look_at(self, stimuli: StimulusSet, number_of_trials: int = 1) -> xr.DataArray | None:
        if number_of_trials < 1:
            raise InvalidParameter(f"number_of_trials={number_of_trials}", expected="at least 1")
        if self._recording is None:
            if self._task is None:
                raise InvalidParameter(
                    f"{self.identifier} looks without a task", remedy="call start_recording(...) or start_task(...) first"
                )
            return None
        recording = self._recording
        values, widths = np.empty((0, 0), np.float32), ()
        for positions, blocks in self._engine.stream(stimuli, recording.selections, keep=recording.keep):
            rows = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)
            if not widths:
                values, widths = np.empty((len(stimuli), rows.shape[1]), rows.dtype), tuple(b.shape[1] for b in blocks)
            values[positions] = rows
        if recording.order is not None:
            values = values[:, recording.order]
        return self._assembly(values, widths, stimuli, recording)

    def _assembly(
        self, values: np.ndarray, widths: tuple[int, ...], stimuli: StimulusSet, recording: _Recording
    ) -> xr.DataArray:
        dims = ["presentation", "neuroid"]
        coords = {**_stimulus_coords(stimuli), **self._neuroid_coords(recording, widths)}
        if recording.time_bins is not None:
            dims = [*dims, "time_bin"]
            values = np.broadcast_to(values[..., None], (*values.shape, len(recording.time_bins)))
            starts, ends = zip(*recording.time_bins, strict=True)
            coords |= {"time_bin_start": ("time_bin", list(starts)), "time_bin_end": ("time_bin", list(ends))}
        return NeuroidAssembly(values, dims=dims, coords=coords)

    def _neuroid_coords(self, recording: _Recording, widths: tuple[int, ...]) -> dict[str, Any]:
        """Made once a recording: names of 75,000 units cost more than a batch."""
        key = (recording.region, tuple((s.layer, s.recipe) for s in recording.selections), widths)
        if recording.order is not None or key not in self._coords:
            layers, numbers = _units(recording, widths)
            ids = np.char.add(np.char.add(layers, "."), numbers.astype(str))
            self._coords[key] = {
                "neuroid_id": ("neuroid", ids),
                "region": ("neuroid", np.full(len(ids), recording.region)),
                "layer": ("neuroid", layers),
                "neuroid_num": ("neuroid", numbers),
            }
        return self._coords[key]


def _units(recording: _Recording, widths: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(layer, number within the layer) of every recorded unit, in order."""
    numbers = [
        np.arange(width) if selection.columns is None else np.asarray(selection.columns)
        for selection, width in zip(recording.selections, widths, strict=True)
    ]
    layers = [np.full(width, sel.layer) for width, sel in zip(widths, recording.selections, strict=True)]
    order = recording.order if recording.order is not None else slice(None)
    return np.concatenate(layers)[order], np.concatenate(numbers)[order]


def _selections(layers: Sequence[str], units: Sequence[str]) -> tuple[tuple[Selection, ...], np.ndarray]:
    """Selections of each layer's columns, and the order that brings their concatenation to that of `units`."""
    places: dict[str, list[tuple[int, int]]] = {layer: [] for layer in layers}
    for position, unit in enumerate(units):
        layer, _, number = str(unit).rpartition(".")
        if layer not in places or not number.isdigit():
            raise UnsupportedRegion(
                f"unit {unit!r} belongs to no committed layer", expected=f"LAYER.INDEX with a layer of {list(layers)}"
            )
        places[layer].append((position, int(number)))
    used = [layer for layer in layers if places[layer]]
    if not used:
        raise InvalidParameter("no units given", expected="at least one neuroid_id, or units=None for all")
    selections = tuple(Selection(layer, np.array([number for _, number in places[layer]])) for layer in used)
    return selections, np.argsort([position for layer in used for position, _ in places[layer]])


def _stimulus_coords(stimuli: StimulusSet) -> dict[str, Any]:
    """Ids and every column of numbers or of complete text."""
    coords: dict[str, Any] = {"stimulus_id": ("presentation", stimuli.ids)}
    for name, column in stimuli.table.items():
        if name == "stimulus_id" or not isinstance(name, str):
            continue
        values = column.to_numpy()
        if values.dtype.kind in "biuf" or all(isinstance(value, str) for value in values):
            coords[name] = ("presentation", values)
    return coords
