"""Experiment type: neural predictivity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from ..recorded import CEILING_UNKNOWN, RecordingExperiment
from .normalisation import NAMES, PER_UNIT, Normalisation

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import TimeBins

INCOMPLETE = ("refuse", "drop")
AVERAGING = "mean over the trials that were measured"
"""How repetitions become what is predicted; named in the score."""


@dataclass(frozen=True, kw_only=True)
class NeuralPredictivity(RecordingExperiment):
    """A linear map from a model's units to recorded ones, tested on stimuli it was not fitted to.

    Parameters
    ----------
    time_bins : sequence of (start, end), optional
        Windows in ms after stimulus onset (or after each site's latency), each the mean of the recorded bins in it;
        several are for a metric over time, and the score is the mean over them.
    bin_width : float, optional
        Instead of `time_bins`: windows of this width (ms), side by side from stimulus onset to the end of the
        recording, the last one left out as Brain-Score 2 does.
    latency_coord : str, optional
        Coordinate on ``neuroid``: each site's own window starts at its latency (ms). The model is recorded in windows
        after the median latency.
    incomplete : {"refuse", "drop"}
        What becomes of stimuli that some unit was never shown: ``drop`` leaves them out (counted in `details`), and of
        the trials the ceiling is estimated from those in which some unit was not measured.
    normalisation : str
        One of :data:`~.normalisation.NAMES`. Benchmarks under an identifier of Brain-Score 2 use its formula.
    train_where, test_where : mapping, optional
        *Transfer*: coordinate to value(s) on ``presentation``, selecting what is fitted and what is tested (another
        animal's stimuli, another stimulus set). The metric is then one of ``inputs == "split"``.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.recorded.RecordingExperiment`.
    """

    bin_width: float | None = None
    latency_coord: str | None = None
    incomplete: str = "refuse"
    normalisation: str = PER_UNIT
    train_where: Any = None
    test_where: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.normalisation not in NAMES:
            raise InvalidParameter(f"normalisation={self.normalisation!r}", expected=f"one of {list(NAMES)}")
        if self.incomplete not in INCOMPLETE:
            raise InvalidParameter(f"incomplete={self.incomplete!r}", expected=f"one of {list(INCOMPLETE)}")
        if (self.train_where is None) != (self.test_where is None):
            raise InvalidParameter("a transfer with one side", expected="train_where= and test_where=")
        if self.bin_width is not None and (self.time_bins is not None or not self.bin_width > 0):
            raise InvalidParameter(f"bin_width={self.bin_width!r}", expected="above 0, and no time_bins=")

    def trials(self) -> "xr.DataArray":
        """Recordings of the region, repetitions not averaged, in the windows that are compared."""
        return self._in_windows(self._recorded())

    def target(self) -> "xr.DataArray":
        """Mean response to each stimulus, over the trials that were measured."""
        return self._means(self.trials())

    def stimulus_set(self) -> "StimulusSet":
        """What is shown; of stimuli that some unit never saw, none where they are dropped."""
        stimuli = super().stimulus_set()
        if self.incomplete != "drop":
            return stimuli
        kept = set(self.target()["stimulus_id"].values.astype(str).tolist())
        return stimuli.take([index for index, stimulus_id in enumerate(stimuli) if stimulus_id in kept])

    @property
    def ceiling(self) -> Score | None:
        """Reliability of the trial mean that is tested; computed when asked for, and cached by content."""
        if self.ceiling_metric is None:
            return None
        from brainscore_core.ceilings import cached_ceiling

        trials = self.trials()
        tested = self._tested(trials, self._means(trials))
        return cached_ceiling(self.ceiling_metric, tested, private=self.access == "private")

    def __call__(self, model: Any) -> Score:
        """Show the stimuli, record the region, fit and test, divide by the noise."""
        self.ask(model)
        recorded = self._recorded()
        trials = self._in_windows(recorded)
        target = self._means(trials)
        windows = self._windows(recorded)
        source = self.record(model, self._after_latency(windows, recorded))
        self._check_stimuli(source, target)
        raw = self._evaluate(source, target)
        details = self._experiment(windows, trials, target)
        if self.ceiling_metric is None:
            flags = (*raw.score.flags, CEILING_UNKNOWN, *self._cautions(details, source))
            score = Score(None, raw=drawn(raw), flags=flags)
            return score.with_(details={**details, **raw.score.details, "ceiling": self.unknown_ceiling})
        ceiling = evaluated(self.ceiling_metric.load(), self.ceiling_metric.identifier, self._tested(trials, target))
        score = Normalisation(self.normalisation)(raw, ceiling)
        score = score if score.value is not None else score.with_(raw=drawn(raw))
        told = {**details, **_told(raw.score, score), **score.details, **_noise(ceiling.score)}
        return score.with_(details=told, flags=(*score.flags, *self._cautions(details, source)))

    def _evaluate(self, source: "xr.DataArray", target: "xr.DataArray") -> Any:
        metric: Any = with_uncertainty(self.metric).load()
        if self.train_where is None:
            return evaluated(metric, self.metric.identifier, source, target)
        from .transfer import transferred

        return transferred(metric, self.metric.identifier, source, target, (self.train_where, self.test_where))

    def _recorded(self) -> "xr.DataArray":
        from .recordings import of_region

        return of_region(self.dataset, self.region)

    def _check_stimuli(self, source: "xr.DataArray", target: "xr.DataArray") -> None:
        from .recordings import same_stimuli

        if self.train_where is None:  # a transfer takes some of what was recorded
            same_stimuli(source, target, self.stimulus_entry.identifier, self.dataset.identifier)

    def _cautions(self, details: Mapping[str, Any], source: "xr.DataArray") -> tuple[str, ...]:
        """Flags of what the description, the recording and the model's answer say."""
        from ..recording import REPEATS, repeats
        from .recordings import CONSTANT_UNITS, MORE_TRIALS

        found = {
            MORE_TRIALS: self.number_of_trials > details["trials_max"],
            CONSTANT_UNITS: details["units_that_never_vary"] > 0,
            REPEATS: repeats(source),
        }
        return tuple(flag for flag, there in found.items() if there)

    def _windows(self, recorded: "xr.DataArray") -> "TimeBins | None":
        from .windows import side_by_side

        return self.time_bins if self.bin_width is None else side_by_side(recorded, self.bin_width)

    def _after_latency(self, windows: "TimeBins | None", recorded: "xr.DataArray") -> "TimeBins | None":
        """When the model is recorded."""
        from .windows import median_latency

        if windows is None or self.latency_coord is None:
            return windows
        shift = median_latency(recorded, self.latency_coord)
        return [(start + shift, end + shift) for start, end in windows]

    def _in_windows(self, recorded: "xr.DataArray") -> "xr.DataArray":
        from .windows import in_windows

        return in_windows(recorded, self._windows(recorded), latency_coord=self.latency_coord)

    def _means(self, trials: "xr.DataArray") -> "xr.DataArray":
        from brainscore_core.statistics.averaging import average_repetitions

        return self._complete(average_repetitions(trials))

    def _complete(self, assembly: "xr.DataArray") -> "xr.DataArray":
        """Presentations in which every unit was measured, or all of them: the metric refuses what is missing."""
        if self.incomplete != "drop":
            return assembly
        missing = assembly.isnull().any([dim for dim in assembly.dims if dim != "presentation"]).values
        return assembly.isel(presentation=~missing) if missing.any() else assembly

    def _tested(self, trials: "xr.DataArray", target: "xr.DataArray") -> "xr.DataArray":
        """Trials of the stimuli that are tested: what the ceiling is estimated from."""
        from brainscore_core.assemblies import select

        if self.incomplete == "drop":
            trials = self._complete(select(trials, stimulus_id=target["stimulus_id"].values))
        return trials if self.test_where is None else select(trials, **dict(self.test_where))

    def _experiment(
        self, windows: "TimeBins | None", trials: "xr.DataArray", target: "xr.DataArray"
    ) -> Mapping[str, str | int | float]:
        """What was done, for the details of the score."""
        from .recordings import constant_units, trials_of

        shown = len(set(trials["stimulus_id"].values.tolist()))
        described: dict[str, str | int | float] = {
            "region": self.region,
            "species": self.species or self.dataset.info.species,
            "visual_degrees": float(self.visual_degrees),
            "windows_ms": ", ".join(f"{start:g}-{end:g}" for start, end in windows or ()),
            "windows_after": f"latency of each site ({self.latency_coord})" if self.latency_coord else "onset",
            "stimuli": target.sizes["presentation"],
            "stimuli_left_out": shown - target.sizes["presentation"],
            "units": target.sizes["neuroid"],
            "number_of_trials": self.number_of_trials,
            "averaging": AVERAGING,
            "units_that_never_vary": constant_units(target),
            **trials_of(trials, target),
        }
        return {name: value for name, value in described.items() if value != ""}


def _told(raw: Score, score: Score) -> Mapping[str, str | int | float]:
    """Details of the value before normalisation; what the score states of itself too, under a name of its own."""
    return {f"raw_{name}" if name in score.details else name: value for name, value in raw.details.items()}


def _noise(ceiling: Score) -> Mapping[str, str | int | float]:
    """Details of the ceiling; its error is that over stimuli, like the score's."""
    details = dict(ceiling.details) | {"error_estimator": "bootstrap over stimuli, drawn with the score"}
    return {f"ceiling_{name}": value for name, value in details.items()}


def drawn(evaluation: Any) -> Score:
    """A value that nothing is divided by, with its draws: it is what models are compared by."""
    from .resampling import drawn_scores

    score: Score = evaluation.score
    return score if score.value is None else score.with_(draws=drawn_scores(evaluation))


def evaluated(metric: Any, identifier: str, *assemblies: Any, **named: Any) -> Any:
    """What a metric says, to be drawn again."""
    if not hasattr(metric, "evaluate"):
        raise InvalidParameter(
            f"metric {identifier!r} cannot be drawn again, which an honest interval needs",
            expected="a metric with evaluate(...) -> brainscore_core.statistics.evaluation.Evaluation",
        )
    return metric.evaluate(*assemblies, **named)


def with_uncertainty(spec: MetricSpec) -> MetricSpec:
    """Benchmarks always ask for the honest interval, where the metric has one."""
    import inspect

    from brainscore_core.registry import resolve

    factory: Any = resolve("metrics", spec.identifier)
    accepts = inspect.signature(factory).parameters
    takes = "uncertainty" in accepts or any(p.kind is p.VAR_KEYWORD for p in accepts.values())
    if not takes or "uncertainty" in spec.parameters:
        return spec
    return MetricSpec(spec.identifier, **{**spec.parameters, "uncertainty": "bootstrap"})
