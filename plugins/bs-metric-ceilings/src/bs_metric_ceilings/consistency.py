"""Reliability of each neuroid from repetitions of the same stimuli."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import xarray as xr
from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns
from brainscore_core.statistics.reliability import Repetitions, equal_halves, halves, icc_mean, spearman_brown


@dataclass(frozen=True)
class InternalConsistency:
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
    Spearman-Brown of one split is convex in r, so averaging after it is biased (statistics.md: .7595 where .7590 is the
    other order); the incumbent's order is kept under its name. Trials may be missing: each half averages those there are.
    """

    splits: int = 10
    split_coord: str = "repetition"
    seed: int = 1
    inputs: Literal["single"] = field(default="single", init=False)

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid`` with repetitions; `values` has dims (split, neuroid)."""
        trials = repetitions(assembly, self.split_coord)
        weights = halves(len(trials.repetitions), self.splits, self.seed)
        corrected = spearman_brown(_half_correlations(trials.mean(weights)))
        medians = median(corrected)
        values = _labelled(corrected, ("split",), assembly)
        details = _details("split halves of repetition labels, Spearman-Brown per split", trials) | {"splits": self.splits}
        return Score(float(medians.mean()), float(medians.std() / np.sqrt(self.splits)), values=values, details=details)


@dataclass(frozen=True)
class InternalConsistencyTemporal:
    """:class:`InternalConsistency` in each time bin; the value is the mean over bins.

    Parameters
    ----------
    splits, split_coord, seed
        As for :class:`InternalConsistency`.
    """

    splits: int = 10
    split_coord: str = "repetition"
    seed: int = 1
    inputs: Literal["single"] = field(default="single", init=False)

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid x time_bin``; `values` has dims (time_bin, split, neuroid)."""
        if "time_bin" not in assembly.dims:
            raise InvalidAssembly(f"dimensions {assembly.dims}", expected="a time_bin dimension",
                                  remedy="use internal_consistency for an assembly without time")  # fmt: skip
        measure = InternalConsistency(self.splits, self.split_coord, self.seed)
        scores = [measure(assembly.isel(time_bin=index)) for index in range(assembly.sizes["time_bin"])]
        values = xr.concat([score.values for score in scores], dim="time_bin")  # type: ignore[misc]
        numbers = np.array([float(score) for score in scores])
        named = {}
        if "time_bin_start" in assembly.coords:
            edges = zip(assembly["time_bin_start"].values, assembly["time_bin_end"].values, strict=True)
            named = {f"ceiling_{start:g}_{end:g}_ms": float(n) for (start, end), n in zip(edges, numbers, strict=True)}
        errors = np.array([score.error or 0.0 for score in scores])
        error = float(np.sqrt((errors**2).sum()) / len(errors))
        return Score(float(numbers.mean()), error, values=values, details={**dict(scores[0].details), **named})


@dataclass(frozen=True)
class SplitHalfReliability:
    """Equal halves within each stimulus, r averaged over splits, then Spearman-Brown: for ragged repetitions.

    Halves of n trials have n/2 or (n +- 1)/2, so the step from r to the reliability of the whole mean is not 2 but
    mean(1/h) / mean(1/n) over stimuli: the ratio of the noise variances of a half and of the whole.

    Parameters
    ----------
    splits, split_coord, seed
        As for :class:`InternalConsistency`; the error is the sd over neuroids of the reliability / sqrt(neuroids).
    """

    splits: int = 10
    split_coord: str = "repetition"
    seed: int = 1
    inputs: Literal["single"] = field(default="single", init=False)

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid`` with repetitions; `values` has the dimension neuroid."""
        trials = repetitions(assembly, self.split_coord)
        if (few := trials.trials < 2).any():
            raise InvalidAssembly(
                f"{int(few.sum())} stimuli have a single trial, as {trials.stimuli[few][0]!r}",
                expected="at least 2 trials of each stimulus",
            )
        weights = equal_halves(trials.rows >= 0, self.splits, self.seed)
        r = _half_correlations(trials.mean(weights)).mean(0)
        factor = float((1 / weights.sum(1)).mean() / (1 / trials.trials).mean())
        details = _details("equal halves of each stimulus, mean r, then Spearman-Brown", trials)
        return _per_neuroid(spearman_brown(r, factor), assembly, details | {"spearman_brown_factor": factor})


@dataclass(frozen=True)
class ICC:
    """ICC(1, k): reliability of the mean over trials, by one-way analysis of variance; ragged repetitions are fine.

    Parameters
    ----------
    split_coord : str
        Names the trials, for the count in `details`.
    """

    split_coord: str = "repetition"
    inputs: Literal["single"] = field(default="single", init=False)

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid`` with repetitions; `values` has the dimension neuroid."""
        trials = repetitions(assembly, self.split_coord)
        values = assembly.transpose("presentation", "neuroid").values
        reliability = icc_mean(values, assembly["stimulus_id"].values)
        return _per_neuroid(reliability, assembly, _details("ICC(1, k), one-way analysis of variance", trials))


