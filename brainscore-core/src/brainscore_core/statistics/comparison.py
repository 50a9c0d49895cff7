"""Which models really differ: paired over the stimuli (and units or subjects) that both were scored on.

A bootstrap p has a floor of 1 / (draws + 1), which no correction over 100,000 pairs survives. So p comes from the
variance of the paired difference: draws are shared, so that what all models find hard cancels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import InvalidParameter, StimulusMismatch
from .bootstrap import DRAWS, FEWEST, WITHIN_FOLDS, counts, deflated, widened
from .correlation import mean_of_defined, median_of_defined
from .evaluation import Evaluation

Correction = Literal["fdr", "holm"]
Verdict = Literal["yes", "not shown", "identical", "unknown"]

SAME = 1e-6
"""Differences up to this are rounding: float32 work agrees no better."""

DEFINED = 0.5
"""Share of the draws that must be defined for both models of a pair."""


@dataclass(frozen=True)
class Comparison:
    """All pairs of models.

    Parameters
    ----------
    names : tuple of str
    values : array, shape (model,)
    errors : array, shape (model,)
    difference : array, shape (model, model)
        Row minus column.
    difference_error : array, shape (model, model)
        Standard deviation of the paired difference; NaN where the two are defined together in too few draws.
    p : array, shape (model, model)
        Two-sided, of no difference; 1 on the diagonal, NaN where nothing says how sure a difference is: too few draws,
        or none in which it changes.
    q : array, shape (model, model)
        The same after Benjamini & Hochberg 1995: below .05 in all pairs that are called different, 5% of them are not.
    p_holm : array, shape (model, model)
        The same after Holm 1979: below .05, no pair is called different by chance, in 95 of 100 experiments.
    """

    names: tuple[str, ...]
    values: np.ndarray
    errors: np.ndarray
    difference: np.ndarray
    difference_error: np.ndarray
    p: np.ndarray
    q: np.ndarray
    p_holm: np.ndarray

    def better(self, level: float = 0.05, correction: Correction = "fdr") -> np.ndarray:
        """Whether the row's model is significantly better than the column's, shape (model, model)."""
        if correction not in ("fdr", "holm"):
            raise InvalidParameter(f"correction={correction!r}", expected="'fdr' or 'holm'")
        adjusted = self.q if correction == "fdr" else self.p_holm
        return (adjusted < level) & (self.difference > 0)

    def verdict(self, one: int, other: int, level: float = 0.05) -> Verdict:
        """Whether the difference of two models is real, family-wise over all pairs (Holm).

        ``"identical"`` are models of one value in all draws; ``"unknown"`` is what has no p.
        """
        if np.isnan(self.p[one, other]):
            return "unknown"
        if max(abs(self.difference[one, other]), self.difference_error[one, other]) <= SAME:
            return "identical"
        return "yes" if self.p_holm[one, other] < level else "not shown"

    def rank_intervals(self, level: float = 0.05, among: Sequence[str] | None = None) -> np.ndarray:
        """Lowest and highest rank each model may have, shape (model, 2); rank 1 is the best.

        `among` names those that are ranked, in the order of the answer; by default all.

        [1 + models significantly better, M - models significantly worse], pairs corrected family-wise (Holm), so that
        with probability 1 - level all intervals hold at once (Mogstad, Romano, Shaikh & Wilhelm 2024, Rev Econ Stud).
        """
        chosen = [self.names.index(name) for name in (self.names if among is None else among)]
        better = self.better(level, "holm")[np.ix_(chosen, chosen)]
        return np.stack([1 + better.sum(0), len(chosen) - better.sum(1)], axis=1)


def compare(
    evaluations: Mapping[str, Evaluation],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    statistic: Callable[[np.ndarray], np.ndarray] | None = None,
    normaliser: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Comparison:
    """Compare models that were scored on the same stimuli, draw by draw.

    Parameters
    ----------
    evaluations : mapping of name to Evaluation
    statistic : callable, optional
        From values of shape (repeat, draw, unit) to (draw,); default: median over units, mean over repeats, noise
        not counted twice.
    normaliser : callable, optional
        From weights (draw, stimulus) to what each draw is divided by, shape (draw,): the ceiling under the same draws.

    Raises
    ------
    StimulusMismatch
        If two were not scored on the same stimuli, in the same order or groups.
    """
    if len(evaluations) < 2:
        raise InvalidParameter(f"a comparison of {len(evaluations)} model", expected="at least 2")
    first, *others = evaluations.values()
    for name, other in zip(list(evaluations)[1:], others, strict=True):
        if not np.array_equal(first.stimuli, other.stimuli) or not _same_groups(first.groups, other.groups):
            raise StimulusMismatch(
                f"{name!r} was not scored on the stimuli of {next(iter(evaluations))!r}",
                expected="the same stimuli in the same order and groups",
                remedy="score both on one benchmark",
            )
    weights = counts(len(first.stimuli), draws, seed, first.groups)
    whole = np.ones((1, weights.shape[1]))
    scale, scale_all = (normaliser(w) if normaliser else np.ones(len(w)) for w in (weights, whole))
    drawn = np.stack([_scores(one, weights, statistic) / scale for one in evaluations.values()])
    values = np.array([float(_scores(one, whole, statistic)[0] / scale_all[0]) for one in evaluations.values()])
    levels = len(first.stimuli) if first.groups is None else len(np.unique(first.groups))
    return compare_draws(list(evaluations), values, drawn, levels)


def compare_draws(names: Sequence[str], values: np.ndarray, draws: np.ndarray, levels: int | None = None) -> Comparison:
    """Compare scores whose bootstrap draws were shared.

    Parameters
    ----------
    names : sequence of str
    values : array, shape (model,)
    draws : array, shape (model, draw)
        Column by column the same resampled stimuli (subjects, units). A draw that is NaN for either model of a pair is
        left out of that pair.
    levels : int, optional
        How many stimuli or groups were resampled. The variance is then that of the bootstrap times
        levels / (levels - 1), and p of Student's t with levels - 1 degrees of freedom; else normal.

    Raises
    ------
    InvalidParameter
        With fewer than two draws, a value that is NaN, or fewer than three levels: two animals are no sample of
        animals.
    """
    values, draws = _defined(names, values), np.asarray(draws, np.float64)
    _check_sample(draws.shape[1], levels)
    factor = 1.0 if levels is None else levels / (levels - 1)
    degrees = None if levels is None else levels - 1
    return _all_pairs(names, values, factor * _variance(draws), factor * _of_differences(draws), degrees)


def compare_over_subjects(names: Sequence[str], values: np.ndarray, draws: np.ndarray, stimuli: int) -> Comparison:
    """Compare means over subjects when stimuli and subjects are both samples.

    The variance of each difference is that of the corrected two-factor bootstrap (Schuett et al. 2023, eLife 82566):
    with v the one-factor variances times n / (n - 1), v_stimuli + v_subjects less what crossing both counts twice; p is
    of Student's t with one degree of freedom less than there are subjects (or stimuli, if fewer).

    Parameters
    ----------
    names : sequence of str
    values : array, shape (model,)
    draws : array, shape (model, draw, subject)
        Draw by draw the same resampled stimuli.
    stimuli : int
        How many were resampled.

    Raises
    ------
    InvalidParameter
        As :func:`compare_draws`.
    """
    values, draws = _defined(names, values), np.asarray(draws, np.float64)
    subjects = draws.shape[2]
    _check_sample(draws.shape[1], min(stimuli, subjects))
    factors = one_factor_draws(draws)

    def corrected(of: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        return two_factor_variance(*map(of, factors), stimuli=stimuli, subjects=subjects)

    return _all_pairs(names, values, corrected(_variance), corrected(_of_differences), min(stimuli, subjects) - 1)


def one_factor_draws(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the variances of :func:`two_factor_variance` are taken of.

    Parameters
    ----------
    draws : array, shape (model, draw, subject)
        Draw by draw the same resampled stimuli.

    Returns
    -------
    by_stimuli, crossed : array, shape (model, draw)
        Means over all subjects, and over resampled subjects, the same ones for every model.
    by_subjects : array, shape (model, subject)
        Means over draws.
    """
    subjects = draws.shape[2]
    generator = np.random.default_rng((0, subjects))
    chosen = generator.multinomial(subjects, np.full(subjects, 1 / subjects), size=draws.shape[1])
    return draws.mean(2), (draws * chosen).sum(2) / subjects, mean_of_defined(draws, axis=1)


