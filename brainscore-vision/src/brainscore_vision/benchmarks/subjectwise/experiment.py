"""Experiment type: a fit for each subject, a ceiling for each voxel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from brainscore_core.contracts import Presentation
from brainscore_core.errors import InvalidAssembly, InvalidParameter, UnsupportedRegion
from brainscore_core.scores import Score

from ..neural_predictivity.experiment import AVERAGING, evaluated, with_uncertainty
from ..neural_predictivity.normalisation import ABOVE_CEILING, NO_VALID_CEILING, PER_UNIT
from ..recorded import CEILING_UNKNOWN, RecordingExperiment
from .subjects import Subject, fitted, in_common, mean_ceiling, over_subjects, varies

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.evaluation import Evaluation

Found = TypeVar("Found")

NORMALISATION = f"{PER_UNIT}, mean over subjects"
SELECTED = "selected"
"""Flag: the model's region was searched for, so the score enters no aggregate."""


@dataclass(frozen=True, kw_only=True)
class SubjectwisePredictivity(RecordingExperiment):
    """A linear map from a model's units to each subject's, tested on stimuli it was not fitted to.

    The score is sign(r) r^2 / ceiling of each voxel, the median over a subject's voxels, the mean over subjects.

    Parameters
    ----------
    region : str or sequence of str
        Of the data; :meth:`regions` lists those there are. ``""``: all that was recorded.
    model_regions : sequence of str
        Of the model; default `region`. Of several (those it has), the one that predicts best *within the training
        stimuli* is taken in each fold (flag ``selected``), for voxels that nobody assigned to one region.
    fit_by : str
        Coordinate on ``neuroid``: its values are fitted apart. Stimuli that a subject never saw are left out for it.
    ceiling_metric : MetricSpec
        Of each subject by itself, as ``voxel_noise_ceiling``.
    train_where, test_where : mapping, optional
        *Transfer*, as for :class:`~brainscore_vision.benchmarks.neural_predictivity.NeuralPredictivity`, of one region
        of the model; the metric is then one of ``inputs == "split"``.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.recorded.RecordingExperiment`.
    """

    region: Any = ""
    model_regions: Sequence[str] = ()
    fit_by: str = "subject"
    train_where: Any = None
    test_where: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        names = (self.region,) if isinstance(self.region, str) else tuple(self.region)
        wanted = self.model_regions
        chosen = (wanted,) if isinstance(wanted, str) and wanted else tuple(wanted) or names
        if not all(chosen):
            raise InvalidParameter(f"{self.identifier!r} records no region of the model", expected="model_regions=")
        if (self.train_where is None) != (self.test_where is None):
            raise InvalidParameter("a transfer with one side", expected="train_where= and test_where=")
        if self.train_where is not None and len(chosen) > 1:
            raise InvalidParameter(f"a transfer and a search among {list(chosen)}", expected="one of model_regions")
        object.__setattr__(self, "region", names)
        object.__setattr__(self, "model_regions", chosen)

    def regions(self) -> tuple[str, ...]:
        """Regions that were recorded from."""
        return tuple(np.unique(self.dataset.load()["region"].values.astype(str)).tolist())

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli, once for each region of the model."""
        stimuli = self.stimulus_set()
        return tuple(
            Presentation(stimuli, self.visual_degrees, region, self.number_of_trials) for region in self.model_regions
        )

    def trials(self) -> "xr.DataArray":
        """Recordings of the regions, repetitions not averaged."""
        from brainscore_core.assemblies import select

        from ..neural_predictivity.windows import in_windows

        assembly = self.dataset.load()
        if any(self.region):
            assembly = select(assembly, region=self.region)
        return in_windows(assembly, self.time_bins)

    def target(self) -> "xr.DataArray":
        """Mean response of each voxel to each stimulus; NaN where a subject never saw it."""
        from brainscore_core.statistics.averaging import average_repetitions

        return average_repetitions(self.trials())

    @property
    def ceiling(self) -> Score | None:
        """Mean over subjects, of whom some voxel varies, of the median over voxels."""
        if self.ceiling_metric is None:
            return None
        from brainscore_core.ceilings import cached_ceiling

        spec, private = self.ceiling_metric, self.access == "private"
        return mean_ceiling(
            [
                _of_subject(name, lambda tested: cached_ceiling(spec, tested, private=private), tested)
                for name, trials in self._by_subject(self.trials())
                if varies(tested := self._tested(trials))
            ]
        )

    def __call__(self, model: Any) -> Score:
        """Show the stimuli, record the regions, fit and test each subject, divide each voxel by its noise."""
        sources = self._sources(model)  # first: a model that refuses needs no data
        trials = self.trials()
        subjects = [self._subject(name, sources, part) for name, part in self._by_subject(trials)]
        details = in_common([one.raw.score.details for one in subjects]) | self._experiment(subjects)
        flags = (SELECTED,) if len(sources) > 1 else ()
        raw, drawn = over_subjects(subjects, normalised=False)
        details |= {f"raw_{name}": value for name, value in drawn.items()}
        if self.ceiling_metric is None:
            told = details | {"ceiling": self.unknown_ceiling}
            return Score(None, raw=raw, flags=(*flags, *raw.flags, CEILING_UNKNOWN), details=told)
        known = [one for one in subjects if one.ceiling_details]
        ceiling = mean_ceiling([Score(one.ceiling, details=one.ceiling_details) for one in known])
        details |= {f"ceiling_{name}": value for name, value in ceiling.details.items()}
        if all(one.value is None for one in subjects):
            return Score(None, ceiling=ceiling, raw=raw, flags=(*flags, NO_VALID_CEILING), details=details)
        score, drawn = over_subjects(subjects, normalised=True)
        flags = (*flags, ABOVE_CEILING) if float(score) > 1 else flags
        return score.with_(
            ceiling=ceiling, raw=raw, normalisation=NORMALISATION, flags=flags, details=details | dict(drawn)
        )

    def _sources(self, model: Any) -> "dict[str, xr.DataArray]":
        """Recordings of the regions that the model has."""
        sources, refused = {}, None
        for region in self.model_regions:
            try:
                sources[region] = self.record(model, self.time_bins, region=region)
            except UnsupportedRegion as error:
                refused = error
        if not sources and refused is not None:
            raise refused
        return sources

    def _by_subject(self, trials: "xr.DataArray") -> "list[tuple[str, xr.DataArray]]":
        """(name, trials in which the subject was recorded)."""
        from brainscore_core.assemblies import select

        if self.fit_by not in trials.coords or trials[self.fit_by].dims != ("neuroid",):
            raise InvalidParameter(
                f"no coordinate {self.fit_by!r} on 'neuroid' to fit by", expected="fit_by= one there is"
            )
        parts = []
        for name in np.unique(trials[self.fit_by].values):
            part = select(trials, **{self.fit_by: name})
            seen = part.notnull().any("neuroid").values
            parts.append((str(name), part if seen.all() else part.isel(presentation=seen)))
        return parts

    def _subject(self, name: str, sources: "Mapping[str, xr.DataArray]", trials: "xr.DataArray") -> Subject:
        from brainscore_core.statistics.averaging import average_repetitions

        metric: Any = with_uncertainty(self.metric).load()
        where = None if self.train_where is None else (self.train_where, self.test_where)
        raw, chosen = fitted(metric, self.metric.identifier, sources, average_repetitions(trials), where)
        noise: Evaluation | None = None
        spec, tested = self.ceiling_metric, self._tested(trials)
        if spec is not None and varies(tested):
            noise = _of_subject(name, lambda trials: evaluated(spec.load(), spec.identifier, trials), tested)
        return Subject.of(name, raw, noise, chosen, ceiling_asked=spec is not None)

    def _tested(self, trials: "xr.DataArray") -> "xr.DataArray":
        """Trials of the stimuli that are tested: what the ceiling is estimated from."""
        from brainscore_core.assemblies import select

        return trials if self.test_where is None else select(trials, **dict(self.test_where))

    def _experiment(self, subjects: Sequence[Subject]) -> dict[str, str | int | float]:
        """What was done, for the details of the score."""
        described: dict[str, str | int | float] = {
            "region": ", ".join(self.region),
            "model_regions": ", ".join(self.model_regions),
            "fit_by": self.fit_by,
            "species": self.species or self.dataset.info.species,
            "visual_degrees": float(self.visual_degrees),
            "number_of_trials": self.number_of_trials,
            "averaging": AVERAGING,
            "subjects": len(subjects),
            "subjects_undefined": sum(not np.isfinite(one.r) for one in subjects),
            "units": sum(one.units for one in subjects),
            "stimuli": max(len(one.raw.stimuli) for one in subjects),
        }
        if self.ceiling_metric is not None:
            described["units_without_ceiling"] = sum(one.without_ceiling for one in subjects)
            described["subjects_without_ceiling"] = sum(one.value is None for one in subjects)
        for region in self.model_regions if len(self.model_regions) > 1 else ():
            described[f"folds_with_{region}"] = sum(one.chosen.get(region, 0) for one in subjects)
        return {name: value for name, value in described.items() if value != ""}


def _of_subject(name: str, ceiling: "Callable[[xr.DataArray], Found]", trials: "xr.DataArray") -> Found:
    """What `ceiling` says of one subject, named where it refuses."""
    try:
        return ceiling(trials)
    except InvalidAssembly as error:
        raise InvalidAssembly(
            f"subject {name!r} has no ceiling: {error.what}", expected=error.expected, remedy=error.remedy
        ) from error
