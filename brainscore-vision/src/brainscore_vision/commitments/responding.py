"""How a network responds: what is recorded of its layers, as rates, with noise, of as many units as are committed."""

from abc import ABC
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnsupportedTask
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine, Selection
from ..activations.form import Form, form_of
from ..model_interface import BrainModel
from ..movies.clip import MOVIES, clip_of
from ..screen import place_on_screen
from .conditions import Conditions
from .layers import LayerCommitment
from .movies import Frames, Viewing, responses
from .physiology import Physiology
from .rates import RateMap
from .recordings import Recording
from .sampling import sample_units

REPEATED = "one response, repeated in every time bin"
"""Said of recordings over time from a network that has no time."""


class Responding(BrainModel, ABC):
    """A network with what it commits of its physiology; subclasses say what it is asked.

    Parameters
    ----------
    engine : Engine
    commitment : LayerCommitment
    visual_degrees : float
    physiology : Physiology
    """

    def __init__(self, engine: Engine, commitment: LayerCommitment, visual_degrees: float, physiology: Physiology):
        self._engine, self._commitment, self._visual_degrees = engine, commitment, visual_degrees
        self._physiology = physiology
        space = physiology.space
        self._conditions = Conditions(
            engine,
            commitment.every,
            self._coords_of,
            visual_degrees,
            physiology.trials,
            digest_json([space.described() if space else None, visual_degrees]),
        )
        self._rate_maps: dict[tuple[str, tuple[str, ...], str, str], tuple[RateMap, dict[str, int]]] = {}
        self._viewing: Viewing = Frames()

    def visual_degrees(self) -> float:
        """Width of the field of view, in degrees of visual angle."""
        return self._visual_degrees

    def _trial(
        self, stimuli: StimulusSet, recording: Recording, trial: int, number_of_trials: int
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
        self, stimuli: StimulusSet, recording: Recording, engine: Engine
    ) -> tuple[np.ndarray, tuple[int, ...]]:
        """Responses to clips (stimulus, unit[, time bin]), and the number of units of each selection."""
        parts, keep, bins = recording.selections, recording.keep, recording.time_bins
        rates = self._rates(recording, tuple(0 if part.columns is None else len(part.columns) for part in parts))
        return responses(self._viewing, engine, stimuli, parts, time_bins=bins, keep=keep, rates=rates)

    def _values(self, stimuli: StimulusSet, recording: Recording, engine: Engine) -> tuple[np.ndarray, tuple[int, ...]]:
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

    def _sampled(self, recording: Recording, stimuli: StimulusSet) -> Recording:
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

    def _rates(self, recording: Recording, widths: tuple[int, ...]) -> RateMap | None:
        """The map to spikes/s for what is recorded, fitted on the intact network."""
        calibration = self._physiology.rates.get(recording.region)
        if calibration is None:
            return None
        layers = recording.layers
        shown_how = self._engine._preprocessing.content.state
        key = (recording.region, layers, self._engine._network.content.state, shown_how)
        if key not in self._rate_maps:
            shown = place_on_screen(calibration.load(), self.visual_degrees(), calibration.visual_degrees)
            whole = Recording(recording.region, layers, tuple(map(Selection, layers)), None, None, recording.keep)
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
        self, stimuli: StimulusSet, recording: Recording, widths: tuple[int, ...]
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

    def _over_time(self, recording: Recording, stimuli: StimulusSet) -> str:
        """Where responses in time bins come from: the attribute ``over_time`` of a recording."""
        return "frames, weighted by overlap" if stimuli.kind == MOVIES else REPEATED
