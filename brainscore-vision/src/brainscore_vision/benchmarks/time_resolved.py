"""Experiment type: which stage of a model resembles the brain at which moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import MetricSpec, Presentation
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from .recorded import CEILING_UNKNOWN, RecordingExperiment

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, kw_only=True)
class TimeResolvedSimilarity(RecordingExperiment):
    """Dissimilarities in each stage of a model, correlated with those of the brain at each moment.

    Cichy et al. 2014 (Nat Neurosci 17:455) and 2016 (Sci Rep 6:27755). Dissimilarities of magnetoencephalography belong
    to the whole brain: which stage they resemble, and when, is the result. The score is null and `raw` the mean
    correlation over stages, time bins and subjects; its `values` are the map (model_region, time_bin, subject). Nothing
    is divided: over subjects the noise ceiling of Nili et al. 2014 bounds the mean correlation, bin by bin.

    Parameters
    ----------
    region : str
        Of the data (``""``: all), as ``"MEG"``.
    model_regions : sequence of str
        Stages of the model, early to late.
    window : (start, end), optional
        Ms: time bins within it are averaged for `raw`, and peaks are looked for there. Default: from onset on.
    in_time : bool
        Record the model in the time bins of the data, and compare each moment with the same moment. False: the model's
        one answer is compared with every moment.
    metric : MetricSpec
        Of dissimilarities, as ``rdm``; with ``bootstrap_samples`` the errors come from so many draws of stimuli, shared
        by all bins and stages.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.recorded.RecordingExperiment`.
    """

    region: str = ""
    model_regions: Sequence[str]
    window: tuple[float, float] | None = None
    in_time: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        stages = (self.model_regions,) if isinstance(self.model_regions, str) else tuple(self.model_regions)
        object.__setattr__(self, "model_regions", stages)
        if not stages or not all(stages):
            raise InvalidParameter(f"{self.identifier!r} records no stage of the model", expected="model_regions=")
        if self.time_bins is not None:
            raise InvalidParameter(f"time_bins={self.time_bins!r}", expected="window=: the bins are those of the data")

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli, once for each stage."""
        stimuli = self.stimulus_set()
        return tuple(
            Presentation(stimuli, self.visual_degrees, region, self.number_of_trials) for region in self.model_regions
        )

    def target(self) -> "xr.DataArray":
        """Dissimilarities within the window, ``subject x stimulus_i x stimulus_j x time_bin``.

        Raises
        ------
        InvalidParameter
            If no time bin lies in the window.
        """
        from brainscore_core.assemblies import select

        assembly = self.dataset.load()
        if self.region:
            assembly = select(assembly, region=self.region)
        if "time_bin" not in assembly.dims:
            raise InvalidParameter(f"data of {self.identifier!r} have no time bins", expected="a dimension 'time_bin'")
        start, end = self.window or (0.0, np.inf)
        inside = (assembly["time_bin_start"].values >= start) & (assembly["time_bin_end"].values <= end)
        if not inside.any():
            raise InvalidParameter(f"no time bin of {self.identifier!r} lies from {start:g} to {end:g} ms")
        return assembly.isel(time_bin=inside)

    @property
    def ceiling(self) -> Score | None:
        """Mean over time bins of the upper bound; `values` has both bounds of each bin.

        Bins that have no bound are left out of both means, and counted.
        """
        if self.ceiling_metric is None:
            return None
        return self._bounds(self.target())

    def __call__(self, model: Any) -> Score:
        """Show the stimuli, record every stage, correlate with every moment."""
        for region in self.model_regions:
            self.ask(model, region)
        target = self.target()
        bins = _edges(target)
        found = [self._stage(model, region, target, bins) for region in self.model_regions]
        rhos, drawn = (np.stack(parts) for parts in zip(*found, strict=True))
        shared = self._draws(drawn, target)
        error = None if shared is None else float(np.nanstd(shared.mean("subject").values, ddof=1))
        raw = Score(float(np.nanmean(rhos)), error, values=self._map(rhos, target), draws=shared)
        details = {"subjects": rhos.shape[-1], "time_bins": len(bins), "model_regions": ", ".join(self.model_regions)}
        details |= self._peaks(rhos.mean(-1), drawn.mean(-1), bins)
        if self.ceiling_metric is None:
            flags, told = (*raw.flags, CEILING_UNKNOWN), details | {"ceiling": self.unknown_ceiling}
            return Score(None, raw=raw, flags=flags, details=told)
        ceiling = self._bounds(target)
        return Score(None, ceiling=ceiling, raw=raw, flags=raw.flags, details=details | dict(ceiling.details))

    def _stage(
        self, model: Any, region: str, target: "xr.DataArray", bins: Sequence[tuple[float, float]]
    ) -> tuple[np.ndarray, np.ndarray]:
        """(correlation (bin, subject), the same in each draw (bin, draw, subject))."""
        from brainscore_core.statistics.bootstrap import counts

        draws = int(self.metric.parameters.get("bootstrap_samples", 0))
        kept = {name: value for name, value in self.metric.parameters.items() if name != "bootstrap_samples"}
        metric: Any = MetricSpec(self.metric.identifier, **kept).load()
        recording = self.record(model, bins if self.in_time else None, region=region)
        rhos, drawn = [], []
        for index in range(len(bins)):
            source = recording.isel(time_bin=index, drop=True) if "time_bin" in recording.dims else recording
            evaluation = metric.evaluate(source, target.isel(time_bin=index, drop=True))
            rhos.append(evaluation.score.values.values)
            stimuli = len(evaluation.stimuli)
            weights = counts(stimuli, draws, groups=evaluation.groups) if draws else np.ones((1, stimuli))
            drawn.append(evaluation.resampled(weights)[0])
        return np.stack(rhos), np.stack(drawn)

    def _draws(self, drawn: np.ndarray, target: "xr.DataArray") -> "xr.DataArray | None":
        """Mean over stages and bins in each draw (stage, bin, draw, subject), as scores carry it; None of one draw."""
        from brainscore_core.statistics.correlation import mean_of_defined
        from brainscore_core.statistics.pairing import shared_draws

        if drawn.shape[2] < 2:
            return None
        stages, bins, *_ = drawn.shape
        means = mean_of_defined(drawn.reshape(stages * bins, *drawn.shape[2:]))
        coord = self.metric.parameters.get("group_coord")
        groups = None if coord is None else target[f"{coord}_i"].values
        return shared_draws(means, target["stimulus_id_i"].values, groups=groups, subjects=_subjects(target))

    def _bounds(self, target: "xr.DataArray") -> Score:
        import xarray as xr

        from brainscore_core.ceilings import cached_ceiling
        from brainscore_core.statistics.correlation import mean_of_defined

        private = self.access == "private"
        parts = [target.isel(time_bin=index, drop=True) for index in range(target.sizes["time_bin"])]
        scores = [cached_ceiling(self.ceiling_metric, part, private=private) for part in parts]  # type: ignore[arg-type]
        upper = np.array([float(score) for score in scores])
        lower = np.array([float(score.details.get("lower", np.nan)) for score in scores])
        means = {"upper": float(mean_of_defined(upper)), "lower": float(mean_of_defined(lower))}
        coords = {"bound": ["lower", "upper"], **_on(target, "time_bin")}
        values = xr.DataArray(np.stack([lower, upper]), dims=["bound", "time_bin"], coords=coords)
        best = int(np.nanargmax(lower)) if np.isfinite(lower).any() else 0
        start, end = _edges(target)[best]
        details = {
            "ceiling_lower_mean": means["lower"],
            "ceiling_highest_lower": float(lower[best]),
            "ceiling_highest_ms": (start + end) / 2,
            "time_bins_with_lower_above_zero": int((lower > 0).sum()),
            "time_bins_without_ceiling": int(np.isnan(upper).sum()),
        }
        defined = {name: number for name, number in details.items() if np.isfinite(number)}
        return Score(means["upper"] if np.isfinite(means["upper"]) else None, values=values, details=defined)

    def _peaks(
        self, rhos: np.ndarray, drawn: np.ndarray, bins: Sequence[tuple[float, float]]
    ) -> Mapping[str, str | int | float]:
        """When each stage resembles the brain most, and how sure that is; rank correlation of stage and time."""
        from brainscore_core.statistics.bootstrap import Interval

        centres = np.array([(start + end) / 2 for start, end in bins])
        peaks: list[float] = []
        details: dict[str, float] = {}
        for region, rho, draws in zip(self.model_regions, rhos, drawn, strict=True):
            best = int(np.nanargmax(rho))
            peaks.append(float(centres[best]))
            details |= {f"peak_rho_{region}": float(rho[best]), f"peak_ms_{region}": float(centres[best])}
            if draws.shape[1] > 1:
                span = Interval.of(centres[draws.argmax(0)])
                details |= {f"peak_ms_{region}_low": span.low, f"peak_ms_{region}_high": span.high}
        if len(peaks) > 2:
            details["stage_and_time"] = _rank_correlation(np.arange(len(peaks)), np.array(peaks))
        return {name: value for name, value in details.items() if np.isfinite(value)}

    def _map(self, rhos: np.ndarray, target: "xr.DataArray") -> "xr.DataArray":
        import xarray as xr

        names = ("subject", _subjects(target))
        coords = {"model_region": list(self.model_regions), "subject_id": names, **_on(target, "time_bin")}
        return xr.DataArray(rhos, dims=["model_region", "time_bin", "subject"], coords=coords)


def _edges(target: "xr.DataArray") -> list[tuple[float, float]]:
    starts, ends = (target[f"time_bin_{edge}"].values.astype(float).tolist() for edge in ("start", "end"))
    return list(zip(starts, ends, strict=True))


def _on(assembly: "xr.DataArray", dim: str) -> dict[str, Any]:
    return {str(name): (dim, coord.values) for name, coord in assembly.coords.items() if coord.dims == (dim,)}


def _subjects(target: "xr.DataArray") -> np.ndarray:
    return np.array(list(dict.fromkeys(target["subject_id"].values.astype(str).tolist())))


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rho of few numbers, ties at their average rank; NaN where one side is all ties."""
    ranks = [np.array([(x < v).sum() + ((x == v).sum() - 1) / 2 for v in x]) for x in (a, b)]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return float("nan")
    return float(np.corrcoef(np.stack(ranks))[0, 1])
