"""What each of several models explains that the others do not: variance partitioning by banded ridge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts
from brainscore_core.statistics.correlation import mean_of_defined, median_of_defined
from brainscore_core.statistics.crossvalidation import CrossValidation, coordinate

from .banded import ALPHAS, BandedRidge
from .inputs import aligned, enough_to_correlate

JOINED = "+"


@dataclass(frozen=True)
class VariancePartition:
    """Cross-validated R^2 of models alone, together, and of each beyond all others (de Heer et al. 2017, J Neurosci).

    R^2 of a set of models is that of a banded ridge with one band a model, on held-out stimuli, each fold by itself,
    then the mean over folds. Then, per neuroid: unique(a) = R^2(all) - R^2(all without a); for two models shared =
    R^2(a) + R^2(b) - R^2(a, b), which is negative where they suppress each other.

    Parameters
    ----------
    band_coord : str
        Coordinate of the source on ``neuroid`` that names the model of each feature.
    model : str, optional
        Whose unique contribution is the value of the score; default: R^2 of all together.
    crossvalidation_kwargs, mode
        As for the regression metrics; default ``honest``, stratified by nothing.
    draws, seed : int
        Of the bootstrap over stimuli (or groups), shared by all parts.
    alphas, candidates, search_seed
        As for :class:`~bs_metric_regression.banded.BandedRidge`.

    Notes
    -----
    Prediction on held-out stimuli shrinks each R^2 by what fitting costs, more for more features; a difference inherits
    that. A learning curve of the joint model shows how much. Units are not r^2: R^2 punishes predictions of the wrong
    size, and is negative below the mean of the test stimuli.
    """

    band_coord: str = "model"
    model: str | None = None
    crossvalidation_kwargs: Mapping[str, Any] = field(default_factory=dict)
    mode: Literal["parity", "honest"] = "honest"
    draws: int = DRAWS
    seed: int = 0
    alphas: tuple[float, ...] = ALPHAS
    candidates: int = 40
    search_seed: int = 0
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        _ = self.cross_validation  # refuses a misspelt option now
        _ = self._regression

    @property
    def cross_validation(self) -> CrossValidation:
        """How the stimuli are split."""
        given = {"mode": self.mode, "stratification_coord": None, **(self.crossvalidation_kwargs or {})}
        try:
            return CrossValidation(**given)
        except TypeError as error:
            known = list(CrossValidation.__dataclass_fields__)
            raise InvalidParameter(f"crossvalidation_kwargs: {error}", expected=f"out of {known}") from error

    @property
    def _regression(self) -> BandedRidge:
        return BandedRidge(self.band_coord, self.alphas, True, self.candidates, self.search_seed)

    def __call__(self, source: xr.DataArray, target: xr.DataArray, *, ceiling: xr.DataArray | None = None) -> Score:
        """Partition.

        Parameters
        ----------
        source : NeuroidAssembly
            ``presentation x neuroid``: the features of all models side by side.
        target : NeuroidAssembly
            ``presentation x neuroid``, one row a stimulus.
        ceiling : xarray.DataArray, optional
            Reliability of each neuroid of `target` (dimension ``neuroid``), as a ceiling's ``values``: R^2 is divided
            by it, unit by unit; those without a ceiling above zero are left out and counted.

        Returns
        -------
        Score
            `values`: dims (part, neuroid). `details`: the median over neuroids of each part, with ``_error``,
            ``_low``, ``_high``.

        Raises
        ------
        InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
        """
        source, target = aligned(source, target)
        names = np.unique(coordinate(source, self.band_coord, "neuroid").astype(str)).tolist()
        self._check(names)
        plan = self.cross_validation
        folds = plan.folds(target)
        tests = [test for _, test in folds]
        enough_to_correlate(tests)
        reliability = _per_neuroid(ceiling, target)
        labels = source[self.band_coord].values.astype(str)
        predictions = {}
        for chosen in _sets(names):
            part = source.isel(neuroid=np.flatnonzero(np.isin(labels, chosen)))
            predictions[chosen], _ = self._regression.bound(part).predict(part.values, target.values, folds)
        groups = coordinate(target, plan.group_coord) if plan.group_coord else None
        weights = np.concatenate([np.ones((1, len(target))), counts(len(target), self.draws, self.seed, groups)])
        explained = {
            chosen: explained_variance(some, target.values, tests, weights) / reliability
            for chosen, some in predictions.items()
        }
        parts = _parts(names, explained)
        return self._score(parts, names, target, plan, reliability)

    def _check(self, names: Sequence[str]) -> None:
        if len(names) < 2:
            raise InvalidParameter(f"one model ({names[0]!r}) to partition", expected="at least two")
        if self.model is not None and self.model not in names:
            raise InvalidParameter(f"no model {self.model!r} in {self.band_coord!r}", expected=f"one of {names}")

    def _score(
        self,
        parts: Mapping[str, np.ndarray],
        names: Sequence[str],
        target: xr.DataArray,
        plan: CrossValidation,
        reliability: np.ndarray,
    ) -> Score:
        details: dict[str, Any] = {
            "generalises_over": plan.generalises_over,
            "units_without_ceiling": int(np.isnan(reliability).sum()),
            "error_estimator": f"bootstrap over {'groups' if plan.group_coord else 'stimuli'}",
        }
        for name, values in parts.items():
            medians = median_of_defined(values)
            interval = Interval.of(medians[1:], value=float(medians[0]))
            details |= {
                name: float(medians[0]),
                f"{name}_error": interval.error,
                f"{name}_low": interval.low,
                f"{name}_high": interval.high,
            }
        asked = f"unique_{self.model}" if self.model else JOINED.join(names)
        coords = {str(n): ("neuroid", c.values) for n, c in target.coords.items() if c.dims == ("neuroid",)}
        values = xr.DataArray(
            np.stack([part[0] for part in parts.values()]),
            dims=["part", "neuroid"],
            coords={"part": list(parts), **coords},
        )
        return Score(details[asked], details[f"{asked}_error"], values=values, details=details)


def explained_variance(
    predictions: Sequence[np.ndarray], target: np.ndarray, tests: Sequence[np.ndarray], weights: np.ndarray
) -> np.ndarray:
    """R^2 = 1 - residual / total sum of squares within each fold, mean over folds; shape (draw, neuroid).

    Parameters
    ----------
    predictions : sequence of arrays, shape (test stimulus, neuroid)
    target : array, shape (stimulus, neuroid)
    tests : sequence of index arrays
    weights : array, shape (draw, stimulus)
    """
    folds = []
    for prediction, test in zip(predictions, tests, strict=True):
        w, y = weights[:, test], np.asarray(target[test], np.float64)
        y, prediction = y - y.mean(0), prediction - y.mean(0)
        with np.errstate(invalid="ignore", divide="ignore"):
            total = w @ y**2 - (w @ y) ** 2 / w.sum(1, keepdims=True)
            r2 = 1 - (w @ (y - prediction) ** 2) / total
        folds.append(np.where(total > 1e-12 * (w @ y**2), r2, np.nan))
    return mean_of_defined(np.stack(folds))


def _sets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Each alone, all, and all without each."""
    everything = tuple(names)
    alone = list(combinations(everything, 1))
    without = list(combinations(everything, len(names) - 1))
    return list(dict.fromkeys([*alone, *without, everything]))


