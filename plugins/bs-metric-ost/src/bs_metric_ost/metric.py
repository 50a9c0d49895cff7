"""Object solution times of a model, compared with those of a brain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import DRAWS, Interval, counts
from brainscore_core.statistics.correlation import mean_of_defined
from brainscore_core.statistics.crossvalidation import CrossValidation, Fold
from brainscore_core.statistics.pairing import shared_draws

from .crossing import first_crossing
from .decoder import decoded
from .discriminability import image_level
from .inputs import aligned
from .ranks import CensoredRanks, spearman

WEIGHT_DECAY = 0.463
"""1 / (1e-3 * 2160): C = 1e-3 of a support-vector machine on 2,160 images (Kubilius et al. 2019)."""

FIELDS = ("concordance", "tau")

UNDEFINED = "undefined"
"""Flag: no split has two images that both solved at different times; the score is null."""


@dataclass(frozen=True)
class ObjectSolutionTimes:
    """Spearman's rho of the times at which model and brain can tell what each image shows.

    Kar et al. 2019 (Nat Neurosci 22:974) and Kubilius, Schrimpf et al. 2019 (NeurIPS 32). In each time bin a decoder
    is fitted to the units and tested on other images; an image is solved when its i1 first reaches that of the subject.

    Parameters
    ----------
    mode : {'parity', 'honest'}
        ``parity``: as Brain-Score 2: 10 shuffled splits that test .1 of the images each, i1 within the images of a
        split, bins named by their start, the line to the crossing starting at the highest bin before it, rho in each
        split and their mean. ``honest``: 10 folds stratified by label that test each image once, i1 over all images,
        bins named by their centre, the line starting at the bin just before, one rho of all images.
    crossvalidation_kwargs : mapping
        Fields of :class:`~brainscore_core.statistics.crossvalidation.CrossValidation`, instead of these.
    weight_decay : float
        Of the decoder, see :func:`~.decoder.decoded`.
    label_coord, threshold_coord : str
        Coordinates of the target: the object of each image, and the i1 that had to be reached.
    honest_beside : bool
        In mode ``parity``: what mode ``honest`` finds with the same options stands in the details, at the price of
        fitting its decoders too.
    draws, seed : int
        Of the bootstrap over images: held-out times are drawn again, decoders are not fitted again.

    Notes
    -----
    rho is of the images that both solve; `details` has how many these are, and two statistics that count the others as
    later than all that are solved (:class:`~.ranks.CensoredRanks`).
    """

    mode: Literal["parity", "honest"] = "parity"
    crossvalidation_kwargs: Mapping[str, Any] = field(default_factory=dict)
    weight_decay: float = WEIGHT_DECAY
    label_coord: str = "image_label"
    threshold_coord: str = "i1"
    honest_beside: bool = False
    draws: int = DRAWS
    seed: int = 0
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        if not self.weight_decay > 0:
            raise InvalidParameter(f"weight_decay={self.weight_decay!r}", expected="above 0")
        if self.honest_beside and self.mode == "honest":
            raise InvalidParameter("honest_beside=True in mode 'honest'", expected="mode='parity'")
        _ = self.cross_validation  # refuses a misspelt option now, not after an hour

    @property
    def cross_validation(self) -> CrossValidation:
        """How the images are split."""
        sizes = {"train_size": 0.9, "test_size": 0.1, "stratification_coord": None}
        options = sizes if self.mode == "parity" else {"stratification_coord": self.label_coord}
        try:
            return CrossValidation(**{"mode": self.mode, **options, **self.crossvalidation_kwargs})
        except TypeError as error:
            known = list(CrossValidation.__dataclass_fields__)
            raise InvalidParameter(f"crossvalidation_kwargs: {error}", expected=f"out of {known}") from error

    def __call__(self, source: xr.DataArray, target: xr.DataArray) -> Score:
        """Score how well solution times of `source` follow those in `target`.

        Parameters
        ----------
        source : NeuroidAssembly
            ``presentation x neuroid x time_bin``, one row an image; bins side by side.
        target : xarray.DataArray
            ``presentation``: solution times in ms, NaN where an image was not solved; with the coordinates named above.

        Returns
        -------
        Score
            `values`: i1, dims (presentation, time_bin), one row for each time that an image was tested, with both
            times in ms (``model_ms``, ``target_ms``) and the threshold on ``presentation``. `details` count, among
            others, images that have a time and no threshold: no model solves them. With
            `honest_beside` also ``honest_rho`` (NaN: undefined), ``honest_error``, ``honest_low``, ``honest_high``,
            ``honest_solved_by_both`` and ``honest_median_difference_ms``, the median of model - target over the images
            that both solve.

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
        """
        source, target = aligned(source, target, self.label_coord, self.threshold_coord)
        folds = self.cross_validation.folds(target)
        tested = np.concatenate([test for _, test in folds])
        split = np.repeat(np.arange(len(folds)), [len(test) for _, test in folds])
        course = self._course(source.values, target[self.label_coord].values.astype(str), folds)
        values = self._values(course, source, target.isel(presentation=tested), split)
        model, brain = values["model_ms"].values, values["target_ms"].values
        groups = [np.flatnonzero(split == part) for part in range(len(folds))]
        together = [np.arange(len(tested))] if self.mode == "honest" else groups
        agreement = _Agreement(model, brain, tested, together)
        score = self._score(agreement, target["stimulus_id"].values.astype(str))
        told: dict[str, str | int] = {"mode": self.mode, "splits": len(folds), "stimuli": len(target)}
        told |= {"tested": len(tested), "time_bins": course.shape[1]}
        thresholds = target[self.threshold_coord].values.astype(float)
        told["solved_without_threshold"] = int((np.isnan(thresholds) & ~np.isnan(target.values.astype(float))).sum())
        told["solved_in_first_bin"] = int((course[:, 0] >= values["threshold"].values).sum())
        beside = self._honest(source, target) if self.honest_beside else {}
        return score.with_(values=values, details={**told, **score.details, **beside})

    def _honest(self, source: xr.DataArray, target: xr.DataArray) -> dict[str, float]:
        """What the other mode finds in as many folds; stratification is its own."""
        given = self.crossvalidation_kwargs
        kept = {key: given[key] for key in ("splits", "random_state") if key in given and given.get("splits") != 1}
        metric = replace(self, mode="honest", honest_beside=False, crossvalidation_kwargs=kept)
        found = metric(source, target)
        late = found.values["model_ms"].values - found.values["target_ms"].values
        late = late[~np.isnan(late)]
        unknown = float("nan")
        return {
            "honest_rho": float(found),
            "honest_error": unknown if found.error is None else found.error,
            "honest_low": float(found.details.get("low", unknown)),
            "honest_high": float(found.details.get("high", unknown)),
            "honest_solved_by_both": float(found.details["solved_by_both"]),
            "honest_median_difference_ms": float(np.median(late)) if len(late) else unknown,
        }

    def _values(
        self, course: np.ndarray, source: xr.DataArray, target: xr.DataArray, split: np.ndarray
    ) -> xr.DataArray:
        """i1 of each tested image in each bin, with the moments at which it was solved."""
        honest = self.mode == "honest"
        starts, ends = (source[f"time_bin_{edge}"].values.astype(float) for edge in ("start", "end"))
        threshold = target[self.threshold_coord].values.astype(float)
        model = first_crossing(course, threshold, (starts + ends) / 2 if honest else starts, highest_before=not honest)
        coords = {
            "stimulus_id": ("presentation", target["stimulus_id"].values.astype(str)),
            "split": ("presentation", split),
            "model_ms": ("presentation", model),
            "target_ms": ("presentation", target.values.astype(float)),
            "threshold": ("presentation", threshold),
            "time_bin_start": ("time_bin", starts),
            "time_bin_end": ("time_bin", ends),
        }
        return xr.DataArray(course, dims=["presentation", "time_bin"], coords=coords)

    def _course(self, source: np.ndarray, names: np.ndarray, folds: Sequence[Fold]) -> np.ndarray:
        """i1 of each tested image in each bin, fold after fold, shape (tested image, time bin)."""
        labels = np.unique(names, return_inverse=True)[1]
        if labels.max() < 1:
            raise InvalidParameter(f"one object only, {str(names[0])!r}", expected="two or more to tell apart")
        decodings = [
            np.stack(list(decoded(source, labels, train, test, self.weight_decay)), axis=1) for train, test in folds
        ]
        tests = [labels[test] for _, test in folds]
        if self.mode == "honest":
            decodings, tests = [np.concatenate(decodings)], [np.concatenate(tests)]
        return np.concatenate([_levels(part, true) for part, true in zip(decodings, tests, strict=True)])

    def _score(self, agreement: "_Agreement", ids: np.ndarray) -> Score:
        once = np.ones((1, len(ids)))
        weights = counts(len(ids), self.draws, self.seed)
        value, drawn = agreement.rho(once)[0], agreement.rho(weights)
        ranks, resampled = agreement.censored(once), agreement.censored(weights)
        details: dict[str, float | str] = dict(agreement.shares())
        for name in FIELDS:
            details[f"censored_{name}"] = float(getattr(ranks, name)[0])
            details[f"censored_{name}_error"] = Interval.of(getattr(resampled, name)).error
        if np.isnan(value):
            return Score(None, flags=(UNDEFINED,), details=details)
        interval = Interval.of(drawn, value=value)
        details |= {"low": interval.low, "high": interval.high, "spread_over_splits": agreement.spread()}
        details["error_estimator"] = "bootstrap over images of held-out times, decoders not fitted again"
        return Score(float(value), interval.error, draws=shared_draws(drawn, ids, seed=self.seed), details=details)


def _levels(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """i1 in each bin, of probabilities (image, time bin, class)."""
    return np.stack([image_level(probabilities[:, bin_], labels) for bin_ in range(probabilities.shape[1])], axis=1)


@dataclass(frozen=True)
class _Agreement:
    """Times of tested images, shape (tested image,); which image each is; and which of them are compared together."""

    model: np.ndarray
    brain: np.ndarray
    tested: np.ndarray
    groups: Sequence[np.ndarray]

    def rho(self, weights: np.ndarray) -> np.ndarray:
        """Mean over groups, for weights (draw, image); shape (draw,)."""
        return mean_of_defined(np.stack(self._rhos(weights)))

    def _rhos(self, weights: np.ndarray) -> list[np.ndarray]:
        return [spearman(self.model[part], self.brain[part], weights[:, self.tested[part]]) for part in self.groups]

    def censored(self, weights: np.ndarray) -> CensoredRanks:
        """Means over groups."""
        found = [
            CensoredRanks.of(self.model[part], self.brain[part], weights[:, self.tested[part]]) for part in self.groups
        ]
        concordance, tau = (mean_of_defined(np.stack([getattr(f, name) for f in found])) for name in FIELDS)
        return CensoredRanks(concordance, tau)

    def shares(self) -> dict[str, float]:
        """Solved by the model, by the brain, by both; of what was tested."""
        by_model, by_brain = ~np.isnan(self.model), ~np.isnan(self.brain)
        return {
            "solved_by_model": float(by_model.mean()),
            "solved_by_target": float(by_brain.mean()),
            "solved_by_both": float((by_model & by_brain).mean()),
        }

    def spread(self) -> float:
        """Standard deviation of rho over groups / root of their number, Brain-Score 2's error; NaN of one."""
        rhos = np.concatenate(self._rhos(np.ones((1, int(self.tested.max()) + 1))))
        rhos = rhos[~np.isnan(rhos)]
        return float(rhos.std() / np.sqrt(len(rhos))) if len(rhos) > 1 else float("nan")
