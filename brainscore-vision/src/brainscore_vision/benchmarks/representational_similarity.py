"""Experiment type: do model and brain find the same stimuli alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from .recorded import CEILING_UNKNOWN, RecordingExperiment

if TYPE_CHECKING:
    import xarray as xr

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
        target = self.target()
        raw = self.metric.load()(self.record(model, self.time_bins), target)
        ceiling = self.ceiling
        if self.normalisation and ceiling is not None:
            return _normalised(raw, ceiling)
        unknown = () if ceiling else (CEILING_UNKNOWN,)
        return Score(None, ceiling=ceiling, raw=raw, flags=(*raw.flags, *unknown), details=self._details(raw, ceiling))

    def _details(self, raw: Score, ceiling: Score | None) -> Mapping[str, str | int | float]:
        details = dict(raw.details)
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


def _root(reliability: Score) -> Score:
    """The largest correlation that a noiseless model can have; null where the reliability is not above zero."""
    details = dict(reliability.details)
    if reliability.value is None or reliability.value <= 0:
        return Score(None, flags=reliability.flags, details=details, values=reliability.values)
    value = sqrt(reliability.value)
    error = None if reliability.error is None else reliability.error / (2 * value)
    return Score(value, error, flags=reliability.flags, details=details | {"reliability": reliability.value})


def _normalised(raw: Score, ceiling: Score) -> Score:
    """Raw over root; the error by the delta method over both, or over raw alone where the ceiling states none."""
    details = dict(raw.details) | {f"ceiling_{name}": value for name, value in ceiling.details.items()}
    low = 0.0 if ceiling.value is None else ceiling.value - 1.96 * (ceiling.error or 0.0)
    if raw.value is None or ceiling.value is None or low <= 0:
        flags = (*raw.flags, NO_VALID_CEILING) if raw.value is not None else raw.flags
        return Score(None, ceiling=ceiling, raw=raw, flags=flags, details=details)
    value = raw.value / ceiling.value
    error = None
    if raw.error is not None:
        relative = (ceiling.error or 0.0) / ceiling.value
        error = sqrt((raw.error / ceiling.value) ** 2 + (value * relative) ** 2)
        stated = "score and ceiling" if ceiling.error is not None else "score alone"
        details["error_estimator"] = f"delta method over {stated}"
    flags = (*raw.flags, ABOVE_CEILING) if value > 1 else raw.flags
    return Score(value, error, ceiling, raw, normalisation=ROOT, flags=flags, details=details)
