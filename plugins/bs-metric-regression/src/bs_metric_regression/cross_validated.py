"""Fit on some stimuli, predict the rest, correlate: the metric that Brain-Score is known for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts
from brainscore_core.statistics.correlation import mean_of_defined, median_of_defined
from brainscore_core.statistics.crossvalidation import CrossValidation, coordinate, given_folds
from brainscore_core.statistics.evaluation import Evaluation

from .held_out import HeldOut, Uncertainty, aggregate
from .inputs import Fold, aligned, enough_to_correlate
from .learning_curve import sizes_of, subsets, with_curve
from .training import covariance_of_roles, training_factor

FEW_DRAWS = 200
"""Of the variance that the factor for fitting is a share of."""

UNDEFINED = "undefined"
"""Flag: no neuroid has a correlation (all predictions, or all responses, are constant); the score is null."""


class Regression(Protocol):
    """What predicts: see :class:`PLS`, :class:`Ridge`, :class:`RidgeCV`, :class:`Linear`, :class:`SingleUnit`.

    One that needs labels of the features (:class:`BandedRidge`) has ``bound(source)``, which returns it with them.
    """

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold, and notes for the score's details."""


@dataclass(frozen=True)
class CrossRegressedCorrelation:
    """Cross-validated predictivity: Pearson r of held-out predictions per neuroid, their median, mean over splits.

    Schrimpf et al. 2020 (Neuron 108:413), "neural predictivity". Without options its value is that of Brain-Score 2.

    Parameters
    ----------
    regression : Regression
    crossvalidation_kwargs : mapping
        Fields of :class:`~brainscore_core.statistics.crossvalidation.CrossValidation`: splits, train_size, test_size,
        kfold, stratification_coord (default ``object_name``), group_coord, random_state.
    mode : {'parity', 'honest'}
        ``honest`` tests every stimulus once, in k folds. ``parity`` splits as Brain-Score 2, which stratifies by
        ``object_name`` and groups nothing: images of one object stand on both sides, and the interval resamples single
        stimuli. It is one for new images of the same objects, too narrow for new objects; give ``group_coord`` (and
        ``stratification_coord=None``) for these.
    uncertainty : {None, 'bootstrap'}
        ``bootstrap``: `error` and the interval in `details` come from resampling the stimuli (or groups) of the
        held-out predictions. None: `error` is Brain-Score 2's standard deviation over splits / sqrt(splits), in either
        mode, which is too small, since the splits share stimuli; benchmarks always ask for ``bootstrap``. The detail
        ``error_estimator`` says which it is.
    random_units : str, optional
        Coordinate on ``neuroid`` (``subject``, ``neuroid_id``) whose levels the interval shall generalise over too, by
        the corrected two-factor bootstrap (Schuett et al. 2023); at least three of them.
    learning_curve : sequence of int
        Also score with so many training stimuli: ``learning_curve_N`` in `details`, and ``learning_curve_limit``, what
        the score tends to with ever more (David & Gallant 2005). Where that is far above what was reached it would be
        too high: it is left out, and the flag ``learning-curve-still-rising`` says why.
    reverse : bool
        Predict the source from the target (Muzellec & Kar 2025). Splits still follow the order of the target's stimuli
        (those of Brain-Score 2 then follow the model's).
    fitting : bool
        Widen the interval by what fitting adds to it (``training_factor`` in `details`). False: the bootstrap of
        held-out predictions alone, which takes the fits as given and is too narrow for other stimuli.
    draws, seed : int
        Of the bootstrap; the seed also draws the subsets of the learning curve.

    Notes
    -----
    A neuroid that is constant in a test fold has no correlation there; medians are over the others, means over the
    splits that have one, and ``undefined`` counts them. NaN in features or responses is refused: average or select
    first.
    """

    regression: Regression
    crossvalidation_kwargs: Mapping[str, Any] = field(default_factory=dict)
    mode: Literal["parity", "honest"] = "parity"
    uncertainty: Literal["bootstrap"] | None = None
    random_units: str | None = None
    learning_curve: Sequence[int] = ()
    reverse: bool = False
    fitting: bool = True
    draws: int = DRAWS
    seed: int = 0
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        check_uncertainty(self.uncertainty, self.random_units)
        object.__setattr__(self, "learning_curve", sizes_of(self.learning_curve))
        _ = self.cross_validation  # refuses a misspelt option now, not after an hour

    @property
    def rotation_invariant(self) -> bool:
        """Whether rotating the source's features changes nothing: fits see them through products between stimuli."""
        return not self.reverse and bool(getattr(self.regression, "rotation_invariant", False))

    @property
    def cross_validation(self) -> CrossValidation:
        """How the stimuli are split."""
        try:
            return CrossValidation(**{"mode": self.mode, **(self.crossvalidation_kwargs or {})})
        except TypeError as error:
            known = list(CrossValidation.__dataclass_fields__)
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
            `values`: r, dims (split, neuroid). `details`: how many correlations are undefined, what is generalised
            over, the interval, the learning curve.

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli, InvalidParameter
        """
        return self.evaluate(source, target, folds=folds).score

    def evaluate(
        self, source: xr.DataArray, target: xr.DataArray, *, folds: Sequence[Fold] | None = None
    ) -> Evaluation:
        """The score, to be drawn again over the stimuli of `target`; a repeat is a fold."""
        source, target = self._aligned(source, target)
        if self.reverse:
            source, target = target, source
        plan, given = self.cross_validation, folds is not None
        chosen = given_folds(folds, target.sizes["presentation"]) if folds is not None else plan.folds(target)
        enough_to_correlate([test for _, test in chosen])
        groups = coordinate(target, plan.group_coord) if plan.group_coord else None
        held, notes = self._held_out(source, target, chosen)
        r = held.correlations()
        details = {
            "splits": len(chosen),
            "mode": "given folds" if given else "honest" if plan.once else "parity",
            "generalises_over": plan.split_coord if given else plan.generalises_over,
            "undefined": int(np.isnan(r).sum()),
            **notes,
            **self._per_bin(r, target),
        }
        widening = 1.0
        if self.uncertainty is not None and self.fitting:
            details["training_factor"] = factor = self._training_factor(source, target, held, chosen, notes, groups)
            widening = 1.0 if np.isnan(factor) else factor
        uncertainty = self._uncertainty(target, groups, widening)
        score = self._score(held, r, details, uncertainty, self._values(r, target))
        if self.learning_curve:
            parts = {
                size: self._held_out(source, target, subsets(chosen, size, self.seed))[0]
                for size in self.learning_curve
            }
            parts[round(float(np.mean([len(train) for train, _ in chosen])))] = held
            score = with_curve(score, parts, uncertainty)
        return Evaluation(score, target["stimulus_id"].values.astype(str), held.resampled, groups, held.bins)

    def _aligned(self, source: xr.DataArray, target: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
        return aligned(source, target)

    def _held_out(
        self, source: xr.DataArray, target: xr.DataArray, folds: Sequence[Fold]
    ) -> tuple[HeldOut, dict[str, Any]]:
        predictions, notes = bound(self.regression, source).predict(source.values, target.values, folds)
        return HeldOut(predictions, target.values, [test for _, test in folds]), notes

    def _training_factor(
        self,
        source: xr.DataArray,
        target: xr.DataArray,
        held: HeldOut,
        folds: Sequence[Fold],
        notes: Mapping[str, Any],
        groups: np.ndarray | None,
    ) -> float:
        penalty = getattr(self.regression, "penalty", None)
        x, y = self._samples(source, target)
        alpha = penalty(notes) if penalty is not None else None
        added = covariance_of_roles(x, y, held.predictions, held.target, folds, alpha, held.bins, groups)
        drawn = held.scores(counts(len(held.target), FEW_DRAWS, self.seed, groups))
        return training_factor(added, Interval.of(drawn).error ** 2)

    def _samples(self, source: xr.DataArray, target: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
        return source.values, target.values

    def _per_bin(self, r: np.ndarray, target: xr.DataArray) -> dict[str, Any]:
        return {}

    def _values(self, r: np.ndarray, target: xr.DataArray) -> xr.DataArray:
        coords = {"split": np.arange(len(r)), **on_dimension(target, "neuroid")}
        return xr.DataArray(r, dims=["split", "neuroid"], coords=coords)

    def _uncertainty(self, target: xr.DataArray, groups: np.ndarray | None, widening: float) -> Uncertainty | None:
        if self.uncertainty is None:
            return None
        levels = coordinate(target, self.random_units, "neuroid") if self.random_units else None
        return Uncertainty(self.draws, self.seed, groups, levels, self.random_units or "", widening)

    def _score(
        self,
        held: HeldOut,
        r: np.ndarray,
        details: dict[str, Any],
        uncertainty: Uncertainty | None,
        values: xr.DataArray,
    ) -> Score:
        value = float(aggregate(r))
        if np.isnan(value):
            return Score(None, flags=(UNDEFINED,), values=values, details=details)
        if uncertainty is None:
            by_split = mean_of_defined(median_of_defined(r).reshape(-1, held.bins), axis=1)
            by_split = by_split[~np.isnan(by_split)]
            error = float(by_split.std() / np.sqrt(len(by_split)))
            return Score(
                value,
                error,
                values=values,
                details=details | {"error_estimator": SPREAD if self.mode == "parity" else TOO_SMALL},
            )
        error, interval = uncertainty.of(held, value)
        return Score(value, error, values=values, details=details | interval)


SPREAD = "sd over splits / sqrt(splits)"
TOO_SMALL = f"{SPREAD}: too small, since splits share stimuli; uncertainty='bootstrap' is not"
"""Said in honest mode, which nothing obliges to be as in Brain-Score 2."""


def bound(regression: Any, source: xr.DataArray) -> Any:
    """A regression with the labels of the features, where it asks for them."""
    return regression.bound(source) if hasattr(regression, "bound") else regression


def check_uncertainty(uncertainty: str | None, random_units: str | None) -> None:
    """Refuse an interval that there is not."""
    if uncertainty not in (None, "bootstrap"):
        raise InvalidParameter(f"uncertainty={uncertainty!r}", expected="None or 'bootstrap'")
    if random_units is not None and uncertainty is None:
        raise InvalidParameter(
            f"random_units={random_units!r} without an interval", expected="uncertainty='bootstrap' beside it"
        )


def on_dimension(assembly: xr.DataArray, dim: str) -> dict[str, Any]:
    """The coordinates that lie on one dimension."""
    return {str(name): (dim, coord.values) for name, coord in assembly.coords.items() if coord.dims == (dim,)}
