"""One subject's fit, the search for its region, and what is said of all subjects together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.digests import digest_sequence
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, FEWEST, Interval, counts, level_counts, two_factor, widened
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.statistics.pairing import shared_draws

from ..neural_predictivity.experiment import evaluated
from ..neural_predictivity.normalisation import PER_UNIT, Normalisation
from ..neural_predictivity.resampling import reduced
from ..neural_predictivity.transfer import transferred

if TYPE_CHECKING:
    import xarray as xr

SEED = 0
UNDEFINED = "undefined"
"""Flag: no subject has a correlation; the value is null."""


@dataclass(frozen=True)
class Subject:
    """What came of one subject.

    Parameters
    ----------
    raw : Evaluation
    r : float
        Median over voxels.
    rs : array, shape (draw,)
        The same in each draw of the stimuli.
    value, values
        Normalised, likewise; None and NaN without a valid ceiling.
    ceiling : float
    chosen : mapping
        How many folds took which region of the model.
    """

    name: str
    raw: Evaluation
    r: float
    rs: np.ndarray
    value: float | None
    values: np.ndarray
    ceiling: float
    ceiling_details: Mapping[str, str | int | float]
    without_ceiling: int
    units: int
    chosen: Mapping[str, int]

    @classmethod
    def of(
        cls,
        name: str,
        raw: Evaluation,
        ceiling: Evaluation | None,
        chosen: Mapping[str, int],
        *,
        ceiling_asked: bool = True,
    ) -> "Subject":
        """From what the metric and the ceiling say; without a ceiling that was asked for no unit has one."""
        weights = counts(len(raw.stimuli), DRAWS, SEED, raw.groups)
        rs, _ = reduced(raw, weights)
        r, by_unit = reduced(raw, np.ones((1, weights.shape[1])))
        shared = (name, raw, float(r.mean()), widened(rs.mean(1), raw.widening))
        if ceiling is None:
            units = by_unit.shape[-1]
            lacking = units if ceiling_asked else 0
            return cls(*shared, None, np.full(DRAWS, np.nan), np.nan, {}, lacking, units, chosen)
        found = Normalisation(PER_UNIT, DRAWS, SEED).compute(raw, ceiling)
        value = found.values[PER_UNIT]
        return cls(
            *shared,
            value if np.isfinite(value) else None,
            found.drawn,
            found.ceiling,
            ceiling.score.details,
            int((~found.units).sum()),
            by_unit.shape[-1],
            chosen,
        )


def fitted(
    metric: Any,
    identifier: str,
    sources: "Mapping[str, xr.DataArray]",
    target: "xr.DataArray",
    where: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> tuple[Evaluation, Mapping[str, int]]:
    """The subject's evaluation, and how many folds took which region.

    Of several regions each fold takes that whose own cross-validation, within the training stimuli of the fold, gives
    the largest correlation: what is tested has no say in it. `where` says what is fitted and what is tested in a
    transfer.
    """
    from brainscore_core.assemblies import select

    ids = target["stimulus_id"].values
    seen = {name: select(source, stimulus_id=ids) for name, source in sources.items()}
    if len(seen) == 1:
        ((name, source),) = seen.items()
        if where is not None:
            return transferred(metric, identifier, source, target, where), {name: 1}
        return evaluated(metric, identifier, source, target), {name: 1}
    if not hasattr(metric, "cross_validation"):
        raise InvalidParameter(f"metric {identifier!r} has no folds to search in", expected="a cross-validated metric")
    ordered = {name: _aligned(source, target) for name, source in seen.items()}
    bare, search, parts, chosen = _bare(metric), _searching(metric), [], Counter[str]()
    for train, test in metric.cross_validation.folds(target):
        inner = {name: float(search(source[train], target[train])) for name, source in ordered.items()}
        best = max(inner, key=lambda name: -np.inf if np.isnan(inner[name]) else inner[name])
        chosen[best] += 1
        parts.append(bare.evaluate(ordered[best], target, folds=[(train, test)]))
    value = float(np.mean([float(part.score) for part in parts]))
    plan = metric.cross_validation
    details = in_common([part.score.details for part in parts])
    details |= {"generalises_over": plan.generalises_over, "mode": "nested", "splits": len(parts)}
    details["training_factor"] = _factor(metric, identifier, ordered[chosen.most_common(1)[0][0]], target)
    score = Score(value, details=details)

    def resampled(weights: np.ndarray) -> np.ndarray:
        return np.concatenate([part.resampled(weights) for part in parts])

    return Evaluation(score, parts[0].stimuli, resampled, _groups(metric, target)), chosen


def in_common(stated: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of what is stated of each part (subject, fold): what all say alike, sums of counts, means of learning curves.

    Errors and intervals of parts are left out: that of all together is another.
    """
    first, *others = stated
    details: dict[str, Any] = {}
    for name, value in first.items():
        values = [value, *(other.get(name) for other in others)]
        if name.startswith(_OF_PARTS) or name.endswith(_ENDS_OF_PARTS) or None in values:
            continue
        if name in _COUNTS:
            details[name] = sum(values)
        elif name.startswith("learning_curve"):
            details[name] = float(np.mean(values))
        elif all(other == value for other in values):
            details[name] = value
    return details


