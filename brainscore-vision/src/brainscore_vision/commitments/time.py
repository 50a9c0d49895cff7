"""Time steps of a network -> milliseconds after stimulus onset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from brainscore_core.contracts import Plan
from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnsupportedRegion
from brainscore_core.stimuli import StimulusSet

from ..behavior.activity import Activity
from ..behavior.reaction_times import answered_in_time
from ..model_interface import TimeBins, bins
from .committed_model import CommittedModel
from .layers import LayerCommitment
from .overlap import overlap_ms
from .recordings import Recording

NEAREST, OVERLAP = ALIGNMENTS = ("nearest", "overlap")
_SAID = {NEAREST: "the time step that starts nearest to each bin", OVERLAP: "time steps, weighted by overlap"}


@dataclass(frozen=True)
class Steps:
    """When the time steps of a region occur.

    Parameters
    ----------
    layers : tuple of str
        What is recorded at each step, from the first on; each has the units of the committed layer, in their order.
    bins : tuple of (start, end)
        Of each step, in ms after stimulus onset; of any length.
    alignment : {"nearest", "overlap"}
        What a time bin gets that is asked for. ``nearest``: the step that starts nearest to it, as Brain-Score 2 reads
        CORnet-S. ``overlap``: the mean over the bin of responses that last from start to end of each step, which is how
        a simulation is read at its own clock; of steps of equal length it is what Brain-Score 2 does for movies. The
        steps must then follow each other.

    Raises
    ------
    InvalidParameter
    """

    layers: tuple[str, ...]
    bins: tuple[tuple[float, float], ...]
    alignment: str = NEAREST

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "bins", bins(self.bins))
        if len(set(self.layers)) != len(self.bins):
            raise InvalidParameter(f"{self}", expected="distinct layers, and a time bin for each")
        if self.alignment not in ALIGNMENTS:
            raise InvalidParameter(f"alignment={self.alignment!r}", expected=f"one of {list(ALIGNMENTS)}")
        if self.alignment == OVERLAP:
            _require_one_clock(self.layers, self.bins)

    @classmethod
    def regular(cls, layers: Sequence[str], onset_ms: float, step_ms: float, alignment: str = NEAREST) -> "Steps":
        """Steps of equal length, one after the other."""
        return cls.clock(layers, [onset_ms + step_ms * number for number in range(len(layers) + 1)], alignment)

    @classmethod
    def clock(cls, layers: Sequence[str], edges_ms: Sequence[float], alignment: str = OVERLAP) -> "Steps":
        """Steps from each edge to the next.

        Parameters
        ----------
        layers : sequence of str
        edges_ms : sequence of float
            One more than layers.

        Raises
        ------
        InvalidParameter
        """
        if len(edges_ms) != len(layers) + 1:
            raise InvalidParameter(
                f"{len(edges_ms)} edges of {len(layers)} time steps", expected="one edge more than steps"
            )
        return cls(tuple(layers), tuple(zip(edges_ms[:-1], edges_ms[1:], strict=True)), alignment)

    def at(self, start_ms: float) -> int:
        """The step whose start is nearest to that of a time bin; of two, the earlier.

        The rule of Brain-Score 2 for CORnet-S.
        """
        return int(np.argmin([abs(start - start_ms) for start, _ in self.bins]))

    def weights(self, asked: TimeBins) -> np.ndarray:
        """Share of each step in what each time bin gets.

        Parameters
        ----------
        asked : sequence of (start, end)
            In ms after stimulus onset.

        Returns
        -------
        array, shape (asked bin, step)
            Rows sum to 1: of a bin that begins before the first step or ends after the last, the mean over the rest.

        Raises
        ------
        UnsupportedRegion
            If no step overlaps a bin.
        """
        if self.alignment == NEAREST:
            return np.eye(len(self.bins))[[self.at(start) for start, _ in asked]]
        shared = overlap_ms(self.bins, asked)
        total = shared.sum(1, keepdims=True)
        if (total == 0).any():
            start, end = asked[int(np.argmin(total))]
            raise UnsupportedRegion(
                f"no time step is there from {start:g} to {end:g} ms",
                expected=f"time bins within {self.bins[0][0]:g} to {self.bins[-1][1]:g} ms",
                remedy="commit steps for that time too, or alignment='nearest'",
            )
        return shared / total


def _require_one_clock(layers: Sequence[str], steps: TimeBins) -> None:
    """Refuse steps that do not follow each other."""
    for number, ((start, end), (following, last)) in enumerate(zip(steps, steps[1:], strict=False)):
        if end != following:
            what = "overlap" if end > following else "leave a gap"
            raise InvalidParameter(
                f"time steps {layers[number]!r}, {start:g} to {end:g} ms, and {layers[number + 1]!r}, {following:g} to"
                f" {last:g} ms, {what}",
                expected="each step from the end of the one before on, to be read by overlap",
                remedy="Steps.clock(layers, edges), or alignment='nearest'",
            )


def in_time(model: CommittedModel, steps: Mapping[str, Steps]) -> "TimedModel":
    """The same model with time steps committed to milliseconds.

    Parameters
    ----------
    model : CommittedModel
    steps : mapping of region to Steps
        Regions without any answer alike at all times.

    Raises
    ------
    InvalidParameter
        If a region is committed to several layers, or if what is recorded of it is reduced.
    UnsupportedRegion, UnknownLayer

    Examples
    --------
    >>> in_time(model, {"IT": Steps(("IT.times:0", "IT.times:1"), ((100, 200), (200, 300)))})  # doctest: +SKIP
    """
    return TimedModel(model, steps)


class TimedModel(CommittedModel):
    """A network that unfolds in time, committed to regions and to milliseconds.

    Time bins get what :meth:`Steps.weights` says; a recording without time bins, the last step. Names of units are
    those of the committed layer at every step: it is one unit at several times.

    In a task that reads a region with steps, a committed criterion (``Behavior(criterion=)``) makes it answer at the
    first step at which its evidence meets the criterion; the coordinate ``reaction_time`` says when.
    """

    def __init__(self, model: CommittedModel, steps: Mapping[str, Steps]):
        super().__init__(
            model._identifier,
            model._engine,
            model._commitment,
            model._visual_degrees,
            model._info,
            model._physiology,
            model.behavior,
        )
        self._steps = dict(steps)
        reduced = getattr(self._engine, "reductions", {})
        for region in self._steps:
            layers = self._commitment.of(region)
            if len(self._commitment.every(region)) != 1 or layers[0] in reduced:
                raise InvalidParameter(
                    f"time steps of {region!r}, which is committed to {layers}", expected="one layer, recorded whole"
                )
        self._engine.network.check([layer for entry in self._steps.values() for layer in entry.layers])

    @property
    def steps(self) -> Mapping[str, Steps]:
        """When the steps of each region occur."""
        return self._steps

    def committed_to(self, commitment: LayerCommitment) -> CommittedModel:
        """The same network under another map; regions whose layers change lose their time steps."""
        model = super().committed_to(commitment)
        kept = {
            region: entry
            for region, entry in self._steps.items()
            if commitment.every(region) == self._commitment.every(region)
        }
        return TimedModel(model, kept)

    def digest(self) -> str | None:
        """SHA-256 of all that :class:`CommittedModel` names, and of when the steps occur."""
        rest = super().digest()
        if rest is None:
            return None
        steps = {region: _content(entry) for region, entry in self._steps.items()}
        return digest_json({"model": rest, "steps": steps})

    def expect(self, plan: Plan) -> None:
        """Note that each step will be asked for, instead of the committed layer."""
        super().expect(plan)
        steps = {self._commitment.of(region)[0]: entry.layers for region, entry in self._steps.items()}
        self._engine.expected = {
            key: frozenset(part for layer in layers for part in steps.get(layer, (layer,)))
            for key, layers in self._engine.expected.items()
        }

    def _trial(
        self, stimuli: StimulusSet, recording: Recording, trial: int, number_of_trials: int
    ) -> tuple[np.ndarray, tuple[int, ...]]:
        steps = self._steps.get(recording.region)
        if steps is None:
            return super()._trial(stimuli, recording, trial, number_of_trials)
        last = len(steps.layers) - 1
        asked = recording.time_bins
        weights = None if asked is None else steps.weights(asked)
        wanted = [last] if weights is None else np.flatnonzero(weights.any(0)).tolist()
        blocks, width = self._at_steps(stimuli, recording, steps, wanted, trial, number_of_trials)
        values = blocks[last] if weights is None else np.stack([_mean(blocks, row) for row in weights], axis=-1)
        units = [(recording.selections[0], width)]
        values = self._conditions.noisy(values, trial, list(stimuli), units, asked)
        return (values if recording.order is None else values[:, recording.order]), (width,)

    def _answer(
        self, activity: Activity, stimuli: StimulusSet, trial: int = 0, number_of_trials: int = 1
    ) -> xr.DataArray:
        """Answers in one trial; with a criterion, those of the step at which it is met first, with reaction times."""
        reading = self._read(activity.source)
        steps, criterion = self._steps.get(reading.region), self._behavior.criterion
        if steps is None or criterion is None:
            return super()._answer(activity, stimuli, trial, number_of_trials)
        reading = replace(reading, keep=activity.request.keep, time_bins=steps.bins)
        features = self._trial(stimuli, self._sampled(reading, stimuli), trial, number_of_trials)[0]
        answers = [activity.answer(features[..., step], stimuli) for step in range(len(steps.bins))]
        return answered_in_time(answers, steps.bins, criterion)

    def _at_steps(
        self,
        stimuli: StimulusSet,
        recording: Recording,
        steps: Steps,
        wanted: list[int],
        trial: int,
        number_of_trials: int,
    ) -> tuple[dict[int, np.ndarray], int]:
        """Responses (stimulus, unit) at each of some steps, recorded in one pass; and how many units there are."""
        (selection,) = recording.selections
        asked = replace(recording, selections=tuple(replace(selection, layer=steps.layers[step]) for step in wanted))
        values, widths = self._values(stimuli, asked, self._conditions.at(trial, number_of_trials))
        if len(set(widths)) != 1:
            raise InvalidModelOutput(
                f"{self.identifier} has {widths} units of {recording.region!r} at steps {wanted}",
                expected="the same units at every step",
            )
        rates = self._rates(recording, widths[:1])
        parts = zip(wanted, np.split(values, len(wanted), axis=1), strict=True)
        return {step: part if rates is None else rates(part) for step, part in parts}, widths[0]

    def _over_time(self, recording: Recording, stimuli: StimulusSet) -> str:
        steps = self._steps.get(recording.region)
        return super()._over_time(recording, stimuli) if steps is None else _SAID[steps.alignment]


def _content(steps: Steps) -> list[object]:
    """What names the steps; as it always was for the default."""
    return [list(steps.layers), steps.bins, *([] if steps.alignment == NEAREST else [steps.alignment])]


def _mean(blocks: Mapping[int, np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Mean of steps, in their type; of one step, that step."""
    steps = np.flatnonzero(weights)
    if len(steps) == 1:
        return blocks[int(steps[0])]
    total = sum(float(weights[step]) * blocks[int(step)].astype(np.float64) for step in steps)
    return np.asarray(total).astype(np.result_type(blocks[int(steps[0])].dtype, np.float16))