def repetitions(assembly: xr.DataArray, split_coord: str) -> Repetitions:
    """Trials of an assembly by stimulus and repetition.

    Raises
    ------
    InvalidAssembly
        Without that coordinate, with a time dimension, or with a single repetition.
    """
    if set(assembly.dims) != {"presentation", "neuroid"}:
        raise InvalidAssembly(f"dimensions {assembly.dims}", expected="(presentation, neuroid)",
                              remedy="select a time bin, or use internal_consistency_temporal")  # fmt: skip
    if split_coord not in assembly.coords:
        there = sorted(str(name) for name, coord in assembly.coords.items() if coord.dims == ("presentation",))
        raise InvalidAssembly(f"no coordinate {split_coord!r} tells trials apart", expected=f"one of {there}")
    values = assembly.transpose("presentation", "neuroid").values
    trials = Repetitions(values, assembly["stimulus_id"].values, assembly[split_coord].values)
    if len(trials.repetitions) < 2:
        raise InvalidAssembly("each stimulus was shown once", expected="repetitions, to estimate reliability from",
                              remedy="say that the ceiling is unknown")  # fmt: skip
    return trials


def median(values: np.ndarray) -> np.ndarray:
    """Median over neuroids (last axis), undefined ones left out."""
    return np.nanmedian(values, axis=-1) if np.isnan(values).any() else np.median(values, axis=-1)


def _half_correlations(means: np.ndarray) -> np.ndarray:
    """Pearson r of the two halves of each split over stimuli that both have; (split, neuroid)."""
    rows = []
    for first, second in zip(means[::2], means[1::2], strict=True):
        both = ~(np.isnan(first) | np.isnan(second))
        if both.all():
            rows.append(correlate_columns(first, second))
        elif (both == both[:, :1]).all():
            rows.append(correlate_columns(first[both[:, 0]], second[both[:, 0]]))
        else:
            rows.append(np.array([correlate_columns(first[m, None, i], second[m, None, i])[0] for i, m in enumerate(both.T)]))
    return np.stack(rows)


def _per_neuroid(reliability: np.ndarray, assembly: xr.DataArray, details: dict) -> Score:
    defined = reliability[~np.isnan(reliability)]
    if not len(defined):
        raise InvalidAssembly("no neuroid varies over stimuli", expected="at least one with a defined reliability")
    generator = np.random.default_rng(0)
    drawn = np.median(generator.choice(defined, (1000, len(defined))), axis=1)
    details |= {"undefined": int(np.isnan(reliability).sum()), "error_estimator": "bootstrap over neuroids"}
    return Score(float(np.median(defined)), float(drawn.std(ddof=1)), values=_labelled(reliability, (), assembly), details=details)


def _details(estimator: str, trials: Repetitions) -> dict:
    return {"estimator": estimator, "trials_min": int(trials.trials.min()), "trials_max": int(trials.trials.max())}


def _labelled(values: np.ndarray, leading: tuple[str, ...], assembly: xr.DataArray) -> xr.DataArray:
    coords = {str(n): ("neuroid", c.values) for n, c in assembly.coords.items() if c.dims == ("neuroid",)}
    return xr.DataArray(values, dims=[*leading, "neuroid"], coords=coords)
