"""Experiment type: do model and brain find the same stimuli alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .recorded import CEILING_UNKNOWN, RecordingExperiment

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from brainscore_core.statistics.bootstrap import Interval

ROOT = "rho / sqrt(ceiling)"
"""For one recording with repetitions, whose `ceiling_metric` is the reliability of all its trials' dissimilarities."""
RAW = ""
"""Nothing is divided: right over subjects, whose noise ceiling bounds a mean of correlations (Nili et al. 2014)."""

ABOVE_CEILING = "above-ceiling"
NO_VALID_CEILING = "no-valid-ceiling"


@dataclass(frozen=True, kw_only=True)
class RepresentationalSimilarity(RecordingExperiment):
    """Dissimilarities between stimuli in the model, correlated with those in the brain.

    By default the score is null and `raw` is the correlation: no formula that divides a mean over subjects is right.
    Where there is a ceiling with a lower bound, `details` says where between the bounds `raw` lies: ``position`` =
    (raw - lower) / (upper - lower), negative below the lower bound.

    Of a single recording with repetitions the score is rho / sqrt(reliability), never rho / reliability: a perfect
    model is free of noise, the recording is not (see ``rdm_reliability``).

    Parameters
    ----------
    normalisation : {"", "rho / sqrt(ceiling)"}
        See above. `ceiling` of the score is then the root, the largest rho there can be, and ``reliability`` among the
        details what it is the root of.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.recorded.RecordingExperiment`; `time_bins` is
    one window, of which dissimilarities are compared.
    """

    normalisation: str = RAW

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.time_bins is not None and len(self.time_bins) != 1:
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has {len(self.time_bins)} time bins",
                expected="one: dissimilarities of one time window are compared",
            )
        if self.normalisation not in (RAW, ROOT):
            raise InvalidParameter(f"normalisation={self.normalisation!r}", expected=f"{ROOT!r}, or none")
        if self.normalisation and self.ceiling_metric is None:
            raise InvalidParameter(f"benchmark {self.identifier!r} divides by no ceiling", expected="ceiling_metric=")

    def trials(self) -> "xr.DataArray":
        """Dissimilarities, or responses with their repetitions, of the region."""
        from brainscore_core.assemblies import select

        assembly = self.dataset.load()
        if "region" in assembly.coords:
            assembly = select(assembly, region=self.region)
        return self._one_bin(assembly)

    def target(self) -> "xr.DataArray":
        """Dissimilarities, or mean responses, of the region."""
        from brainscore_core.statistics.averaging import average_repetitions

        trials = self.trials()
        return average_repetitions(trials) if "presentation" in trials.dims else trials

    @property
    def ceiling(self) -> Score | None:
        """What `ceiling_metric` says of the recording; its root where the score is divided by that."""
        if self.ceiling_metric is None:
            return None
        from brainscore_core.ceilings import cached_ceiling

        data = self.trials() if self.normalisation else self.target()
        ceiling = cached_ceiling(self.ceiling_metric, data, private=self.access == "private")
        return _root(ceiling) if self.normalisation else ceiling

    def __call__(self, model: Any) -> Score:
        """Show the stimuli, record the region, correlate dissimilarities."""
        self.ask(model)
        target = self.target()
        source = self.record(model, self.time_bins)
        ceiling = self.ceiling
        if self.normalisation and ceiling is not None:
            return self._divided(source, target, ceiling)
        raw = self._raw(source, target)
        unknown = () if ceiling else (CEILING_UNKNOWN,)
        return Score(None, ceiling=ceiling, raw=raw, flags=(*raw.flags, *unknown), details=self._details(raw, ceiling))

    def _raw(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """The metric's value, with as many draws of each subject as it draws itself."""
        from brainscore_core.statistics.bootstrap import counts
        from brainscore_core.statistics.pairing import shared_draws

        raw: Score = self.metric.load()(source, target)
        draws, once = self._drawing()
        if raw.value is None or not draws:
            return raw
        try:
            rho = once.evaluate(source, target)
        except InvalidAssembly:  # a comparison that has no draws with replacement
            return raw
        drawn = rho.resampled(counts(len(rho.stimuli), draws, groups=rho.groups))[0]
        subjects = _subjects(raw, drawn.shape[1])
        return raw.with_(draws=shared_draws(drawn, rho.stimuli, groups=rho.groups, subjects=subjects))

    def _drawing(self) -> "tuple[int, Any]":
        """How often to draw (0: it cannot be drawn again), and the metric that draws nothing by itself."""
        once: Any = _without_draws(self.metric).load()
        draws = int(self.metric.parameters.get("bootstrap_samples", 0))
        return (draws if hasattr(once, "evaluate") else 0), once

    def _divided(self, source: "xr.DataArray", target: "xr.DataArray", ceiling: Score) -> Score:
        """Correlation over root of the reliability; as many shared draws as the metric's ``bootstrap_samples``."""
        from brainscore_core.statistics.bootstrap import counts
        from brainscore_core.statistics.pairing import shared_draws

        draws, once = self._drawing()
        if not draws:
            return _normalised(self.metric.load()(source, target), ceiling)
        raw = once(source, target)
        if raw.value is None or ceiling.value is None:
            return _normalised(raw, ceiling)
        rho = once.evaluate(source, target)
        weights = counts(len(rho.stimuli), draws, groups=rho.groups)
        reliability = self._reliability(rho.stimuli, weights)
        drawn = rho.resampled(weights).mean((0, 2))
        details = dict(raw.details) | {"bootstrap_draws": draws, "bootstrap_seed": 0}
        raw = raw.with_(error=_spread(drawn, raw.value).error, details=details)
        raw = raw.with_(draws=shared_draws(drawn, rho.stimuli, groups=rho.groups))
        over = "stimuli" if rho.groups is None else "groups of stimuli"
        score = _normalised(raw, ceiling, None if reliability is None else (drawn, reliability), over)
        if score.value is None or reliability is None:
            return score
        return score.with_(draws=shared_draws(_root_of(drawn, reliability), rho.stimuli, groups=rho.groups))

    def _reliability(self, stimuli: "np.ndarray", weights: "np.ndarray") -> "np.ndarray | None":
        """Reliability under each draw, shape (draw,): the same for all models, so it is kept."""
        from brainscore_core.cache import result_cache
        from brainscore_core.ceilings import digest_assembly
        from brainscore_core.digests import digest_value
        from brainscore_core.registry import origin_of

        spec, trials = _without_draws(self.ceiling_metric), self.trials()  # type: ignore[arg-type]
        metric: Any = spec.load()
        if not hasattr(metric, "evaluate"):
            return None
        recipe = {
            "kind": "reliability-draws-1",
            "metric": spec.canonical,
            "distribution": list(origin_of("metrics", spec.identifier) or ()),
            "data": digest_assembly(trials),
            "stimuli": digest_value(stimuli.astype(str)),
            "weights": digest_value(weights),
        }

        def compute() -> "dict[str, np.ndarray]":
            return {"reliability": metric.evaluate(trials, stimuli).resampled(weights).mean((0, 2))}

        return result_cache().arrays(recipe, compute, keep=self.access == "public")["reliability"]

    def _details(self, raw: Score, ceiling: Score | None) -> Mapping[str, str | int | float]:
        details = dict(raw.details) | _by_subject(raw)
        if ceiling is None:
            return details | {"ceiling": self.unknown_ceiling}
        details |= ceiling.details
        lower, upper = ceiling.details.get("lower"), float(ceiling)
        if raw.value is not None and isinstance(lower, float) and upper > lower:
            details["position"] = (raw.value - lower) / (upper - lower)
        return details

    def _one_bin(self, assembly: "xr.DataArray") -> "xr.DataArray":
        """The time window that is compared, without the dimension; several windows without a choice are an error."""
        if "time_bin" not in assembly.dims:
            return assembly
        starts, ends = (assembly[f"time_bin_{edge}"].values.tolist() for edge in ("start", "end"))
        found = list(zip(starts, ends, strict=True))
        wanted = list(self.time_bins or found)
        if len(wanted) != 1 or wanted[0] not in found:
            raise InvalidParameter(
                f"data of {self.identifier!r} have the time bins {found}", expected="time_bins= with one of them"
            )
        return assembly.isel(time_bin=found.index(wanted[0]), drop=True)


def _by_subject(raw: Score) -> dict[str, float]:
    """The correlation with each of several subjects."""
    if raw.values is None or raw.values.dims != ("subject",) or raw.values.size < 2:
        return {}
    names = raw.values["subject_id"].values.astype(str).tolist()
    return {f"subject_{name}": float(value) for name, value in zip(names, raw.values.values, strict=True)}


def _root(reliability: Score) -> Score:
    """The largest correlation that a noiseless model can have; null where the reliability is not above zero."""
    details = dict(reliability.details)
    if reliability.value is None or reliability.value <= 0:
        return Score(None, flags=reliability.flags, details=details, values=reliability.values)
    value = sqrt(reliability.value)
    error = None if reliability.error is None else reliability.error / (2 * value)
    return Score(value, error, flags=reliability.flags, details=details | {"reliability": reliability.value})


def _without_draws(spec: MetricSpec) -> MetricSpec:
    return MetricSpec(spec.identifier, **{k: v for k, v in spec.parameters.items() if k != "bootstrap_samples"})


def _root_of(rho: "np.ndarray", reliability: "np.ndarray") -> "np.ndarray":
    """Rho / sqrt(reliability) in each draw; NaN where that is not above zero."""
    import numpy as np

    return rho / np.sqrt(np.where(reliability > 0, reliability, np.nan))


def _subjects(raw: Score, count: int) -> "np.ndarray":
    """Ids of the subjects, where the metric says."""
    import numpy as np

    if raw.values is not None and raw.values.dims == ("subject",) and "subject_id" in raw.values.coords:
        return raw.values["subject_id"].values.astype(str)
    return np.arange(count).astype(str)


def _spread(draws: "np.ndarray", value: float) -> "Interval":
    from brainscore_core.statistics.bootstrap import Interval

    return Interval.of(draws, value=value)


def _normalised(
    raw: Score, ceiling: Score, drawn: "tuple[np.ndarray, np.ndarray] | None" = None, over: str = "stimuli"
) -> Score:
    """Raw over root; error and interval from draws that both share, without them the error of raw alone.

    Parameters
    ----------
    drawn : (correlation, reliability), each of shape (draw,), optional
    over : str
        What was drawn.
    """
    details = dict(raw.details) | {f"ceiling_{name}": value for name, value in ceiling.details.items()}
    noise = None
    if drawn is not None and ceiling.value is not None:
        noise = _spread(drawn[1], ceiling.value**2)
        ceiling = ceiling.with_(error=noise.error / (2 * ceiling.value))
    if raw.value is None or ceiling.value is None or (noise is not None and not noise.low > 0):
        flags = raw.flags if raw.value is None else (*raw.flags, NO_VALID_CEILING)
        return Score(None, ceiling=ceiling, raw=raw, flags=flags, details=details)
    value = raw.value / ceiling.value
    flags = (*raw.flags, ABOVE_CEILING) if value > 1 else raw.flags
    if drawn is None:
        error = None if raw.error is None else raw.error / ceiling.value
        details["error_estimator"] = "that of rho / ceiling"
    else:
        span = _spread(_root_of(*drawn), value)
        error = span.error
        details |= {"interval_low": span.low, "interval_high": span.high, "interval_level": span.level}
        details["error_estimator"] = f"bootstrap over {over}, drawn with the ceiling"
    return Score(value, error, ceiling, raw, normalisation=ROOT, flags=flags, details=details)
