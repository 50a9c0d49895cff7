"""A network with its commitments: the brain model that :func:`brainscore_vision.wrap` makes."""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import Benchmark, Plan, Presentation
from brainscore_core.digests import digest_json
from brainscore_core.errors import BrainScoreError, InvalidModelOutput, InvalidParameter, UnsupportedTask
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine, Selection
from ..activations.content import content_of
from ..activations.effects import require_perturbable
from ..activations.form import Form, form_of
from ..behavior.activity import Activity, Request, Source
from ..behavior.tasks import activity_of
from ..info import VisualModelInfo
from ..model_interface import BrainModel, RecordingTarget, Task, TimeBins, bins
from ..movies.clip import MOVIES, clip_of
from ..perturbation import Perturbation
from ..screen import place_on_screen
from .behavior import Behavior
from .conditions import Conditions
from .layers import LayerCommitment
from .movies import Frames, Viewing, responses
from .physiology import Physiology
from .rates import RateMap
from .sampling import sample_units
from .units import select_units, unit_coords

if TYPE_CHECKING:
    import pandas as pd

_logger = logging.getLogger(__name__)

REPEATED = "one response, repeated in every time bin"
"""Said of recordings over time from a network that has no time."""

RESERVED = frozenset(
    {"stimulus_id", "presentation", "neuroid", "time_bin", "time_bin_start", "time_bin_end"}
    | {"neuroid_id", "neuroid_num", "region", "layer"}
)
"""Names that a column of a stimulus table does not get in an assembly."""


@dataclass(frozen=True, eq=False)
class _Recording:
    region: str
    layers: tuple[str, ...]
    selections: tuple[Selection, ...]
    order: np.ndarray | None
    time_bins: tuple[tuple[float, float], ...] | None
    keep: bool


