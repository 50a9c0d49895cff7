"""Experiment type: neural predictivity."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from brainscore_core.contracts import Access, Benchmark, BenchmarkInfo, DataEntry, MetricSpec, Presentation
from brainscore_core.errors import InvalidParameter, StimulusMismatch
from brainscore_core.scores import Score

from ...geometry import StimulusGeometry
from .normalisation import NAMES, PER_UNIT, Normalisation

if TYPE_CHECKING:
    import xarray as xr
    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import TimeBins

CEILING_UNKNOWN = "ceiling-unknown"


@dataclass(frozen=True, kw_only=True)
class NeuralPredictivity(Benchmark):
    """A linear map from a model's units to recorded ones, tested on stimuli it was not fitted to.

    Parameters
    ----------
    stimuli : str or DataEntry
        What is shown.
    region : str
        As ``"V4"``: of the data, and of the model.
    visual_degrees : float
        Width of the stimuli in the experiment.
    number_of_trials : int
        Presentations of each stimulus.
    time_bins : sequence of (start, end), optional
        Windows in ms after stimulus onset (or after each site's latency); several are passed on to a metric over time.
    latency_coord : str, optional
        Coordinate on ``neuroid``: each site's own window starts at its latency (ms).
    normalisation : str
        One of :data:`~.normalisation.NAMES`. Benchmarks under an identifier of Brain-Score 2 use its formula.
    train_where, test_where : mapping, optional
        *Transfer*: coordinate to value(s) on ``presentation``, selecting what is fitted and what is tested (another
        animal's stimuli, another stimulus set). The metric is then one of ``inputs == "split"``.
    geometry : StimulusGeometry
        What the source states of the display besides.
    stimulus_digest : str, optional
        Digest of the stimulus set that was recorded; a set of another digest is refused.
    notes, no_ceiling_because : str
        What a reader should know.
    """

    domain: ClassVar[str] = "vision"

    stimuli: Any
    region: str
    visual_degrees: float
    number_of_trials: int = 1
    time_bins: "TimeBins | None" = None
    latency_coord: str | None = None
    normalisation: str = PER_UNIT
    train_where: Any = None
    test_where: Any = None
    geometry: StimulusGeometry = StimulusGeometry()
    stimulus_digest: str | None = None
    notes: str = ""
    no_ceiling_because: str = ""

    def __post_init__(self) -> None:
        from ...model_interface import bins

        object.__setattr__(self, "time_bins", bins(self.time_bins))
        if self.normalisation not in NAMES:
            raise InvalidParameter(f"normalisation={self.normalisation!r}", expected=f"one of {list(NAMES)}")
        if not self.visual_degrees > 0:
            raise InvalidParameter(f"{self.identifier!r} has visual_degrees={self.visual_degrees!r}", expected="above 0")
        if (self.train_where is None) != (self.test_where is None):
            raise InvalidParameter("a transfer with one side", expected="train_where= and test_where=")

    @property
    def stimulus_entry(self) -> DataEntry:
        """The description of what is shown."""
        if isinstance(self.stimuli, str):
            from brainscore_core.registry import resolve

            return resolve("stimulus_sets", self.stimuli)
        return self.stimuli

    @property
    def access(self) -> Access:
        """As private as recordings or stimuli, whichever is more."""
        return "private" if "private" in (super().access, self.stimulus_entry.info.access) else "public"

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli."""
        return (Presentation(self._stimulus_set(), self.visual_degrees, self.region, self.number_of_trials),)

    def trials(self) -> "xr.DataArray":
        """Recordings of the region, repetitions not averaged, in the windows that are compared."""
        from brainscore_core.assemblies import select

        from .windows import in_windows

        assembly = select(self.dataset.load(), region=self.region)
        return in_windows(assembly, self.time_bins, latency_coord=self.latency_coord)

    def target(self) -> "xr.DataArray":
        """Mean response to each stimulus, over the trials that were measured."""
        from brainscore_core.statistics.averaging import average_repetitions

        return average_repetitions(self.trials())

    @property
    def ceiling(self) -> Score | None:
        """Reliability of the trial mean; computed when asked for, and cached by content."""
        if self.ceiling_metric is None:
            return None
        from brainscore_core.ceilings import cached_ceiling

        return cached_ceiling(self.ceiling_metric, self.trials(), private=self.access == "private")

    def __call__(self, model: Any) -> Score:
        """Show the stimuli, record the region, fit and test, divide by the noise."""
        source = self._record(model)
        target = self.target()
        metric: Any = _with_uncertainty(self.metric).load()
        if self.train_where is not None:
            raw = self._transfer(metric, source, target)
            return self._unnormalised(raw, self.ceiling)
        if self.ceiling_metric is None or not hasattr(metric, "evaluate"):
            raw = metric(source, target)
            return self._unnormalised(raw, self.ceiling)
        ceiling: Any = self.ceiling_metric.load()
        if not hasattr(ceiling, "evaluate"):
            return self._unnormalised(metric(source, target), self.ceiling)
        evaluation = metric.evaluate(source, target)
        score = Normalisation(self.normalisation)(evaluation, ceiling.evaluate(self.trials(), evaluation.stimuli))
        return score.with_(details={**evaluation.score.details, **score.details, **_prefixed(score.ceiling)})

    @property
    def info(self) -> BenchmarkInfo:
        """Derived, with the notes, the display and, where there is none, the reason for no ceiling."""
        derived = super().info
        experiment = {name: value for name, value in derived.experiment.items() if name not in ("notes", "geometry")}
        experiment["stimuli"] = self.stimulus_entry.identifier
        experiment["geometry"] = replace(self.geometry, visual_degrees=self.visual_degrees).to_dict()
        return replace(
            derived,
            description=" ".join(filter(None, (derived.description, self.notes))),
            ceiling=derived.ceiling or self._unknown(),
            flags=derived.flags if self.ceiling_metric else (*derived.flags, CEILING_UNKNOWN),
            experiment=experiment,
        )

    def _record(self, model: Any) -> "xr.DataArray":
        from ..recording import record
        from ..repetitions import average_repetitions

        model.reset()
        recording = record(
            model,
            self._stimulus_set(),
            visual_degrees=self.visual_degrees,
            region=self.region,
            number_of_trials=self.number_of_trials,
            time_bins=self.time_bins,
            species=self.species or None,
            position=self.geometry.position or (0.0, 0.0),
        )
        averaged = average_repetitions(recording)
        return averaged.isel(time_bin=0, drop=True) if self.time_bins and len(self.time_bins) == 1 else averaged

    def _stimulus_set(self) -> "StimulusSet":
        stimuli = self.stimulus_entry.load()
        if self.stimulus_digest is not None and stimuli.digest() != self.stimulus_digest:
            raise StimulusMismatch(
                f"stimulus set {stimuli.identifier!r} has digest {stimuli.digest()[:12]}",
                expected=f"{self.stimulus_digest[:12]}, the one that was recorded",
                remedy="fetch it again with `brainscore data verify`, or use the version of the data package it belongs to",
            )
        return stimuli

    def _transfer(self, metric: Any, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        from brainscore_core.assemblies import align, select

        source, target = align(source, target)
        if getattr(metric, "inputs", "") != "split":
            raise InvalidParameter(
                f"metric {self.metric.identifier!r} cannot transfer", expected="a metric of train and test assemblies",
                remedy=f"use {self.metric.identifier + '_split'!r}",
            )  # fmt: skip
        parts = {}
        for name, where in (("train", self.train_where), ("test", self.test_where)):
            chosen = select(target, **dict(where))
            ids = chosen["stimulus_id"].values
            parts[f"target_{name}"], parts[f"source_{name}"] = chosen, select(source, stimulus_id=ids)
        return metric(**parts)

    def _unnormalised(self, raw: Score, ceiling: Score | None) -> Score:
        """What cannot be divided honestly is shown as it is."""
        if ceiling is None:
            details = dict(raw.details) | {"ceiling": self._unknown()}
            return Score(None, raw=raw, flags=(*raw.flags, CEILING_UNKNOWN), details=details)
        details = dict(raw.details) | _prefixed(ceiling)
        return Score(None, ceiling=ceiling, raw=raw, flags=raw.flags, details=details)

    def _unknown(self) -> str:
        return f"unknown: {self.no_ceiling_because}" if self.no_ceiling_because else "unknown"


def _with_uncertainty(spec: MetricSpec) -> MetricSpec:
    """Benchmarks always ask for the honest interval, where the metric has one."""
    import inspect

    from brainscore_core.registry import resolve

    factory: Any = resolve("metrics", spec.identifier)
    accepts = inspect.signature(factory).parameters
    takes = "uncertainty" in accepts or any(p.kind is p.VAR_KEYWORD for p in accepts.values())
    if not takes or "uncertainty" in spec.parameters:
        return spec
    return MetricSpec(spec.identifier, **{**spec.parameters, "uncertainty": "bootstrap"})


def _prefixed(ceiling: Score | None) -> dict[str, Any]:
    return {f"ceiling_{key}": value for key, value in ceiling.details.items()} if ceiling else {}