def _parts(names: Sequence[str], explained: Mapping[tuple[str, ...], np.ndarray]) -> dict[str, np.ndarray]:
    everything = tuple(names)
    joint = explained[everything]
    parts = {JOINED.join(everything): joint}
    for name in names:
        parts[f"alone_{name}"] = explained[(name,)]
        parts[f"unique_{name}"] = joint - explained[tuple(other for other in names if other != name)]
    if len(names) == 2:
        parts["shared"] = explained[(names[0],)] + explained[(names[1],)] - joint
    return parts


def _per_neuroid(ceiling: xr.DataArray | None, target: xr.DataArray) -> np.ndarray:
    """What each neuroid's R^2 is divided by; NaN without a ceiling above zero."""
    if ceiling is None:
        return np.ones(target.sizes["neuroid"])
    if set(ceiling.dims) != {"neuroid"} or "neuroid_id" not in ceiling.coords:
        raise InvalidAssembly(
            f"the ceiling has dimensions {tuple(ceiling.dims)}", expected="(neuroid,) with coordinate 'neuroid_id'"
        )
    by_id = dict(zip(ceiling["neuroid_id"].values.astype(str).tolist(), ceiling.values.tolist(), strict=True))
    ids = target["neuroid_id"].values.astype(str).tolist()
    if missing := [name for name in ids if name not in by_id]:
        raise InvalidAssembly(
            f"the ceiling lacks {len(missing)} neuroids, as {missing[0]!r}", expected="all of the target"
        )
    values = np.array([by_id[name] for name in ids], np.float64)
    return np.where(values > 0, values, np.nan)
