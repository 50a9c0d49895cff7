"""``rdm_reliability``: how well the dissimilarities of one recording would be found again."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, TooFewStimuli
from brainscore_core.scores import Score

from .comparators import average_ranks, spearman
from .dissimilarities import FEWEST_STIMULI, two_dimensional
from .distances import correlation_distance, standardised, triangle
from .rdm import CONSTANT, UNDEFINED

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.reliability import Repetitions

ESTIMATORS = {
    "stimulus": "Spearman's rho of dissimilarities from equal halves of each stimulus' trials, mean over splits, "
    "then Spearman-Brown",
    "label": "Spearman's rho of dissimilarities from halves of the repetition labels, mean over splits, "
    "then Spearman-Brown",
}
"""Name to what the score calls its estimator."""


class RDMReliability:
    """Split-half reliability of the dissimilarities of one recording, for all of its trials.

    Trials are split in halves, each half is averaged, dissimilarities (1 - Pearson over units) of the halves are
    correlated (Spearman), rhos are averaged over splits, and Spearman-Brown leads from half to all of the trials.

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
        Bring each unit to mean 0 and sd 1 over stimuli, in each half, before dissimilarities are taken; as for ``rdm``.
    seed : int
        Of the splits.

    Raises
    ------
    InvalidParameter
        For other halves or no split.
    """

    inputs: Literal["single"] = "single"

    def __init__(self, splits: int = 20, halves: str = "stimulus", standardise: bool = False, seed: int = 1):
        if splits < 1:
            raise InvalidParameter(f"rdm_reliability: splits={splits}", expected="at least 1")
        if halves not in ESTIMATORS:
            raise InvalidParameter(f"rdm_reliability: halves={halves!r}", expected=" or ".join(map(repr, ESTIMATORS)))
        self.splits = splits
        self.halves = halves
        self.standardise = standardise
        self.seed = seed

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
        import xarray as xr

        trials = _trials(assembly)
        means, left_out = self._half_means(trials)
        details: dict[str, str | int | float] = {
            "estimator": ESTIMATORS[self.halves],
            "splits": self.splits,
            "seed": self.seed,
            "stimuli": means.shape[1],
            "stimuli_left_out": left_out,
            "trials_min": int(trials.trials.min()),
            "trials_max": int(trials.trials.max()),
        }
        ranks = [self._ranks(half) for half in means]
        if any(rank is None for rank in ranks):
            return Score(None, flags=(UNDEFINED,), details=details)
        rhos = np.array([spearman(a, b) for a, b in zip(ranks[::2], ranks[1::2], strict=True)])  # type: ignore[arg-type]
        values = xr.DataArray(rhos, dims=["split"])
        if np.isnan(rhos).any():
            return Score(None, flags=(CONSTANT,), details=details, values=values)
        rho = float(rhos.mean())
        return Score(2 * rho / (1 + rho), details=details | {"split_half_rho": rho}, values=values)

    def _half_means(self, trials: "Repetitions") -> tuple[np.ndarray, int]:
        """(mean responses (half, stimulus, unit), number of stimuli left out); halves 2i and 2i + 1 are a split."""
        from brainscore_core.statistics.reliability import equal_halves, halves

        if self.halves == "stimulus":
            weights = equal_halves(trials.rows >= 0, self.splits, self.seed)
        else:
            weights = halves(len(trials.repetitions), self.splits, self.seed)
        means = trials.mean(weights)
        shown = ~np.isnan(means).all(axis=(0, 2)) & ~np.isnan(means).all(axis=2).any(axis=0)
        means = means[:, shown]
        if means.shape[1] < FEWEST_STIMULI:
            raise TooFewStimuli(
                f"{means.shape[1]} stimuli have trials in both halves", expected=f"at least {FEWEST_STIMULI}"
            )
        if np.isnan(means).any():
            raise InvalidAssembly(
                f"{int(np.isnan(means).any(axis=(0, 1)).sum())} units have no trial of some stimulus in a half",
                expected="every unit measured in two trials of every stimulus",
                remedy="leave out the units that were not",
            )
        return means, int((~shown).sum())

    def _ranks(self, responses: np.ndarray) -> np.ndarray | None:
        """Ranks of the dissimilarities, shape (pair,); None where one is undefined."""
        entries = triangle(correlation_distance(standardised(responses) if self.standardise else responses))
        return None if np.isnan(entries).any() else average_ranks(entries)


def _trials(assembly: "xr.DataArray") -> "Repetitions":
    from brainscore_core.statistics.reliability import Repetitions

    NeuroidAssembly.validate(assembly)
    assembly = two_dimensional(assembly, "assembly")
    if "repetition" not in assembly.coords:
        there = sorted(str(name) for name, coord in assembly.coords.items() if coord.dims == ("presentation",))
        raise InvalidAssembly(
            "no coordinate 'repetition' tells the trials of a stimulus apart", expected=f"it beside {there}"
        )
    ids = assembly["stimulus_id"].values.astype(str)
    trials = Repetitions(assembly.values, ids, assembly["repetition"].values)
    if (trials.trials < 2).all():
        raise InvalidAssembly(
            "each stimulus was shown once", expected="repetitions", remedy="say that the reliability is unknown"
        )
    return trials
