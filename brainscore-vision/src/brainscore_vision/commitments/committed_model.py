"""A network with its commitments: the brain model that :func:`brainscore_vision.wrap` makes."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from brainscore_core.contracts import Benchmark, Plan, Presentation
from brainscore_core.digests import digest_json
from brainscore_core.errors import BrainScoreError, InvalidParameter, UnsupportedTask
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine, Selection
from ..activations.content import content_of
from ..activations.effects import require_perturbable
from ..behavior.activity import Activity, Request
from ..behavior.tasks import Source, activity_of
from ..info import VisualModelInfo
from ..model_interface import RecordingTarget, Task, TimeBins, bins
from ..movies.clip import MOVIES
from ..perturbation import Perturbation
from ..screen import place_on_screen
from .behavior import Behavior
from .layers import LayerCommitment
from .physiology import Physiology
from .recordings import Recording, assembled
from .responding import Responding
from .units import select_units, unit_coords

if TYPE_CHECKING:
    import pandas as pd

_logger = logging.getLogger(__name__)


class CommittedModel(Responding):
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
        super().__init__(engine, commitment, visual_degrees, physiology or Physiology())
        self._identifier, self._info = identifier, info
        self._behavior = behavior or Behavior()
        self._recording: Recording | None = None
        self._activity: Activity | None = None
        self._passive = False
        self._coords: tuple[Recording, tuple[int, ...], dict[str, Any]] | None = None
        self._told = ""
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
            raise UnsupportedTask(
                f"{self.identifier} does not do the task {task!r}", expected=f"one of {list(map(str, Task))}"
            )
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
        recording = Recording(region, layers, selections, order, bins(time_bins), keep)
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
        if not isinstance(stimuli, StimulusSet):
            raise InvalidParameter(
                f"{self.identifier} was shown a {type(stimuli).__name__}",
                expected="a StimulusSet whose images fill the field of view",
                remedy="make one of files with image_set(...), and give it its size with place_on_screen(...)",
            )
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
        return assembled(
            [values for values, _ in trials],
            stimuli,
            recording,
            {**self._neuroid_coords(recording, widths), **self._space_coords(stimuli, recording, widths)},
            varies=self._conditions.varies,
            over_time=self._over_time(recording, stimuli),
        )

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

    def _read(self, source: Source) -> Recording:
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
        return Recording(region, layers, tuple(map(Selection, layers)), None, None, True)

    def _refuse_reduced(self, layers: Sequence[str], what: str) -> None:
        """Units of a recording that was reduced are none of the layer, to which perturbations are done."""
        if found := next((layer for layer in layers if layer in self._engine.reductions), None):
            raise InvalidParameter(
                f"{what}: what is recorded of layer {found!r} is reduced, and its units are none of the layer's",
                expected="a fraction or a selector, or a model without reduction of that layer",
            )

    def _neuroid_coords(self, recording: Recording, widths: tuple[int, ...]) -> dict[str, Any]:
        """Made once a recording: names of 75,000 units cost more than a batch."""
        if self._coords is None or self._coords[0] is not recording or self._coords[1] != widths:
            made = unit_coords(recording.region, recording.selections, widths, recording.order)
            self._coords = (recording, widths, made)
        return self._coords[2]