class CommittedModel(BrainModel):
    """A static network committed to regions; deterministic unless its physiology says in what trials differ.

    What the network holds is read when a recording starts: one that was trained since is another one.

    Parameters
    ----------
    identifier : str
    engine : Engine
    commitment : LayerCommitment
    visual_degrees : float
    info : VisualModelInfo
    physiology : Physiology, optional
        Rates, space, number of units and trial variability, where they are committed.
    behavior : Behavior, optional
        How behaviour is read.
    """

    def __init__(
        self,
        identifier: str,
        engine: Engine,
        commitment: LayerCommitment,
        visual_degrees: float,
        info: VisualModelInfo,
        physiology: Physiology | None = None,
        behavior: Behavior | None = None,
    ):
        self._identifier, self._engine, self._commitment = identifier, engine, commitment
        self._visual_degrees, self._info = visual_degrees, info
        self._recording: _Recording | None = None
        self._activity: Activity | None = None
        self._passive = False
        self._coords: tuple[_Recording, tuple[int, ...], dict[str, Any]] | None = None
        self._told = ""
        self._physiology = physiology or Physiology()
        space = self._physiology.space
        self._conditions = Conditions(
            engine,
            commitment.every,
            self._coords_of,
            visual_degrees,
            self._physiology.trials,
            digest_json([space.described() if space else None, visual_degrees]),
        )
        self._rate_maps: dict[tuple[str, tuple[str, ...], str, str], tuple[RateMap, dict[str, int]]] = {}
        self._behavior = behavior or Behavior()
        self._viewing: Viewing = Frames()
        engine.network.check([*commitment, *self._behavior.layers])

    @property
    def identifier(self) -> str:
        """Name of the model, with what is done to it at the moment."""
        return "+".join((self._identifier, *(entry.label for entry in self._conditions.perturbations)))

    @property
    def perturbations(self) -> tuple[Perturbation, ...]:
        """What is done to it at the moment; `engine` is the network without them."""
        return tuple(self._conditions.perturbations)

    def perturb(self, *perturbations: Perturbation) -> Callable[[], None]:
        """Put perturbations in force, on top of those that are; what it returns takes these back.

        A recording that was started goes on. :func:`brainscore_vision.perturbation.perturbed` does both for a block.

        Raises
        ------
        UnsupportedPerturbation
            If the network cannot be intervened on.
        UnsupportedRegion, InvalidParameter
            If a region has no map, or a unit belongs to none of its layers.
        """
        for entry in perturbations:
            require_perturbable(self._engine.network, f"{self.identifier}: {entry.label}")
            layers = self._commitment.every(entry.region) or self._commitment.of(entry.region)
            if isinstance(entry.units, tuple):
                select_units(layers, entry.units)
                self._refuse_reduced(layers, entry.label)
        self._conditions.set((*self._conditions.perturbations, *perturbations))
        gone = False

        def undo() -> None:
            nonlocal gone
            if gone:
                return
            gone, left = True, list(self._conditions.perturbations)
            for entry in perturbations:
                del left[next(index for index, other in enumerate(left) if other is entry)]
            self._conditions.set(tuple(left))

        return undo

    def committed_to(self, commitment: LayerCommitment) -> "CommittedModel":
        """The same network under another map; activations are shared."""
        info = replace(self._info, layers=commitment.layers, layers_chosen=commitment.chosen)
        parts = (self._visual_degrees, info, self._physiology, self._behavior)
        return CommittedModel(self._identifier, self._engine, commitment, *parts)

    @property
    def info(self) -> VisualModelInfo:
        """What is known of it."""
        return self._info

    def was_chosen_on(self, benchmark: Benchmark) -> bool:
        """Whether the evidence of its map says that layers were chosen on what this benchmark tests."""
        return self._commitment.rests_on(benchmark)

    @property
    def commitment(self) -> LayerCommitment:
        """Layers of each region."""
        return self._commitment

    @property
    def behavior(self) -> Behavior:
        """How behaviour is read."""
        return self._behavior

    @property
    def reads(self) -> tuple[str, ...]:
        """Layers that the present task is answered from; none while nothing is asked."""
        return () if self._activity is None else self._read(self._activity.source).layers

    @property
    def engine(self) -> Engine:
        """What records its layers."""
        return self._engine

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
        """Set device, batch size and caching; `seed` draws the trials, where they differ."""
        if batch_size is not None and batch_size < 1:
            raise InvalidParameter(f"batch_size={batch_size}", expected="at least 1")
        self._engine.network.to(device)
        self._engine.batch_size, self._engine.keep = batch_size, cache
        self._conditions.seed = seed

    def reset(self) -> None:
        """Forget task and recording."""
        self._end()

    def digest(self) -> str | None:
        """SHA-256 of network, preprocessing, commitments and field of view, as they are now."""
        self._engine.look()
        network, preprocessing = self._engine.network_digest(), self._engine.preprocessing_digest()
        done = self._conditions.content()
        text = content_of(self._behavior.text) if self._behavior.text is not None else None
        if network is None or preprocessing is None or any(part.unreadable for part in (*done, *filter(None, [text]))):
            return None
        behavior = self._behavior.described() | ({"text": text.state} if text else {})
        physiology = self._physiology.described()
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
            | ({"physiology": physiology} if physiology else {})
            | ({"behavior": behavior} if behavior != Behavior().described() else {})
            | ({"perturbations": [part.state for part in done]} if done else {})
        )

    def expect(self, plan: Plan) -> None:
        """Note which layers each placed image will be asked for, so that one pass records their union."""
        expected: dict[str, set[str]] = {}
        for entry in plan:
            layers = self._asked(entry)
            if not layers or not entry.whole or entry.stimuli.kind == MOVIES:
                continue
            try:
                placed = place_on_screen(entry.stimuli, self.visual_degrees(), entry.visual_degrees)
            except BrainScoreError:  # its benchmark will say so when its turn comes
                continue
            for stimulus_id in placed:
                expected.setdefault(placed.key(stimulus_id), set()).update(layers)
        self._engine.expected = {key: frozenset(layers) for key, layers in expected.items()}

    def start_task(
        self,
        task: Task | str,
        fitting_stimuli: StimulusSet | Sequence[str] | str | None = None,
        *,
        trials: "pd.DataFrame | None" = None,
        aggregation: str | None = None,
        keep: bool = True,
    ) -> None:
        """Do a task with what is committed to behaviour; see :class:`~brainscore_vision.BrainModel`."""
        if task not in list(Task):
            raise UnsupportedTask(f"{self.identifier} does not do the task {task!r}", expected=f"one of {list(Task)}")
        self._engine.look()
        kind, activity = activity_of(Task(task)), None
        if kind is None and task != Task.PASSIVE:
            raise UnsupportedTask(f"{self.identifier} does not do the task {str(task)!r}")
        if kind is not None:
            request = Request(Task(task), fitting_stimuli, trials, aggregation, keep)
            activity = kind(request, self._behavior, partial(self._features, keep=keep), self.identifier)
            self._read(activity.source)
        self._end()
        self._activity, self._passive = activity, activity is None

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
        recording = _Recording(region, layers, selections, order, bins(time_bins), keep)
        self._engine.look()
        if self._told != (unreadable := self._engine.unreadable()):
            self._told = unreadable
            _logger.info("activations of %s are kept in this process only: %s", self.identifier, unreadable)
        self._end()
        self._recording = recording

    def look_at(self, stimuli: StimulusSet, number_of_trials: int = 1) -> xr.DataArray | None:
        """One row a stimulus, or one a trial where trials differ; see :class:`~brainscore_vision.BrainModel`."""
        if number_of_trials < 1:
            raise InvalidParameter(f"number_of_trials={number_of_trials}", expected="at least 1")
        if self._activity is not None:
            return self._answers(self._activity, stimuli, number_of_trials)
        if self._passive:
            return None
        if self._recording is None:
            raise InvalidParameter(
                f"{self.identifier} looks without a task",
                remedy="call start_recording(...) or start_task(...) first",
            )
        self._recording = recording = self._sampled(self._recording, stimuli)
        trials = [
            self._trial(stimuli, recording, trial, number_of_trials)
            for trial in range(number_of_trials if self._conditions.varies else 1)
        ]
        widths = trials[0][1]
        space = self._space_coords(stimuli, recording, widths)
        return self._assembly([values for values, _ in trials], widths, stimuli, recording, space)

    def _asked(self, entry: Presentation) -> tuple[str, ...]:
        """Layers that a presentation will ask for."""
        if not entry.task:
            return self._commitment.every(entry.region or "")
        source = self._behavior.source(entry.task)
        try:
            return self._read(source).layers if source else ()
        except UnsupportedTask:  # its benchmark will say so when its turn comes
            return ()

    def _end(self) -> None:
        self._recording = self._activity = None
        self._passive = False

    def _answers(self, activity: Activity, stimuli: StimulusSet, number_of_trials: int) -> xr.DataArray:
        """Answers in a task, one after the other where trials differ."""
        activity.check(stimuli)
        if not self._conditions.varies:
            return self._answer(activity, stimuli)
        answers = []
        for trial in range(number_of_trials):
            found = self._answer(activity, stimuli, trial, number_of_trials)
            repetition = np.full(found.sizes["presentation"], trial)
            answers.append(found.assign_coords(repetition=("presentation", repetition)))
        return xr.concat(answers, "presentation", coords="minimal", compat="equals", join="exact")

    def _answer(
        self, activity: Activity, stimuli: StimulusSet, trial: int = 0, number_of_trials: int = 1
    ) -> xr.DataArray:
        """Answers in one trial."""
        features = self._features(stimuli, activity.source, trial, number_of_trials, activity.request.keep)
        return activity.answer(features, stimuli)

    def _features(
        self, stimuli: StimulusSet, source: Source, trial: int = 0, number_of_trials: int = 1, keep: bool = True
    ) -> np.ndarray:
        """What behaviour is read from (stimulus, feature), in one trial."""
        recording = self._sampled(replace(self._read(source), keep=keep), stimuli)
        return self._trial(stimuli, recording, trial, number_of_trials)[0]

    def _read(self, source: Source) -> _Recording:
        """The recording that a source of behaviour is."""
        behavior = self._behavior
        named = {"scores": (behavior.scores,), "embedding": (behavior.embedding,), "readout": behavior.readout}[source]
        if not named and behavior.region not in self._commitment.layers:
            raise UnsupportedTask(
                f"{self.identifier} commits no layer to behaviour, and none to {behavior.region}, which would be read",
                expected="Behavior(readout=LAYER)",
            )
        layers = tuple(named) or self._commitment.of(behavior.region)
        region = "behavior" if named else behavior.region
        return _Recording(region, layers, tuple(map(Selection, layers)), None, None, True)

    def _refuse_reduced(self, layers: Sequence[str], what: str) -> None:
        """Units of a recording that was reduced are none of the layer, to which perturbations are done."""
        if found := next((layer for layer in layers if layer in self._engine.reductions), None):
            raise InvalidParameter(
                f"{what}: what is recorded of layer {found!r} is reduced, and its units are none of the layer's",
                expected="a fraction or a selector, or a model without reduction of that layer",
            )

    def _trial(
        self, stimuli: StimulusSet, recording: _Recording, trial: int, number_of_trials: int
    ) -> tuple[np.ndarray, tuple[int, ...]]:
        """Responses (stimulus, unit[, time bin]) in one trial, and the number of units of each selection."""
        engine = self._conditions.at(trial, number_of_trials)
        if stimuli.kind == MOVIES:
            values, widths = self._responses(stimuli, recording, engine)
        else:
            values, widths = self._values(stimuli, recording, engine)
            rates = self._rates(recording, widths)
            values = values if rates is None else rates(values)
            if recording.time_bins is not None:
                values = np.broadcast_to(values[..., None], (*values.shape, len(recording.time_bins)))
        units = list(zip(recording.selections, widths, strict=True))
        values = self._conditions.noisy(values, trial, list(stimuli), units, recording.time_bins)
        return (values if recording.order is None else values[:, recording.order]), widths

    def _responses(
        self, stimuli: StimulusSet, recording: _Recording, engine: Engine
    ) -> tuple[np.ndarray, tuple[int, ...]]:
        """Responses to clips (stimulus, unit[, time bin]), and the number of units of each selection."""
        parts, keep, bins = recording.selections, recording.keep, recording.time_bins
        rates = self._rates(recording, tuple(0 if part.columns is None else len(part.columns) for part in parts))
        return responses(self._viewing, engine, stimuli, parts, time_bins=bins, keep=keep, rates=rates)

    def _values(
        self, stimuli: StimulusSet, recording: _Recording, engine: Engine
    ) -> tuple[np.ndarray, tuple[int, ...]]:
        """Activations (stimulus, unit) in the order of the selections, and the number of units of each."""
        if stimuli.kind == MOVIES:
            raise UnsupportedTask(
                f"{self.identifier} unfolds an image in time, and does not say how it watches clips",
                expected="images, or a region without time steps",
            )
        values: np.ndarray | None = None
        with closing(engine.stream(stimuli, recording.selections, keep=recording.keep)) as batches:
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
        return values, widths

    def _sampled(self, recording: _Recording, stimuli: StimulusSet) -> _Recording:
        """With as many units as are committed to be recorded, unless the caller named some."""
        count = self._physiology.units.get(recording.region)
        if count is None or any(selection.columns is not None for selection in recording.selections):
            return recording
        layers = [selection.layer for selection in recording.selections]
        widths = [form.units for form in self._forms(stimuli, layers)]
        ends = np.cumsum(widths)
        drawn = sample_units(count, int(ends[-1]), seed=self._physiology.seed, region=recording.region)
        parts = [drawn[(drawn >= end - width) & (drawn < end)] - (end - width) for width, end in zip(widths, ends)]  # noqa: B905 - equally long
        found = tuple(Selection(layer, part) for layer, part in zip(layers, parts, strict=True) if len(part))
        return replace(recording, selections=found)

    def _rates(self, recording: _Recording, widths: tuple[int, ...]) -> RateMap | None:
        """The map to spikes/s for what is recorded, fitted on the intact network."""
        calibration = self._physiology.rates.get(recording.region)
        if calibration is None:
            return None
        layers = recording.layers
        shown_how = self._engine._preprocessing.content.state
        key = (recording.region, layers, self._engine._network.content.state, shown_how)
        if key not in self._rate_maps:
            shown = place_on_screen(calibration.load(), self.visual_degrees(), calibration.visual_degrees)
            whole = _Recording(recording.region, layers, tuple(map(Selection, layers)), None, None, recording.keep)
            values, counts = self._values(shown, whole, self._engine)
            self._rate_maps[key] = (
                calibration.fit(values),
                dict(zip(layers, np.cumsum([0, *counts]).tolist()[:-1], strict=True)),
            )
        fitted, starts = self._rate_maps[key]
        if all(selection.columns is None for selection in recording.selections):
            return fitted
        numbers = [
            starts[part.layer] + (np.arange(width) if part.columns is None else part.columns)
            for part, width in zip(recording.selections, widths, strict=True)
        ]
        return fitted.of(np.concatenate(numbers))

    def _forms(self, stimuli: StimulusSet, layers: Sequence[str]) -> list[Form]:
        """Forms of layers; where the network has not run in this process, it runs on one stimulus."""
        network = self._engine.network
        if not set(layers) <= set(network.forms):
            image = next(clip_of(stimuli.open(next(iter(stimuli)))).frames())
            prepare = self._engine.preprocessing
            network.record([image if prepare is None else prepare(image)], list(layers))
            self._engine._network.settle()
        return [self._engine.form(layer) for layer in layers]

    def _space_coords(
        self, stimuli: StimulusSet, recording: _Recording, widths: tuple[int, ...]
    ) -> dict[str, tuple[str, np.ndarray]]:
        """Where the recorded units look and lie, where that is committed."""
        space = self._physiology.space
        if space is None:
            return {}
        forms = self._forms(stimuli, [selection.layer for selection in recording.selections])
        parts = [
            space.coords(
                part.layer, np.arange(width) if part.columns is None else part.columns, form, self._visual_degrees
            )
            for part, width, form in zip(recording.selections, widths, forms, strict=True)
        ]
        chosen = slice(None) if recording.order is None else recording.order
        return {name: ("neuroid", np.concatenate([part[name] for part in parts])[chosen]) for name in parts[0]}

    def _coords_of(self, layer: str, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
        """Coordinates of all units of a layer, for selectors."""
        form = self._engine.network.forms.get(layer) or form_of(shape)
        numbers = np.arange(int(np.prod(shape)))
        ids = np.char.add(f"{layer}.", numbers.astype(str))
        space = self._physiology.space
        placed = space.coords(layer, numbers, form, self._visual_degrees) if space is not None else {}
        return {"neuroid_id": ids, "neuroid_num": numbers, **form.positions(numbers), **placed}

    def _assembly(
        self,
        trials: Sequence[np.ndarray],
        widths: tuple[int, ...],
        stimuli: StimulusSet,
        recording: _Recording,
        space: dict[str, tuple[str, np.ndarray]],
    ) -> xr.DataArray:
        dims = ["presentation", "neuroid"]
        coords = {**_stimulus_coords(stimuli), **self._neuroid_coords(recording, widths), **space}
        values = trials[0] if len(trials) == 1 else np.concatenate(trials)
        if self._conditions.varies:
            own = {name: entry for name, entry in coords.items() if entry[0] == "presentation"}
            coords |= {name: ("presentation", np.tile(entry[1], len(trials))) for name, entry in own.items()}
            coords["repetition"] = ("presentation", np.repeat(np.arange(len(trials)), len(stimuli)))
        if recording.time_bins is not None:
            dims = [*dims, "time_bin"]
            starts, ends = zip(*recording.time_bins, strict=True)
            coords |= {"time_bin_start": ("time_bin", list(starts)), "time_bin_end": ("time_bin", list(ends))}
        attrs = {"over_time": self._over_time(recording, stimuli)} if recording.time_bins is not None else None
        return NeuroidAssembly(values, dims=dims, coords=coords, attrs=attrs)

    def _over_time(self, recording: _Recording, stimuli: StimulusSet) -> str:
        """Where responses in time bins come from: the attribute ``over_time`` of a recording."""
        return "frames, weighted by overlap" if stimuli.kind == MOVIES else REPEATED

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