def two_factor_variance(
    by_stimuli: np.ndarray, crossed: np.ndarray, by_subjects: np.ndarray, *, stimuli: int, subjects: int
) -> np.ndarray:
    """The corrected variance of a mean over subjects when stimuli and subjects are samples (Schuett et al. 2023).

    Parameters
    ----------
    by_stimuli, crossed, by_subjects : array, all of one shape
        Variances (n - 1) over each of what :func:`one_factor_draws` gives, of scores or of their differences.
    stimuli, subjects : int
        How many were resampled.
    """
    rows, columns = by_stimuli, by_subjects * (subjects - 1) / subjects**2  # of a bootstrap of subjects
    of_stimuli, of_subjects = stimuli / (stimuli - 1), subjects / (subjects - 1)
    one, other = of_stimuli * rows, of_subjects * columns
    least = np.maximum(one, other)
    both = one + other - of_stimuli * of_subjects * (crossed - rows - columns)
    return np.clip(both, least, np.maximum(least, crossed))


def compare_variances(
    names: Sequence[str],
    values: np.ndarray,
    variances: np.ndarray,
    of_differences: np.ndarray,
    degrees: np.ndarray | None = None,
) -> Comparison:
    """Compare scores of which the variance of each difference is known, as averages over many benchmarks.

    Parameters
    ----------
    names : sequence of str
    values, variances : array, shape (model,)
    of_differences : array, shape (model, model)
        Variance of each paired difference; NaN where it is unknown.
    degrees : array, shape (model, model), optional
        Degrees of freedom of each of those variances: p is of Student's t. Default, and where infinite: normal.
    """
    return _all_pairs(names, _defined(names, values), np.asarray(variances), np.asarray(of_differences), degrees)