_COUNTS = ("undefined",)
_OF_PARTS = ("interval_", "error_estimator")
_ENDS_OF_PARTS = ("_error", "_low", "_high")


def _factor(metric: Any, identifier: str, source: "xr.DataArray", target: "xr.DataArray") -> float:
    """What fitting adds to the interval where one region is taken throughout, as if the search added nothing more."""
    return evaluated(metric, identifier, source, target).widening


def varies(trials: "xr.DataArray") -> bool:
    """Whether any voxel of ``presentation x neuroid`` responds differently in two trials; NaN is no response."""
    values = trials.transpose("presentation", ...).values
    return bool((np.fmax.reduce(values) > np.fmin.reduce(values)).any())


def mean_ceiling(ceilings: Sequence[Score]) -> Score:
    """Mean over the subjects that have one, with what is said of all of them; null where none has."""
    if not ceilings:
        return Score(None, flags=(UNDEFINED,))
    return Score(float(np.mean([float(one) for one in ceilings])), details=dict(ceilings[0].details))


def over_subjects(subjects: Sequence[Subject], *, normalised: bool) -> tuple[Score, Mapping[str, float | str]]:
    """Mean over subjects with its error, and details.

    Subjects without a value (whose responses do not vary, or without a ceiling) are left out. Stimuli are drawn alike
    for all subjects; from three subjects on, subjects are drawn too (Schuett et al. 2023,
    eLife 82566): the interval is then one of Student's t over them.
    """
    import xarray as xr

    used = [one for one in subjects if (one.value is not None if normalised else np.isfinite(one.r))]
    if not used:
        return Score(None, flags=(UNDEFINED,)), {}
    points = np.array([one.value if normalised else one.r for one in used], float)
    drawn = np.stack([one.values if normalised else one.rs for one in used], axis=1)
    value = float(points.mean())
    details: dict[str, float | str] = {f"subject_{one.name}": float(p) for one, p in zip(used, points, strict=True)}
    if len(used) < FEWEST:
        span = Interval.of(drawn.mean(1), value=value)
        error, low, high, factor = span.error, span.low, span.high, "stimuli, subjects fixed"
    else:
        error, low, high = _two_factors(points, drawn, value)
        factor = "stimuli and subjects"
    details |= {"interval_low": low, "interval_high": high, "error_estimator": f"bootstrap over {factor}"}
    kept = {name: number for name, number in details.items() if isinstance(number, str) or np.isfinite(number)}
    values = xr.DataArray(points, dims=["subject"], coords={"subject": [one.name for one in used]})
    error_or_none = error if np.isfinite(error) else None
    return Score(value, error_or_none, values=values, draws=_shared(used, drawn)), kept


def _shared(subjects: Sequence[Subject], drawn: np.ndarray) -> "xr.DataArray":
    """Draws (draw, subject) as a score carries them; subjects may have seen different stimuli."""
    seen = [one.raw.stimuli for one in subjects]
    names = np.array([one.name for one in subjects])
    draws = shared_draws(drawn, seen[0], seed=SEED, groups=subjects[0].raw.groups, subjects=names)
    if all(np.array_equal(seen[0], other) for other in seen[1:]):
        return draws
    every = [stimulus_id for stimuli in seen for stimulus_id in stimuli.tolist()]
    return draws.assign_attrs(drawn=digest_sequence(every), levels=min(map(len, seen)))


def _two_factors(points: np.ndarray, drawn: np.ndarray, value: float) -> tuple[float, float, float]:
    from scipy.special import stdtrit

    rows = np.zeros((len(drawn), 1))
    columns = level_counts(np.arange(len(points)), len(drawn), SEED)

    def statistic(stimuli: np.ndarray, subjects: np.ndarray) -> np.ndarray:
        found = np.broadcast_to(points, drawn.shape) if (stimuli == 1).all() else drawn
        return (found * subjects).sum(1) / subjects.sum(1)

    error = float(np.sqrt(two_factor(statistic, rows, columns)))
    reach = error * float(stdtrit(len(points) - 1, 0.975))
    return error, value - reach, value + reach


def _aligned(source: "xr.DataArray", target: "xr.DataArray") -> "xr.DataArray":
    from brainscore_core.assemblies import align

    return align(source, target)[0]


def _bare(metric: Any) -> Any:
    """The metric without an interval of its own: folds are drawn together here."""
    from dataclasses import replace

    return replace(metric, uncertainty=None) if hasattr(metric, "uncertainty") else metric


def _searching(metric: Any) -> Any:
    """The metric that regions are compared by: the value alone."""
    from dataclasses import replace

    bare = _bare(metric)
    return replace(bare, learning_curve=()) if hasattr(bare, "learning_curve") else bare


def _groups(metric: Any, target: "xr.DataArray") -> np.ndarray | None:
    coord = metric.cross_validation.group_coord
    return None if coord is None else target[coord].values
