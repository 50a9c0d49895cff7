"""Fit on some stimuli, predict the rest, correlate: the metric that Brain-Score is known for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import xarray as xr
from brainscore_core.assemblies import align
from brainscore_core.errors import InvalidAssembly, InvalidParameter, TooFewStimuli
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts, held_out_correlations
from brainscore_core.statistics.correlation import correlate_columns
from brainscore_core.statistics.crossvalidation import CrossValidation, coordinate, given_folds

Fold = tuple[np.ndarray, np.ndarray]


class Regression(Protocol):
    """What predicts: see :class:`PLS`, :class:`Ridge`, :class:`RidgeCV`, :class:`Linear`, :class:`SingleUnit`."""

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold, and notes for the score's details."""


@dataclass(frozen=True)
class CrossRegressedCorrelation:
    """Cross-validated predictivity: Pearson r of held-out predictions per neuroid, median over neuroids, mean over splits.

    Schrimpf et al. 2020 (Neuron), "neural predictivity". Without options its value is that of Brain-Score 2.

    Parameters
    ----------
    regression : Regression
    crossvalidation_kwargs : mapping
        Fields of :class:`~brainscore_core.statistics.crossvalidation.CrossValidation`: splits, train_size, test_size,
        kfold, stratification_coord (default ``object_name``), group_coord, random_state.
    mode : {'parity', 'honest'}
        ``honest`` tests every stimulus once, in k folds.
    uncertainty : {None, 'bootstrap'}
        ``bootstrap``: `error` and the interval in `details` come from resampling the stimuli (or groups) of the held-out
        predictions. None: `error` is Brain-Score 2's standard deviation over splits / sqrt(splits), which is too small,
        since the splits share stimuli.
    reverse : bool
        Predict the source from the target (Muzellec & Kar 2025).
    draws, seed : int
        Of the bootstrap.

    Notes
    -----
    A neuroid that is constant in a test fold has no correlation there; medians are over the others, and
    ``undefined`` counts them. NaN in features or responses is refused: average or select first.
    """

    regression: Regression
    crossvalidation_kwargs: Mapping[str, Any] = field(default_factory=dict)
    mode: Literal["parity", "honest"] = "parity"
    uncertainty: Literal["bootstrap"] | None = None
    reverse: bool = False
    draws: int = DRAWS
    seed: int = 0
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        if self.uncertainty not in (None, "bootstrap"):
            raise InvalidParameter(f"uncertainty={self.uncertainty!r}", expected="None or 'bootstrap'")
        self.cross_validation  # noqa: B018  refuses a misspelt option now, not after an hour

    @property
    def cross_validation(self) -> CrossValidation:
        """How the stimuli are split."""
        try:
            return CrossValidation(**{"mode": self.mode, **(self.crossvalidation_kwargs or {})})
        except TypeError as error:
            known = [name for name in CrossValidation.__dataclass_fields__]
            raise InvalidParameter(f"crossvalidation_kwargs: {error}", expected=f"out of {known}") from error

    def __call__(self, source: xr.DataArray, target: xr.DataArray, *, folds: Sequence[Fold] | None = None) -> Score:
        """Score how well `source` predicts `target`.

        Parameters
        ----------
        source, target : NeuroidAssembly
            ``presentation x neuroid``, one row a stimulus; they are aligned by ``stimulus_id``.
        folds : sequence of (training rows, test rows), optional
            Own folds, in rows of `target`.

        Returns
        -------
        Score
            `values`: r, dims (split, neuroid). `details`: medians' count of undefined correlations, what is generalised
            over, the interval.

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli, InvalidParameter
        """
        if self.reverse:
            source, target = target, source
        source, target = (_matrix(name, part) for name, part in (("source", source), ("target", target)))
        source, target = align(source, target)
        plan = self.cross_validation
        folds = plan.folds(target) if folds is None else given_folds(folds, target.sizes["presentation"])
        _enough_to_correlate(folds)
        y = target.values
        predictions, notes = self.regression.predict(source.values, y, folds)
        r = np.stack([correlate_columns(part, y[test]) for part, (_, test) in zip(predictions, folds, strict=True)])
        groups = coordinate(target, plan.group_coord) if plan.group_coord else None
        return self._score(r, predictions, y, folds, _details(r, notes, plan), target, groups)

    def _score(
        self,
        r: np.ndarray,
        predictions: list[np.ndarray],
        y: np.ndarray,
        folds: Sequence[Fold],
        details: dict[str, Any],
        target: xr.DataArray,
        groups: np.ndarray | None,
    ) -> Score:
        medians = _median(r)
        error = float(medians.std() / np.sqrt(len(medians)))
        details["error_estimator"] = "sd over splits / sqrt(splits)"
        if self.uncertainty == "bootstrap":
            weights = counts(len(y), self.draws, self.seed, groups)
            drawn = held_out_correlations(predictions, y, [test for _, test in folds], weights)
            interval = Interval.of(np.nanmean(_median(drawn), axis=0))
            error = interval.error
            details |= {
                "error_estimator": f"bootstrap over {'stimuli' if groups is None else 'groups'}",
                "interval_low": interval.low, "interval_high": interval.high, "interval_level": interval.level,
                "bootstrap_draws": self.draws, "bootstrap_seed": self.seed,
            }  # fmt: skip
        finite = {key: value for key, value in details.items() if not (isinstance(value, float) and np.isnan(value))}
        return Score(float(np.mean(medians)), error, values=_values(r, target), details=finite)


def _matrix(name: str, assembly: xr.DataArray) -> xr.DataArray:
    """presentation x neuroid, without NaN."""
    if set(assembly.dims) != {"presentation", "neuroid"}:
        raise InvalidAssembly(
            f"{name} has dimensions {assembly.dims}",
            expected="(presentation, neuroid)",
            remedy="select a time bin, or use a spantime metric",
        )
    assembly = assembly.transpose("presentation", "neuroid")
    values = assembly.values
    if values.dtype.kind == "f" and not np.isfinite(values.sum()) and not np.isfinite(values).all():
        missing = int((~np.isfinite(values)).any(0).sum())
        raise InvalidAssembly(
            f"{name} has NaN or infinite values in {missing} neuroid(s)",
            expected="finite numbers",
            remedy="average repetitions with NaN left out, or select neuroids and stimuli that were all measured",
        )
    return assembly


def _enough_to_correlate(folds: Sequence[Fold]) -> None:
    smallest = min(len(test) for _, test in folds)
    if smallest < 2:
        raise TooFewStimuli(f"a fold tests {smallest} stimulus", expected="at least 2, to correlate over them")


def _median(r: np.ndarray) -> np.ndarray:
    """Median over neuroids, undefined ones left out; NaN where all are."""
    if not np.isnan(r).any():
        return np.median(r, axis=-1)
    empty = np.isnan(r).all(-1)
    return np.where(empty, np.nan, np.nanmedian(np.where(empty[..., None], 0.0, r), axis=-1))


def _details(r: np.ndarray, notes: Mapping[str, Any], plan: CrossValidation) -> dict[str, Any]:
    return {
        "splits": len(r),
        "mode": "honest" if plan.once else "parity",
        "generalises_over": plan.generalises_over,
        "undefined": int(np.isnan(r).sum()),
        **notes,
    }


def _values(r: np.ndarray, target: xr.DataArray) -> xr.DataArray:
    coords = {
        str(name): ("neuroid", coord.values) for name, coord in target.coords.items() if coord.dims == ("neuroid",)
    }
    return xr.DataArray(r, dims=["split", "neuroid"], coords={"split": np.arange(len(r)), **coords})
