"""A network with its commitments: the brain model that :func:`brainscore_vision.wrap` makes."""

import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import Plan
from brainscore_core.digests import digest_json
from brainscore_core.errors import BrainScoreError, InvalidModelOutput, InvalidParameter, UnsupportedTask
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine, Selection
from ..info import VisualModelInfo
from ..model_interface import BrainModel, RecordingTarget, Task, TimeBins, bins
from ..screen import place_on_screen
from .layers import LayerCommitment
from .units import select_units, unit_coords

_logger = logging.getLogger(__name__)

RESERVED = frozenset(
    {"stimulus_id", "presentation", "neuroid", "time_bin", "time_bin_start", "time_bin_end"}
    | {"neuroid_id", "neuroid_num", "region", "layer"}
)
"""Names that a column of a stimulus table does not get in an assembly."""


@dataclass(frozen=True, eq=False)
class _Recording:
    region: str
    selections: tuple[Selection, ...]
    order: np.ndarray | None
    time_bins: tuple[tuple[float, float], ...] | None
    keep: bool


class CommittedModel(BrainModel):
    """A static, deterministic network committed to regions.

    What the network holds is read when a recording starts: one that was trained since is another one.

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
        self._coords: tuple[_Recording, tuple[int, ...], dict[str, Any]] | None = None
        self._told = ""
        engine.network.check(list(commitment))

    @property
    def identifier(self) -> str:
        """Name of the model."""
        return self._identifier

    @property
    def info(self) -> VisualModelInfo:
        """What is known of it."""
        return self._info

    @property
    def commitment(self) -> LayerCommitment:
        """Layers of each region."""
        return self._commitment

    @property
    def device(self) -> str | None:
        """Where the network runs; None where it does not say."""
        return self._engine.network.device

    def visual_degrees(self) -> float:
        """Width of the field of view, in degrees of visual angle."""
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
        """Forget task and recording."""
        self._recording = self._task = None

    def digest(self) -> str | None:
        """SHA-256 of network, preprocessing, commitments and field of view, as they are now."""
        self._engine.look()
        network, preprocessing = self._engine.network_digest(), self._engine.preprocessing_digest()
        if network is None or preprocessing is None:
            return None
        by_species = self._commitment.by_species
        return digest_json(
            {
                "network": network,
                "preprocessing": preprocessing,
                "layers": self._commitment.layers,
                "species": self._commitment.species,
                "visual_degrees": self._visual_degrees,
            }
            | ({"by_species": by_species} if by_species else {})
        )

    def expect(self, plan: Plan) -> None:
        """Note which layers each placed image will be asked for, so that one pass records their union."""
        expected: dict[str, set[str]] = {}
        for entry in plan:
            layers = self._commitment.every(entry.region or "")
            if not layers or not entry.whole:
                continue
            try:
                placed = place_on_screen(entry.stimuli, self.visual_degrees(), entry.visual_degrees)
            except BrainScoreError:  # its benchmark will say so when its turn comes
                continue
            for stimulus_id in placed:
                expected.setdefault(placed.key(stimulus_id), set()).update(layers)
        self._engine.expected = {key: frozenset(layers) for key, layers in expected.items()}

    def start_task(self, task: Task | str, fitting_stimuli: StimulusSet | Sequence[str] | str | None = None) -> None:
        """Passive viewing; every other task is refused."""
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
        """Record from the layers committed to a region; see :class:`~brainscore_vision.BrainModel`."""
        region = str(recording_target)
        layers = self._commitment.of(region, species, hemisphere)
        selections, order = (tuple(map(Selection, layers)), None) if units is None else select_units(layers, units)
        recording = _Recording(region, selections, order, bins(time_bins), keep)
        self._engine.look()
        if self._told != (unreadable := self._engine.unreadable()):
            self._told = unreadable
            _logger.info("activations of %s are kept in this process only: %s", self.identifier, unreadable)
        self._recording, self._task = recording, None

    def look_at(self, stimuli: StimulusSet, number_of_trials: int = 1) -> xr.DataArray | None:
        """One row a stimulus, whatever the number of trials; see :class:`~brainscore_vision.BrainModel`."""
        if number_of_trials < 1:
            raise InvalidParameter(f"number_of_trials={number_of_trials}", expected="at least 1")
        if self._recording is None:
            if self._task is None:
                raise InvalidParameter(
                    f"{self.identifier} looks without a task",
                    remedy="call start_recording(...) or start_task(...) first",
                )
            return None
        values, widths = self._values(stimuli, self._recording)
        return self._assembly(values, widths, stimuli, self._recording)

    def _values(self, stimuli: StimulusSet, recording: _Recording) -> tuple[np.ndarray, tuple[int, ...]]:
        """Activations (stimulus, unit), and the number of units of each selection."""
        values: np.ndarray | None = None
        with closing(self._engine.stream(stimuli, recording.selections, keep=recording.keep)) as batches:
            for positions, blocks in batches:
                if values is None:
                    widths = tuple(block.shape[1] for block in blocks)
                    values = np.empty((len(stimuli), sum(widths)), np.result_type(*(block.dtype for block in blocks)))
                if tuple(block.shape[1] for block in blocks) != widths:
                    raise InvalidModelOutput(
                        f"{self.identifier} has {sum(block.shape[1] for block in blocks)} units for some stimuli of "
                        f"{stimuli.identifier!r} and {sum(widths)} for others",
                        expected="equally many for every stimulus",
                        remedy="let preprocessing= bring images to one size",
                    )
                np.concatenate(blocks, axis=1, out=values[positions])
        if values is None:
            raise InvalidParameter(f"{stimuli.identifier!r} is empty", expected="at least one stimulus")
        return (values if recording.order is None else values[:, recording.order]), widths

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
        if self._coords is None or self._coords[0] is not recording or self._coords[1] != widths:
            made = unit_coords(recording.region, recording.selections, widths, recording.order)
            self._coords = (recording, widths, made)
        return self._coords[2]


def _stimulus_coords(stimuli: StimulusSet) -> dict[str, Any]:
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
