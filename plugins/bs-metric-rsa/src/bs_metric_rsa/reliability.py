"""``rdm_reliability``: how well the dissimilarities of one recording would be found again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from brainscore_core.scores import Score

from .comparators import comparator
from .dissimilarities import FEWEST_STIMULI
from .groups import groups_of
from .measures import Distance
from .pairs import square, triangle
from .rdm import CONSTANT, UNDEFINED
from .trials import Trials, repetitions, trials_of
from .uncertainty import Uncertainty

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.evaluation import Evaluation

    from .comparators import Comparison

HALVES = {"stimulus": "equal halves of each stimulus' trials", "label": "halves of the repetition labels"}
"""How trials may be split, and what the score calls it."""
RESAMPLED_SPLITS = 4
"""Of how many splits the error is made: it hardly depends on it, and each costs as much as an error of ``rdm``."""


class RDMReliability:
    """Split-half reliability of the dissimilarities of one recording, for all of its trials.

    Trials are split in halves, dissimilarities of the halves are compared, the comparisons are averaged over splits,
    and Spearman-Brown leads from half to all of the trials.

    The ceiling of rho between a model and the recording is the *square root* of the value: a perfect model is free of
    noise, the recording is not. Dividing by the value itself, or by the split-half rho, exceeds 1 (1.21 and 1.61 for a
    perfect model of simulated V4). Dissimilarities are not linear in the noise of the responses, so a perfect model of
    simulated recordings gets rho / sqrt(value) of 1.00 where the value is .8 or above, 1.04 at .5 and 1.12 at .2.

    Parameters
    ----------
    splits : int
        How many random splits.
    halves : {'stimulus', 'label'}
        ``stimulus``: equal halves of the trials of each stimulus, for ragged repetitions; ``label``: halves of the
        labels in `repetition`, as Brain-Score 2 splits for its ceilings.
    standardise : bool
        Bring each unit to mean 0 and sd 1 over stimuli, in each half, before dissimilarities are taken.
    seed : int
        Of the splits, and of the draws.
    comparison, distance, noise
        As for ``rdm``, without ``tau-a``, to which Spearman-Brown does not apply. The noise covariance is that of all
        trials. ``crossnobis`` needs two trials of each stimulus in each half.
    bootstrap_samples : int
        The error is the spread over so many draws of stimuli, in the first four splits. 0: no error.
    group_coord : str, optional
        As for ``rdm``, on ``presentation``.

    Raises
    ------
    InvalidParameter
        For names that there are not, options that do not go together, or no split.
    """

    inputs: Literal["single"] = "single"

    def __init__(
        self,
        splits: int = 20,
        halves: str = "stimulus",
        standardise: bool = False,
        seed: int = 1,
        comparison: str = "spearman",
        distance: str = "correlation",
        noise: str | None = None,
        bootstrap_samples: int = 0,
        group_coord: str | None = None,
    ):
        if splits < 1:
            raise InvalidParameter(f"rdm_reliability: splits={splits}", expected="at least 1")
        if halves not in HALVES:
            raise InvalidParameter(f"rdm_reliability: halves={halves!r}", expected=" or ".join(map(repr, HALVES)))
        self.splits = splits
        self.halves = halves
        self.seed = seed
        self.group_coord = group_coord
        self.comparison = comparison
        self.distance = Distance("rdm_reliability", distance, noise, standardise)
        self.uncertainty = Uncertainty("rdm_reliability", bootstrap_samples, seed=seed)
        self._comparator = comparator("rdm_reliability", comparison)
        if not self._comparator.linear:
            raise InvalidParameter(
                f"rdm_reliability: comparison={comparison!r}", expected="a correlation or cosine, for Spearman-Brown"
            )

    def __call__(self, assembly: "xr.DataArray") -> Score:
        """Reliability of the dissimilarities between mean responses.

        Parameters
        ----------
        assembly : xarray.DataArray
            NeuroidAssembly of single trials, ``presentation x neuroid``, with ``repetition`` on presentation. Stimuli
            may have different numbers of trials; those without a trial in both halves of every split are left out and
            counted. A NaN is a trial in which that unit was not measured.

        Returns
        -------
        Score
            The value is the Spearman-Brown corrected rho, negative where the halves disagree; `values` has the rho of
            each split. In `details`: ``split_half_rho``, ``estimator``, ``splits``, ``seed``, ``stimuli``,
            ``stimuli_left_out``, ``trials_min``, ``trials_max``. Null where a mean response is the same in all units
            (flag ``undefined-dissimilarity``) or a half does not tell pairs apart (``constant-dissimilarities``).

        Raises
        ------
        InvalidAssembly
            Without ``repetition``, with time bins, where each stimulus was shown once, or where a unit has no trial of
            a stimulus in some half.
        TooFewStimuli
            Fewer than three with two trials.
        """
        halved = self._halved(assembly)
        return self._score(halved, groups_of(assembly, self.group_coord, halved.stimulus_ids))

    def evaluate(self, assembly: "xr.DataArray", stimuli: np.ndarray | None = None) -> "Evaluation":
        """The reliability, to be drawn again over `stimuli` (default: all that are not left out, sorted).

        ``resampled(weights)`` has shape (1, draw, 1): Spearman-Brown of the mean over the first four splits.

        Raises
        ------
        InvalidAssembly
            Where the comparison has no draws with replacement, or the score is null.
        StimulusMismatch
            If one of `stimuli` is not there.
        """
        from brainscore_core.statistics.evaluation import Evaluation

        halved = self._halved(assembly, stimuli)
        groups = groups_of(assembly, self.group_coord, halved.stimulus_ids)
        score = self._score(halved, groups)
        if score.value is None or not self._comparator.repeats:
            raise InvalidAssembly(
                f"rdm_reliability by {self.comparison} is not drawn again",
                expected="a defined score, of a comparison that can be",
            )
        comparisons = self._comparisons(halved)[:RESAMPLED_SPLITS]

        def resampled(weights: np.ndarray) -> np.ndarray:
            rhos = np.stack([one.resampled(weights, groups) for one in comparisons])  # type: ignore[attr-defined]
            return _spearman_brown(rhos.mean(axis=0))[None, :, None]

        return Evaluation(score, halved.stimulus_ids, resampled, groups)

    def _score(self, halved: "_Halved", groups: np.ndarray | None) -> Score:
        import xarray as xr

        details: dict[str, str | int | float] = {
            "estimator": f"{self.comparison} of {self.distance.name} dissimilarities from {HALVES[self.halves]}, "
            "mean over splits, then Spearman-Brown",
            "splits": self.splits,
            "seed": self.seed,
            "stimuli": len(halved.stimulus_ids),
            "stimuli_left_out": halved.left_out,
            "trials_min": halved.trials[0],
            "trials_max": halved.trials[1],
        }
        if np.isnan(halved.entries).any():
            return Score(None, flags=(UNDEFINED,), details=details)
        comparisons = self._comparisons(halved)
        rhos = np.array([one.value() for one in comparisons])
        values = xr.DataArray(rhos, dims=["split"])
        if np.isnan(rhos).any():
            return Score(None, flags=(CONSTANT,), details=details, values=values)
        rho = float(rhos.mean())
        details |= {"split_half_rho": rho}
        error, said = self._error(comparisons, len(halved.stimulus_ids), groups)
        return Score(float(_spearman_brown(rho)), error, details=details | said, values=values)

    def _error(
        self, comparisons: "list[Comparison]", stimuli: int, groups: np.ndarray | None
    ) -> tuple[float | None, dict[str, str]]:
        if not self.uncertainty.samples:
            return None, {}
        few = comparisons[:RESAMPLED_SPLITS]
        drawn = np.mean([self.uncertainty.drawn(one, self._comparator, stimuli, groups) for one in few], axis=0)
        drawn = _spearman_brown(drawn[~np.isnan(drawn)])
        drawn_are = "stimuli" if groups is None else "groups of stimuli"
        what = f"spread over {self.uncertainty.samples} draws of {drawn_are} in {len(few)} splits"
        return (float(drawn.std(ddof=1)), {"error": what}) if len(drawn) > 1 else (None, {})

    def _comparisons(self, halved: "_Halved") -> "list[Comparison]":
        halves = zip(halved.entries[::2], halved.entries[1::2], strict=True)
        return [self._comparator.compare(a, b, len(halved.stimulus_ids)) for a, b in halves]

    def _halved(self, assembly: "xr.DataArray", stimuli: np.ndarray | None = None) -> "_Halved":
        found = self._of_trials(assembly) if self.distance.of_trials else self._of_means(assembly)
        if stimuli is None:
            return found
        return found.ordered(np.asarray(stimuli).astype(str))

    def _of_means(self, assembly: "xr.DataArray") -> "_Halved":
        trials = repetitions(assembly, "assembly")
        means = trials.mean(self._weights(trials.rows >= 0))
        shown = ~np.isnan(means).all(axis=2).any(axis=0)
        _enough(int(shown.sum()))
        means = means[:, shown]
        if np.isnan(means).any():
            raise InvalidAssembly(
                f"{int(np.isnan(means).any(axis=(0, 1)).sum())} units have no trial of some stimulus in a half",
                expected="every unit measured in two trials of every stimulus",
                remedy="leave out the units that were not",
            )
        matrices = np.stack([self.distance.between_responses(half) for half in means])
        return _Halved.of(matrices, trials.stimuli, shown, trials.trials)

    def _of_trials(self, assembly: "xr.DataArray") -> "_Halved":
        trials = trials_of(assembly, "assembly")
        weights = self._weights(trials.there)
        halves = trials.there & (weights if weights.ndim == 3 else weights[:, :, None]).astype(bool)
        least = 2 if self.distance.name == "crossnobis" else 1
        shown = (halves.sum(axis=1) >= least).all(axis=0)
        _enough(int(shown.sum()))
        kept = Trials(trials.stimulus_ids[shown], trials.responses[:, shown], trials.there[:, shown])
        matrices, _ = self.distance.between_trials(kept, halves[:, :, shown])
        return _Halved.of(matrices, trials.stimulus_ids, shown, trials.counts)

    def _weights(self, there: np.ndarray) -> np.ndarray:
        """Which trials are in which half: rows 2i and 2i + 1 are a split."""
        from brainscore_core.statistics.reliability import equal_halves, halves

        if self.halves == "stimulus":
            return equal_halves(there, self.splits, self.seed)
        return halves(len(there), self.splits, self.seed)


@dataclass(frozen=True)
class _Halved:
    """Dissimilarities of halves, (half, pair), between stimuli; how many were left out; fewest and most trials."""

    entries: np.ndarray
    stimulus_ids: np.ndarray
    left_out: int
    trials: tuple[int, int]

    @classmethod
    def of(cls, matrices: np.ndarray, ids: np.ndarray, shown: np.ndarray, trials: np.ndarray) -> "_Halved":
        return cls(triangle(matrices), ids[shown], int((~shown).sum()), (int(trials.min()), int(trials.max())))

    def ordered(self, stimuli: np.ndarray) -> "_Halved":
        """The same stimuli, or some of them, in this order."""
        place = {name: index for index, name in enumerate(self.stimulus_ids.tolist())}
        lacking = [name for name in stimuli.tolist() if name not in place]
        if lacking:
            raise StimulusMismatch(
                f"{len(lacking)} stimuli have no trial in both halves, {str(lacking[0])!r} among them",
                expected="stimuli that were shown twice",
            )
        order = np.array([place[name] for name in stimuli.tolist()])
        _enough(len(order))
        kept = np.stack([triangle(square(half, len(place))[np.ix_(order, order)]) for half in self.entries])
        return _Halved(kept, stimuli, self.left_out, self.trials)


def _spearman_brown(rho: "np.ndarray | float") -> np.ndarray:
    """Of all trials, from halves."""
    from brainscore_core.statistics.reliability import spearman_brown

    return spearman_brown(rho)


def _enough(stimuli: int) -> None:
    if stimuli < FEWEST_STIMULI:
        raise TooFewStimuli(
            f"{stimuli} stimuli have trials enough in both halves", expected=f"at least {FEWEST_STIMULI}"
        )