def _defined(names: Sequence[str], values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, np.float64)
    if not np.isfinite(values).all():
        missing = [name for name, value in zip(names, values, strict=True) if not np.isfinite(value)]
        raise InvalidParameter(f"{missing[0]!r} has no value to compare", expected="a number")
    return values


def _check_sample(draws: int, levels: int | None) -> None:
    if draws < 2:
        raise InvalidParameter(f"{draws} draws", expected="at least 2")
    if levels is not None and levels < FEWEST:
        raise InvalidParameter(f"a comparison over {levels} levels", expected=f"at least {FEWEST}")


def _variance(draws: np.ndarray) -> np.ndarray:
    """Of each row over what is defined in it; NaN where that is too little."""
    known = np.isfinite(draws)
    count = known.sum(1)
    mean = np.where(known, draws, 0).sum(1) / np.maximum(count, 1)
    squares = np.where(known, draws - mean[:, None], 0) ** 2
    enough = (count > 1) & (count >= DEFINED * draws.shape[1])
    return np.where(enough, squares.sum(1) / np.maximum(count - 1, 1), np.nan)


def _of_differences(draws: np.ndarray) -> np.ndarray:
    """Variance of each difference, shape (model, model)."""
    found = np.zeros((len(draws), len(draws)))
    for row, one in enumerate(draws):
        # not from covariances, in whose rounding models that nearly agree would drown
        found[row, row + 1 :] = found[row + 1 :, row] = _variance(one - draws[row + 1 :])
    return found


def _all_pairs(
    names: Sequence[str],
    values: np.ndarray,
    variances: np.ndarray,
    of_differences: np.ndarray,
    degrees: np.ndarray | int | None,
) -> Comparison:
    difference, error = values[:, None] - values, np.sqrt(of_differences)
    p = p_of_difference(difference, error, degrees)
    q, p_holm = _over_pairs(p, benjamini_hochberg), _over_pairs(p, holm)
    return Comparison(tuple(names), values, np.sqrt(variances), difference, error, p, q, p_holm)


def p_of_difference(difference: np.ndarray, error: np.ndarray, degrees: np.ndarray | float | None = None) -> np.ndarray:
    """Two-sided, of no difference; 1 for what differs by rounding, NaN for a difference without a spread.

    Parameters
    ----------
    difference, error : array, of one shape
    degrees : array or float, optional
        Of freedom of the error; None or infinite: a normal distribution.
    """
    from scipy.special import ndtr, stdtr

    size = np.abs(difference)
    spread = error > SAME
    ratio = np.divide(size, error, out=np.zeros_like(size), where=spread)
    p = 2 * (ndtr(-ratio) if degrees is None else stdtr(degrees, -ratio))
    undefined = np.isnan(error) | (~spread & (size > SAME))
    return np.where(undefined, np.nan, np.where(size <= SAME, 1.0, p))


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values that control the false discovery rate (Benjamini & Hochberg 1995, J R Stat Soc B 57:289).

    Parameters
    ----------
    p : array, shape (test,)
    """
    p = np.asarray(p, np.float64)
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum.accumulate(p[order] * len(p) / ranks)
    return np.minimum(adjusted, 1.0)


def holm(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values that control the family-wise error rate (Holm 1979, Scand J Stat 6:65).

    Parameters
    ----------
    p : array, shape (test,)
    """
    p = np.asarray(p, np.float64)
    order = np.argsort(p)
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(adjusted, 1.0)


def _over_pairs(p: np.ndarray, adjust: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Adjust each pair once; symmetric, 1 on the diagonal; what has no p is no test."""
    rows, columns = np.triu_indices(len(p), 1)
    found = p[rows, columns]
    tested = np.isfinite(found)
    found[tested] = adjust(found[tested])
    out = np.ones_like(p)
    out[rows, columns] = out[columns, rows] = found
    return out


def _scores(one: Evaluation, weights: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray] | None) -> np.ndarray:
    """The score under each draw, spread by what fitting adds."""
    values = one.resampled(weights)
    if statistic is not None:
        return widened(statistic(values), one.widening)
    measured = one.resampled(np.ones((1, weights.shape[1])))[:, 0]
    share = 1.0 if len(measured) == one.bins else WITHIN_FOLDS
    return widened(mean_of_defined(median_of_defined(deflated(values, measured, share))), one.widening)


def _same_groups(one: Any, other: Any) -> bool:
    return one is other if one is None or other is None else bool(np.array_equal(one, other))
