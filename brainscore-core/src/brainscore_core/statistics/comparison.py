"""Which models really differ: paired over the stimuli (and units or subjects) that both were scored on.

A bootstrap p has a floor of 1 / (draws + 1), which no correction over 100,000 pairs survives. So p comes from the
variance of the paired difference: draws are shared, their covariance is that of the scores.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import InvalidParameter, StimulusMismatch
from .bootstrap import DRAWS, WITHIN_FOLDS, counts, deflated
from .correlation import mean_of_defined, median_of_defined
from .evaluation import Evaluation

Correction = Literal["fdr", "holm"]


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
        Standard deviation of the paired difference.
    p : array, shape (model, model)
        Two-sided, of no difference; 1 on the diagonal.
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

    def rank_intervals(self, level: float = 0.05) -> np.ndarray:
        """Lowest and highest rank each model may have, shape (model, 2); rank 1 is the best.

        [1 + models significantly better, M - models significantly worse], pairs corrected family-wise (Holm), so that
        with probability 1 - level all intervals hold at once (Mogstad, Romano, Shaikh & Wilhelm 2024, Rev Econ Stud).
        """
        better = self.better(level, "holm")
        return np.stack([1 + better.sum(0), len(self.names) - better.sum(1)], axis=1)


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
        Column by column the same resampled stimuli (subjects, units). Draws that are NaN for any model are left out.
    levels : int, optional
        How many stimuli or groups were resampled: p is then of Student's t with levels - 1 degrees of freedom, else
        normal.

    Raises
    ------
    InvalidParameter
        With fewer than two draws, a value that is NaN, or fewer than three levels: two animals are no sample of
        animals.
    """
    values, draws = _defined(names, values), np.asarray(draws, np.float64)
    draws = draws[:, np.isfinite(draws).all(0)]
    _check_sample(draws.shape[1], levels)
    return _compared(names, values, np.atleast_2d(np.cov(draws)), levels)


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
    draws = draws[:, np.isfinite(draws).all((0, 2))]
    subjects = draws.shape[2]
    _check_sample(draws.shape[1], min(stimuli, subjects))
    generator = np.random.default_rng((0, subjects))
    chosen = generator.multinomial(subjects, np.full(subjects, 1 / subjects), size=draws.shape[1])
    rows = np.atleast_2d(np.cov(draws.mean(2)))
    columns = np.atleast_2d(np.cov(draws.mean(1), ddof=0)) / subjects  # of a bootstrap of subjects, known without one
    crossed = np.atleast_2d(np.cov((draws * chosen).sum(2) / subjects))
    by_stimuli, by_subjects = stimuli / (stimuli - 1), subjects / (subjects - 1)

    def corrected(rows: np.ndarray, columns: np.ndarray, crossed: np.ndarray) -> np.ndarray:
        one, other = by_stimuli * rows, by_subjects * columns
        least = np.maximum(one, other)
        both = one + other - by_stimuli * by_subjects * (crossed - rows - columns)
        return np.clip(both, least, np.maximum(least, crossed))

    errors = np.sqrt(corrected(*(np.diag(part) for part in (rows, columns, crossed))))
    of_difference = np.sqrt(corrected(*(_of_difference(part) for part in (rows, columns, crossed))))
    return _all_pairs(names, values, errors, of_difference, min(stimuli, subjects))


def compare_errors(names: Sequence[str], values: np.ndarray, errors: np.ndarray) -> Comparison:
    """Compare scores that share no draws, each by its own error: unpaired, so that what they share counts against them.

    Parameters
    ----------
    names : sequence of str
    values, errors : array, shape (model,)

    Raises
    ------
    InvalidParameter
        With a value or an error that is NaN.
    """
    values, errors = _defined(names, values), _defined(names, errors)
    return _compared(names, values, np.diag(errors**2), None)


def _defined(names: Sequence[str], values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, np.float64)
    if not np.isfinite(values).all():
        missing = [name for name, value in zip(names, values, strict=True) if not np.isfinite(value)]
        raise InvalidParameter(f"{missing[0]!r} has no value to compare", expected="a number")
    return values


def _check_sample(draws: int, levels: int | None) -> None:
    if draws < 2:
        raise InvalidParameter(f"{draws} draws in which all models are defined", expected="at least 2")
    if levels is not None and levels < 3:
        raise InvalidParameter(f"a comparison over {levels} levels", expected="at least 3")


def _of_difference(covariance: np.ndarray) -> np.ndarray:
    """Variance of each difference."""
    variance = np.diag(covariance)
    return np.clip(variance[:, None] + variance - 2 * covariance, 0, None)


def _compared(names: Sequence[str], values: np.ndarray, covariance: np.ndarray, levels: int | None) -> Comparison:
    return _all_pairs(names, values, np.sqrt(np.diag(covariance)), np.sqrt(_of_difference(covariance)), levels)


def _all_pairs(
    names: Sequence[str], values: np.ndarray, errors: np.ndarray, of_difference: np.ndarray, levels: int | None
) -> Comparison:
    difference = values[:, None] - values
    p = _p(difference, of_difference, levels)
    q, p_holm = _over_pairs(p, benjamini_hochberg), _over_pairs(p, holm)
    return Comparison(tuple(names), values, errors, difference, of_difference, p, q, p_holm)


def _p(difference: np.ndarray, error: np.ndarray, levels: int | None) -> np.ndarray:
    """Two-sided; differences within rounding of zero have p = 1, whatever their error."""
    from scipy.special import ndtr, stdtr

    size = np.abs(difference)
    same = size <= 1e-12
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(same, 0.0, size / error)
    p = 2 * (ndtr(-ratio) if levels is None else stdtr(levels - 1, -ratio))
    return np.where(same, 1.0, np.minimum(p, 1.0))


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
    """Adjust each pair once; symmetric, 1 on the diagonal."""
    rows, columns = np.triu_indices(len(p), 1)
    out = np.ones_like(p)
    out[rows, columns] = out[columns, rows] = adjust(p[rows, columns])
    return out


def _scores(one: Evaluation, weights: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray] | None) -> np.ndarray:
    """The score under each draw, spread by what fitting adds."""
    values = one.resampled(weights)
    if statistic is not None:
        return _widened(statistic(values), one.widening)
    measured = one.resampled(np.ones((1, weights.shape[1])))[:, 0]
    share = 1.0 if len(measured) == one.bins else WITHIN_FOLDS
    return _widened(mean_of_defined(median_of_defined(deflated(values, measured, share))), one.widening)


def _widened(draws: np.ndarray, factor: float) -> np.ndarray:
    mean = mean_of_defined(draws)
    return mean + factor * (draws - mean)


def _same_groups(one: Any, other: Any) -> bool:
    return one is other if one is None or other is None else bool(np.array_equal(one, other))
