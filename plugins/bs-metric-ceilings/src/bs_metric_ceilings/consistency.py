"""Reliability of each neuroid from split halves of its repetitions."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr

from brainscore_core.alignment import require_labelled
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import (
    correlate_columns,
    mean_of_defined,
    median_of_defined,
    weighted_correlations,
)
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.statistics.reliability import equal_halves, halves, spearman_brown

from .trials import counted, labelled, per_neuroid, positions, repetitions


@dataclass(frozen=True)
class SplitHalves(ABC):
    """A ceiling from random halves of the trials.

    Parameters
    ----------
    splits : int
    split_coord : str
        Which coordinate tells trials apart; its labels are divided in halves at random.
    seed : int
        As Brain-Score 2's random_state.

    Raises
    ------
    InvalidParameter
        Without a split.
    """

    splits: int = 10
    split_coord: str = "repetition"
    seed: int = 1
    inputs: Literal["single"] = field(default="single", init=False)

    def __post_init__(self) -> None:
        if self.splits < 1:
            raise InvalidParameter(f"splits={self.splits}", expected="at least 1")

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid``, in some measures ``x time_bin``, with repetitions."""
        return self.evaluate(assembly).score

    @abstractmethod
    def evaluate(self, assembly: xr.DataArray, stimuli: np.ndarray | None = None) -> Evaluation:
        """The ceiling, to be drawn again over `stimuli` (default: all, sorted)."""


@dataclass(frozen=True)
class InternalConsistency(SplitHalves):
    """Split-half consistency as Brain-Score 2 computes it: halves, Spearman-Brown per split, median, mean over splits.

    Parameters
    ----------
    splits : int
    split_coord : str
        Which coordinate tells trials apart; its labels are divided in halves at random.
    seed : int
        As Brain-Score 2's random_state.

    Notes
    -----
    Spearman-Brown of one split is convex in r, so averaging after it is biased (on Cowley's V4 .7595 where the other
    order gives .7590); Brain-Score 2's order is kept under its name. Trials may be missing: each half averages those
    there are, and a stimulus without any in one half is left out of that split.
    """

    def evaluate(self, assembly: xr.DataArray, stimuli: np.ndarray | None = None) -> Evaluation:
        """Of ``presentation x neuroid``, `values` with dims (split, neuroid); a repeat is a split."""
        trials = repetitions(assembly, self.split_coord)
        means = trials.mean(halves(len(trials.repetitions), self.splits, self.seed))
        corrected = spearman_brown(half_correlations(means))
        medians = median_of_defined(corrected)
        details = counted("split halves of repetition labels, Spearman-Brown per split", trials.trials)
        details |= {"splits": self.splits, "undefined": int(np.isnan(corrected).sum()), "error_estimator": SPREAD}
        score = Score(*_over_splits(medians), values=labelled(corrected, ("split",), assembly), details=details)
        order = positions(trials.stimuli, stimuli)
        return Evaluation(score, trials.stimuli[order], lambda w: spearman_brown(resampled(means[:, order], w)))


SPREAD = "sd over splits / sqrt(splits)"


@dataclass(frozen=True)
class InternalConsistencyTemporal(SplitHalves):
    """:class:`InternalConsistency` in each time bin; the value is the mean over bins.

    Parameters
    ----------
    splits, split_coord, seed
        As for :class:`InternalConsistency`.
    """

    def evaluate(self, assembly: xr.DataArray, stimuli: np.ndarray | None = None) -> Evaluation:
        """Of ``presentation x neuroid x time_bin``, `values` with dims (time_bin, split, neuroid).

        A repeat is a split, bins within it.
        """
        require_labelled("what is tested for reliability", assembly)
        if "time_bin" not in assembly.dims:
            raise InvalidAssembly(
                f"dimensions {assembly.dims}",
                expected="a time_bin dimension",
                remedy="use internal_consistency for an assembly without time",
            )
        measure = InternalConsistency(self.splits, self.split_coord, self.seed)
        bins = [measure.evaluate(assembly.isel(time_bin=index), stimuli) for index in range(assembly.sizes["time_bin"])]
        values = np.stack([one.score.values.values for one in bins])  # type: ignore[union-attr]
        units = assembly.sizes["neuroid"]
        numbers = np.array([float(one.score) for one in bins])
        details: dict[str, Any] = dict(bins[0].score.details)
        details["undefined"] = int(np.isnan(values).sum())
        if "time_bin_start" in assembly.coords:
            edges = zip(assembly["time_bin_start"].values, assembly["time_bin_end"].values, strict=True)
            details |= {f"ceiling_{a:g}_{b:g}_ms": float(n) for (a, b), n in zip(edges, numbers, strict=True)}
        # All bins share their splits of trials: the mean over bins of one split is one value.
        value, error = _over_splits(mean_of_defined(median_of_defined(values)))
        score = Score(value, error, values=_with_bins(values, assembly), details=details)
        return Evaluation(
            score,
            bins[0].stimuli,
            lambda weights: np.stack([one.resampled(weights) for one in bins], 1).reshape(-1, len(weights), units),
            bins=len(bins),
        )


