"""How sure a comparison of dissimilarities is, as to the stimuli, and the subjects, that happened to be chosen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter

if TYPE_CHECKING:
    from .comparators import Comparator, Comparison

OVER = ("stimuli", "subjects", "both")
LEVEL = 0.95
_KEPT = 0.7
FEWEST_SUBJECTS = 3
"""Two subjects do not tell how much subjects differ."""


@dataclass(frozen=True)
class Uncertainty:
    """Which draws the error of a mean over subjects is made of.

    Parameters
    ----------
    metric : str
        Named in errors.
    samples : int
        Draws of stimuli; 0: no error.
    over : {'stimuli', 'subjects', 'both'}
        ``stimuli``: subjects fixed. ``subjects``: stimuli fixed. ``both``: the corrected two-factor bootstrap (Schütt
        et al. 2023, eLife 82566): crossing both draws counts too often what is neither's own, so it is taken off.
    seed : int

    Raises
    ------
    InvalidParameter
        For another factor, or a number of samples that has no spread.
    """

    metric: str
    samples: int
    over: str = "stimuli"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.samples < 0 or self.samples == 1:
            raise InvalidParameter(f"{self.metric}: bootstrap_samples={self.samples}", expected="0, or at least 2")
        if self.over not in OVER:
            raise InvalidParameter(
                f"{self.metric}: bootstrap_over={self.over!r}", expected=" or ".join(map(repr, OVER))
            )

    def check(self, subjects: int) -> None:
        """Refuse to generalise over fewer than three subjects."""
        if self.samples and self.over != "stimuli" and subjects < FEWEST_SUBJECTS:
            raise InvalidAssembly(
                f"{subjects} subject{'s' if subjects > 1 else ''} and bootstrap_over={self.over!r}",
                expected=f"at least {FEWEST_SUBJECTS} subjects, to tell how much they differ",
                remedy="pass bootstrap_over='stimuli', and say that the subjects are fixed",
            )

    def of(
        self,
        values: np.ndarray,
        comparisons: "list[Comparison]",
        comparator: "Comparator",
        stimuli: int,
        groups: np.ndarray | None = None,
    ) -> tuple[float | None, dict[str, str | int | float]]:
        """(standard error of the mean of `values`, what to say about it).

        Parameters
        ----------
        values : array, shape (subject,)
        comparisons : list
            That of each subject, to be drawn again.
        comparator : Comparator
            What they were made by.
        stimuli : int
        groups : array, shape (stimulus,), optional
            Whole groups are drawn where stimuli are not independent.
        """
        if not self.samples:
            return None, {}
        if self.over == "subjects":
            error = float(values.std(ddof=1) / np.sqrt(len(values)))
            return error, {
                "error": "spread over subjects, stimuli fixed",
                **_t_interval(values.mean(), error, len(values) - 1),
            }
        draws = np.stack([self.drawn(one, comparator, stimuli, groups) for one in comparisons], axis=1)
        draws = draws[~np.isnan(draws).any(axis=1)]
        if len(draws) < 2:
            return None, {}
        what = ("draws" if comparator.repeats else "parts") + ("" if groups is None else " of groups")
        levels = stimuli if groups is None else len(np.unique(groups))
        if self.over == "stimuli":
            means = draws.mean(axis=1)
            low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            said = {"error": f"spread over {self.samples} {what} of stimuli, subjects fixed"}
            return float(means.std(ddof=1)), {**said, **_interval(low, high)}
        error = float(
            np.sqrt(two_factor_variance(values, draws, self._subject_counts(len(draws), len(values)), levels))
        )
        said = {"error": f"corrected two-factor bootstrap over {self.samples} {what} of stimuli and of subjects"}
        return error, {**said, **_t_interval(values.mean(), error, min(len(values), levels) - 1)}

    def drawn(
        self, comparison: "Comparison", comparator: "Comparator", stimuli: int, groups: np.ndarray | None = None
    ) -> np.ndarray:
        """The comparison in each draw of stimuli, shape (sample,); NaN where a draw leaves nothing to compare.

        Where a stimulus may not stand twice, seven tenths of the stimuli are drawn without replacement: their variance
        is that of the whole times n_left_out / n_kept (the delete-d jackknife of Shao & Wu 1989, Ann Stat 17:1176), and
        the draws are brought to that scale. In simulations the error is then right at 100 stimuli and up to a quarter
        too large at 40; halves underestimate that of the cosine, leaving one out overestimates both.
        """
        if comparator.repeats:
            return comparison.resampled(self.counts(stimuli, groups), groups)  # type: ignore[attr-defined]
        rng = np.random.default_rng(self.seed)
        code, levels = _levels(stimuli, groups)
        kept = round(_KEPT * levels)
        parts = rng.random((self.samples, levels)).argsort(axis=1) < kept
        found = comparison.within(parts[:, code])
        return comparison.value() + (found - np.nanmean(found)) * np.sqrt(kept / (levels - kept))

    def counts(self, stimuli: int, groups: np.ndarray | None = None) -> np.ndarray:
        """How often each stimulus is drawn, by itself or with its group, (sample, stimulus)."""
        rng = np.random.default_rng(self.seed)
        code, levels = _levels(stimuli, groups)
        return rng.multinomial(levels, np.full(levels, 1 / levels), size=self.samples).astype(np.float64)[:, code]

    def _subject_counts(self, draws: int, subjects: int) -> np.ndarray:
        rng = np.random.default_rng((self.seed, 1))
        return rng.multinomial(subjects, np.full(subjects, 1 / subjects), size=draws)


def _levels(stimuli: int, groups: np.ndarray | None) -> tuple[np.ndarray, int]:
    """(which level each stimulus is drawn with, how many levels there are)."""
    if groups is None:
        return np.arange(stimuli), stimuli
    names, code = np.unique(groups, return_inverse=True)
    return code.ravel(), len(names)


def two_factor_variance(values: np.ndarray, draws: np.ndarray, subject_counts: np.ndarray, stimuli: int) -> float:
    """Variance of the mean over subjects when stimuli and subjects are both drawn from larger populations.

    Schütt et al. 2023, with the factors n / (n - 1) for what a bootstrap of n lacks, as rsatoolbox has it: with v the
    one-factor variances so corrected and v_both that of crossed draws, v_stimuli + v_subjects - (crossed, corrected
    twice), at least the larger of the two and at most v_both where that is larger.

    Parameters
    ----------
    values : array, shape (subject,)
        With the stimuli there are.
    draws : array, shape (draw, subject)
        In draws of stimuli.
    subject_counts : array, shape (draw, subject)
        How often each subject is drawn.
    stimuli : int
    """
    subjects = len(values)
    by_stimuli, by_subjects = stimuli / (stimuli - 1), subjects / (subjects - 1)
    of_stimuli = draws.mean(axis=1).var(ddof=1)
    # that of drawing subjects alone is known without drawing
    of_subjects = values.var() / subjects
    crossed = ((draws * subject_counts).sum(axis=1) / subjects).var(ddof=1)
    corrected = (
        by_stimuli * of_stimuli
        + by_subjects * of_subjects
        - by_stimuli * by_subjects * (crossed - of_stimuli - of_subjects)
    )
    least = max(by_stimuli * of_stimuli, by_subjects * of_subjects)
    return float(np.clip(corrected, least, max(least, crossed)))


def _t_interval(value: float, error: float, degrees_of_freedom: int) -> dict[str, float]:
    from scipy.special import stdtrit

    reach = float(stdtrit(degrees_of_freedom, (1 + LEVEL) / 2)) * error
    return _interval(value - reach, value + reach)


def _interval(low: float, high: float) -> dict[str, float]:
    return {"interval_low": float(low), "interval_high": float(high), "interval_level": LEVEL}