@dataclass(frozen=True)
class SplitHalfReliability(SplitHalves):
    """Equal halves within each stimulus, r averaged over splits, then Spearman-Brown: for ragged repetitions.

    Halves of n trials have n/2 or (n +- 1)/2, so the step from r to the reliability of the whole mean is not 2 but
    mean(1/h) / mean(1/n) over stimuli: the ratio of the noise variances of a half and of the whole.

    Parameters
    ----------
    splits, split_coord, seed
        As for :class:`InternalConsistency`. The value is the median over neuroids, the error by bootstrap over them.
    """

    def evaluate(self, assembly: xr.DataArray, stimuli: np.ndarray | None = None) -> Evaluation:
        """Of ``presentation x neuroid``, `values` with the dimension neuroid."""
        trials = repetitions(assembly, self.split_coord)
        if (few := trials.trials < 2).any():
            raise InvalidAssembly(
                f"{int(few.sum())} stimuli have a single trial, as {str(trials.stimuli[few][0])!r}",
                expected="at least 2 trials of each stimulus",
                remedy="select the stimuli that were shown again, or use icc",
            )
        weights = equal_halves(trials.rows >= 0, self.splits, self.seed)
        means = trials.mean(weights)
        factor = float((1 / weights.sum(1)).mean() / (1 / trials.trials).mean())
        reliability = spearman_brown(mean_of_defined(half_correlations(means)), factor)
        details = counted("equal halves of each stimulus, mean r, then Spearman-Brown", trials.trials)
        score = per_neuroid(reliability, assembly, details | {"splits": self.splits, "spearman_brown_factor": factor})
        order = positions(trials.stimuli, stimuli)

        def drawn(weights: np.ndarray) -> np.ndarray:
            return spearman_brown(mean_of_defined(resampled(means[:, order], weights)), factor)[None]

        return Evaluation(score, trials.stimuli[order], drawn)


def half_correlations(means: np.ndarray) -> np.ndarray:
    """Pearson r of the two halves of each split over the stimuli that both have; (split, neuroid).

    Parameters
    ----------
    means : array, shape (2 * splits, stimulus, neuroid)
        Rows 2i and 2i + 1 are the halves of split i; NaN where a half has no trial.
    """
    if not np.isnan(means).any():
        return np.stack([correlate_columns(a, b) for a, b in zip(means[::2], means[1::2], strict=True)])
    return resampled(means, np.ones((1, means.shape[1])))[:, 0]


def resampled(means: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The same under weights (draw, stimulus); (split, draw, neuroid)."""
    return np.stack([weighted_correlations(a, b, weights) for a, b in zip(means[::2], means[1::2], strict=True)])


def _over_splits(medians: np.ndarray) -> tuple[float, float]:
    """Mean over splits and Brain-Score 2's error, splits without a value left out."""
    defined = medians[~np.isnan(medians)]
    if not len(defined):
        raise InvalidAssembly("no neuroid varies over stimuli", expected="at least one with a defined reliability")
    return float(defined.mean()), float(defined.std() / np.sqrt(len(defined)))


def _with_bins(values: np.ndarray, assembly: xr.DataArray) -> xr.DataArray:
    bins = {str(n): ("time_bin", c.values) for n, c in assembly.coords.items() if c.dims == ("time_bin",)}
    return labelled(values, ("time_bin", "split"), assembly).assign_coords(bins)
